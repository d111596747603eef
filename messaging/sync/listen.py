"""Streams: one connection per account, and what it says becomes rows.

Runs in the event loop of the web server, or of a `streams` process. No row is touched
in the loop: the rows' work goes to a few threads, a batch at a time, and while a batch
is stored the next one gathers. What a connection missed is found by a pull, which each
new connection asks for.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from django.db import close_old_connections

from accounts.clients import CLIENTS, client_for, outgoing
from inboxhub.lib.database import short_write
from inboxhub.lib.fields import CannotOpen
from inboxhub.lib.http import (
    HttpError,
    Socket,
    SocketClosed,
    SocketRefused,
    open_socket,
)
from inboxhub.networks.base import ProviderError
from inboxhub.networks.stream import Heard, Stream
from messaging.sync import heard, stream_lease
from messaging.sync.stream_lease import StreamLost

logger = logging.getLogger(__name__)

SWEEP_EVERY = 5.0
RENEW_EVERY = 20.0
MOST = 1_000
"""Streams that one process takes; others may take the rest."""
THREADS = 4
MOST_WAITING = 2_000
"""Frames that wait to be stored; beyond, the network waits too."""
KEEP_ALIVE_EVERY = 45.0
JOIN_WITHIN = 10.0
HEALTHY_AFTER, LONGEST_WAIT = 60.0, 300.0
NOT_OFFERED_WAIT = 3600.0
REFUSED_WAIT = 60.0
HANDSHAKE_GAP = 0.2
"""Seconds between two connections to one host."""

Answer = TypeVar("Answer")


class NotOffered(Exception):
    """The host has no stream for this account now."""


class Listeners:
    """The streams of one process. `start` in a running loop, `stop` at the end."""

    def __init__(self, *, sweep_every: float = SWEEP_EVERY) -> None:
        self.holder = stream_lease.new_holder()
        self.lines: dict[int, Line] = {}
        self.sweep_every = sweep_every
        self.next_handshake: dict[str, float] = {}
        self._workers = ThreadPoolExecutor(THREADS, "stream")
        self._sweeping: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._sweeping = asyncio.get_running_loop().create_task(self._sweep())

    async def stop(self) -> None:
        """Close every connection and let the accounts go."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        ids = list(self.lines)
        await asyncio.gather(*(self._end(account_id) for account_id in ids))
        with suppress(Exception):
            await self.rows(stream_lease.release, self.holder, ids)
        self._workers.shutdown(wait=False)

    async def rows(self, work: Callable[..., Answer], *arguments: object) -> Answer:
        """Run what touches rows, in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._workers, partial(_with_database, work, *arguments)
        )

    async def handshake(self, host: str) -> None:
        """Wait until the host may get one more connection."""
        now = time.monotonic()
        due = max(now, self.next_handshake.get(host, 0.0))
        self.next_handshake[host] = due + HANDSHAKE_GAP
        await asyncio.sleep(due - now)

    async def _sweep(self) -> None:
        renewed_at = time.monotonic()
        while True:
            try:
                if time.monotonic() > renewed_at + RENEW_EVERY:
                    renewed_at = time.monotonic()
                    await self._renew()
                await self._look()
            except Exception:
                logger.exception("a look at the streams failed")
            await asyncio.sleep(self.sweep_every)

    async def _look(self) -> None:
        """End what is over; take what nobody holds."""
        kept = await self.rows(stream_lease.still, self.holder, list(self.lines))
        for account_id in set(self.lines) - kept:
            await self._end(account_id)
        providers = [name for name, one in CLIENTS.items() if one.client.streams]
        room = MOST - len(self.lines)
        for account_id in await self.rows(
            stream_lease.take, self.holder, providers, room
        ):
            line = self.lines[account_id] = Line(self, account_id)
            line.start()

    async def _renew(self) -> None:
        await self.rows(stream_lease.renew, self.holder, list(self.lines))

    async def _end(self, account_id: int) -> None:
        line = self.lines.pop(account_id, None)
        if line is not None:
            await line.stop()


class Line:
    """The connection of one account: opened again whenever it ends."""

    def __init__(self, listeners: Listeners, account_id: int) -> None:
        self.listeners, self.account_id = listeners, account_id
        self.host = ""
        self.stream: Stream | None = None
        self.socket: Socket | None = None
        self.waiting: list[Heard] = []
        self.filled, self.room = asyncio.Event(), asyncio.Event()
        self.unknown: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    # --- Again and again --------------------------------------------------------------

    async def _run(self) -> None:
        tries = 0
        while True:
            began = time.monotonic()
            try:
                wait = await self._once()
            except StreamLost:
                return
            except Exception:
                logger.exception("a stream failed account=%s", self.account_id)
                wait = 0.0
            finally:
                self.stream = self.socket = None
            tries = 0 if time.monotonic() - began > HEALTHY_AFTER else tries + 1
            longest = min(LONGEST_WAIT, 2.0**tries)
            # Jitter: after a host's restart not all come back at once.
            await asyncio.sleep(max(wait, random.uniform(0.1, 1) * longest))  # noqa: S311

    async def _once(self) -> float:
        """One connection, until it ends; how many seconds to wait at least."""
        try:
            stream = await self.listeners.rows(self._prepare)
            await self.listeners.handshake(self.host)
            await self._connected(stream)
        except (SocketClosed, HttpError, ProviderError, CannotOpen) as error:
            logger.info("stream ended account=%s: %s", self.account_id, error)
            if isinstance(error, SocketRefused) and error.status in (401, 403):
                # Not to be believed by itself: a pull asks over HTTP.
                await self._soon_pulled()
                return REFUSED_WAIT
        except NotOffered:
            return NOT_OFFERED_WAIT
        return 0.0

    def _prepare(self) -> Stream:
        with short_write():
            account = stream_lease.held(self.listeners.holder, self.account_id)
        self.host = account.host
        stream = client_for(account).stream()
        if stream is None:
            raise NotOffered
        return stream

    async def _connected(self, stream: Stream) -> None:
        address = stream.address
        http = outgoing()
        async with open_socket(http, address.url, headers=address.headers) as opened:
            self.stream, self.socket = stream, opened
            for frame in stream.hello():
                await opened.send(frame)
            try:
                await _first_end(
                    self._read(stream, opened),
                    self._keep_alive(stream, opened),
                    self._keep_storing(),
                )
            finally:
                await self._closed()

    # --- Frames -----------------------------------------------------------------------

    async def _read(self, stream: Stream, opened: Socket) -> None:
        if not stream.confirms:
            await self._joined()
            joined = True
        else:
            joined = False
        ends_at = time.monotonic() + JOIN_WITHIN
        while True:
            if joined:
                frame = await opened.receive()
            else:
                frame = await _within(opened.receive(), ends_at - time.monotonic())
            said = stream.read(frame)
            if said.joined == stream.inbox and not joined:
                joined = True
                await self._joined()
            await self._keep(said)

    async def _keep(self, said: Heard) -> None:
        if said.unknown:
            self.unknown[said.unknown] = self.unknown.get(said.unknown, 0) + 1
        if not _concerns_rows(said):
            return
        while len(self.waiting) >= MOST_WAITING:
            self.room.clear()
            await self.room.wait()
        self.waiting.append(said)
        self.filled.set()

    async def _keep_storing(self) -> None:
        while True:
            await self.filled.wait()
            await self._store()

    async def _store(self) -> None:
        batch, self.waiting = self.waiting, []
        self.filled.clear()
        self.room.set()
        if batch:
            holder = self.listeners.holder
            await self.listeners.rows(heard.store, holder, self.account_id, batch)

    async def _keep_alive(self, stream: Stream, opened: Socket) -> None:
        while True:
            await asyncio.sleep(KEEP_ALIVE_EVERY)
            for frame in stream.keep_alive():
                await opened.send(frame)

    # --- The account's row ------------------------------------------------------------

    async def _joined(self) -> None:
        """From now on news come; what came before is pulled."""
        logger.info("stream open account=%s", self.account_id)
        holder = self.listeners.holder
        await self.listeners.rows(stream_lease.opened, holder, self.account_id)
        await self._soon_pulled()

    async def _closed(self) -> None:
        """What was heard is kept; the account is looked at more often again."""
        with suppress(StreamLost):
            await self._store()
        holder = self.listeners.holder
        await self.listeners.rows(stream_lease.closed, holder, self.account_id)

    async def _soon_pulled(self) -> None:
        await self.listeners.rows(_pull_soon, self.account_id)


def _pull_soon(account_id: int) -> None:
    with short_write():
        heard.pull_soon(account_id)


def _concerns_rows(said: Heard) -> bool:
    told = (said.items, said.gone, said.read, said.changes, said.identity)
    return any(told) or said.pull or said.doubt


def _with_database(work: Callable[..., Answer], *arguments: object) -> Answer:
    close_old_connections()
    try:
        return work(*arguments)
    finally:
        close_old_connections()


async def _first_end(*parts: Coroutine[Any, Any, None]) -> None:
    """Run them together; the first that fails ends all, and its error is raised."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        done, _others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _within(frame: Coroutine[Any, Any, str], seconds: float) -> str:
    """The frame; NotOffered when none comes in time after we asked to join."""
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            return await frame
    except TimeoutError:
        raise NotOffered from None
