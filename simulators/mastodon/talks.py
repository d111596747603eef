"""Conversations as rows: one per owner, thread and set of people."""

from dataclasses import replace

from simulators.mastodon.profiles import GOTOSOCIAL
from simulators.mastodon.records import Past, Row, Status
from simulators.mastodon.state import State
from simulators.mastodon.streaming import emit


def people_of(user_id: str, status: Status) -> tuple[str, ...]:
    """Return the others of a direct status, as one of them sees it."""
    return tuple(sorted({status.user_id, *status.mentions} - {user_id}))


def find(state: State, user_id: str, status: Status) -> Row | None:
    """Return the row that a status belongs to, if its owner has one."""
    row_id = state.row_of.get((user_id, status.thread, people_of(user_id, status)))
    return state.rows.get(row_id) if row_id else None


def add(state: State, user_id: str, status: Status) -> Row:
    """Put a status into its row; an own one marks the row read, others unread.

    A removed row comes back under a new id and holds only this status. On GoToSocial
    an own answer leaves the row as unread as it was.
    """
    row = find(state, user_id, status)
    own = status.user_id == user_id
    if row is None:
        row_id = state.ids.count("conversation", status.created)
        people = people_of(user_id, status)
        row = Row(row_id, user_id, status.thread, people)
        state.rows[row_id] = row
        state.row_of[user_id, status.thread, people] = row_id
    elif status.id in row.status_ids:
        return row
    _remember(state, row)
    row.status_ids = state.sorted([*row.status_ids, status.id])
    if not (own and state.profile.software == GOTOSOCIAL):
        row.unread = not own
    emit.conversation(state, row)
    return row


def _remember(state: State, row: Row) -> None:
    if state.lag:
        row.past.append(Past(state.now, tuple(row.status_ids), row.unread))


def as_listed(state: State, row: Row) -> Row | None:
    """Return a row as lists show it, which may be late; None where they lack it."""
    for past in row.past:
        if state.is_listed(past.until):
            continue
        known = [each for each in past.status_ids if each in state.statuses]
        return replace(row, status_ids=known, unread=past.unread) if known else None
    return row


def mark(state: State, row: Row, *, unread: bool) -> None:
    """Mark a row read, or unread; all programs of its owner are told."""
    row.unread = unread
    emit.row_changed(state, row)


def drop(state: State, status: Status) -> None:
    """Take a deleted status out of all rows; an empty row vanishes silently."""
    for row in list(state.rows.values()):
        if status.id in row.status_ids:
            row.status_ids.remove(status.id)
            if row.status_ids:
                emit.row_changed(state, row)
            else:
                lose(state, row)


def lose(state: State, row: Row) -> None:
    """Take a row off its owner's list; the statuses stay."""
    state.rows.pop(row.id, None)
    state.row_of.pop((row.user_id, row.thread, row.people), None)


def of(state: State, user_id: str) -> list[Row]:
    """Return somebody's rows, the one with the newest status first."""
    mine = [row for row in state.rows.values() if row.user_id == user_id]
    return sorted(mine, key=lambda row: state.order(row.status_ids[-1]), reverse=True)
