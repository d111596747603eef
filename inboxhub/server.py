"""The one-process server: daphne for the browsers, the engine's threads beside it."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Protocol

from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server
from twisted.internet import defer, reactor, threads

logger = logging.getLogger(__name__)

REQUESTS_MAY_TAKE = 10.0
# The largest picture that goes along with a message, 10 MB, and the form around it.
# Everything else would be written to disk before anybody asks who sends it.
LONGEST_BODY = 11 * 1024 * 1024
_TOO_LARGE = (
    b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
)


class Background(Protocol):
    """What runs beside the web server: `messaging.sync.engine.Engine`."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


class Streams(Protocol):
    """What runs in the server's own event loop: `messaging.sync.listen.Listeners`."""

    def start(self) -> None: ...
    async def stop(self) -> None: ...


class PortTaken(Exception):
    """Somebody else listens there; the text says where."""


class _Request(WebRequest):
    """Ends the connection of whoever sends a body that no page of ours asks for."""

    left = LONGEST_BODY

    def process(self) -> object:
        # Daphne would let the visitor say below which path the site lies.
        self.requestHeaders.removeHeader(b"daphne-root-path")
        return super().process()

    def gotLength(self, length: int | None) -> None:  # noqa: N802  Twisted's
        super().gotLength(0 if length and length > LONGEST_BODY else length)
        if length and length > LONGEST_BODY:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802  Twisted's
        if len(data) <= self.left:
            super().handleContentChunk(data)
        elif self.left >= 0:
            self._refuse()
        self.left -= len(data)

    def _refuse(self) -> None:
        self.left = -1
        self.channel.transport.write(_TOO_LARGE)
        self.channel.transport.loseConnection()


class _Factory(HTTPFactory):
    def buildProtocol(self, address: object) -> object:  # noqa: N802  Twisted's
        protocol = super().buildProtocol(address)
        protocol.requestFactory = _Request
        return protocol


class InboxServer(Server):
    """Serves until SIGINT or SIGTERM, then ends requests and turns in good order.

    `ready` is called once somebody can connect.
    """

    def __init__(
        self,
        application: object,
        host: str,
        port: int,
        background: tuple[Background, Streams] | None,
        ready: Callable[[], None],
    ) -> None:
        interface = host.replace(":", r"\:")
        endpoint = f"tcp:port={port}:interface={interface}"
        super().__init__(application, endpoints=[endpoint], server_name="InboxHub")
        self.background: Background | None = background[0] if background else None
        self.streams: Streams | None = background[1] if background else None
        self.ready = ready
        self.refusal = ""
        self.ports: list[object] = []

    @property
    def http_factory(self) -> HTTPFactory:
        return self._http_factory

    @http_factory.setter
    def http_factory(self, made: HTTPFactory) -> None:
        """Daphne makes its own in `run`."""
        self._http_factory = _Factory(made.server)

    def run(self) -> None:
        """Blocks. Raises PortTaken where daphne itself would return without a word."""
        reactor.callWhenRunning(self._started)
        reactor.addSystemEventTrigger("before", "shutdown", self._wind_down)
        super().run()
        if self.refusal:
            raise PortTaken(self.refusal)

    def listen_success(self, port: object) -> None:
        self.ports.append(port)
        super().listen_success(port)
        self.ready()

    def listen_error(self, failure: object) -> None:
        """Daphne would log it besides; `run` says it."""
        self.refusal = failure.getErrorMessage()  # type: ignore[attr-defined]
        self.stop()

    def _started(self) -> None:
        # Twisted replaces the hook; without this no warning would ever be seen.
        logging.captureWarnings(True)
        if self.background is not None and not self.refusal:
            self.background.start()
        if self.streams is not None and not self.refusal:
            # In the loop, which does not turn yet.
            reactor.callLater(0, self.streams.start)

    def _wind_down(self) -> object:
        for port in self.ports:
            port.stopListening()  # type: ignore[attr-defined]
        waits = [self._requests_done()]
        if self.background is not None and not self.refusal:
            waits.append(threads.deferToThread(self.background.stop))
        if self.streams is not None and not self.refusal:
            ending = asyncio.ensure_future(self.streams.stop())
            waits.append(defer.Deferred.fromFuture(ending))
        return defer.DeferredList(waits, consumeErrors=True)

    def _requests_done(self) -> object:
        """Fires when no HTTP request is open any more, or time is up."""
        done = defer.Deferred()
        ends_at = time.monotonic() + REQUESTS_MAY_TAKE

        def look() -> None:
            open_requests = [
                protocol
                for protocol, details in self.connections.items()
                if isinstance(protocol, WebRequest) and "disconnected" not in details
            ]
            if not open_requests or time.monotonic() > ends_at:
                done.callback(None)
            else:
                reactor.callLater(0.05, look)

        look()
        return done
