"""Outgoing WebSockets: the rules for hosts, and typed ends of whatever goes wrong."""

import asyncio
import gc
import socket
import ssl
import tracemalloc
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve

from inboxhub.lib.http import (
    DeadlinePassed,
    HostRefused,
    HostUnreachable,
    Http,
    HttpError,
    Socket,
    SocketClosed,
    SocketRefused,
    TlsFailed,
    open_socket,
    sockets,
)
from tests.lib.certificates import Authority
from tests.lib.servers import Server, serving

Talk = Callable[[ServerConnection], Awaitable[None]]
SECRET = "canary-of-a-token"
PATIENCE = 20.0


def talk_with(
    behaviour: Talk,
    visit: Callable[[Socket], Awaitable[object]],
    *,
    headers: dict[str, str] | None = None,
    cap: int = sockets.FRAME_CAP,
) -> object:
    """What `visit` gives with a socket to a server that behaves so."""

    async def run() -> object:
        async with serve(behaviour, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            http = Http(private_hosts=(f"127.0.0.1:{port}",))
            address = f"ws://127.0.0.1:{port}/streaming"
            async with open_socket(http, address, headers=headers, cap=cap) as opened:
                return await visit(opened)

    return asyncio.run(run())


def fail_at(url: str, http: Http) -> HttpError:
    async def run() -> None:
        async with open_socket(http, url):
            pass

    with pytest.raises(HttpError) as failed:
        asyncio.run(run())
    assert SECRET not in str(failed.value)
    assert failed.value.__cause__ is None
    return failed.value


async def echo(connection: ServerConnection) -> None:
    request = connection.request
    assert request is not None
    await connection.send(request.headers.get("Authorization", ""))
    async for frame in connection:
        await connection.send(frame)


def test_frames_go_both_ways_and_headers_arrive() -> None:
    async def visit(opened: Socket) -> object:
        first = await opened.receive()
        await opened.send("こんにちは")
        return first, await opened.receive()

    answer = talk_with(echo, visit, headers={"Authorization": "Bearer x"})
    assert answer == ("Bearer x", "こんにちは")


def test_binary_frames_are_passed_over() -> None:
    async def behaviour(connection: ServerConnection) -> None:
        await connection.send(b"\x00\xff")
        await connection.send("text")

    assert talk_with(behaviour, Socket.receive) == "text"


@pytest.mark.parametrize("code", [1000, 1001, 4001])
def test_close_of_the_server_is_told_with_its_code(code: int) -> None:
    async def behaviour(connection: ServerConnection) -> None:
        await connection.close(code)

    with pytest.raises(SocketClosed) as closed:
        talk_with(behaviour, Socket.receive)
    assert closed.value.code == code


def test_connection_cut_in_the_middle_of_a_frame_is_an_end() -> None:
    async def behaviour(connection: ServerConnection) -> None:
        connection.transport.write(b"\x81\x7e\x0f\xff{")
        connection.transport.abort()

    with pytest.raises(SocketClosed) as closed:
        talk_with(behaviour, Socket.receive)
    assert closed.value.code == 1006


def test_frame_above_the_cap_ends_the_connection() -> None:
    async def behaviour(connection: ServerConnection) -> None:
        await connection.send("x" * 2000)
        await connection.wait_closed()

    with pytest.raises(SocketClosed) as closed:
        talk_with(behaviour, Socket.receive, cap=1000)
    assert closed.value.code == 1009


@pytest.mark.parametrize(
    "url",
    [
        "wss://127.0.0.1/streaming",
        "ws://misskey.example/streaming",
        "wss://localhost/streaming",
        "https://misskey.example/streaming",
        f"wss://{SECRET}@misskey.example/streaming",
    ],
)
def test_addresses_that_are_refused_for_requests_are_refused_here(url: str) -> None:
    assert isinstance(fail_at(url, Http()), HostRefused)


def test_name_that_leads_into_a_private_network_is_refused() -> None:
    http = Http(resolver=lambda name, port: ["10.0.0.1"])
    failure = fail_at(f"wss://misskey.example/streaming?i={SECRET}", http)
    assert failure.code == "private-address"


def answering(text: bytes) -> Callable[[socket.socket, Server], None]:
    def behave(connection: socket.socket, server: Server) -> None:
        connection.recv(65536)
        connection.sendall(text)

    return behave


@pytest.mark.parametrize("status", [401, 403, 301, 502])
def test_refused_handshake_tells_its_status(status: int) -> None:
    text = (
        f"HTTP/1.1 {status} No\r\nLocation: ws://10.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    )
    with serving(answering(text.encode())) as server:
        http = Http(private_hosts=(server.host,))
        failure = fail_at(f"ws://{server.host}/streaming?i={SECRET}", http)
    assert isinstance(failure, SocketRefused)
    assert failure.status == status


@pytest.mark.parametrize(
    "text", [b"", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"]
)
def test_what_speaks_no_websocket_is_an_error(text: bytes) -> None:
    with serving(answering(text)) as server:
        http = Http(private_hosts=(server.host,))
        fail_at(f"ws://{server.host}/streaming?i={SECRET}", http)


def test_handshake_that_hangs_ends_at_its_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sockets, "HANDSHAKE", 0.3)
    with serving(lambda connection, server: void(server.stopped.wait())) as server:
        http = Http(private_hosts=(server.host,))
        failure = fail_at(f"ws://{server.host}/streaming?i={SECRET}", http)
    assert isinstance(failure, DeadlinePassed)


def void(_value: object) -> None:
    return None


def test_nobody_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        host = f"127.0.0.1:{free.getsockname()[1]}"
    failure = fail_at(f"ws://{host}/streaming", Http(private_hosts=(host,)))
    assert isinstance(failure, HostUnreachable)


def test_tls_with_a_trusted_certificate_and_without(tmp_path: Path) -> None:
    authority = Authority(tmp_path)

    async def run(tls: ssl.SSLContext, *, ca_file: str) -> str:
        async with serve(echo, "127.0.0.1", 0, ssl=tls) as server:
            origin = f"https://localhost:{server.sockets[0].getsockname()[1]}"
            http = Http(
                private_hosts=(origin,),
                ca_file=ca_file,
                resolver=lambda name, port: ["127.0.0.1"],
            )
            address = origin.replace("https", "wss")
            async with open_socket(http, address, headers={}) as opened:
                return await opened.receive()

    tls = authority.server("localhost")
    assert asyncio.run(run(tls, ca_file=str(authority.file))) == ""
    with pytest.raises(TlsFailed):
        asyncio.run(run(tls, ca_file=""))


def test_host_that_pings_and_never_reads_is_cut_off() -> None:
    """Each ping is answered by a pong as large, which would pile up here."""

    async def behaviour(connection: ServerConnection) -> None:
        connection.transport.pause_reading()
        payload = b"x" * 125
        frame = b"\x89" + bytes([len(payload)]) + payload
        with suppress(ConnectionError):
            while not connection.transport.is_closing():
                connection.transport.write(frame * 2000)
                await asyncio.sleep(0)

    with pytest.raises(SocketClosed) as closed:
        talk_with(behaviour, Socket.receive)
    assert closed.value.code == 1006


def test_tls_of_a_stream_sets_little_memory_aside(tmp_path: Path) -> None:
    authority = Authority(tmp_path)

    async def stay(connection: ServerConnection) -> None:
        await connection.wait_closed()

    async def run() -> int:
        trust = authority.server("127.0.0.1")
        async with serve(stay, "127.0.0.1", 0, ssl=trust) as server:
            port = server.sockets[0].getsockname()[1]
            host = f"https://127.0.0.1:{port}"
            http = Http(private_hosts=(host,), ca_file=str(authority.file))
            before = _traced()
            async with open_socket(http, f"wss://127.0.0.1:{port}/"):
                return _traced() - before

    tracemalloc.start()
    try:
        # Both ends are in this process; by itself asyncio takes 512 KiB for them.
        assert asyncio.run(run()) < 250_000
    finally:
        tracemalloc.stop()


def _traced() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def test_server_that_answers_no_ping_is_left() -> None:
    async def run() -> None:
        left = asyncio.Event()

        async def freeze(connection: ServerConnection) -> None:
            connection.transport.pause_reading()
            await left.wait()
            connection.transport.abort()

        async with serve(freeze, "127.0.0.1", 0, ping_interval=None) as server:
            port = server.sockets[0].getsockname()[1]
            private = (f"127.0.0.1:{port}",)
            http = Http(private_hosts=private, ping_every=0.1)
            try:
                async with open_socket(http, f"ws://127.0.0.1:{port}/") as opened:
                    await opened.receive()
            finally:
                left.set()

    with pytest.raises(SocketClosed):
        asyncio.run(asyncio.wait_for(run(), PATIENCE))
