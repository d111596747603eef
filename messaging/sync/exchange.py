"""What all connections of one process share: a name, threads for rows, turns at hosts."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from django.db import close_old_connections, connection

from messaging.sync import stream_lease
from messaging.sync.wanted import Demands

THREADS, ASKERS = 4, 16
CONNECTION_KEPT = 60.0
HANDSHAKE_GAP = 0.2
"""Seconds between two connections to one host."""

Answer = TypeVar("Answer")


class Exchange:
    """Where the lines of a process come together."""

    def __init__(self) -> None:
        self.holder = stream_lease.new_holder()
        self.demands = Demands()
        self._next_handshake: dict[str, float] = {}
        self._workers = ThreadPoolExecutor(THREADS, "stream")
        self._askers = ThreadPoolExecutor(ASKERS, "stream-ask")
        self._alone: dict[str, asyncio.Lock] = {}

    async def rows(self, work: Callable[..., Answer], *arguments: object) -> Answer:
        """Run what touches rows in a thread. It must not wait for a host."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._workers, partial(_with_kept_database, work, *arguments)
        )

    async def ask(
        self, host: str, work: Callable[..., Answer], *arguments: object
    ) -> Answer:
        """Run what waits for a host in a thread of another pool, one at a time per host.

        A few hosts that never answer must not keep everybody's news from being stored.
        """
        loop = asyncio.get_running_loop()
        async with self._alone.setdefault(host, asyncio.Lock()):
            return await loop.run_in_executor(
                self._askers, partial(_with_database, work, *arguments)
            )

    async def handshake(self, host: str) -> None:
        """Wait until the host may get one more connection."""
        now = time.monotonic()
        due = max(now, self._next_handshake.get(host, 0.0))
        self._next_handshake[host] = due + HANDSHAKE_GAP
        await asyncio.sleep(due - now)

    def close(self) -> None:
        self._workers.shutdown(wait=False)
        self._askers.shutdown(wait=False, cancel_futures=True)


def _with_kept_database(work: Callable[..., Answer], *arguments: object) -> Answer:
    """To open SQLite for a batch takes longer than to store it."""
    close_old_connections()
    try:
        return work(*arguments)
    finally:
        connection.close_at = time.monotonic() + CONNECTION_KEPT
        close_old_connections()


def _with_database(work: Callable[..., Answer], *arguments: object) -> Answer:
    close_old_connections()
    try:
        return work(*arguments)
    finally:
        close_old_connections()
