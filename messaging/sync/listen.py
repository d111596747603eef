"""Streams: one connection per account, and what it says becomes rows.

Runs in the event loop of the web server, or of a `streams` process. What a connection
missed is found by a pull, which each new connection asks for. Pages that are open say
what else is wanted of the connections (`messaging.demands`).
"""

import asyncio
import logging
import time
from contextlib import suppress

from channels.layers import get_channel_layer

from accounts.clients import CLIENTS
from messaging import demands
from messaging.sync import stream_lease
from messaging.sync.exchange import Exchange
from messaging.sync.host_line import HostLine
from messaging.sync.line import Line
from messaging.sync.pages import Pages

logger = logging.getLogger(__name__)

SWEEP_EVERY = 5.0
RENEW_EVERY = 20.0
MOST = 1_000
"""Streams that one process takes; others may take the rest."""
MOST_HOSTS, MOST_HOSTS_OF_ONE = 50, 5
"""Hosts that are looked at without an account: of one process, and of one user."""
TOO_MANY = "too-many"


class Listeners:
    """The streams of one process. `start` in a running loop, `stop` at the end."""

    def __init__(self, *, sweep_every: float = SWEEP_EVERY) -> None:
        self.exchange = Exchange()
        self.lines: dict[int, Line] = {}
        self.host_lines: dict[str, HostLine] = {}
        self.sweep_every = sweep_every
        self._tasks: list[asyncio.Task[None]] = []
        self._channel = ""

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._sweep()), loop.create_task(self._hear())]

    async def stop(self) -> None:
        """Close every connection and let the accounts go."""
        for task in self._tasks:
            task.cancel()
        ids, hosts = list(self.lines), list(self.host_lines)
        await asyncio.gather(*(self._end(account_id) for account_id in ids))
        await asyncio.gather(*(self._end_host(host) for host in hosts))
        with suppress(Exception):
            await self.exchange.rows(stream_lease.release, self.exchange.holder, ids)
        self.exchange.close()

    # --- Which accounts ---------------------------------------------------------------

    async def _sweep(self) -> None:
        renewed_at = time.monotonic()
        while True:
            try:
                if time.monotonic() > renewed_at + RENEW_EVERY:
                    renewed_at = time.monotonic()
                    await self._renew()
                await self._look()
                await self._differ(self.exchange.demands.forget(time.monotonic()))
            except Exception:
                logger.exception("a look at the streams failed")
            await asyncio.sleep(self.sweep_every)

    async def _look(self) -> None:
        """End what is over; take what nobody holds."""
        exchange = self.exchange
        kept = await exchange.rows(
            stream_lease.still, exchange.holder, list(self.lines)
        )
        over = set(self.lines) - kept
        for account_id in over:
            await self._end(account_id)
        if over:  # whoever signs in again waits for no lease of ours
            await exchange.rows(stream_lease.release, exchange.holder, over)
        providers = [name for name, one in CLIENTS.items() if one.client.streams]
        room = MOST - len(self.lines)
        for account_id in await exchange.rows(
            stream_lease.take, exchange.holder, providers, room
        ):
            await self._end(account_id)
            line = self.lines[account_id] = Line(exchange, account_id)
            line.start()

    async def _renew(self) -> None:
        exchange = self.exchange
        await exchange.rows(stream_lease.renew, exchange.holder, list(self.lines))
        await self._stay_in_group()

    async def _end(self, account_id: int) -> None:
        line = self.lines.pop(account_id, None)
        if line is not None:
            await line.stop()

    # --- What pages want --------------------------------------------------------------

    async def _hear(self) -> None:
        """Take demands from the channel layer, for ever."""
        layer = get_channel_layer()
        if layer is None:
            return
        while True:
            try:
                self._channel = await layer.new_channel(demands.STREAMS)
                await self._stay_in_group()
                while True:
                    await self._take(await layer.receive(self._channel))
            except Exception:
                logger.exception("what pages want is not heard")
                await asyncio.sleep(self.sweep_every)

    async def _stay_in_group(self) -> None:
        """Said again and again: groups forget who has been in them for long."""
        layer = get_channel_layer()
        if layer is not None and self._channel:
            await layer.group_add(demands.STREAMS, self._channel)

    async def _take(self, message: object) -> None:
        demand = demands.read(message) if isinstance(message, dict) else None
        if demand is not None:
            differing = self.exchange.demands.put(demand, time.monotonic())
            await self._differ(differing)

    async def _differ(self, places: set[str]) -> None:
        """What is wanted of these places may be something else now."""
        if any(map(demands.host_of, places)):
            await self._look_at_hosts()
        pages = [line.pages for line in self.lines.values()]
        pages += [line.pages for line in self.host_lines.values()]
        pages += self._refused(places)
        for one in pages:
            if one.place in places:
                await one.differ()

    def _refused(self, places: set[str]) -> list[Pages]:
        """Those at hosts for which there is no room, until others look away."""
        hosts = {demands.host_of(place) for place in places}
        refused = []
        for host in hosts - {"", *self.host_lines}:
            pages = Pages(self.exchange.demands, demands.of_host(host))
            pages.trouble = TOO_MANY
            refused.append(pages)
        return refused

    async def _look_at_hosts(self) -> None:
        """Nobody's connections: one for each host that a page looks at."""
        wanted = self.exchange.demands.hosts(MOST_HOSTS_OF_ONE)[:MOST_HOSTS]
        for host in set(self.host_lines) - set(wanted):
            await self._end_host(host)
        for host in wanted:
            if host not in self.host_lines:
                self.host_lines[host] = HostLine(self.exchange, host)
                self.host_lines[host].start()

    async def _end_host(self, host: str) -> None:
        line = self.host_lines.pop(host, None)
        if line is not None:
            await line.stop()
