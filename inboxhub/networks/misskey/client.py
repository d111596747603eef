"""The Misskey client: one account on one host, of any version from 12 on."""

from collections.abc import Sequence

from inboxhub.networks import base
from inboxhub.networks.base import (
    MENTIONS,
    MESSAGES,
    NOTICES,
    REQUESTS,
    Capabilities,
    Identity,
    Listing,
    NotSupported,
    Outcome,
    Page,
    RemoteMessage,
    Target,
    TemporaryError,
    Unreadable,
)
from inboxhub.networks.budget import BUDGETS, Budgets
from inboxhub.networks.misskey import marking
from inboxhub.networks.misskey.call import Line
from inboxhub.networks.misskey.chatting import pull_chats
from inboxhub.networks.misskey.facts import NO_CHAT, Facts
from inboxhub.networks.misskey.linking import token_of
from inboxhub.networks.misskey.people import read_user
from inboxhub.networks.misskey.probe import capabilities_of, host_meta
from inboxhub.networks.misskey.pull import PULLS
from inboxhub.networks.misskey.session import Session
from inboxhub.networks.misskey.stream import Stream, nobodys_stream, own_stream
from inboxhub.networks.values import Viewer

Item = RemoteMessage | Unreadable


class Client(base.Client):
    """See `base.Client`. `credentials` is `{"token": …}`."""

    provider = "misskey"
    streams = True
    budgets: Budgets = BUDGETS

    def whoami(self) -> Identity:
        """Misskey API: `i`."""
        line = self._line(Facts.from_json(self.facts))
        answer = line.call("i")
        domain = host_meta(line).domain
        me = read_user(answer, Viewer("", line.origin, domain))
        if me is None:
            raise TemporaryError(
                f"{self.host} did not say whose token it is",
                code="not-misskey",
            )
        return Identity(
            remote_id=me.remote_id,
            handle=me.handle,
            name=me.name,
            avatar_url=me.avatar_url,
            url=me.url,
            domain=domain,
        )

    def capabilities(self) -> Capabilities:
        return capabilities_of(self._line(Facts.from_json(self.facts)))

    def listings(self) -> tuple[Listing, ...]:
        facts = self._session().facts
        found = [Listing("mentions", MENTIONS), Listing("own", MESSAGES)]
        if "read:notifications" not in facts.missing:
            found.append(Listing("notifications", NOTICES))
        if facts.chat != NO_CHAT:
            found.append(Listing("chat", MESSAGES))
        if "read:following" not in facts.missing:
            found.append(Listing("requests", REQUESTS, history=False))
        return tuple(found)

    def pull(self, listing: str, position: str | None, *, newest: str = "") -> Page:
        session = self._session()
        if listing == "chat" and session.facts.chat != NO_CHAT:
            return pull_chats(session, position, newest)
        if listing not in PULLS:
            raise NotSupported(f"{self.host} has no such listing", code="not-offered")
        return PULLS[listing](session, position, newest)

    def get(self, target: Target) -> Item:
        return marking.find(self._session(), target)

    def thread(self, target: Target) -> tuple[Item, ...]:
        """Of notes; a chat stands together in its conversation anyway."""
        if target.source != "note":
            return ()
        return marking.thread(self._session(), target.remote_id)

    def missing(self, targets: Sequence[Target]) -> frozenset[Target]:
        return marking.missing(self._session(), targets)

    def mark_read(self, targets: Sequence[Target]) -> list[Outcome]:
        return marking.mark_read(self._session(), targets)

    def delete(self, targets: Sequence[Target]) -> list[Outcome]:
        return marking.delete(self._session(), targets)

    def stream(self) -> Stream:
        """A client without a token has nobody's: the public channels."""
        if token_of(self.credentials) or self.remote_id:
            return own_stream(self._session())
        return nobodys_stream(self._line(Facts()))

    def _session(self) -> Session:
        if not self.facts:
            self.facts = self.capabilities().facts
        facts = Facts.from_json(self.facts)
        line = self._line(facts)
        me, domain = self.remote_id or facts.id, facts.domain or self.host
        return Session(line, Viewer(me, line.origin, domain), facts)

    def _line(self, facts: Facts) -> Line:
        return Line(
            self.http,
            self.host,
            token=token_of(self.credentials),
            user=self.remote_id or facts.id,
            factor=facts.rate,
            old=facts.old_notices,
            budgets=self.budgets,
        )
