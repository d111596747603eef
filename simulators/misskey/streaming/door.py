"""The door `/streaming`: who may come in, and what happens to those who may not."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from simulators.misskey import errors
from simulators.misskey.api import STATE
from simulators.misskey.records import Token
from simulators.misskey.state import State
from simulators.misskey.streaming.frames import hear
from simulators.misskey.streaming.hub import Listener
from simulators.sockets import Socket, SocketFault

PINGS = 60.0  # seconds


async def stream(request: web.Request) -> web.StreamResponse:
    """Answer `GET /streaming`, with a token in `i` or in the header, or without one."""
    state = request.app[STATE]
    if request.headers.get("Upgrade", "").lower() != "websocket":
        return web.Response(status=426, text="Upgrade Required")
    word = _written_token(state, request)
    with state.lock:
        token = state.tokens.get(word)
        suspended = token is not None and state.users[token.user_id].suspended
    if word and (token is None or not _reads_account(state, token)):
        return await _refuse(state, request)
    if suspended:
        return _cut_short(request, b"HTTP/1.1 403 Forbidden\r\n\r\n")
    listener = Listener(
        Socket(pings=PINGS if state.profile.modern else 0),
        token.user_id if token else None,
        token,
    )
    try:
        return await listener.socket.serve(
            request,
            lambda text: hear(state, listener, text),
            ready=lambda: _enter(state, listener),
        )
    finally:
        with state.lock:
            state.hub.remove(listener)


async def on_this_loop(app: web.Application) -> AsyncIterator[None]:
    """Tell the hub its loop while the application runs; all connections end with it."""
    state = app[STATE]
    state.hub.on_loop(asyncio.get_running_loop())
    yield
    with state.lock:
        state.hub.on_loop(None)


async def close_all(app: web.Application) -> None:
    """Say goodbye to all connections before the server stops."""
    state = app[STATE]
    with state.lock:
        for listener in state.hub.listeners:
            listener.socket.strike(SocketFault("close", code=1001))


def _enter(state: State, listener: Listener) -> None:
    with state.lock:
        state.hub.add(listener)


def _written_token(state: State, request: web.Request) -> str:
    header = request.headers.get("Authorization", "")
    if state.profile.modern and header.startswith("Bearer "):
        return header.removeprefix("Bearer ")
    return request.query.get("i", "")


def _reads_account(state: State, token: Token) -> bool:
    if not state.profile.modern or token.native:
        return True
    return "read:account" in token.permissions


async def _refuse(state: State, request: web.Request) -> web.StreamResponse:
    """401 without length or body; hosts before 13.13 never answer."""
    if not state.profile.modern:
        await asyncio.Event().wait()
    challenge = (
        f'{errors.REALM}, error="invalid_token", '
        'error_description="Failed to authenticate"'
    )
    head = f"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: {challenge}\r\n\r\n"
    return _cut_short(request, head.encode())


def _cut_short(request: web.Request, head: bytes) -> web.StreamResponse:
    """Write the bare head and close; the returned answer never leaves."""
    if request.transport is not None:
        request.transport.write(head)
        request.transport.close()
    return web.Response()
