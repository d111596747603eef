"""The Misskey client: one account on one host, of any version from 12 on."""

from collections.abc import Sequence

from inboxhub.networks import base
from inboxhub.networks.base import (
    MENTIONS,
    MESSAGES,
    NOTICES,
    REQUESTS,
    Identity,
    Listing,
    Outcome,
    Page,
    RemoteAuthor,
    RemoteMessage,
    Target,
    Unreadable,
)
from inboxhub.networks.budget import BUDGETS, Budgets
from inboxhub.networks.capabilities import Capabilities
from inboxhub.networks.errors import NotSupported, TemporaryError
from inboxhub.networks.misskey import (
    answering,
    chat_sending,
    finding,
    marking,
    reacting,
    sending,
    uploading,
)
from inboxhub.networks.misskey.call import Line
from inboxhub.networks.misskey.chatting import pull_chats
from inboxhub.networks.misskey.facts import NO_CHAT, Facts
from inboxhub.networks.misskey.linking import token_of
from inboxhub.networks.misskey.people import read_user
from inboxhub.networks.misskey.probe import capabilities_of, host_meta
from inboxhub.networks.misskey.pull import PULLS
from inboxhub.networks.misskey.session import Session
from inboxhub.networks.misskey.stream import Stream, nobodys_stream, own_stream
from inboxhub.networks.misskey.timelines import timeline
from inboxhub.networks.misskey.writable import CHAT_VISIBILITY
from inboxhub.networks.values import Viewer
from inboxhub.networks.writing import Draft, Sent, Upload

Item = RemoteMessage | Unreadable


class Client(base.Client):
    """See `base.Client`. `credentials` is `{"token": …}`."""

    provider = "misskey"
    streams = True
    visitors = True
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

    def find_people(self, text: str) -> tuple[RemoteAuthor, ...]:
        return finding.find_people(self._session(), text)

    def upload(self, file: Upload) -> str:
        return uploading.upload(self._session(), file)

    def sent_before(self, draft: Draft) -> frozenset[str]:
        if _is_chat(draft):
            return chat_sending.chats_before(self._session(), draft)
        return sending.notes_before(self._session(), draft)

    def send(self, draft: Draft) -> Sent:
        if _is_chat(draft):
            return chat_sending.send_chat(self._session(), draft)
        return sending.send_note(self._session(), draft)

    def find_sent(self, draft: Draft) -> tuple[Sent, ...]:
        if _is_chat(draft):
            return chat_sending.find_chat(self._session(), draft)
        return sending.find_note(self._session(), draft)

    def react(self, target: Target, reaction: str) -> Outcome:
        return reacting.react(self._session(), target, reaction)

    def unreact(self, target: Target, reaction: str) -> Outcome:
        return reacting.unreact(self._session(), target, reaction)

    def accept(self, targets: Sequence[Target]) -> list[Outcome]:
        return answering.accept(self._session(), targets)

    def reject(self, targets: Sequence[Target]) -> list[Outcome]:
        return answering.reject(self._session(), targets)

    def clear_notices(self) -> None:
        answering.clear_notices(self._session())

    def timeline(self, channel: str) -> tuple[Item, ...]:
        return timeline(self._session(), channel)

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


def _is_chat(draft: Draft) -> bool:
    """What answers a chat message, and what is new and asked for as one."""
    if draft.answers is None:
        return draft.visibility == CHAT_VISIBILITY
    if draft.answers.source not in ("chat", "note"):
        raise NotSupported("nothing can be written to answer that", code="not-offered")
    return draft.answers.source == "chat"
