"""What is done to messages on the host: marking read and unread, removing, deleting."""

from collections.abc import Sequence

from inboxhub.networks.base import Outcome, Target
from inboxhub.networks.errors import (
    NotFound,
    NotSupported,
    PermanentError,
    TemporaryError,
)
from inboxhub.networks.mastodon import conversations
from inboxhub.networks.mastodon.abilities import MARKERS
from inboxhub.networks.mastodon.call import CONFLICT
from inboxhub.networks.mastodon.ids import newer, newest_of
from inboxhub.networks.mastodon.limits import DELETE
from inboxhub.networks.mastodon.lookup import shows_single_notices
from inboxhub.networks.mastodon.pull import read_marker
from inboxhub.networks.mastodon.rows import Walk
from inboxhub.networks.mastodon.session import Session
from inboxhub.networks.mastodon.statuses import DIRECT, STATUS
from inboxhub.networks.outcomes import DONE, GONE, NOT_YOURS, tried

NO_NOTICE = Outcome("failed", "no-list-of-it")


def mark_read(session: Session, walk: Walk, targets: Sequence[Target]) -> list[Outcome]:
    """One outcome per target. Conversations by their rows, notices by the marker.

    The marker is one position for all that is older; it is never set back.
    """
    notices = [t.notification_id for t in targets if _notice_of(t)]
    notices += [t.remote_id for t in targets if t.source == "notification"]
    tells = bool(notices) and session.facts.gives(MARKERS)
    marked = _move_marker(session, newest_of(notices)) if tells else DONE
    rows = conversations.read(walk, filter(_in_rows, targets))
    return [
        rows[t.conversation_key] if _in_rows(t) else marked if _notice_of(t) else DONE
        for t in targets
    ]


def mark_unread(walk: Walk, targets: Sequence[Target]) -> list[Outcome]:
    """One outcome per target; only conversations can be unread, the newest row is."""
    rows = conversations.unread(walk, filter(_in_rows, targets))
    return [rows[t.conversation_key] if _in_rows(t) else DONE for t in targets]


def remove(session: Session, walk: Walk, targets: Sequence[Target]) -> list[Outcome]:
    """Take conversations and notices off the person's own list there."""
    rows = conversations.remove(walk, (t for t in targets if t.source == DIRECT))
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

    def move() -> None:
        if newer(newest, read_marker(session)):
            session.change("POST", "/api/v1/markers", body)

    return tried(move)


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
        if shows_single_notices(session):
            return GONE
    text = f"{session.line.host} does not dismiss single notices"
    raise NotSupported(text, code="not-offered")


# --- Statuses -------------------------------------------------------------------------


def _delete_one(session: Session, target: Target) -> Outcome:
    """Mastodon API: `DELETE /api/v1/statuses/:id`, 30 in half an hour."""
    if not target.outgoing or target.source not in {DIRECT, STATUS}:
        return NOT_YOURS
    where = f"/api/v1/statuses/{target.remote_id}"

    def call() -> None:
        session.change("DELETE", where, kind=DELETE)

    return tried(call)
