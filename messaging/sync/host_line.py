"""Nobody's connection to a host: its public timelines, for people without an account there.

One for all pages that look, whichever process has it; it ends when nobody looks.
"""

import asyncio
import logging

from django.core.cache import cache

from accounts.clients import VISITED, client_with, outgoing
from inboxhub.lib.http import (
    HostRefused,
    HttpError,
    Socket,
    SocketClosed,
    SocketRefused,
    open_socket,
)
from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.errors import PermanentError, ProviderError
from inboxhub.networks.stream import Stream
from messaging import demands
from messaging.sync.exchange import Exchange
from messaging.sync.pages import Pages
from messaging.sync.reconnect import again_and_again, first_end, keep_alive

logger = logging.getLogger(__name__)

LEASE = 60
RENEW_EVERY = 20.0
ELSEWHERE_WAIT = 10.0
REFUSED, NOT_MISSKEY, NO_ANSWER = "refused", "not-misskey", "no-answer"
TROUBLES = {
    "host-refused": REFUSED,
    **dict.fromkeys(
        ("not-misskey", "not-json", "status-404", "status-405"), NOT_MISSKEY
    ),
}
"""By code of what could not be asked: why no page will see anything of the host."""


class LeaseLost(Exception):
    """Another process has the host now."""


class HostLine:
    """The connection to one host, opened again whenever it ends."""

    def __init__(self, exchange: Exchange, host: str) -> None:
        self.exchange, self.host = exchange, host
        self.pages = Pages(exchange.demands, demands.of_host(host))
        self.pages.ours = False
        self._reached = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await self.exchange.rows(_let_go, self.host, self.exchange.holder)

    async def _run(self) -> None:
        await again_and_again(self._once)

    async def _once(self) -> float:
        try:
            await self._take()
            stream = await self.exchange.ask(self.host, _stream_of, self.host)
            await self.exchange.handshake(self.host)
            await self._connected(stream)
        except (SocketClosed, HttpError, ProviderError, LeaseLost) as error:
            logger.info("stream ended host=%s: %s", self.host, error)
            self.pages.trouble = _trouble(error) or self._silence()
        except Exception:
            logger.exception("a stream failed host=%s", self.host)
        await self.pages.tell_states()
        return 0.0

    def _silence(self) -> str:
        """What was here before comes back sooner or later; of the rest nobody knows."""
        return "" if self._reached else NO_ANSWER

    async def _take(self) -> None:
        """Wait until no other process has the host."""
        while True:
            if await self._holds():
                return
            await asyncio.sleep(ELSEWHERE_WAIT)

    async def _holds(self) -> bool:
        """Take the host, or stay its holder. False where another process has it."""
        held = await self.exchange.rows(_hold, self.host, self.exchange.holder)
        self.pages.ours = held
        return held

    async def _connected(self, stream: Stream) -> None:
        async with open_socket(outgoing(), stream.address.url) as opened:
            self.pages.trouble, self._reached = "", True
            for frame in stream.hello():
                await opened.send(frame)
            await first_end(
                self._read(stream, opened),
                keep_alive(stream, opened),
                self.pages.keep_asking(stream, opened, _nobody),
                self._keep_holding(),
            )

    async def _read(self, stream: Stream, opened: Socket) -> None:
        while True:
            await self.pages.hear(stream.read(await opened.receive()))

    async def _keep_holding(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY)
            if not await self._holds():
                raise LeaseLost("held by another process")


async def _nobody(_conversation_key: str) -> list[RemoteAuthor]:
    return []


def _stream_of(host: str) -> Stream:
    stream = client_with(VISITED, host, {}).stream()
    if stream is None:
        raise PermanentError("the host has no stream", code=NOT_MISSKEY)
    return stream


def _trouble(error: Exception) -> str:
    """What a page can say about it; nothing where it may be better soon."""
    if isinstance(error, HostRefused):
        return REFUSED
    if isinstance(error, SocketRefused | PermanentError):
        return NOT_MISSKEY
    return TROUBLES.get(error.code, "") if isinstance(error, ProviderError) else ""


def _hold(host: str, holder: str) -> bool:
    """The cache is shared where processes are several, as the channel layer is."""
    if cache.add(_key(host), holder, LEASE):
        return True
    if cache.get(_key(host)) != holder:
        return False
    cache.set(_key(host), holder, LEASE)
    return True


def _let_go(host: str, holder: str) -> None:
    if cache.get(_key(host)) == holder:
        cache.delete(_key(host))


def _key(host: str) -> str:
    return f"host-stream:{host}"
