"""Looking up: one message, what stands around it, and what is gone."""

from collections.abc import Iterable, Iterator, Sequence

from inboxhub.networks.base import RemoteMessage, Target, Unreadable
from inboxhub.networks.errors import NotFound, NotSupported, PermanentError
from inboxhub.networks.mastodon.ids import id_of
from inboxhub.networks.mastodon.notices import (
    read_notification,
    read_notification_request,
)
from inboxhub.networks.mastodon.pull import (
    AT_MOST,
    FILTERED_PEOPLE,
    NOTIFICATIONS,
    PULLS,
    read_own,
)
from inboxhub.networks.mastodon.session import Session
from inboxhub.networks.mastodon.statuses import DIRECT, STATUS, read_status
from inboxhub.networks.values import mapping_of

# Sources that a whole listing tells about, and its name.
LISTED = {"follow_request": "follow-requests", "announcement": "announcements"}
NOTICE = "notification"
SINGLES = {NOTICE, "notification_request"}
STATUSES = "/api/v1/statuses"
WHERE = {
    DIRECT: STATUSES,
    STATUS: STATUSES,
    "notification": NOTIFICATIONS,
    "notification_request": FILTERED_PEOPLE,
}
MOST_PAGES = 5

Item = RemoteMessage | Unreadable


def find(session: Session, target: Target) -> Item:
    """The message as it is now; NotFound when it is gone."""
    where = target.remote_id
    match target.source:
        case "direct" | "status":
            status = session.get(f"{STATUSES}/{where}")
            return read_own(session, [status])[0]
        case "notification":
            return read_notification(_notice(session, where), session.viewer)
        case "notification_request":
            request = session.get(f"{FILTERED_PEOPLE}/{where}")
            return read_notification_request(request, session.viewer)
        case "follow_request" | "announcement":
            return _listed(session, target)
        case _:
            raise NotSupported("the server shows no such thing", code="not-shown")


def _notice(session: Session, identifier: str) -> object:
    try:
        return session.get(f"{NOTIFICATIONS}/{identifier}")
    except NotFound:
        if shows_single_notices(session):
            raise
    text = f"{session.line.host} shows no single notices"
    raise NotSupported(text, code="not-shown")


def thread(session: Session, target: Target) -> tuple[Item, ...]:
    """Of a status: above, itself, below. Of a filtered person: what is held back.

    Mastodon API: `/api/v1/statuses/:id/context`; `/api/v1/notifications` with
    `account_id`, which lists the filtered ones too.
    """
    if target.source in {DIRECT, STATUS}:
        return _context(session, target.remote_id)
    if target.source == "notification_request":
        return _held_back(session, target)
    return ()


def missing(session: Session, targets: Sequence[Target]) -> frozenset[Target]:
    """Those that are surely gone: the host itself said so."""
    gone = set(_missing_statuses(session, targets))
    for source in LISTED:
        wanted = [target for target in targets if target.source == source]
        if wanted:
            there = _complete(session, source)
            if there is not None:
                gone |= {t for t in wanted if t.remote_id not in there}
    singles = (t for t in targets if t.source in SINGLES)
    return frozenset(gone | _missing_singles(session, singles))


def _context(session: Session, status_id: str) -> tuple[Item, ...]:
    where = f"{STATUSES}/{status_id}"
    status = session.get(where)
    context = mapping_of(session.get(f"{where}/context"))
    above, below = context.get("ancestors"), context.get("descendants")
    rows = [
        *(above if isinstance(above, list) else []),
        status,
        *(below if isinstance(below, list) else []),
    ]
    parents = {id_of(mapping_of(row).get("id")): row for row in rows}
    return tuple(read_status(row, session.viewer, parents=parents) for row in rows)


def _held_back(session: Session, target: Target) -> tuple[Item, ...]:
    request = find(session, target)
    if isinstance(request, Unreadable):
        return ()
    query = {**AT_MOST, "account_id": request.target}
    rows = session.page(NOTIFICATIONS, query).rows
    return tuple(read_notification(row, session.viewer) for row in reversed(rows))


def _missing_statuses(session: Session, targets: Sequence[Target]) -> Iterator[Target]:
    """A bulk answer leaves out what is gone; the first of those is asked for alone,

    lest a host that answers strangely makes all of them vanish."""
    wanted = [t for t in targets if t.source in {DIRECT, STATUS}]
    if session.facts.bulk and len(wanted) > 1:
        found = session.statuses([target.remote_id for target in wanted])
        wanted = [target for target in wanted if target.remote_id not in found]
        if wanted and _is_gone(session, wanted[0]):
            yield from wanted
            return
    yield from (target for target in wanted if _is_gone(session, target))


def _missing_singles(session: Session, singles: Iterable[Target]) -> set[Target]:
    """Some hosts show no single notice at all: then 404 says nothing of any."""
    gone = {target for target in singles if _is_gone(session, target)}
    notices = {target for target in gone if target.source == NOTICE}
    if notices and not shows_single_notices(session):
        return gone - notices
    return gone


def shows_single_notices(session: Session) -> bool:
    """Whether 404 means that a notice is gone: not where even the newest has no page."""
    try:
        rows = session.page(NOTIFICATIONS, {"limit": "1"}).rows
    except PermanentError:
        return False
    newest = id_of(mapping_of(rows[0]).get("id")) if rows else ""
    return not newest or not _is_gone(session, Target(NOTICE, newest))


def _is_gone(session: Session, target: Target) -> bool:
    try:
        session.get(f"{WHERE[target.source]}/{target.remote_id}")
    except NotFound:
        return True
    except PermanentError:
        return False
    return False


def _complete(session: Session, source: str) -> frozenset[str] | None:
    """All ids of a listing; None when it has no end, or holds what cannot be read."""
    found: set[str] = set()
    position: str | None = None
    for _number in range(MOST_PAGES):
        try:
            page = PULLS[LISTED[source]](session, position, "")
        except PermanentError:
            return None
        if any(isinstance(item, Unreadable) for item in page.items):
            return None
        found |= {item.remote_id for item in page.items}
        if page.next is None:
            return frozenset(found)
        position = page.next
    return None


def _listed(session: Session, target: Target) -> Item:
    page = PULLS[LISTED[target.source]](session, None, "")
    for item in page.items:
        if item.remote_id == target.remote_id:
            return item
    raise NotFound("it was answered or taken back", code="no-request")
