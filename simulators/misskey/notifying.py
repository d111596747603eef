"""Notifications: who gets one, how many are kept, when they count as read."""

from simulators.misskey.records import Note, Notification, Room, User
from simulators.misskey.state import State
from simulators.misskey.streaming import emit

KEPT = 500


def notify(
    state: State,
    user_id: str,
    kind: str,
    *,
    sender: User | None = None,
    note: Note | None = None,
    room: Room | None = None,
    extra: dict[str, object] | None = None,
    moment: int | None = None,
) -> Notification | None:
    """Keep a notification unless it is about oneself, from a muted person, unknown."""
    user = state.users[user_id]
    if user.host is not None or kind not in state.profile.notification_types:
        return None
    if sender and (sender.id == user_id or (user_id, sender.id) in state.mutes):
        return None
    moment = state.now if moment is None else moment
    row = Notification(
        id=state.stamp(moment)[0],
        created=moment,
        type=kind,
        user_id=sender.id if sender else None,
        note_id=note.id if note else None,
        room_id=room.id if room else None,
        extra=extra or {},
    )
    rows = state.notifications[user_id]
    rows.append(row)
    if len(rows) > 1 and rows[-2].created > moment:
        rows.sort(key=lambda item: item.created)
    del rows[:-KEPT]
    emit.notified(state, user_id, row)
    return row


def read_all(state: State, user: User, *, asked: bool = False) -> None:
    """Mark every notification of a user read; news only if any was not, or `asked`."""
    rows = state.notifications[user.id]
    news = asked or any(not row.read for row in rows)
    for row in rows:
        row.read = True
    if news:
        emit.notifications_read(state, user)


def read_some(state: State, user: User, rows: list[Notification]) -> None:
    """Mark some read, as old hosts do; those that were read already are no news."""
    news = [row for row in rows if not row.read]
    for row in news:
        row.read = True
    if news:
        emit.notifications_read(state, user, [row.id for row in news])


def flush(state: State, user: User) -> None:
    """Forget every notification of a user."""
    state.notifications[user.id].clear()
    emit.notifications_flushed(state, user)
