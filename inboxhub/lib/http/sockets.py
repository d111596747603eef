"""WebSockets to hosts that somebody typed, under the same rules as `Http`'s requests."""

import asyncio
import logging
import socket
import ssl
from asyncio.sslproto import SSLProtocol
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidStatus,
    PayloadTooBig,
    WebSocketException,
)

from inboxhub.lib.http.client import Http
from inboxhub.lib.http.errors import HttpError, failure_of

FRAME_CAP = 2 * 1024 * 1024
HANDSHAKE = 10.0
CLOSING = 2.0
TLS_BUFFER = 16 * 1024
MOST_UNSENT = 1024 * 1024

# Their lines show whole frames and headers, with the token.
_silent = logging.getLogger("inboxhub.lib.http.silent")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False
_silent.setLevel(logging.CRITICAL + 1)


logger = logging.getLogger(__name__)

# asyncio sets aside 256 KiB for each connection with TLS, whatever comes through it.
if hasattr(SSLProtocol, "max_size"):
    SSLProtocol.max_size = TLS_BUFFER
else:
    logger.warning("this Python's TLS takes memory of its own for each stream")


class SocketRefused(HttpError):
    """The server answered the handshake with another status than 101."""

    def __init__(self, host: str, status: int) -> None:
        super().__init__(f"{host} refused the stream with status {status}")
        self.status = status


class SocketClosed(Exception):
    """The connection ended, by whomever. `code` is the close frame's; 1006: none came."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class _Connect(connect):
    def process_redirect(self, exc: Exception) -> Exception:
        """A redirect is a refusal like others: it could lead anywhere."""
        return exc


class _Connection(ClientConnection):
    def data_received(self, data: bytes) -> None:
        """A host that pings without end and never reads would fill our memory."""
        super().data_received(data)
        if self.transport.get_write_buffer_size() > MOST_UNSENT:
            self.transport.abort()


class Socket:
    """An open connection. Frames are text; what is not text is passed over."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, text: str) -> None:
        try:
            await self._connection.send(text)
        except ConnectionClosed as closed:
            raise _ended(closed) from None

    async def receive(self) -> str:
        """The next text frame; SocketClosed when there is none any more."""
        while True:
            try:
                frame = await self._connection.recv()
            except ConnectionClosed as closed:
                raise _ended(closed) from None
            if isinstance(frame, str):
                return frame

    async def close(self) -> None:
        await self._connection.close()


@asynccontextmanager
async def open_socket(
    http: Http,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    cap: int = FRAME_CAP,
) -> AsyncIterator[Socket]:
    """A connection to `ws://` or `wss://` `url`; HttpError when there is none.

    A server that does not answer a ping of ours before the next one is due is closed. A
    frame of more than `cap` bytes closes too. Redirects are not followed.
    """
    # Raised out here, without the library's own error: it may show the address.
    opened = await _opened(http, url, headers or {}, cap)
    if isinstance(opened, HttpError):
        raise opened
    async with opened:
        yield Socket(opened)


async def _opened(
    http: Http, url: str, headers: Mapping[str, str], cap: int
) -> ClientConnection | HttpError:
    host = urlsplit(url).netloc.rpartition("@")[2]
    try:
        dialled, trust, address = await asyncio.to_thread(http.dial, url, HANDSHAKE)
    except HttpError as error:
        return error
    failure: HttpError
    try:
        async with asyncio.timeout(HANDSHAKE):
            return await _connect(
                address, dialled, trust, headers, cap, http.ping_every
            )
    except InvalidStatus as refused:
        failure = SocketRefused(host, refused.response.status_code)
    except (WebSocketException, EOFError):
        failure = HttpError(f"{host} does not speak WebSocket", code="no-socket")
    except (OSError, ValueError) as error:
        failure = failure_of(error, host)
    dialled.close()
    return failure


async def _connect(
    url: str,
    dialled: socket.socket,
    trust: ssl.SSLContext | None,
    headers: Mapping[str, str],
    cap: int,
    ping_every: float,
) -> ClientConnection:
    dialled.setblocking(False)
    return await _Connect(
        url,
        additional_headers=dict(headers),
        user_agent_header="InboxHub",
        # A compression context for each of hundreds of sockets costs more than it saves.
        compression=None,
        proxy=None,
        sock=dialled,
        max_size=cap,
        open_timeout=None,
        close_timeout=CLOSING,
        ping_interval=ping_every,
        ping_timeout=ping_every,
        logger=_silent,
        create_connection=_Connection,
        ssl=trust,
    )


def _ended(closed: ConnectionClosed) -> SocketClosed:
    if isinstance(closed.__cause__, PayloadTooBig):
        return SocketClosed(1009)
    return SocketClosed(closed.rcvd.code if closed.rcvd else 1006)
