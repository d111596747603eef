"""What a program says on its stream. What is wrong or refused is passed over silently."""

import json
from collections.abc import Mapping

from simulators.misskey import chatting, notifying
from simulators.misskey.api import call, remember
from simulators.misskey.errors import ApiError
from simulators.misskey.profiles import CHAT, MESSAGING
from simulators.misskey.state import State
from simulators.misskey.streaming.chats import INDEX, OLD, ROOM, USER
from simulators.misskey.streaming.hub import MAIN, Channel, Listener
from simulators.misskey.streaming.timelines import OWN, TIMELINES

MOST_CHANNELS = 32
ALIASES = {"s": "subNote", "sr": "subNote", "un": "unsubNote", "ch": "channel"}
Json = Mapping[str, object]


def hear(state: State, listener: Listener, text: str) -> None:
    """Do what one frame asks for."""
    if text == "ping" and not state.profile.modern:
        listener.socket.send("pong")
        return
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return
    kind = frame.get("type") if isinstance(frame, dict) else None
    body = frame.get("body") if isinstance(frame, dict) else None
    if not isinstance(kind, str) or not isinstance(body, dict):
        return
    with state.lock:
        _do(state, listener, ALIASES.get(kind, kind), body)
        state.hub.changed.notify_all()


def _do(state: State, listener: Listener, kind: str, body: Json) -> None:
    note_id = str(body.get("id"))
    match kind:
        case "connect":
            _connect(state, listener, body)
        case "disconnect":
            _disconnect(listener, body.get("id"))
        case "channel":
            _to_channel(state, listener, body)
        case "subNote":
            listener.captures[note_id] += 1
        case "unsubNote":
            listener.captures[note_id] = max(0, listener.captures[note_id] - 1)
        case "readNotification" if listener.user_id:
            user = state.users[listener.user_id]
            notifying.read_all(state, user, asked=True)
        case "api" if state.profile.stream_api:
            _answer(state, listener, body)
        case _:
            pass


# --- Channels -------------------------------------------------------------------------


def _connect(state: State, listener: Listener, body: Json) -> None:
    name, channel_id, params = body.get("channel"), body.get("id"), body.get("params")
    if not isinstance(name, str) or not isinstance(channel_id, str):
        return
    channel = Channel(name, params if isinstance(params, dict) else {})
    if not _may_join(state, listener, channel):
        return
    listener.channels[channel_id] = channel
    if body.get("pong") is True:
        listener.send("connected", {"id": channel_id})


def _may_join(state: State, listener: Listener, channel: Channel) -> bool:
    joined = [one for one in listener.channels.values() if not one.left]
    if state.profile.modern and len(joined) >= MOST_CHANNELS:
        return False
    if channel.name == MAIN and any(one.name == MAIN for one in joined):
        return False
    offered = {
        MAIN: "read:account",
        **dict.fromkeys(TIMELINES, ""),
        **dict.fromkeys(OWN, "read:account"),
        **_chat_channels(state),
    }
    if channel.name not in offered:
        return False
    public = channel.name in TIMELINES and channel.name not in OWN
    if listener.user_id is None:
        return public
    if channel.name == ROOM:
        return _is_inside(state, listener.user_id, channel.params.get("roomId"))
    return _permits(state, listener, offered[channel.name])


def _chat_channels(state: State) -> dict[str, str]:
    if state.profile.chat == CHAT:
        return {USER: "read:chat", ROOM: "read:chat"}
    if state.profile.chat == MESSAGING:
        return {OLD: "read:messaging", INDEX: "read:messaging"}
    return {}


def _is_inside(state: State, user_id: str, room_id: object) -> bool:
    room = state.rooms.get(str(room_id))
    return room is not None and user_id in {room.owner_id, *room.members}


def _permits(state: State, listener: Listener, permission: str) -> bool:
    """Old hosts ask for no permission; what was revoked since is not looked at."""
    token = listener.token
    if not permission or not state.profile.modern or token is None or token.native:
        return True
    return permission in token.permissions


def _disconnect(listener: Listener, channel_id: object) -> None:
    """`main` goes on all the same."""
    if not isinstance(channel_id, str) or channel_id not in listener.channels:
        return
    if listener.channels[channel_id].name == MAIN:
        listener.channels[channel_id].left = True
    else:
        del listener.channels[channel_id]


def _to_channel(state: State, listener: Listener, body: Json) -> None:
    """`read` in an open chat; in the old one with the id of a message."""
    channel = listener.channels.get(str(body.get("id")))
    if channel is None or listener.user_id is None or body.get("type") != "read":
        return
    user, inner = state.users[listener.user_id], body.get("body")
    match channel.name:
        case "chatUser":
            other = str(channel.params.get("otherId"))
            chatting.read(state, user, chatting.pair_key(user.id, other))
        case "chatRoom":
            chatting.read(state, user, str(channel.params.get("roomId")))
        case "messaging":
            message = state.chats.get(
                str(inner.get("id")) if isinstance(inner, dict) else ""
            )
            if message and message.to_user_id == user.id:
                chatting.read_one(state, user, message)
        case _:
            pass


# --- Calls ----------------------------------------------------------------------------


def _answer(state: State, listener: Listener, body: Json) -> None:
    """An API call over the stream: `res`, nothing at all, or `error`."""
    request_id, data = body.get("id"), body.get("data")
    name = body.get("endpoint", body.get("ep"))
    if not isinstance(request_id, str) or not isinstance(name, str):
        return
    arguments = dict(data) if isinstance(data, dict) else {}
    if name not in state.profile.endpoints:
        answer = _NO_ENDPOINT.answer()
        status = 404
    else:
        token = listener.token.token if listener.token else None
        try:
            value = call(state, name, arguments, token)
            answer = {} if value is None else {"res": value}
            status = 200
        except ApiError as error:
            answer, status = error.answer(), error.status
    remember(state, f"stream/{name}", arguments, status)
    listener.send(f"api:{request_id}", answer)


_NO_ENDPOINT = ApiError(
    404,
    "NO_SUCH_ENDPOINT",
    "No such endpoint.",
    "f8080b67-5f9c-4eb7-8c18-7f1eeae8f709",
)
