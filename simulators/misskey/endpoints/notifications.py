"""Notifications: listing them, marking them read, clearing them."""

from collections.abc import Iterable, Sequence

from simulators.misskey import notifying, writing
from simulators.misskey.calls import Call, Endpoint
from simulators.misskey.errors import invalid_param, refusal
from simulators.misskey.pack import notices
from simulators.misskey.params import FLAG, ID, PAGING, TEXT, Rule
from simulators.misskey.records import Notification

Json = dict[str, object]
OBSOLETE = {"pollVote", "groupInvited"}
_NAMES = Rule("array", items=TEXT)


def listing(call: Call) -> list[Json]:
    """Answer `i/notifications`.

    `markAsRead` is true when left out: from 13.11 on that marks everything read,
    before that what is listed. Old versions clear note dots in any case.
    """
    state, user, params = call.state, call.user, call.params
    include = _known_types(call, "includeTypes")
    exclude = _known_types(call, "excludeTypes") or []
    if include is not None and not include and state.profile.modern:
        return []
    if state.profile.modern and include:
        include = [name for name in include if name not in OBSOLETE]
    found: list[Notification] = []
    packed: list[Json] = []
    for row in _in_order(call):
        if (include and row.type not in include) or row.type in exclude:
            continue
        if _left_out(call, row):
            continue
        item = notices.notification(state, row, user)
        if item is not None:
            found.append(row)
            packed.append(item)
        if len(packed) == params.integer("limit", 10):
            break
    _mark(call, found)
    return packed


def _known_types(call: Call, name: str) -> list[str] | None:
    types = call.params.texts(name)
    for word in types or ():
        if word not in call.state.profile.notification_types:
            reason = "must be equal to one of the allowed values"
            raise invalid_param(f"#/properties/{name}/items/enum", reason)
    return types


def _in_order(call: Call) -> Iterable[Notification]:
    rows: Sequence[Notification] = call.state.notifications[call.user.id]
    since, until = call.params.maybe("sinceId"), call.params.maybe("untilId")
    low = _place(rows, since) + 1 if since else 0
    high = _place(rows, until) if until else len(rows)
    part = rows[low:high]
    return part if since and not until else reversed(part)


def _place(rows: Sequence[Notification], row_id: str) -> int:
    """Return where an id stands, or would stand if it is gone."""
    for place, row in enumerate(rows):
        if row.id == row_id:
            return place
    return sum(1 for row in rows if row.id < row_id)


def _left_out(call: Call, row: Notification) -> bool:
    state, user = call.state, call.user
    if call.params.flag("unreadOnly") and row.read and not state.profile.modern:
        return True
    if row.user_id is None:
        return False
    muted = (user.id, row.user_id) in state.mutes
    return muted or state.users[row.user_id].suspended


def _mark(call: Call, found: list[Notification]) -> None:
    state, user = call.state, call.user
    notes = [state.notes[row.note_id] for row in found if row.note_id]
    writing.clear_dots(state, user, notes)
    if not call.params.flag("markAsRead", default=True):
        return
    if state.profile.modern:
        notifying.read_all(state, user)
    else:
        notifying.read_some(state, user, found)


def read_all(call: Call) -> None:
    """Answer `notifications/mark-all-as-read`."""
    notifying.read_all(call.state, call.user, asked=True)


def read_one(call: Call) -> None:
    """Answer `notifications/read` of 12.77 to 13.10."""
    wanted = call.params.text("notificationId")
    for row in call.state.notifications[call.user.id]:
        if row.id == wanted:
            notifying.read_some(call.state, call.user, [row])
            return
    raise refusal("NO_SUCH_NOTIFICATION", "efa929d5-05b5-47d1-beec-e6a4dbed011e")


def flush(call: Call) -> None:
    """Answer `notifications/flush`: all are gone."""
    notifying.flush(call.state, call.user)


def create(call: Call) -> None:
    """Answer `notifications/create`: an app writes to its own user."""
    params = call.params
    header, icon = params.maybe("header"), params.maybe("icon")
    extra: Json = {"body": params.text("body"), "header": header, "icon": icon}
    if header is None and call.token is not None:
        extra["header"] = call.token.name
    notifying.notify(call.state, call.user.id, "app", extra=extra)


_LISTING = Endpoint(
    listing,
    {
        **PAGING,
        "markAsRead": FLAG,
        "includeTypes": _NAMES,
        "excludeTypes": _NAMES,
        "following": FLAG,
        "unreadOnly": FLAG,
    },
    kind="read:notifications",
)
ENDPOINTS = {
    "i/notifications": _LISTING,
    "notifications/mark-all-as-read": Endpoint(read_all, kind="write:notifications"),
    "notifications/read": Endpoint(
        read_one,
        {"notificationId": ID},
        ("notificationId",),
        kind="write:notifications",
    ),
    "notifications/flush": Endpoint(flush, kind="write:notifications"),
    "notifications/create": Endpoint(
        create,
        {"body": TEXT, "header": Rule(nullable=True), "icon": Rule(nullable=True)},
        ("body",),
        kind="write:notifications",
    ),
}
