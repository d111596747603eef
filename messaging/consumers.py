"""The socket of an open page: hints of what changed, in the order of the event log.

JSON frames. Up: `{"hello": S}` first, where S is the last event that the page knows,
then `{"seen": N}` now and then, and what it asks of the streams (`messaging.frames`).
Down: `{"seq": N, "kind": "message.new", "ids": […],
"conversations": […]}`, or `{"resync": N}` when the page must be read anew; `{"here": N}` in silence.
"""

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth import get_user
from django.db import DatabaseError
from django.http import HttpRequest

from inboxhub.lib.sessions import SessionStore
from messaging import attention, events, frames, live
from messaging.asking import Asking
from messaging.live_page import GONE, LivePage, look_of, place_of
from messaging.models import Event

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 500
"""Events that may be under way to a browser that has not said that it saw them."""
LOOK_EVERY = 5.0
"""Seconds between two looks at the log and the session, whoever tells what."""
STILL_HERE_EVERY = 5  # looks
SLOW_AFTER = 60.0
MOST_FRAMES = 20
"""Frames that a browser may send between two looks."""
MOST_OF_ONE = 30
"""Sockets of one user in this process; further pages poll."""
SIGNED_OUT, TOO_SLOW, NOT_OURS, FAILED = 4401, 4408, 4400, 1011

_open: Counter[int] = Counter()


class Browser(AsyncWebsocketConsumer):
    """One open page of one signed-in user. Nothing of another user passes here."""

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        """Without the base class's visit to a database thread before each message."""
        handler = getattr(self, get_handler_name(message))
        await handler(message)

    async def connect(self) -> None:
        user = self.scope["user"]
        if not user.is_authenticated or _open[user.pk] >= MOST_OF_ONE:
            await self.close()
            return
        self.owner_id: int = user.pk
        _open[self.owner_id] += 1
        self.told: int | None = None
        self.seen = self.frames = self.looks = 0
        self.moved_at = time.monotonic()
        self.telling = asyncio.Lock()
        self.asking = Asking(self.channel_name, self.owner_id)
        self.live_page: LivePage | None = None
        live.serve_from_here()
        await self.channel_layer.group_add(live.group(self.owner_id), self.channel_name)
        await self.accept()
        self.looking = asyncio.create_task(self._look())

    async def disconnect(self, code: int) -> None:
        if looking := getattr(self, "looking", None):
            looking.cancel()
            _open[self.owner_id] -= 1
            await self.channel_layer.group_discard(
                live.group(self.owner_id), self.channel_name
            )
            await self._look_away()
            await self.asking.end()

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None
    ) -> None:
        self.frames += 1
        match frames.read(text_data):
            case _ if self.frames > MOST_FRAMES:
                await self.close(NOT_OURS)
            case frames.Hello(seq) if self.told is None:
                self.told = self.seen = seq
                await self._tell()
            case frames.Seen(seq) if self.told is not None:
                self.seen = max(self.seen, min(seq, self.told))
                self.moved_at = time.monotonic()
                await self._tell()
            case frames.Watch(messages, conversation):
                await self.asking.watch(messages, conversation)
            case frames.Live() as asked:
                await self._look_at(asked)
            case _:
                await self.close(NOT_OURS)

    # --- What the channel layer brings ------------------------------------------------

    async def event_appended(self, message: Mapping[str, Any]) -> None:
        seq, frame = message["seq"], message["frame"]
        if self.told is None or seq <= self.told:
            return
        if not frame or self.telling.locked() or not self._takes(seq):
            await self._tell()
            return
        async with self.telling:
            self.told = seq
            await self.send(frame)

    async def live_state(self, message: Mapping[str, Any]) -> None:
        if self.live_page is not None:
            await self.live_page.hear_state(message["state"])

    async def live_note(self, message: Mapping[str, Any]) -> None:
        if self.live_page is not None:
            self.live_page.note(message["note"])

    async def live_change(self, message: Mapping[str, Any]) -> None:
        if self.live_page is not None:
            self.live_page.change(message)

    async def live_activity(self, message: Mapping[str, Any]) -> None:
        if self.live_page is not None:
            await self.live_page.activity(message["code"], message["handle"])

    # --- The Live page ----------------------------------------------------------------

    async def _look_at(self, asked: frames.Live) -> None:
        """Show a channel; what an earlier one was asked for ends."""
        await self._look_away()
        found = await place_of(self.owner_id, asked)
        if found is None:
            await self.send(json.dumps({"live": "state", "state": GONE}))
            return
        place, account = found
        look = look_of(self.scope)
        self.live_page = LivePage(self.asking, place, account, look, self.send)
        await self.live_page.start(asked.channel)

    async def _look_away(self) -> None:
        if self.live_page is not None:
            await self.live_page.stop()
            self.live_page = None

    # --- What is told -----------------------------------------------------------------

    def _takes(self, seq: int) -> bool:
        """Whether the event follows on what was told, and fits in what is under way."""
        told = self.told or 0
        return seq == told + 1 and told - self.seen < MOST_AT_ONCE

    async def _tell(self) -> None:
        """All that the log has and the browser can take."""
        async with self.telling:
            while self.told is not None and self.told - self.seen < MOST_AT_ONCE:
                rows = await _after(self.owner_id, self.told)
                if rows is None:
                    self.told = self.seen = await _last(self.owner_id)
                    await self.send(json.dumps({"resync": self.told}))
                    return
                for row in rows:
                    self.told = row.seq
                    await self.send(json.dumps(events.frame(row)))
                if len(rows) < MOST_AT_ONCE:
                    return

    async def _look(self) -> None:
        """Events of other processes, sessions that ended, browsers that sleep."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self.frames = 0
            try:
                if not await self._look_once():
                    return
            except (OSError, DatabaseError):
                logger.warning("a look of a socket failed", exc_info=True)
            except Exception:
                # Nobody would look any more whether the session has ended.
                logger.exception("a socket failed")
                await self.close(FAILED)
                return

    async def _look_once(self) -> bool:
        """False when the socket was closed."""
        if not await self._check_session():
            return False
        # A layer in memory forgets who stays long, or once was slow.
        name = live.group(self.owner_id)
        await self.channel_layer.group_add(name, self.channel_name)
        await self.asking.again()
        if self.live_page is not None:
            await self.live_page.notice_silence()
        if self.told is None:
            return True
        waits = time.monotonic() - self.moved_at
        if self.told - self.seen >= MOST_AT_ONCE and waits > SLOW_AFTER:
            await self.close(TOO_SLOW)
            return False
        await self._tell()
        await self._still_here()
        return True

    async def _still_here(self) -> None:
        """A frame now and then, so that the browser notices a connection that is dead."""
        self.looks += 1
        if self.looks % STILL_HERE_EVERY == 0:
            await self.send(json.dumps({"here": self.told}))

    async def _check_session(self) -> bool:
        key = self.scope["session"].session_key
        signed_in: bool = await _signed_in(key, self.owner_id)
        if not signed_in:
            await self.close(SIGNED_OUT)
        return signed_in


@database_sync_to_async
def _after(owner_id: int, seq: int) -> list[Event] | None:
    return events.after(owner_id, seq, MOST_AT_ONCE)


@database_sync_to_async
def _last(owner_id: int) -> int:
    return events.last(owner_id)


@database_sync_to_async
def _signed_in(session_key: str, owner_id: int) -> bool:
    """Whether the session that opened the socket is still the user's; that is attention.

    Read anew: a sign-out elsewhere, or another password, ends it.
    """
    request = HttpRequest()
    request.session = SessionStore(session_key)
    if get_user(request).pk != owner_id:
        return False
    attention.watch(owner_id)
    return True
