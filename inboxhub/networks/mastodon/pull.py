"""The listings, page by page, by the host's own `Link`. Listing marks nothing read.

A short or an empty page is not the end; no link to a following page is.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from inboxhub.networks.base import Page, RemoteMessage, Unreadable, newest_first
from inboxhub.networks.errors import PermanentError
from inboxhub.networks.mastodon.abilities import CONVERSATIONS, FOLLOWS, MARKERS
from inboxhub.networks.mastodon.facts import LEVEL_4_6
from inboxhub.networks.mastodon.ids import id_of, newer, newest_of
from inboxhub.networks.mastodon.links import Position, Query
from inboxhub.networks.mastodon.notices import (
    SUPPORTED,
    follow_times,
    read_announcement,
    read_follow_request,
    read_notification,
    read_notification_request,
)
from inboxhub.networks.mastodon.rows import Row, listed, read_row
from inboxhub.networks.mastodon.session import Session
from inboxhub.networks.mastodon.statuses import (
    DIRECT,
    is_kept,
    read_status,
    unnamed_parents,
)
from inboxhub.networks.values import Viewer, mapping_of, moment_of

NOTIFICATIONS = "/api/v1/notifications"
FOLLOW_REQUESTS = "/api/v1/follow_requests"
FILTERED_PEOPLE = "/api/v1/notifications/requests"
MARKER: Query = {"timeline[]": "notifications"}
AT_MOST: Query = {"limit": "80"}
OWN: Query = {"limit": "40", "exclude_reblogs": "true"}
EXPANDED = 5  # threads that are fetched in one pull

Item = RemoteMessage | Unreadable


def pull_conversations(session: Session, position: str | None, newest: str) -> Page:
    """Direct statuses: the last of each row, then what stands above them.

    Mastodon API: `/api/v1/conversations`, `/api/v1/statuses/:id/context`. The list
    gives only the last status of a row, so each thread that moved since the pull
    before is fetched besides.
    """
    at = Position.read(position)
    if at.expand:
        around = newest_first(_threads(session, at.expand[:EXPANDED]))
        rest = at.without(EXPANDED)
        return Page(_once(around), rest.following(), beside=bool(rest.expand))
    page = listed(session, at.address)
    rows = [read_row(raw, session.viewer) for raw in page.rows]
    since = newest if position is None else at.since
    moved = [r.last_id for r in rows if r.last_id and newer(r.last_id, since)]
    following = Position(page.following, since=since, expand=tuple(moved))
    unread = {row.key for row in rows if row.unread}
    items = [
        last_of(row, session.viewer, caught_up=row.key not in unread)
        for row in rows
        if row.last is not None or not row.id  # while one is deleted there is none
    ]
    known = newest_of([newest, *(row.last_id for row in rows)])
    return Page(_once(items), following.following(), known, beside=bool(moved))


def pull_notices(session: Session, position: str | None, newest: str) -> Page:
    """Notifications of all kinds. Mastodon API: `/api/v1/notifications`, `markers`.

    What is newer than the marker is unread. A marker that another client sets back
    does not count: it would bring back what was read here.
    """
    at = Position.read(position)
    known, _, seen = newest.partition(" ")
    marker = at.marker
    if position is None:
        marker = seen
        if session.facts.gives(MARKERS):
            with suppress(PermanentError):
                marker = newest_of([seen, read_marker(session)])
    query: Query = AT_MOST
    if session.facts.level >= LEVEL_4_6:
        query = {**AT_MOST, "supported_types[]": SUPPORTED}
    page = session.page(NOTIFICATIONS, query, at.address)
    items: list[Item] = [_notice(row, session, marker) for row in page.rows]
    if session.facts.gives(FOLLOWS):
        # Their notifications stay for ever; their own listing has the open ones.
        items = [item for item in items if item.source != "follow_request"]
    ids = [id_of(mapping_of(row).get("id")) for row in page.rows]
    following = Position(page.following, marker=marker).following()
    told = f"{newest_of([known, *ids])} {marker}".rstrip()
    return Page(_once(items), following, told, heads=tuple(ids))


def pull_own(session: Session, position: str | None, newest: str) -> Page:
    """My direct statuses and my answers. Mastodon API: `/api/v1/accounts/:id/statuses`.

    Where each answered status takes a call of its own, only new answers are told.
    """
    at = Position.read(position)
    since = newest if position is None else at.since
    where = f"/api/v1/accounts/{session.viewer.me}/statuses"
    page = session.page(where, OWN, at.address)
    ids = [id_of(mapping_of(row).get("id")) for row in page.rows]
    told = page.rows
    if not session.facts.bulk:
        pairs = zip(page.rows, ids, strict=True)
        told = [row for row, one in pairs if not one or newer(one, since)]
    items = [item for item in read_own(session, told) if is_kept(item)]
    following = Position(page.following, since=since).following()
    told_last = newest_of([newest, *ids])
    return Page(_once(items), following, told_last, heads=tuple(ids))


def pull_follow_requests(session: Session, position: str | None, newest: str) -> Page:
    """Who asks to follow me. Mastodon API: `/api/v1/follow_requests`.

    The listing tells no time: it is in the notification of the request, or else it is
    when we first saw it, which `newest` remembers.
    """
    where = Position.read(position).address
    page = session.page(FOLLOW_REQUESTS, AT_MOST, where)
    times = _times(newest) | _notified(session) if page.rows else {}
    now = session.line.now().replace(microsecond=0)
    ids = [id_of(mapping_of(row).get("id")) for row in page.rows]
    asked = {person: times.get(person, now) for person in ids}
    items = [
        read_follow_request(row, session.viewer, asked[person])
        for row, person in zip(page.rows, ids, strict=True)
    ]
    told = " ".join(f"{who}={when.isoformat()}" for who, when in asked.items() if who)
    return Page(_once(items), Position(page.following).following(), told)


def pull_filtered(session: Session, position: str | None, newest: str) -> Page:
    """People whose notifications are filtered (4.3), with their last status.

    Mastodon API: `/api/v1/notifications/requests`.
    """
    page = session.page(FILTERED_PEOPLE, AT_MOST, Position.read(position).address)
    items = [read_notification_request(row, session.viewer) for row in page.rows]
    return Page(_once(items), Position(page.following).following())


def pull_announcements(session: Session, position: str | None, newest: str) -> Page:
    """What the host tells all its people, on one page. Mastodon API: announcements."""
    page = session.page("/api/v1/announcements", {"with_dismissed": "true"})
    return Page(_once(read_announcement(row, session.viewer) for row in page.rows))


def read_own(session: Session, rows: Sequence[object]) -> list[Item]:
    """Own statuses, each answer beside what it answers: that is looked up."""
    me = session.viewer.me
    parents = session.statuses(list(unnamed_parents(rows, me)))
    around = {id_of(mapping_of(row).get("id")): row for row in rows} | parents
    return [read_status(row, session.viewer, parents=around) for row in rows]


def read_marker(session: Session) -> str:
    """The id up to which notifications are read; empty when it was never set."""
    answer = session.get("/api/v1/markers", MARKER)
    timeline = mapping_of(mapping_of(answer).get("notifications"))
    return id_of(timeline.get("last_read_id"))


def _notice(row: object, session: Session, marker: str) -> Item:
    identifier = id_of(mapping_of(row).get("id"))
    unread = newer(identifier, marker) if marker and identifier else None
    item = read_notification(row, session.viewer, unread=unread)
    rowed = item.source == DIRECT and session.facts.gives(CONVERSATIONS)
    if rowed and isinstance(item, RemoteMessage) and not item.outgoing:
        return replace(item, unread=None)  # the row of its conversation knows better
    return item


def last_of(row: Row, viewer: Viewer, *, caught_up: bool) -> Item:
    """The last status of a row, with what only the row knows."""
    item = read_status(row.last, viewer, hint="message")
    if isinstance(item, Unreadable) or item.kind != "message":
        return item
    people = {person.remote_id: person for person in (*item.participants, *row.people)}
    return replace(
        item,
        participants=tuple(people.values()),
        conversation_ids=(row.id,) if row.id else (),
        unread=item.unread if item.outgoing else row.unread,
        read_through=row.unread is False and caught_up,
    )


def _threads(session: Session, ids: Iterable[str]) -> list[RemoteMessage]:
    """The direct statuses around these; what is gone meanwhile is left out."""
    found: list[RemoteMessage] = []
    for one in ids:
        try:
            context = mapping_of(session.get(f"/api/v1/statuses/{one}/context"))
        except PermanentError:
            continue
        for side in (context.get("ancestors"), context.get("descendants")):
            rows = side if isinstance(side, list) else []
            items = [read_status(row, session.viewer) for row in rows]
            found += [i for i in items if isinstance(i, RemoteMessage)]
    return [item for item in found if item.source == DIRECT]


def _once(items: Iterable[Item]) -> tuple[Item, ...]:
    """One item per remote object: a mention and its edit are about the same status."""
    found: dict[tuple[str, str], Item] = {}
    for number, item in enumerate(items):
        key = (item.source, item.remote_id or f"?{number}")
        before = found.setdefault(key, item)
        if isinstance(before, RemoteMessage) and isinstance(item, RemoteMessage):
            notice = before.notification_id or item.notification_id
            unread = item.unread if before.unread is None else before.unread
            found[key] = replace(before, notification_id=notice, unread=unread)
        elif isinstance(item, RemoteMessage):
            found[key] = item
    return tuple(found.values())


def _notified(session: Session) -> dict[str, datetime]:
    """Nobody's time is worth an error."""
    query: Query = {**AT_MOST, "types[]": "follow_request"}
    try:
        return follow_times(session.page(NOTIFICATIONS, query).rows)
    except PermanentError:
        return {}


def _times(newest: str) -> dict[str, datetime]:
    pairs = (word.partition("=") for word in newest.split())
    found = {person: moment_of(when) for person, _, when in pairs}
    return {person: when for person, when in found.items() if when}


PULLS: dict[str, Callable[[Session, str | None, str], Page]] = {
    "conversations": pull_conversations,
    "notifications": pull_notices,
    "own": pull_own,
    "follow-requests": pull_follow_requests,
    "filtered": pull_filtered,
    "announcements": pull_announcements,
}
