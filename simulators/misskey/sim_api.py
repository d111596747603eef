"""`/_sim/api/…` and `/_sim/state`: the other side for tests and scripts, as JSON."""

from aiohttp import web

from simulators.actions import action
from simulators.faults import Fault
from simulators.misskey import chatting, miauth, people
from simulators.misskey.api import STATE, dumps
from simulators.misskey.keys import FAULTS, PLAY
from simulators.misskey.play import Play
from simulators.misskey.records import User
from simulators.misskey.state import State
from simulators.misskey.streaming.hub import Listener

Json = dict[str, object]


async def act(request: web.Request) -> web.Response:
    """Do one action; its JSON object holds the action's arguments.

    Wrong names and arguments answer 400 with the reason, unknown people and notes too.
    """
    name = request.match_info["action"]
    arguments = await request.json() if request.can_read_body else {}
    try:
        answer = _do(request.app, name, arguments)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        reason = f"{type(error).__name__}: {error}"
        return web.json_response({"error": reason}, status=400)
    return web.json_response(answer, dumps=dumps)


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
            return {"token": make_token(state, **arguments)}  # type: ignore[arg-type]  # a TypeError is answered
        case "approve":
            return _approve(state, **arguments)  # type: ignore[arg-type]  # a TypeError is answered
        case _:
            return action(Play, app[PLAY], name.replace("-", "_"))(**arguments)


def make_token(
    state: State,
    user: str,
    permissions: list[str] | None = None,
    *,
    native: bool = False,
) -> str:
    """Make a token without the approval page; no list means all that exist."""
    with state.lock:
        asked = state.profile.permissions if permissions is None else permissions
        owner = state.by_acct(user)
        rights = frozenset(asked)
        return people.make_token(state, owner, permissions=rights, native=native).token


def _approve(
    state: State, session: str, user: str, permission: str = "", name: str = ""
) -> Json:
    with state.lock:
        asked = {"permission": permission, "name": name}
        miauth.approve(state, session, state.by_acct(user), asked)
    return {}


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
            "notes": len(state.notes),
            "chats": len(state.chats),
            "faults": request.app[FAULTS].listing(),
            "limits": state.limiter.on,
            "streams": [stream(state, one) for one in state.hub.listeners],
            "people": {user.username: summary(state, user) for user in owners},
        }
        if wanted:
            answer["details"] = [details(state, user) for user in owners]
    return web.json_response(answer, dumps=dumps)


def stream(state: State, listener: Listener) -> Json:
    """Return who listens to what on one open stream."""
    return {
        "user": state.users[listener.user_id].acct if listener.user_id else "",
        "channels": listener.joined,
        "captures": listener.captured,
    }


def summary(state: State, user: User) -> Json:
    """Return the counts of one person."""
    return {
        "id": user.id,
        "unreadNotifications": sum(
            1 for row in state.notifications[user.id] if not row.read
        ),
        "unreadChats": sum(1 for pair in state.unread_chats if pair[0] == user.id),
        "notes": len(state.notes_by[user.id]),
        "mentions": len(state.mentions_of[user.id]),
        "notifications": len(state.notifications[user.id]),
        "chats": len(state.partners[user.id]),
        "tokens": sum(1 for row in state.tokens.values() if row.user_id == user.id),
    }


def details(state: State, user: User) -> Json:
    """Return ids and read states, newest last."""
    return {
        "notes": list(state.notes_by[user.id].walk(None, None, ascending=True)),
        "mentions": list(state.mentions_of[user.id].walk(None, None, ascending=True)),
        "notifications": [
            {"id": row.id, "type": row.type, "note": row.note_id, "read": row.read}
            for row in state.notifications[user.id]
        ],
        "chats": [
            {
                "with": state.users[partner].acct,
                "read": (user.id, key) not in state.unread_chats,
                "messages": list(state.chats_in[key].walk(None, None, ascending=True)),
            }
            for partner in sorted(state.partners[user.id])
            for key in [chatting.pair_key(user.id, partner)]
        ],
    }


async def calls(request: web.Request) -> web.Response:
    """List the newest calls that the API answered, without tokens."""
    state = request.app[STATE]
    with state.lock:
        rows = list(state.served)[-200:]
    packed = [
        {"endpoint": r.endpoint, "body": r.body, "status": r.status} for r in rows
    ]
    return web.json_response(packed, dumps=dumps)
