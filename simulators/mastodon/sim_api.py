"""`/_sim/api/…` and `/_sim/state`: the other side for tests and scripts, as JSON."""

import json

from aiohttp import web

from simulators.actions import action
from simulators.faults import Fault
from simulators.mastodon import talks
from simulators.mastodon.keys import FAULTS, PLAY, STATE
from simulators.mastodon.oauth import grants, shortcuts
from simulators.mastodon.play import Play
from simulators.mastodon.records import User
from simulators.mastodon.state import State
from simulators.mastodon.streaming.hub import Listener

Json = dict[str, object]
NEWEST_CALLS = 200


async def act(request: web.Request) -> web.Response:
    """Do one action; its JSON object holds the action's arguments.

    Wrong names and arguments answer 400 with the reason, unknown people and rows too.
    """
    name = request.match_info["action"]
    arguments = await request.json() if request.can_read_body else {}
    try:
        answer = _do(request.app, name, arguments)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        reason = f"{type(error).__name__}: {error}"
        return _json({"error": reason}, 400)
    return _json(answer)


def _json(answer: object, status: int = 200) -> web.Response:
    text = json.dumps(answer, ensure_ascii=False)
    return web.Response(text=text, status=status, content_type="application/json")


def _do(app: web.Application, name: str, arguments: dict[str, object]) -> Json:
    state = app[STATE]
    match name:
        case "fault":
            app[FAULTS].add(Fault(**arguments))  # type: ignore[arg-type]  # checked there
            return {"faults": app[FAULTS].listing()}
        case "clear-faults":
            app[FAULTS].clear()
            return {}
        case "token":
            return {"token": shortcuts.token(state, **arguments)}  # type: ignore[arg-type]  # a TypeError is answered
        case "approve":
            return {"url": grants.approve_url(state, **arguments)}  # type: ignore[arg-type]  # a TypeError is answered
        case _:
            return action(Play, app[PLAY], name.replace("-", "_"))(**arguments)


async def show(request: web.Request) -> web.Response:
    """Show what the host remembers of one person, or of all who have programs."""
    state = request.app[STATE]
    wanted = request.query.get("user")
    with state.lock:
        owners = [user for user in state.users.values() if user.owner]
        if wanted:
            owners = [user for user in owners if user.username == wanted]
        answer: Json = {
            "version": state.profile.version,
            "statuses": len(state.statuses),
            "apps": len(state.apps),
            "faults": request.app[FAULTS].listing(),
            "limits": state.limiter.on,
            "people": {user.username: summary(state, user) for user in owners},
            "streams": [stream(state, one) for one in state.hub.of(None)],
        }
        if wanted:
            answer["details"] = [details(state, user) for user in owners]
    return _json(answer)


def stream(state: State, listener: Listener) -> Json:
    """Return who listens to what on one open stream."""
    owner = state.users.get(listener.user_id or "")
    return {"user": owner.username if owner else None, "streams": listener.streams}


def summary(state: State, user: User) -> Json:
    """Return the counts of one person."""
    rows = talks.of(state, user.id)
    return {
        "id": user.id,
        "conversations": len(rows),
        "unreadConversations": sum(1 for row in rows if row.unread),
        "notifications": len(state.notifications[user.id]),
        "requests": sum(1 for r in state.requests.values() if r.user_id == user.id),
        "followRequests": sum(
            1 for pair in state.follow_requests if pair[1] == user.id
        ),
        "statuses": len(state.written_by[user.id]),
        "tokens": sum(1 for row in state.tokens.values() if row.user_id == user.id),
    }


def details(state: State, user: User) -> Json:
    """Return ids and read states, newest last."""
    marker = state.markers.get((user.id, "notifications"))
    return {
        "statuses": list(state.written_by[user.id]),
        "notifications": [
            {
                "id": row.id,
                "type": row.type,
                "by": state.users[row.from_id].acct,
                "status": row.status_id,
                "filtered": row.filtered,
            }
            for row in state.notifications[user.id]
        ],
        "conversations": [
            {
                "id": row.id,
                "with": [
                    state.users[who].acct for who in row.people if who in state.users
                ],
                "unread": row.unread,
                "statuses": row.status_ids,
            }
            for row in reversed(talks.of(state, user.id))
        ],
        "requests": [
            {"id": row.id, "by": state.users[row.from_id].acct}
            for row in state.requests.values()
            if row.user_id == user.id
        ],
        "marker": marker.last_read_id if marker else None,
        "policy": dict(user.policy),
    }


async def calls(request: web.Request) -> web.Response:
    """List the newest calls that the API answered, without secrets."""
    state = request.app[STATE]
    with state.lock:
        rows = list(state.served)[-NEWEST_CALLS:]
    packed = [
        {
            "call": row.call,
            "params": row.params,
            "status": row.status,
            "user": row.user,
            "headers": row.headers,
        }
        for row in rows
    ]
    return _json(packed)
