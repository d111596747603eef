"""The Mastodon client: one account on one host of Mastodon or of what speaks its API."""

from collections.abc import Mapping, Sequence

from inboxhub.lib.http import Http, HttpError
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
from inboxhub.networks.errors import NotSupported, PermanentError, TemporaryError
from inboxhub.networks.mastodon import abilities as able
from inboxhub.networks.mastodon import answering, lookup, marking, sending
from inboxhub.networks.mastodon.call import VERIFY, Line
from inboxhub.networks.mastodon.facts import Facts
from inboxhub.networks.mastodon.finding import find_people
from inboxhub.networks.mastodon.ids import id_of
from inboxhub.networks.mastodon.media import upload
from inboxhub.networks.mastodon.oauth import ends_at
from inboxhub.networks.mastodon.people import read_account
from inboxhub.networks.mastodon.probe import capabilities_of, instance_of
from inboxhub.networks.mastodon.pull import PULLS
from inboxhub.networks.mastodon.rows import TOPS, Tops, Walk
from inboxhub.networks.mastodon.session import Session
from inboxhub.networks.mastodon.stream import Stream, stream_of, timeline
from inboxhub.networks.reaching import unreached
from inboxhub.networks.values import Viewer
from inboxhub.networks.writing import Draft, Sent, Upload

Item = RemoteMessage | Unreadable
# Seconds for which somebody waits who only wants to be gone.
REVOKE_DEADLINE = 8.0
# Mastodon throws away after a day what was uploaded and is in no status.
UPLOADS_KEPT = 12 * 60 * 60.0

LISTINGS = (
    Listing(able.CONVERSATIONS, MESSAGES),
    Listing(able.NOTICES, NOTICES),
    Listing("own", MENTIONS),
    Listing(able.FOLLOWS, REQUESTS),
    Listing(able.FILTERED, REQUESTS),
    Listing(able.ANNOUNCEMENTS, NOTICES, history=False),
)


class Client(base.Client):
    """See `base.Client`. `credentials` is `{"token": …}`, with the granted `scope`

    where it is known, `client_id` and `client_secret` where `revoke` may be asked, and
    `refresh_token`, `host` and `expires_at` where the host's tokens end.
    """

    provider = "mastodon"
    streams = True
    uploads_kept = UPLOADS_KEPT
    budgets: Budgets = BUDGETS
    tops: Tops = TOPS

    def __init__(
        self,
        http: Http,
        host: str,
        credentials: Mapping[str, str],
        *,
        remote_id: str = "",
        facts: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(http, host, credentials, remote_id=remote_id, facts=facts)
        self._kept: Session | None = None
        self._walk: Walk | None = None

    def whoami(self) -> Identity:
        """Mastodon API: `/api/v1/accounts/verify_credentials`."""
        line = self._line(Facts.from_json(self.facts))
        answer = line.get(VERIFY).value
        domain = instance_of(line).domain
        me = read_account(answer, Viewer("", line.origin, domain))
        if me is None:
            raise TemporaryError(
                f"{self.host} did not say whose token it is",
                code="not-mastodon",
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
        line = self._line(Facts.from_json(self.facts))
        return capabilities_of(line, self.credentials)

    def listings(self) -> tuple[Listing, ...]:
        facts = self._session().facts
        return tuple(listing for listing in LISTINGS if facts.gives(listing.name))

    def pull(self, listing: str, position: str | None, *, newest: str = "") -> Page:
        session = self._session()
        if listing not in PULLS or not session.facts.gives(listing):
            raise NotSupported(f"{self.host} has no such listing", code="not-offered")
        return PULLS[listing](session, position, newest)

    def get(self, target: Target) -> Item:
        return lookup.find(self._session(), _checked(target))

    def thread(self, target: Target) -> tuple[Item, ...]:
        return lookup.thread(self._session(), _checked(target))

    def missing(self, targets: Sequence[Target]) -> frozenset[Target]:
        return lookup.missing(self._session(), [t for t in targets if _is_ours(t)])

    def mark_read(self, targets: Sequence[Target]) -> list[Outcome]:
        return marking.mark_read(self._session(), self._rows(), _all_checked(targets))

    def mark_unread(self, targets: Sequence[Target]) -> list[Outcome]:
        return marking.mark_unread(self._rows(), _all_checked(targets))

    def remove(self, targets: Sequence[Target]) -> list[Outcome]:
        return marking.remove(self._session(), self._rows(), _all_checked(targets))

    def delete(self, targets: Sequence[Target]) -> list[Outcome]:
        return marking.delete(self._session(), _all_checked(targets))

    def find_people(self, text: str) -> tuple[RemoteAuthor, ...]:
        return find_people(self._session(), text)

    def upload(self, file: Upload) -> str:
        return upload(self._session(), file)

    def sent_before(self, draft: Draft) -> frozenset[str]:
        return sending.sent_before(self._session())

    def send(self, draft: Draft) -> Sent:
        return sending.send(self._session(), _answerable(draft))

    def find_sent(self, draft: Draft) -> tuple[Sent, ...]:
        return sending.find_sent(self._session(), _answerable(draft))

    def react(self, target: Target, reaction: str) -> Outcome:
        return answering.react(self._session(), _checked(target), reaction)

    def unreact(self, target: Target, reaction: str) -> Outcome:
        return answering.unreact(self._session(), _checked(target), reaction)

    def accept(self, targets: Sequence[Target]) -> list[Outcome]:
        return answering.accept(self._session(), _all_checked(targets))

    def reject(self, targets: Sequence[Target]) -> list[Outcome]:
        return answering.reject(self._session(), _all_checked(targets))

    def clear_notices(self) -> None:
        answering.clear_notices(self._session())

    def timeline(self, channel: str) -> tuple[Item, ...]:
        return timeline(self._session(), channel)

    def stream(self) -> Stream | None:
        """Mastodon API: streaming. Asks the host where."""
        return stream_of(self._session())

    def revoke(self) -> bool:
        """Mastodon API: `/oauth/revoke`. Only when no other link has the same token:

        Mastodon gives one token to all sign-ins of a person with one app.
        """
        names = ("client_id", "client_secret", "token")
        form = {name: self.credentials.get(name, "") for name in names}
        if not all(form.values()):
            return False
        try:
            url = f"{self.http.origin(self.host)}/oauth/revoke"
            response = self.http.request(
                "POST", url, form=form, deadline=REVOKE_DEADLINE
            )
        except HttpError as error:
            raise unreached(error, self.host) from error
        return response.status == 200

    def _session(self) -> Session:
        if self._kept is None:
            if not self.facts:
                self.facts = self.capabilities().facts
            facts = Facts.from_json(self.facts)
            line = self._line(facts)
            me, domain = self.remote_id or facts.id, facts.domain or self.host
            self._kept = Session(line, Viewer(me, line.origin, domain), facts)
        return self._kept

    def _rows(self) -> Walk:
        if self._walk is None:
            self._walk = Walk(self._session(), self.tops)
        return self._walk

    def _line(self, facts: Facts) -> Line:
        return Line(
            self.http,
            self.host,
            token=self.credentials.get("token", ""),
            user=self.remote_id or facts.id,
            shared=facts.shared,
            budgets=self.budgets,
            renew=self._renewed if self._renews() else None,
            ends_at=ends_at(self.credentials),
        )

    def _renews(self) -> bool:
        """Whether the host gave something to get the next token with."""
        return self.renew is not None and bool(self.credentials.get("refresh_token"))

    def _renewed(self) -> str:
        if self.renew is not None:
            self.credentials = self.renew(self.credentials)
        return self.credentials.get("token", "")


def _is_ours(target: Target) -> bool:
    """Ids stand in paths, so nothing else may."""
    return bool(id_of(target.remote_id))


def _checked(target: Target) -> Target:
    if not _is_ours(target) or id_of(target.notification_id) != target.notification_id:
        raise PermanentError("the message has no usable id", code="bad-id")
    return target


def _all_checked(targets: Sequence[Target]) -> list[Target]:
    return [_checked(target) for target in targets]


def _answerable(draft: Draft) -> Draft:
    if draft.answers:
        _checked(draft.answers)
    return draft
