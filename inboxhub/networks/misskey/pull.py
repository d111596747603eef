"""The listings of notes, notices and requests, page by page.

One way for all versions: the newest page, then `untilId` = the smallest id of the page;
`sinceId` sorts differently from version to version. A short page is not the end.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from inboxhub.networks.base import Page, RemoteAuthor, RemoteMessage, Unreadable
from inboxhub.networks.errors import ProviderError
from inboxhub.networks.misskey.facts import unread_notices
from inboxhub.networks.misskey.ids import is_id
from inboxhub.networks.misskey.notes import is_kept, read_note
from inboxhub.networks.misskey.notices import (
    NOTE_TYPES,
    read_follow_request,
    read_notification,
)
from inboxhub.networks.misskey.people import read_user
from inboxhub.networks.misskey.session import Session
from inboxhub.networks.values import mapping_of

LIMIT = 100
MOST_NAMED = 100

Item = RemoteMessage | Unreadable


def pull_mentions(session: Session, position: str | None, newest: str) -> Page:
    """Notes that name me or are addressed to me. Misskey API: `notes/mentions`."""
    rows = session.rows("notes/mentions", _at(position))
    return _notes(session, rows, position, newest, hint="mention")


def pull_own(session: Session, position: str | None, newest: str) -> Page:
    """My direct notes and my answers. Misskey API: `users/notes`.

    The only listing that has them. `includeReplies` is what `withReplies` was called
    before 2023.9.1.
    """
    of_me = {"userId": session.viewer.me, "withReplies": True, "includeReplies": True}
    rows = session.rows("users/notes", of_me | _at(position))
    return _notes(session, rows, position, newest, hint="post")


def pull_notices(session: Session, position: str | None, newest: str) -> Page:
    """Notifications, of every kind. Misskey API: `i/notifications`.

    `markAsRead` must be said, it is true by default. Up to 13.10 a notification says
    itself whether it is read; since then the newest ones are unread, as many as `i`
    counts. A position is the id to go on below and, after `~`, how many are left.
    """
    until, _, told = (position or "").partition("~")
    rows = session.rows("i/notifications", notice_query(session, until or None))
    if session.facts.old_notices:
        found = [_old_notice(row, session) for row in rows]
        items = _once(_without_requests(found, session))
        return Page(items, _next(rows, until), _newest(rows, newest), _heads(rows))
    left = _unread_left(session, position, int(told) if told.isdecimal() else 0)
    found = [
        read_notification(
            row,
            session.viewer,
            unread=None if left is None else index < left,
        )
        for index, row in enumerate(rows)
    ]
    following = _next(rows, until)
    if following and left and left > len(rows):
        following = f"{following}~{left - len(rows)}"
    items = _once(_without_requests(found, session))
    return Page(items, following, _newest(rows, newest), _heads(rows))


def pull_requests(session: Session, position: str | None, newest: str) -> Page:
    """Who asks to follow me, on one page. Misskey API: `following/requests/list`."""
    rows = session.rows("following/requests/list", {"limit": LIMIT})
    return Page(_once(read_follow_request(row, session.viewer) for row in rows))


def notice_query(session: Session, until: str | None) -> dict[str, object]:
    """Up to 12.x, listing mentions marks their notifications read whatever is asked.

    They come from `notes/mentions` anyway.
    """
    query: dict[str, object] = {"markAsRead": False, **_at(until)}
    if session.facts.old_notices:
        query["excludeTypes"] = ["mention", "reply"]
    return query


def with_people(session: Session, items: Sequence[Item], above: str = "") -> list[Item]:
    """Name the addressees of direct notes with an id greater than `above`.

    A note has only their ids. Misskey API: `users/show` with `userIds`. Nobody's name
    is worth an error.
    """
    found: dict[str, RemoteAuthor] = {}
    wanted = _unnamed(items, above)
    if wanted:
        try:
            rows = session.rows("users/show", {"userIds": wanted})
        except ProviderError:
            rows = []
        people = [read_user(row, session.viewer) for row in rows[:MOST_NAMED]]
        found = {person.remote_id: person for person in people if person}
    return [_named(item, found) for item in items]


def _notes(
    session: Session,
    rows: list[object],
    position: str | None,
    newest: str,
    *,
    hint: str,
) -> Page:
    found = _once(read_note(row, session.viewer, hint=hint) for row in rows)
    kept = [i for i in found if isinstance(i, Unreadable) or is_kept(i)]
    items = with_people(session, kept, above=newest)
    following = _next(rows, position or "")
    return Page(tuple(items), following, _newest(rows, newest), _heads(rows))


def _old_notice(row: object, session: Session) -> Item:
    """Listing has cleared the flag of note notifications: only "unread" is news."""
    raw = mapping_of(row)
    read = raw.get("isRead")
    unread = not read if isinstance(read, bool) else None
    kind = raw.get("type")
    if not unread and isinstance(kind, str) and kind in NOTE_TYPES and kind != "renote":
        unread = None
    return read_notification(row, session.viewer, unread=unread)


def _without_requests(items: Iterable[Item], session: Session) -> list[Item]:
    """Follow requests have a listing of their own, which has the open ones only.

    Their notifications stay for ever and tell another time, so they count only where
    the token may not read that listing.
    """
    wanted = "read:following" in session.facts.missing
    return [item for item in items if wanted or item.source != "follow_request"]


def _unread_left(session: Session, position: str | None, told: int) -> int | None:
    """How many of the page and below are unread. Asked after the page, so that what

    arrives in between makes one too many unread, never one too few.
    """
    if position is not None and not told:
        return 0
    count = unread_notices(session.call("i"))
    if position is None or count == 0:
        return count
    return told


def _at(position: str | None) -> dict[str, object]:
    if not position:
        return {"limit": LIMIT}
    return {"limit": LIMIT, "untilId": position}


def _ids(rows: Iterable[object]) -> list[str]:
    ids = (mapping_of(row).get("id") for row in rows)
    return [identifier for identifier in ids if is_id(identifier)]


def _heads(rows: Iterable[object]) -> tuple[str, ...]:
    return tuple(_ids(rows))


def _next(rows: Sequence[object], position: str) -> str | None:
    """The smallest id of the page; None where the host does not get any further."""
    smallest = min(_ids(rows), default=None)
    if smallest is None or (position and smallest >= position):
        return None
    return smallest


def _newest(rows: Sequence[object], newest: str) -> str:
    return max([newest, *_ids(rows)])


def _once(items: Iterable[Item]) -> tuple[Item, ...]:
    """One item per remote object: a bell and a mention can be about the same note."""
    found: dict[tuple[str, str], Item] = {}
    for number, item in enumerate(items):
        key = (item.source, item.remote_id or f"?{number}")
        before = found.get(key)
        if isinstance(before, RemoteMessage) and isinstance(item, RemoteMessage):
            unread = before.unread or item.unread if before.unread is not None else None
            found[key] = replace(before, unread=unread)
        else:
            found.setdefault(key, item)
    return tuple(found.values())


def _unnamed(items: Iterable[Item], above: str) -> list[str]:
    ids: dict[str, None] = {}
    for item in items:
        if isinstance(item, RemoteMessage) and item.remote_id > above:
            known = {person.remote_id for person in item.participants}
            ids |= dict.fromkeys(i for i in _people_of(item) if i not in known)
    return list(ids)[:MOST_NAMED]


def _named(item: Item, found: dict[str, RemoteAuthor]) -> Item:
    if not isinstance(item, RemoteMessage):
        return item
    known = {person.remote_id for person in item.participants}
    more = [found[i] for i in _people_of(item) if i in found and i not in known]
    return replace(item, participants=(*item.participants, *more)) if more else item


def _people_of(item: RemoteMessage) -> list[str]:
    """Whom a direct note is between, by its conversation's key."""
    if item.kind != "message" or item.conversation_key.startswith("many:"):
        return []
    return [i for i in item.conversation_key.split(",") if i != "self"]


PULLS: dict[str, Callable[[Session, str | None, str], Page]] = {
    "mentions": pull_mentions,
    "own": pull_own,
    "notifications": pull_notices,
    "requests": pull_requests,
}
