"""Servers on loopback that answer, drip, break off or lie, byte by byte as told."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from inboxhub.lib.http import Http

PATIENCE = 10.0
SHORT = 0.3
OK = b"HTTP/1.1 200 OK\r\n"


@dataclass
class Server:
    """A loopback server; `seen` holds each request's head and body as received."""

    port: int
    stopped: threading.Event = field(default_factory=threading.Event)
    seen: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"


Behaviour = Callable[[socket.socket, Server], None]


@contextmanager
def serving(
    behaviour: Behaviour,
    *,
    tls: ssl.SSLContext | None = None,
    address: str = "127.0.0.1",
) -> Iterator[Server]:
    """Serve each connection by `behaviour`, in a thread of its own, until the end."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.create_server((address, 0), family=family)
    server = Server(listener.getsockname()[1])
    threads: list[threading.Thread] = []
    # Duplicates: the originals go over to TLS. Shutting them down ends idle connections.
    lines: list[socket.socket] = []

    def talk(connection: socket.socket, line: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.settimeout(PATIENCE)
            if tls is None:
                behaviour(connection, server)
            else:
                with tls.wrap_socket(connection, server_side=True) as wrapped:
                    behaviour(wrapped, server)
        hang_up(line)

    def accept() -> None:
        while not server.stopped.is_set():
            with suppress(OSError):
                connection, _ = listener.accept()
                server.connections += 1
                lines.append(connection.dup())
                arguments = (connection, lines[-1])
                threads.append(threading.Thread(target=talk, args=arguments))
                threads[-1].start()

    threads.append(threading.Thread(target=accept))
    threads[0].start()
    try:
        yield server
    finally:
        server.stopped.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        threads[0].join(PATIENCE)
        for line in lines:
            hang_up(line)
        for thread in threads:
            thread.join(PATIENCE)


def hang_up(line: socket.socket) -> None:
    """End the connection for both sides, however many descriptors it has."""
    with suppress(OSError), line:
        line.shutdown(socket.SHUT_RDWR)


def received(connection: socket.socket, server: Server) -> bool:
    """Wait for one whole request; False when the other side has closed."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return False
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        body += connection.recv(65536)
    server.seen.append(head + b"\r\n\r\n" + body)
    return True


def answer(
    body: bytes = b"{}",
    *,
    status: str = "200 OK",
    headers: str = "",
) -> bytes:
    """The bytes of an answer with the right length."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


def redirect(target: str, status: str = "302 Found") -> bytes:
    """An answer that sends elsewhere."""
    return answer(b"moved", status=status, headers=f"Location: {target}\r\n")


def always(*answers: bytes) -> Behaviour:
    """Give the answers in order, then the last one again and again."""
    waiting = list(answers)

    def behaviour(connection: socket.socket, server: Server) -> None:
        while received(connection, server):
            connection.sendall(waiting.pop(0) if len(waiting) > 1 else waiting[0])

    return behaviour


def dripping(start: bytes, *, after: int = 0) -> Behaviour:
    """Send `start`, then a byte now and then for ever; the first `after` answers are whole."""

    def behaviour(connection: socket.socket, server: Server) -> None:
        for _ in range(after):
            received(connection, server)
            connection.sendall(answer())
        received(connection, server)
        connection.sendall(start)
        while not server.stopped.wait(0.02):
            connection.sendall(b"x")

    return behaviour


def cut_off(start: bytes) -> Behaviour:
    """Send `start` and close."""

    def behaviour(connection: socket.socket, server: Server) -> None:
        received(connection, server)
        connection.sendall(start)

    return behaviour


def endless(start: bytes, piece: bytes) -> Behaviour:
    """Send `start`, then `piece` as fast and as often as the other side takes it."""

    def behaviour(connection: socket.socket, server: Server) -> None:
        received(connection, server)
        connection.sendall(start)
        while not server.stopped.is_set():
            connection.sendall(piece)

    return behaviour


def reaching(server: Server) -> Http:
    """A client that may call this server, and nothing else that is private."""
    return Http(private_hosts=(server.host,))
