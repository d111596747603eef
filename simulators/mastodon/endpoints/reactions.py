"""Favourites, boosts, bookmarks, and threads that one does not want to hear of."""

from collections.abc import Callable

from simulators.mastodon import writing
from simulators.mastodon.calls import Call, Endpoint
from simulators.mastodon.endpoints.statuses import visible
from simulators.mastodon.errors import ApiError
from simulators.mastodon.pack.statuses import status
from simulators.mastodon.records import DIRECT, PRIVATE, Status

Json = dict[str, object]
Change = Callable[[Call, Status], object]


def _changed(change: Change) -> Callable[[Call], Json]:
    """Return an endpoint that changes a status and answers with it."""

    def run(call: Call) -> Json:
        row = visible(call)
        change(call, row)
        return status(call.state, row, call.viewer)

    return run


def _reblog(call: Call) -> Json:
    row = visible(call)
    row = call.state.statuses.get(row.reblog_of or "", row)
    own = row.user_id == call.user.id
    if row.visibility == DIRECT or (row.visibility == PRIVATE and not own):
        raise ApiError("forbidden")
    made = writing.reblog(call.state, call.user, row)
    return status(call.state, made, call.viewer)


def _favourite(call: Call, row: Status) -> None:
    writing.favourite(call.state, call.user, row)


def _unfavourite(call: Call, row: Status) -> None:
    writing.unfavourite(call.state, call.user, row)


def _unreblog(call: Call, row: Status) -> None:
    writing.unreblog(call.state, call.user, row)


def _bookmark(call: Call, row: Status) -> None:
    row.bookmarks.add(call.user.id)


def _unbookmark(call: Call, row: Status) -> None:
    row.bookmarks.discard(call.user.id)


def _mute(call: Call, row: Status) -> None:
    call.state.muted_threads.add((call.user.id, row.thread))


def _unmute(call: Call, row: Status) -> None:
    call.state.muted_threads.discard((call.user.id, row.thread))


def _verb(verb: str, change: Change, scope: str, needs: str = "") -> Endpoint:
    path = f"/api/v1/statuses/{{id}}/{verb}"
    return Endpoint("POST", path, _changed(change), (scope,), needs=needs)


ENDPOINTS = [
    _verb("favourite", _favourite, "write:favourites"),
    _verb("unfavourite", _unfavourite, "write:favourites"),
    _verb("bookmark", _bookmark, "write:bookmarks"),
    _verb("unbookmark", _unbookmark, "write:bookmarks"),
    _verb("mute", _mute, "write:mutes", "mute"),
    _verb("unmute", _unmute, "write:mutes", "mute"),
    Endpoint("POST", "/api/v1/statuses/{id}/reblog", _reblog, ("write:statuses",)),
    Endpoint(
        "POST",
        "/api/v1/statuses/{id}/unreblog",
        _changed(_unreblog),
        ("write:statuses",),
        limits=("deleting",),
    ),
]
