"""The door `/api/v1/streaming`: who may come in, and what happens to the others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web

from simulators.mastodon import door
from simulators.mastodon.keys import STATE
from simulators.mastodon.profiles import GOTOSOCIAL, SHARKEY
from simulators.mastodon.records import Token
from simulators.mastodon.state import Served, State
from simulators.mastodon.streaming.frames import hear, subscribe
from simulators.mastodon.streaming.hub import Listener
from simulators.sockets import Socket, SocketFault

PATH = "/api/v1/streaming"
SHOWN = ("stream", "tag", "list")
NO_TEXT = 1003
Refused = tuple[int, str]


async def stream(request: web.Request) -> web.StreamResponse:
    """Answer `GET /api/v1/streaming`, with a token in one of its three places."""
    state = request.app[STATE]
    plain = state.profile.software == GOTOSOCIAL
    if state.profile.software == SHARKEY:
        return await door.answer(request)
    if request.headers.get("Upgrade", "").lower() != "websocket":
        return _no_upgrade() if plain else await door.answer(request)
    with state.lock:
        found = _plain_token(state, request) if plain else _token(state, request)
        status = found[0] if isinstance(found, tuple) else 101
        _remember(state, request, status, found)
    if isinstance(found, tuple):
        return _refused_plainly(*found) if plain else _refused(*found)
    listener = Listener(
        Socket(protocols=() if plain else _protocols(request)),
        found.user_id if found else None,
        found,
    )
    try:
        return await listener.socket.serve(
            request,
            lambda text: hear(state, listener, text),
            ready=lambda: _enter(state, listener, request),
            binary=SocketFault("drop" if plain else "close", NO_TEXT),
        )
    finally:
        with state.lock:
            state.hub.remove(listener)


async def health(request: web.Request) -> web.Response:
    """Answer `GET /api/v1/streaming/health`; GoToSocial knows no such thing."""
    if request.app[STATE].profile.software in (GOTOSOCIAL, SHARKEY):
        return await door.answer(request)
    return web.Response(text="OK")


async def on_this_loop(app: web.Application) -> AsyncIterator[None]:
    """Tell the hub its loop while the application runs, and let its heart beat."""
    state = app[STATE]
    state.hub.on_loop(asyncio.get_running_loop())
    heart = asyncio.create_task(_beat(state)) if state.hub.pings else None
    yield
    if heart:
        heart.cancel()
        with suppress(asyncio.CancelledError):
            await heart
    with state.lock:
        state.hub.on_loop(None)


async def close_all(app: web.Application) -> None:
    """Say goodbye to all connections before the server stops."""
    state = app[STATE]
    with state.lock:
        for listener in state.hub.of(None):
            listener.socket.strike(SocketFault("close"))


async def _beat(state: State) -> None:
    """Ping all connections on one clock, whenever they came."""
    while True:
        await asyncio.sleep(state.hub.pings)
        with state.lock:
            state.hub.beat()


def _enter(state: State, listener: Listener, request: web.Request) -> None:
    with state.lock:
        state.hub.add(listener)
        if name := request.query.get("stream"):
            subscribe(state, listener, name, request.query)
        state.hub.changed.notify_all()


def _protocols(request: web.Request) -> tuple[str, ...]:
    """Return the first name that the program offers, whatever it is."""
    named = request.headers.get("Sec-WebSocket-Protocol", "")
    return tuple(word.strip() for word in named.split(",")[:1] if word.strip())


# --- Who may come in ------------------------------------------------------------------


def _token(state: State, request: web.Request) -> Token | Refused | None:
    """Return the token, None for nobody, or why nobody may come in."""
    protocol = request.headers.get("Sec-WebSocket-Protocol", "")
    word = request.query.get("access_token") or protocol
    if header := request.headers.get("Authorization", ""):
        word = header.removeprefix("Bearer ")
    if not word:
        nobody = "old_streams" in state.profile.has
        return None if nobody else (401, "Missing access token")
    return _living(state, word) or (401, "Invalid access token")


def _living(state: State, word: str) -> Token | None:
    token = state.tokens.get(word)
    if token is None or token.user_id is None or token.app_id not in state.apps:
        return None
    return None if state.users[token.user_id].disabled else token


def _plain_token(state: State, request: web.Request) -> Token | Refused:
    """As GoToSocial reads it: the scope matters only outside of the header."""
    named = request.query.get("access_token") or request.headers.get(
        "Sec-WebSocket-Protocol", ""
    )
    header = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = _living(state, named or header)
    if token is None:
        return 401, "Unauthorized: token not supplied"
    if named and "read" not in token.scopes:
        return 403, "Forbidden: token has insufficient scope permission"
    return token


def _refused(status: int, text: str) -> web.Response:
    headers = {"X-Error-Message": text, "Connection": "close"}
    return web.Response(status=status, headers=headers, content_type="text/plain")


def _refused_plainly(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)


def _no_upgrade() -> web.Response:
    return web.Response(status=400, text="Bad Request\n")


def _remember(
    state: State, request: web.Request, status: int, found: Token | Refused | None
) -> None:
    """Keep the handshake among the calls, without its token."""
    user_id = found.user_id if isinstance(found, Token) else None
    user = state.users[user_id].username if user_id else ""
    shown = {key: request.query[key] for key in SHOWN if key in request.query}
    state.served.append(Served("GET", PATH, shown, status, user))
