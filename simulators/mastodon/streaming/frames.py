"""What a program says on its stream, and what its token lets it hear."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from simulators.mastodon.profiles import GOTOSOCIAL
from simulators.mastodon.state import State
from simulators.mastodon.streaming.hub import (
    DIRECT,
    HOME,
    NOTIFICATIONS,
    Listener,
    Subscription,
)
from simulators.sockets import SocketFault

Params = Mapping[str, object]
PUBLIC = {
    "public",
    "public:media",
    "public:local",
    "public:local:media",
    "public:remote",
    "public:remote:media",
}
TAGS = {"hashtag", "hashtag:local"}
PLAIN_NAMES = {"public", "public:local", "user", "direct", "list"}


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """An error that is said inside of the stream, which stays open."""

    text: str
    status: int = 400


UNKNOWN = Refusal("Unknown stream type")
SCOPES = Refusal("Access token does not have the required scopes", 401)
NO_TAG = Refusal("Missing tag name parameter")
NO_LIST = Refusal("Missing list name parameter")
NOT_YOUR_LIST = Refusal("Not authorized to stream this list", 401)


def hear(state: State, listener: Listener, text: str) -> None:
    """Do what one frame asks for."""
    hear_it = _hear_plain if state.profile.software == GOTOSOCIAL else _hear
    with state.lock:
        hear_it(state, listener, text)
        state.hub.changed.notify_all()


def _hear(state: State, listener: Listener, text: str) -> None:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not isinstance(said, dict):
        return
    match said.get("type"):
        case "subscribe":
            subscribe(state, listener, said.get("stream"), said)
        case "unsubscribe":
            _unsubscribe(listener, said.get("stream"), said)
        case _:
            pass


def subscribe(state: State, listener: Listener, name: object, params: Params) -> None:
    """Begin a stream; beginning it twice changes nothing, refusals are told."""
    name = name[0] if isinstance(name, list) and name else name
    if state.profile.software == GOTOSOCIAL:
        wanted = f"{name}:{params['list']}" if params.get("list") else str(name)
        listener.subscriptions[wanted] = Subscription((wanted,), (wanted,))
    else:
        try:
            _check_scopes(listener, name)
            found = _subscription(listener, name, params)
        except Refusal as refusal:
            _say(listener, {"error": refusal.text, "status": refusal.status})
        else:
            listener.subscriptions.setdefault(_key(found), found)


def _unsubscribe(listener: Listener, name: object, params: Params) -> None:
    name = name[0] if isinstance(name, list) and name else name
    try:
        found = _subscription(listener, name, params)
    except Refusal:
        _say(listener, {"error": "Error unsubscribing from channel"})
    else:
        listener.subscriptions.pop(_key(found), None)


def _key(subscription: Subscription) -> str:
    return ";".join(subscription.channels)


def _say(listener: Listener, error: dict[str, object]) -> None:
    listener.socket.send(json.dumps(error, separators=(",", ":")))


def _check_scopes(listener: Listener, name: object) -> None:
    """Ask for no scope where all may listen, even before the name is looked at."""
    if isinstance(name, str) and name in PUBLIC | TAGS:
        return
    needed = "read:notifications" if name == "user:notification" else "read:statuses"
    if not {"read", needed} & _scopes(listener):
        raise SCOPES


def _scopes(listener: Listener) -> set[str]:
    return set(listener.token.scopes) if listener.token else set()


def _subscription(listener: Listener, name: object, params: Params) -> Subscription:
    """Return what a name stands for; `user` brings fewer channels to smaller tokens."""
    match name:
        case "user":
            notices = {"read", "read:notifications"} & _scopes(listener)
            more = (NOTIFICATIONS,) if notices else ()
            return Subscription(("user",), (HOME, *more))
        case "user:notification":
            return Subscription(("user:notification",), (NOTIFICATIONS,))
        case "direct":
            return Subscription(("direct",), (DIRECT,))
        case str() if name in PUBLIC:
            return Subscription((name,), (name,))
        case str() if name in TAGS:
            tag = params.get("tag")
            if not isinstance(tag, str) or not tag:
                raise NO_TAG
            return Subscription((name, tag), (f"{name}:{tag.lower()}",))
        case "list":
            raise NOT_YOUR_LIST if params.get("list") else NO_LIST
        case _:
            raise UNKNOWN


def _hear_plain(state: State, listener: Listener, text: str) -> None:
    """As GoToSocial hears: what it cannot read ends the connection, without a word."""
    said = _read_plain(text)
    if said is None:
        listener.socket.strike(SocketFault("drop"))
        return
    name = said.get("stream", "")
    if name not in PLAIN_NAMES:
        return
    wanted = f"{name}:{said['list']}" if said.get("list") else name
    match said.get("type"):
        case "subscribe":
            subscribe(state, listener, name, said)
        case "unsubscribe":
            listener.subscriptions.pop(wanted, None)
        case _:
            pass


def _read_plain(text: str) -> dict[str, str] | None:
    """Return the texts of a frame, None where it does not fit GoToSocial's struct."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if said is None:
        return {}
    if not isinstance(said, dict):
        return None
    known = {key: said[key] for key in ("type", "stream", "list") if said.get(key)}
    return known if all(isinstance(value, str) for value in known.values()) else None
