"""A simulator that ends leaves no connection behind."""

import asyncio
import gc
import socket
import threading
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from simulators.serving import Server

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


@pytest.mark.parametrize("closed", [False, True])
def test_connection_whose_other_side_reads_nothing_ends_with_the_server(
    closed: bool,
) -> None:
    full = threading.Event()

    async def talk(request: web.Request) -> web.WebSocketResponse:
        answer = web.WebSocketResponse(timeout=0.1)
        await answer.prepare(request)
        assert request.transport
        request.transport.write(bytes(64 << 20))  # more than the kernel's buffers hold
        if closed:
            request.protocol.force_close()
        full.set()
        await asyncio.sleep(60)
        return answer

    app = web.Application()
    app.router.add_get("/", talk)
    server = Server(app)
    server.start()
    with socket.create_connection(("127.0.0.1", server.port)) as reader:
        reader.sendall(HANDSHAKE)
        assert full.wait(10)
        server.stop()
        gc.collect()  # an open transport complains here, and warnings are errors


@pytest.mark.parametrize("rounds", range(4))
def test_connection_that_is_accepted_while_the_server_ends_is_ended(
    rounds: int,
) -> None:
    loops: list[asyncio.AbstractEventLoop] = []
    app = web.Application()
    app.on_startup.append(_noting(loops))
    server = Server(app)
    server.start()
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        let_go.wait(10)
        _later(loops[0], rounds, stop)

    stop = server._stop.set
    loops[0].call_soon_threadsafe(hold)
    assert held.wait(10)
    with socket.create_connection(("127.0.0.1", server.port)):
        let_go.set()
        server._thread.join(10)
        gc.collect()


def _noting(
    loops: list[asyncio.AbstractEventLoop],
) -> Callable[[web.Application], Awaitable[None]]:
    async def note(app: web.Application) -> None:
        loops.append(asyncio.get_running_loop())

    return note


def _later(
    loop: asyncio.AbstractEventLoop, rounds: int, act: Callable[[], None]
) -> None:
    """In one of the next rounds of the loop."""
    if rounds:
        loop.call_soon(_later, loop, rounds - 1, act)
    else:
        act()


def test_connection_that_sent_its_last_words_before_the_end_is_left_alone() -> None:
    """It closed when all was read: nothing is left to cut off."""
    written = threading.Event()
    size = 64 << 20

    async def talk(request: web.Request) -> web.WebSocketResponse:
        answer = web.WebSocketResponse(timeout=0.1)
        await answer.prepare(request)
        assert request.transport
        request.transport.write(bytes(size))
        request.transport.close()
        written.set()
        return answer

    app = web.Application()
    app.router.add_get("/", talk)
    server = Server(app)
    server.start()
    with socket.create_connection(("127.0.0.1", server.port)) as reader:
        reader.sendall(HANDSHAKE)
        assert written.wait(10)
        while reader.recv(1 << 20):
            pass
        server.stop()
    assert not server._thread.is_alive()
