"""Connections of requests and urllib3 under our rules: checked addresses, one deadline.

`_new_conn` is private in urllib3; tests/lib hold it to what is said here.
"""

import os
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Container, Sequence
from contextlib import suppress
from contextvars import ContextVar
from ipaddress import ip_address
from typing import Any, Self

import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from inboxhub.lib.http.errors import DeadlinePassed, HostRefused, HostUnreachable
from inboxhub.lib.http.hosts import Address, authority, is_address, refused
from inboxhub.lib.http.watchdog import Watchdog

CONNECT_SECONDS = 5.0
MOST_ADDRESSES = 4

Resolver = Callable[[str, int], Sequence[str]]
"""Name and port → addresses, best first; OSError when there are none."""

_watchdog = Watchdog()
_current: ContextVar["Call"] = ContextVar("the outgoing call of this thread")


def system_resolver(name: str, port: int) -> Sequence[str]:
    """The addresses that the operating system finds."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


class Call:
    """One outgoing call: dials what was checked, and ends at its deadline.

    A socket's own timeout starts anew with each byte, so a host that drips would hold
    us for ever. Here a watchdog shuts the socket down, through a duplicate that survives
    the hand-over to TLS, in whatever stage the call is.
    """

    def __init__(
        self,
        seconds: float,
        *,
        clock: Callable[[], float],
        resolver: Resolver,
        private: Container[str],
    ) -> None:
        self.fired = False
        self.spoken = False  # whether the request may have begun to go out
        self._seconds = seconds
        self._clock = clock
        self._ends = clock() + seconds
        self._resolver = resolver
        self._private = private
        self._lock = threading.Lock()
        self._duplicate: socket.socket | None = None

    def __enter__(self) -> Self:
        self._token = _current.set(self)
        _watchdog.watch(self._fire, self._seconds)
        return self

    def __exit__(self, *_: object) -> None:
        _watchdog.forget(self._fire)
        _current.reset(self._token)
        with self._lock:
            self._let_go()

    def remaining(self) -> float:
        """Seconds that are left; DeadlinePassed when there are none."""
        seconds = self._ends - self._clock()
        if self.fired or seconds <= 0:
            raise DeadlinePassed("the answer did not come in time")
        return seconds

    def dial(self, name: str, port: int) -> socket.socket:
        """A connection to the first address that answers, of those of one look-up."""
        addresses = self._addresses(name, port)
        if authority(name, port) not in self._private and any(map(refused, addresses)):
            text = f"{name} leads into a private network, which may not be reached"
            raise HostRefused(text, code="private-address")
        for address in addresses[:MOST_ADDRESSES]:
            try:
                return self._connected(address, port)
            except OSError:
                if self.fired:
                    break
        text = f"nothing answers at {name}"
        raise HostUnreachable(text, code="no-answer", host=authority(name, port))

    def watch(self, connection: socket.socket) -> None:
        """From now on this is the socket to shut down when time is up."""
        with self._lock:
            self._let_go()
            self._duplicate = socket.socket(fileno=os.dup(connection.fileno()))
            if self.fired:
                self._shut_down()

    def _addresses(self, name: str, port: int) -> list[Address]:
        found = [name] if is_address(name) else self._looked_up(name, port)
        addresses = [ip_address(address) for address in found]
        if not addresses:
            text = f"there is no server {name}"
            raise HostUnreachable(text, code="no-such-name", host=authority(name, port))
        return addresses

    def _looked_up(self, name: str, port: int) -> Sequence[str]:
        """What the resolver says; in a thread of its own, as nothing can stop it."""
        answers: queue.SimpleQueue[Sequence[str]] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                answers.put(self._resolver(name, port))
            except (OSError, UnicodeError):
                answers.put([])

        threading.Thread(target=look_up, name="look-up", daemon=True).start()
        try:
            return answers.get(timeout=self.remaining())
        except queue.Empty:
            raise DeadlinePassed(f"the name {name} was not found in time") from None

    def _connected(self, address: Address, port: int) -> socket.socket:
        family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            self.watch(connection)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(min(CONNECT_SECONDS, self.remaining()))
            connection.connect((str(address), port))
            connection.settimeout(self.remaining())
        except BaseException:
            connection.close()
            raise
        return connection

    def _fire(self) -> None:
        with self._lock:
            self.fired = True
            self._shut_down()

    def _shut_down(self) -> None:
        if self._duplicate is not None:
            # Not connected yet, or the other side was faster.
            with suppress(OSError):
                self._duplicate.shutdown(socket.SHUT_RDWR)

    def _let_go(self) -> None:
        """An open duplicate would hold back the end of the connection."""
        if self._duplicate is not None:
            self._duplicate.close()
            self._duplicate = None


class _PlainConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _current.get().dial(self.host, self.port)

    def putrequest(self, *args: Any, **options: Any) -> None:
        if self.sock is not None:  # a connection of an earlier call
            _current.get().watch(self.sock)
        _current.get().spoken = True
        super().putrequest(*args, **options)


class _TlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _current.get().dial(self.host, self.port)

    def putrequest(self, *args: Any, **options: Any) -> None:
        if self.sock is not None:  # a connection of an earlier call, or just made
            _current.get().watch(self.sock)
        _current.get().spoken = True
        super().putrequest(*args, **options)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class Adapter(HTTPAdapter):
    """Connections that are dialled by the current `Call`, with our own trust."""

    def __init__(self, trust: ssl.SSLContext) -> None:
        self._trust = trust
        super().__init__(pool_connections=16, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._trust, **options)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _PlainPool,
            "https": _TlsPool,
        }

    def cert_verify(self, conn: Any, url: str, verify: object, cert: object) -> None:
        """The context has its certificates already; loading them again takes 20 ms."""
        conn.cert_reqs = "CERT_REQUIRED"


def trust(ca_file: str = "") -> ssl.SSLContext:
    """Verification against the public authorities, and that of `ca_file` if given."""
    context = urllib3.util.create_urllib3_context()
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    if ca_file:
        context.load_verify_locations(ca_file)
    return context
