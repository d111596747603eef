"""The mixi client: one account, by the Message API and the People API of mixi."""

from collections.abc import Sequence
from functools import cached_property

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
from inboxhub.networks.errors import PermanentError, TemporaryError
from inboxhub.networks.mixi import changing, sending
from inboxhub.networks.mixi.abilities import abilities, writing
from inboxhub.networks.mixi.call import Ask, Line
from inboxhub.networks.mixi.credentials import PROFILE, READ, WRITE, Access
from inboxhub.networks.mixi.friends import find_friends
from inboxhub.networks.mixi.listing import LOOKS, Looks, fetch
from inboxhub.networks.mixi.people import Facts, read_me
from inboxhub.networks.mixi.pull import pull_page
from inboxhub.networks.mixi.trays import INBOX, NOTICEBOX, OUTBOX, TRAYS, tray_of
from inboxhub.networks.writing import Draft, Sent

DOMAIN = "mixi.jp"
NO_READ, NO_NOTICES, NO_WRITE = (
    *("no-permission-read", "no-permission-notices", "no-permission-write"),
)

Item = RemoteMessage | Unreadable


class Client(base.Client):
    """See `base.Client`. `credentials` are those of `exchange`, `refresh`, `read_pasted`.

    `api_url` among them says where the API is; without it, it is `/2` on the host.
    `person` and `charset` are as for `Line`, and set before the first call.
    """

    provider = "mixi"
    plain_pictures = True
    reconcile_every = 6 * 3600.0
    look_after = 30.0
    budgets: Budgets = BUDGETS
    looks: Looks = LOOKS
    person: str = "@me"
    charset: str = "utf-8"

    @cached_property
    def line(self) -> Line:
        """One for the client's life: it has the newest token."""
        return Line(
            self.http,
            self.host,
            self.credentials,
            person=self.person,
            charset=self.charset,
            user=self.remote_id,
            budgets=self.budgets,
            renew=self.renew,
        )

    def whoami(self) -> Identity:
        """mixi People API: `people/@me/@self`."""
        me = self._me()
        return Identity(
            remote_id=me.remote_id,
            handle=me.handle,
            name=me.name,
            avatar_url=me.avatar_url,
            url=me.url,
            domain=DOMAIN,
        )

    def capabilities(self) -> Capabilities:
        """By the permissions that the token has, and by listing one row of each tray."""
        me = self._me()
        held = Access.of(self.line.credentials).scopes
        off = tuple(source for source in TRAYS if not self._lists(source, held))
        codes = {
            NO_READ: INBOX.source in off,
            NO_NOTICES: NOTICEBOX.source in off,
            NO_WRITE: WRITE not in held,
        }
        return Capabilities(
            software=self.provider,
            host_name=self.provider,
            domain=DOMAIN,
            boxes={
                MESSAGES: NO_READ if codes[NO_READ] else "",
                MENTIONS: "not-offered",
                NOTICES: NO_NOTICES if codes[NO_NOTICES] else "",
                REQUESTS: "not-offered",
            },
            abilities=abilities(writes=WRITE in held),
            writing=writing(writes=WRITE in held, looks=OUTBOX.source not in off),
            warnings=tuple(code for code, applies in codes.items() if applies),
            facts=Facts(me.remote_id, me.name, me.avatar_url, off).as_json(),
        )

    def listings(self) -> tuple[Listing, ...]:
        """mixi's trays, by source."""
        off = self._facts().off
        return tuple(
            Listing(source, tray.box, pause=tray.pause)
            for source, tray in TRAYS.items()
            if source not in off
        )

    def pull(self, listing: str, position: str | None, *, newest: str = "") -> Page:
        tray = tray_of(listing)
        return pull_page(self.line, tray, self._facts().author, position, newest)

    def get(self, target: Target) -> Item:
        """Perhaps mixi then counts it as read: not for pulls."""
        return changing.find(self.line, target, self._facts().author)

    def thread(self, target: Target) -> tuple[Item, ...]:
        """mixi does not tell what a message answers; its conversation has it all."""
        return ()

    def missing(self, targets: Sequence[Target]) -> frozenset[Target]:
        """By a listing of each whole tray, in goes of a few seconds."""
        return changing.missing(self.line, targets, self.looks)

    def reconciled(self) -> None:
        self.looks.forget(self.line)

    def mark_read(self, targets: Sequence[Target]) -> list[Outcome]:
        return changing.mark_read(self.line, targets)

    def mark_replied(self, targets: Sequence[Target]) -> list[Outcome]:
        return changing.mark_replied(self.line, targets)

    def delete(self, targets: Sequence[Target]) -> list[Outcome]:
        return changing.delete(self.line, targets)

    def find_people(self, text: str) -> tuple[RemoteAuthor, ...]:
        """Among the friends: of nobody else mixi tells the id that it sends to."""
        return find_friends(self.line, text)

    def sent_before(self, draft: Draft) -> frozenset[str]:
        return sending.sent_before(self.line, draft)

    def send(self, draft: Draft) -> Sent:
        return sending.send(self.line, draft, self._facts().author)

    def find_sent(self, draft: Draft) -> tuple[Sent, ...]:
        return sending.find_sent(self.line, draft, self._facts().author)

    def _me(self) -> RemoteAuthor:
        answer = self.line.call(Ask("GET", "/people/@me/@self", PROFILE))
        me = read_me(answer.value)
        if me is None:
            raise TemporaryError("mixi did not say whose token it is", code="not-mixi")
        return me

    def _facts(self) -> Facts:
        if not self.facts:
            self.facts = self.capabilities().facts
        return Facts.from_json(self.facts)

    def _lists(self, source: str, held: frozenset[str]) -> bool:
        """Whether mixi lists the tray for this token. Marks nothing read."""
        if READ not in held:
            return False
        try:
            fetch(self.line, TRAYS[source], fields=("id",), count=1)
        except PermanentError:
            return False
        return True
