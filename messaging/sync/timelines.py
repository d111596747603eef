"""Timelines of the Live page over HTTP, while no stream brings them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from django.utils import timezone

from inboxhub.networks.base import RemoteMessage, Unreadable, newest_first
from messaging.sync.pages import Pages

logger = logging.getLogger(__name__)

TICK = 5.0
LOOK_EVERY = 3  # ticks
Items = Sequence[RemoteMessage | Unreadable]
Ask = Callable[[str], Awaitable[Items]]


class Timelines:
    """Those that pages want of one connection. `ask` gives the newest notes of one."""

    def __init__(self, pages: Pages, ask: Ask) -> None:
        self._pages, self._ask = pages, ask
        self._told: dict[str, set[str]] = {}
        self._since = timezone.now()
        self._ticks = 0

    async def keep_looking(self) -> None:
        """Look now and then, for ever, while something is wanted and nothing is open."""
        while True:
            await asyncio.sleep(TICK)
            channels = self._pages.unserved()
            if not channels:
                self._told.clear()
                self._since, self._ticks = timezone.now(), 0
                continue
            if self._ticks % LOOK_EVERY == 0:
                for channel in channels:
                    await self._look(channel)
            self._ticks += 1

    async def _look(self, channel: str) -> None:
        """Tell what was written since the stream was there last, the oldest first."""
        try:
            items = await self._ask(channel)
        except Exception:
            logger.exception("a timeline could not be looked at")
            return
        told = self._told.setdefault(channel, set())
        notes = [one for one in items if isinstance(one, RemoteMessage)]
        for note in reversed(newest_first(notes)):
            if note.remote_id not in told and note.sent_at > self._since:
                await self._pages.tell_note(channel, note)
        told.update(note.remote_id for note in notes)
