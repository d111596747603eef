"""The list of conversations and what one does with its rows."""

from simulators.mastodon import talks
from simulators.mastodon.calls import Call, Endpoint
from simulators.mastodon.errors import missing
from simulators.mastodon.pack.notices import conversation
from simulators.mastodon.paging import Listing, answer
from simulators.mastodon.records import Row

LISTING = Listing(default=20, most=40)
PATH = "/api/v1/conversations"
Json = dict[str, object]


def _list(call: Call) -> object:
    found = [talks.as_listed(call.state, row) for row in _own_rows(call)]
    rows = [row for row in found if row is not None]
    rows.sort(key=lambda row: call.state.order(row.status_ids[-1]), reverse=True)
    return answer(
        call,
        LISTING,
        rows,
        lambda row: row.status_ids[-1],
        lambda row: conversation(call.state, row),
    )


def _own_rows(call: Call) -> list[Row]:
    return talks.of(call.state, call.user.id)


def _own(call: Call) -> Row:
    row = call.state.rows.get(call.id)
    if row is None or row.user_id != call.user.id:
        raise missing("conversation")
    return row


def _read(call: Call) -> Json:
    row = _own(call)
    talks.mark(call.state, row, unread=False)
    return conversation(call.state, row)


def _unread(call: Call) -> Json:
    row = _own(call)
    talks.mark(call.state, row, unread=True)
    return conversation(call.state, row)


def _remove(call: Call) -> Json:
    talks.lose(call.state, _own(call))
    return {}


WRITE = ("write:conversations",)
ENDPOINTS = [
    Endpoint("GET", PATH, _list, scopes=("read:statuses",)),
    Endpoint("POST", f"{PATH}/{{id}}/read", _read, scopes=WRITE, needs="rows"),
    Endpoint("POST", f"{PATH}/{{id}}/unread", _unread, scopes=WRITE, needs="unread"),
    Endpoint("DELETE", f"{PATH}/{{id}}", _remove, scopes=WRITE, needs="rows"),
]
