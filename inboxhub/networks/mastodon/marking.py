"""What is done to messages on the host: marking read and unread, removing, deleting."""

from collections.abc import Callable, Sequence
from functools import partial

from inboxhub.networks.base import (
    NotFound,
    NotSupported,
    Outcome,
    PermanentError,
    Target,
    TemporaryError,
)
from inboxhub.networks.mastodon.abilities import MARKERS
from inboxhub.networks.mastodon.call import CONFLICT
from inboxhub.networks.mastodon.ids import newer, newest_of
from inboxhub.networks.mastodon.limits import DELETE
from inboxhub.networks.mastodon.pull import read_marker
from inboxhub.networks.mastodon.rows import PATH as ROWS
from inboxhub.networks.mastodon.rows import Row, Walk
from inboxhub.networks.mastodon.session import Session
from inboxhub.networks.mastodon.statuses import DIRECT, STATUS

DONE, GONE = Outcome("done"), Outcome("gone")
NOT_OWN = Outcome("failed", "not-yours")
NO_NOTICE = Outcome("failed", "no-list-of-it")
WRITTEN_AGAIN = Outcome("failed", "written-again")

Verb = Callable[[Session, Walk, list[Row], str], Outcome]


def mark_read(session: Session, walk: Walk, targets: Sequence[Target]) -> list[Outcome]:
    """One outcome per target. Conversations by their rows, notices by the marker.

    The marker is one position for all that is older; it is never set back.
    """
    notices = [t.notification_id for t in targets if _notice_of(t)]
    notices += [t.remote_id for t in targets if t.source == "notification"]
    tells = bool(notices) and session.facts.gives(MARKERS)
    marked = _move_marker(session, newest_of(notices)) if tells else DONE
    rows = _by_rows(session, walk, targets, _read_rows)
    return [
        rows[t.conversation_key] if _in_rows(t) else marked if _notice_of(t) else DONE
        for t in targets
    ]


def mark_unread(
    session: Session,
    walk: Walk,
    targets: Sequence[Target],
) -> list[Outcome]:
    """One outcome per target; only conversations can be unread, the newest row is."""
    rows = _by_rows(session, walk, targets, _unread_row)
    return [rows[t.conversation_key] if _in_rows(t) else DONE for t in targets]


def remove(session: Session, walk: Walk, targets: Sequence[Target]) -> list[Outcome]:
    """Take conversations and notices off the person's own list there."""
    removable = [t for t in targets if t.source == DIRECT]
    rows = _by_rows(session, walk, removable, _remove_rows, own=True)
    return [
        rows[t.conversation_key] if t.source == DIRECT else _dismiss(session, t)
        for t in targets
    ]


def delete(session: Session, targets: Sequence[Target]) -> list[Outcome]:
    """One outcome per target, in order. What was mine and is gone is done."""
    return [_delete_one(session, target) for target in targets]


def _in_rows(target: Target) -> bool:
    return target.source == DIRECT and not target.outgoing


def _notice_of(target: Target) -> bool:
    """Whether a notification stands for it, so that the marker passes over it."""
    if target.source == "notification":
        return True
    return target.source == STATUS and bool(target.notification_id)


# --- Conversations --------------------------------------------------------------------


def _by_rows(
    session: Session,
    walk: Walk,
    targets: Sequence[Target],
    verb: Verb,
    *,
    own: bool = False,
) -> dict[str, Outcome]:
    """The outcome for each conversation, by its key; `own` messages count too."""
    groups: dict[str, list[str]] = {}
    for target in targets:
        if target.source == DIRECT and (own or not target.outgoing):
            groups.setdefault(target.conversation_key, []).append(target.remote_id)
    outcomes: dict[str, Outcome] = {}
    for key, ids in groups.items():
        rows = walk.holding(key, ids)
        newest = newest_of(ids)
        outcomes[key] = _tried(partial(verb, session, walk, rows, newest))
    return outcomes


def _read_rows(session: Session, walk: Walk, rows: list[Row], newest: str) -> Outcome:
    """No row is no work: there are none for filtered and muted people."""
    for row in rows:
        if row.unread is not False:
            _on_row(session, walk, row, "POST", "/read")
            walk.change(row, unread=False)
    return DONE


def _unread_row(session: Session, walk: Walk, rows: list[Row], newest: str) -> Outcome:
    if not rows:
        return GONE
    if rows[0].unread is not True:
        _on_row(session, walk, rows[0], "POST", "/unread")
        walk.change(rows[0], unread=True)
    return DONE


def _remove_rows(session: Session, walk: Walk, rows: list[Row], newest: str) -> Outcome:
    """What nobody here has seen is not swept away: an unread row with a newer message."""
    later = [row for row in rows if row.unread and newer(row.last_id, newest)]
    for row in rows:
        if row not in later:
            _on_row(session, walk, row, "DELETE", "")
            walk.drop(row)
    if later:
        return WRITTEN_AGAIN
    return DONE if rows else GONE


def _on_row(session: Session, walk: Walk, row: Row, method: str, verb: str) -> None:
    """404 says "no such row" and "no such call" alike, so the list is asked again."""
    try:
        session.change(method, f"{ROWS}/{row.id}{verb}")
    except NotFound:
        walk.forget()
        still_there = walk.holding(row.key, [row.last_id])
        if any(other.id == row.id for other in still_there):
            text = f"{session.line.host} does not offer that for conversations"
            raise NotSupported(text, code="not-offered") from None


# --- Notices --------------------------------------------------------------------------


def _move_marker(session: Session, newest: str) -> Outcome:
    """Forward only. Mastodon API: `/api/v1/markers`; 409 asks to try once more."""
    try:
        return _marked(session, newest)
    except TemporaryError as error:
        if error.code != CONFLICT:
            raise
    return _marked(session, newest)


def _marked(session: Session, newest: str) -> Outcome:
    body = {"notifications": {"last_read_id": newest}}

    def move() -> Outcome:
        if newer(newest, read_marker(session)):
            session.change("POST", "/api/v1/markers", body)
        return DONE

    return _tried(move)


def _dismiss(session: Session, target: Target) -> Outcome:
    """Mastodon API: `/api/v1/notifications/:id/dismiss`."""
    own = target.source == "notification"
    notice = target.remote_id if own else target.notification_id
    if not notice or target.source not in {"notification", STATUS}:
        return NO_NOTICE
    where = f"/api/v1/notifications/{notice}"
    try:
        session.change("POST", f"{where}/dismiss")
    except NotFound:
        return _gone_or_not_offered(session, where)
    except NotSupported:
        raise
    except PermanentError as error:
        return Outcome("failed", error.stored)
    return DONE


def _gone_or_not_offered(session: Session, where: str) -> Outcome:
    try:
        session.get(where)
    except NotFound:
        return GONE
    text = f"{session.line.host} does not dismiss single notices"
    raise NotSupported(text, code="not-offered")


# --- Statuses -------------------------------------------------------------------------


def _delete_one(session: Session, target: Target) -> Outcome:
    """Mastodon API: `DELETE /api/v1/statuses/:id`, 30 in half an hour."""
    if not target.outgoing or target.source not in {DIRECT, STATUS}:
        return NOT_OWN
    where = f"/api/v1/statuses/{target.remote_id}"

    def call() -> Outcome:
        session.change("DELETE", where, kind=DELETE)
        return DONE

    return _tried(call)


def _tried(call: Callable[[], Outcome]) -> Outcome:
    """Final answers become outcomes; what may work later is raised to the caller."""
    try:
        return call()
    except NotFound:
        return GONE
    except NotSupported:
        raise
    except PermanentError as error:
        return Outcome("failed", error.stored)
