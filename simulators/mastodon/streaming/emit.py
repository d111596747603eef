"""What happens on the host as events for those who listen.

Whoever calls holds the state's lock. Payloads are made only when somebody listens.
"""

import json
from collections.abc import Callable, Iterable

from simulators.mastodon.pack import notices
from simulators.mastodon.pack import statuses as pack
from simulators.mastodon.profiles import GOTOSOCIAL
from simulators.mastodon.records import Announcement, Notification, Row, Status
from simulators.mastodon.state import State
from simulators.mastodon.streaming.home import public_channels, readers
from simulators.mastodon.streaming.hub import DIRECT, HOME, NOTIFICATIONS, Listener

Payload = Callable[[], str | None]
# What GoToSocial calls the channels: a socket gets an event once, for the first name.
PLAIN = {
    HOME: ("user",),
    NOTIFICATIONS: ("user:notification", "user"),
    DIRECT: ("direct",),
}
PLAIN_DELETES = ("public:local", "public", "user", "direct", "list")


def frame(stream: Iterable[str], event: str, payload: str | None) -> str:
    """Return a frame; None leaves the payload out."""
    written: dict[str, object] = {"stream": list(stream), "event": event}
    if payload is not None:
        written["payload"] = payload
    return _json(written)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _tell(
    state: State, user_id: str | None, channel: str, event: str, payload: Payload
) -> None:
    """Tell a user, or (None) all, what happened in a channel."""
    if state.profile.software == GOTOSOCIAL:
        found = state.hub.first(user_id, PLAIN.get(channel, ()))
    else:
        found = state.hub.audience(user_id, channel)
    _send(state, list(found), event, payload)


def _send(
    state: State,
    found: list[tuple[Listener, tuple[str, ...]]],
    event: str,
    payload: Payload,
) -> None:
    if found:
        written = payload()
        for listener, stream in found:
            state.hub.send(listener, frame(stream, event, written))


# --- statuses -----------------------------------------------------------------------


def written(state: State, status: Status) -> None:
    """`update` in the timelines."""
    for user_id in readers(state, status):
        _tell(state, user_id, HOME, "update", _status(state, status, user_id))
    for channel in public_channels(state, status):
        _tell(state, None, channel, "update", _status(state, status, None))


def edited(state: State, status: Status) -> None:
    """`status.update` in the timelines and, on newer Mastodon, for who is mentioned."""
    event = "status.update"
    for user_id in readers(state, status):
        _tell(state, user_id, HOME, event, _status(state, status, user_id))
    for channel in public_channels(state, status):
        _tell(state, None, channel, event, _status(state, status, None))
    if _is_plain(state) or "old_streams" in state.profile.has:
        return
    for user_id in status.mentions:
        _tell(state, user_id, NOTIFICATIONS, event, _status(state, status, user_id))


def erased(state: State, status: Status) -> None:
    """`delete` where it stood and for who is mentioned; on GoToSocial for all."""

    def payload() -> str:
        return status.id

    if _is_plain(state):
        found = list(state.hub.first(None, PLAIN_DELETES))
        _send(state, found, "delete", payload)
        return
    for user_id in [*readers(state, status), *status.mentions]:
        _tell(state, user_id, HOME, "delete", payload)
    for channel in public_channels(state, status):
        _tell(state, None, channel, "delete", payload)


def _status(state: State, status: Status, viewer: str | None) -> Payload:
    def payload() -> str:
        packed = pack.status(state, status, viewer)
        if viewer == status.user_id and not _is_plain(state):
            packed["pinned"] = False  # here even where nothing could be pinned
        return _json(packed)

    return payload


def _is_plain(state: State) -> bool:
    return state.profile.software == GOTOSOCIAL


# --- what is for one person -----------------------------------------------------------


def notified(state: State, row: Notification) -> None:
    """`notification`, unless it is held back."""
    status = state.statuses.get(row.status_id or "")
    if row.filtered or _hidden(state, row.user_id, status):
        return
    _tell(
        state,
        row.user_id,
        NOTIFICATIONS,
        "notification",
        lambda: _json(notices.notification(state, row)),
    )


def conversation(state: State, row: Row) -> None:
    """`conversation` at every change of a row; on GoToSocial only when others write."""
    last = state.statuses.get(row.status_ids[-1])
    if _is_plain(state):
        own = last is None or last.user_id == row.user_id
        if own or _hidden(state, row.user_id, last):
            return
    _tell(
        state,
        row.user_id,
        DIRECT,
        "conversation",
        lambda: _json(notices.conversation(state, row)),
    )


def row_changed(state: State, row: Row) -> None:
    """Mastodon tells of rows that are read, unread or shortened, GoToSocial does not."""
    if not _is_plain(state):
        conversation(state, row)


def _hidden(state: State, user_id: str, status: Status | None) -> bool:
    """Say whether a filter of the receiver hides a status; Mastodon only marks it."""
    if not _is_plain(state) or status is None:
        return False
    return any(
        rule.action == "hide" and "notifications" in rule.context
        for rule in pack.rules_for(state, status, user_id)
    )


def merged(state: State, user_id: str) -> None:
    """`notifications_merged`, when what waited of somebody has been let in."""
    _tell(state, user_id, NOTIFICATIONS, "notifications_merged", lambda: "1")


def filters_changed(state: State, user_id: str) -> None:
    """An event without payload; newer Mastodon loses those on the way."""
    if _is_plain(state):
        _tell(state, user_id, HOME, "filters_changed", lambda: "")
    elif "old_streams" in state.profile.has:
        _tell(state, user_id, HOME, "filters_changed", lambda: None)


# --- what is for all ------------------------------------------------------------------


def announced(state: State, row: Announcement) -> None:
    """`announcement`, new or changed; nobody in particular has read it."""
    packed = notices.announcement(row, "")
    del packed["read"]
    _to_all(state, "announcement", _json(packed))


def announcement_reacted(state: State, row: Announcement, name: str) -> None:
    """`announcement.reaction` with the new count."""
    count = len(row.reactions.get(name, ()))
    told = {"name": name, "count": count, "announcement_id": row.id}
    _to_all(state, "announcement.reaction", _json(told))


def announcement_gone(state: State, row: Announcement) -> None:
    """`announcement.delete`."""
    _to_all(state, "announcement.delete", row.id)


def _to_all(state: State, event: str, payload: str) -> None:
    if "announcements" in state.profile.has:
        _tell(state, None, HOME, event, lambda: payload)
