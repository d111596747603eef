"""Statuses are read, with what stands around them, and looked at by many."""

from simulators.mastodon.calls import ANYBODY, Call, Endpoint
from simulators.mastodon.endpoints.accounts import named
from simulators.mastodon.errors import ApiError, missing
from simulators.mastodon.pack import accounts
from simulators.mastodon.pack.moments import iso
from simulators.mastodon.pack.statuses import status
from simulators.mastodon.paging import Listing, answer
from simulators.mastodon.profiles import GOTOSOCIAL
from simulators.mastodon.records import DIRECT, Status
from simulators.mastodon.state import State

Json = dict[str, object]
PATH = "/api/v1/statuses/{id}"
MOST_BY_ID = 20
MOST_AROUND = 4_096
OF_ACCOUNT = Listing(
    default=20,
    most=40,
    repeated=("exclude_reblogs", "exclude_replies", "only_media", "pinned", "tagged"),
)
HOME = Listing(default=20, most=40)


def visible(call: Call, status_id: str = "") -> Status:
    """Return a status that the caller may see: the path's, or the named one."""
    row = call.state.statuses.get(status_id or call.id)
    if row is None or not call.state.may_see(call.viewer, row):
        if call.state.profile.name == "4.6" and not status_id:
            raise ApiError("route")
        raise missing("status")
    return row


def show(call: Call) -> Json:
    """Answer with the status that the path names."""
    return status(call.state, visible(call), call.viewer)


def _many(call: Call) -> list[Json]:
    """Answer `GET /api/v1/statuses?id[]=…`: what is missing is left out."""
    ids = call.params.texts("id")[:MOST_BY_ID]
    known = [call.state.statuses[row] for row in ids if row in call.state.statuses]
    return [
        status(call.state, row, call.viewer)
        for row in known
        if call.state.may_see(call.viewer, row)
    ]


def _context(call: Call) -> Json:
    row, state = visible(call), call.state
    above: list[Status] = []
    while row.reply_to in state.statuses and len(above) < MOST_AROUND:
        row = state.statuses[row.reply_to]
        above.insert(0, row)
    below = _below(state, call.id)[:MOST_AROUND]
    return {
        "ancestors": [_seen(call, row) for row in above if _may(call, row)],
        "descendants": [_seen(call, row) for row in below if _may(call, row)],
    }


def _below(state: State, status_id: str) -> list[Status]:
    """Return all answers below, each before the answers to it."""
    found: list[Status] = []
    waiting = [*reversed(state.replies_to[status_id])]
    while waiting:
        row = state.statuses[waiting.pop()]
        found.append(row)
        waiting += reversed(state.replies_to[row.id])
    return found


def _may(call: Call, row: Status) -> bool:
    return call.state.may_see(call.viewer, row)


def _seen(call: Call, row: Status) -> Json:
    return status(call.state, row, call.viewer)


def _source(call: Call) -> Json:
    row = visible(call)
    answer: Json = {"id": row.id, "text": row.text, "spoiler_text": row.spoiler}
    if call.state.profile.software == GOTOSOCIAL:
        answer["content_type"] = "text/plain"
    return answer


def _history(call: Call) -> list[Json]:
    """Answer with all states of a status, the first one first."""
    row, state = visible(call), call.state
    author = accounts.account(state, state.users[row.user_id])
    now = status(state, row, call.viewer)
    states = [(edit.created, edit.text, edit.spoiler) for edit in row.edits]
    states.append((row.edited or row.created, row.text, row.spoiler))
    return [
        {
            "content": now["content"] if text == row.text else f"<p>{text}</p>",
            "spoiler_text": spoiler,
            "sensitive": row.sensitive,
            "created_at": iso(created),
            "account": author,
            "media_attachments": now["media_attachments"],
            "emojis": now["emojis"],
        }
        for created, text, spoiler in states
    ]


def _of_account(call: Call) -> object:
    """Answer with somebody's statuses; direct ones only to those concerned."""
    state, params = call.state, call.params
    rows = [state.statuses[row] for row in reversed(state.written_by[named(call).id])]
    wanted = [
        row
        for row in rows
        if _may(call, row)
        and not (params.flag("exclude_reblogs") and row.reblog_of)
        and not (params.flag("exclude_replies") and row.reply_to)
        and not (params.flag("only_media") and not row.media_ids)
        and not params.flag("pinned")
    ]
    return answer(
        call, OF_ACCOUNT, wanted, lambda row: row.id, lambda row: _seen(call, row)
    )


def _home(call: Call) -> object:
    """Answer with what one's own and followed people wrote."""
    state, me = call.state, call.user.id
    people = {me, *(followee for who, followee in state.follows if who == me)}
    ids = state.sorted(row for user in people for row in state.written_by[user])
    rows = [state.statuses[row] for row in reversed(ids)]
    shown = [
        row
        for row in rows
        if _may(call, row)
        and (row.visibility != DIRECT or me in (row.user_id, *row.mentions))
    ]
    return answer(call, HOME, shown, lambda row: row.id, lambda row: _seen(call, row))


READ = ("read:statuses",)
ENDPOINTS = [
    Endpoint("GET", "/api/v1/statuses", _many, READ, ANYBODY, needs="many"),
    Endpoint("GET", PATH, show, READ, ANYBODY),
    Endpoint("GET", f"{PATH}/context", _context, READ, ANYBODY),
    Endpoint("GET", f"{PATH}/source", _source, READ),
    Endpoint("GET", f"{PATH}/history", _history, READ, ANYBODY, needs="edits"),
    Endpoint("GET", "/api/v1/accounts/{id}/statuses", _of_account, READ, ANYBODY),
    Endpoint("GET", "/api/v1/timelines/home", _home, READ),
]
