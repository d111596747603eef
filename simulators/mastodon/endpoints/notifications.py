"""Notifications: listed, counted, dismissed; and how far they were read."""

from simulators.mastodon.calls import Answer, Call, Endpoint
from simulators.mastodon.errors import missing
from simulators.mastodon.pack.moments import iso
from simulators.mastodon.pack.notices import group_key, notification
from simulators.mastodon.paging import Listing, answer
from simulators.mastodon.profiles import GOTOSOCIAL
from simulators.mastodon.records import Marker, Notification

Json = dict[str, object]
PATH = "/api/v1/notifications"
REPEATED = (
    "account_id",
    "exclude_types",
    "include_filtered",
    "supported_types",
    "types",
)
MOST_COUNTED = 100
KNOWN = {
    "mention",
    "quote",
    "status",
    "reblog",
    "follow",
    "follow_request",
    "favourite",
    "poll",
    "update",
    "quoted_update",
    "admin.sign_up",
    "admin.report",
    "severed_relationships",
    "moderation_warning",
    "annual_report",
}


def _list(call: Call) -> Answer:
    default = call.state.profile.notification_limit
    most = 80 if call.state.profile.software == GOTOSOCIAL else 2 * default
    listing = Listing(default, most, REPEATED, always=True)
    return answer(
        call,
        listing,
        [row for row in _newest_first(call) if _is_listed(call, row)],
        lambda row: row.id,
        lambda row: notification(call.state, row) | _fallback(call, row),
    )


def _fallback(call: Call, row: Notification) -> Json:
    """Return words for a kind that the caller did not say it knows (4.6 and later)."""
    known = call.params.texts("supported_types")
    if "quotes" not in call.state.profile.has or not known or row.type in known:
        return {}
    return {"fallback": {"title": f"New: {row.type}", "summary": "Open it there."}}


def _newest_first(call: Call) -> list[Notification]:
    return sorted(_all(call), key=lambda row: call.state.order(row.id), reverse=True)


def _all(call: Call) -> list[Notification]:
    return call.state.notifications[call.user.id]


def _is_listed(call: Call, row: Notification) -> bool:
    return call.state.is_listed(row.arrived) and _wanted(call, row)


def _wanted(call: Call, row: Notification) -> bool:
    """Say whether the parameters ask for a notification; unknown types fit nothing.

    GoToSocial takes unknown types for no wish at all.
    """
    params = call.params
    types = params.texts("types")
    if call.state.profile.software == GOTOSOCIAL:
        types = [kind for kind in types if kind in KNOWN]
    if types and row.type not in types:
        return False
    if row.type in params.texts("exclude_types"):
        return False
    sender = params.text("account_id")
    if sender and row.from_id != sender:
        return False
    return not row.filtered or bool(sender) or params.flag("include_filtered")


def _own(call: Call) -> Notification:
    for row in _all(call):
        if row.id == call.id:
            return row
    raise missing("notification")


def _show(call: Call) -> Json:
    return notification(call.state, _own(call))


def _dismiss(call: Call) -> Json:
    _all(call).remove(_own(call))
    return {}


def _clear(call: Call) -> Json:
    _all(call).clear()
    return {}


def _dismiss_group(call: Call) -> Json:
    rows = _all(call)
    rows[:] = [row for row in rows if group_key(row) != call.names["key"]]
    return {}


def _unread_count(call: Call) -> Json:
    marker = call.state.markers.get((call.user.id, "notifications"))
    order = call.state.order
    bottom = order(marker.last_read_id if marker else "0")
    limit = min(call.params.number("limit", MOST_COUNTED), 1_000)
    fresh = [row for row in _all(call) if not row.filtered and order(row.id) > bottom]
    return {"count": min(len(fresh), limit)}


def _markers(call: Call) -> object:
    """Answer with the named markers; GoToSocial stumbles over unknown names."""
    unknown = set(call.params.texts("timeline")) - {"home", "notifications"}
    if unknown and call.state.profile.software == GOTOSOCIAL:
        words = f"Bad Request: marker timeline name {min(unknown)} not recognized"
        return Answer({"error": words}, 400, tail="{}")
    return {
        name: _packed(call.state.markers[call.user.id, name])
        for name in call.params.texts("timeline")
        if (call.user.id, name) in call.state.markers
    }


def _packed(marker: Marker) -> Json:
    return {
        "last_read_id": marker.last_read_id,
        "version": marker.version,
        "updated_at": iso(marker.updated),
    }


def _set_markers(call: Call) -> Json:
    """Move markers, backwards too: the last one who writes wins."""
    answer: Json = {}
    for name in ("home", "notifications"):
        wanted = call.params.branch(name).text("last_read_id")
        if wanted:
            answer[name] = _packed(move_marker(call, name, wanted))
    return answer


def move_marker(call: Call, name: str, last_read_id: str) -> Marker:
    """Put one marker where the caller says."""
    key, now = (call.user.id, name), call.state.now
    known = call.state.markers.get(key)
    made = Marker(last_read_id, known.version + 1 if known else 0, now)
    call.state.markers[key] = made
    return made


READ, WRITE = ("read:notifications",), ("write:notifications",)
ENDPOINTS = [
    Endpoint("GET", PATH, _list, READ),
    Endpoint("GET", f"{PATH}/unread_count", _unread_count, READ, needs="unread_count"),
    Endpoint("GET", f"{PATH}/{{id}}", _show, READ),
    Endpoint("POST", f"{PATH}/clear", _clear, WRITE, needs="clear"),
    Endpoint("POST", f"{PATH}/{{id}}/dismiss", _dismiss, WRITE, needs="dismiss"),
    Endpoint(
        "POST",
        "/api/v2/notifications/{key}/dismiss",
        _dismiss_group,
        WRITE,
        needs="requests",
    ),
    Endpoint("GET", "/api/v1/markers", _markers, ("read:statuses",), needs="markers"),
    Endpoint(
        "POST", "/api/v1/markers", _set_markers, ("write:statuses",), needs="markers"
    ),
]
