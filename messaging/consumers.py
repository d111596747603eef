"""The socket of an open page: hints of what changed, in the order of the event log.

JSON frames. Up: `{"hello": S}` first, where S is the last event that the page knows,
then `{"seen": N}` now and then. Down: `{"seq": N, "kind": "message.new", "ids": […],
"conversations": […]}`, or `{"resync": N}` when the page must be read anew; `{"here": N}` in silence.
"""

import asyncio
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from messaging import attention, events, live
from messaging.models import Event

MOST_AT_ONCE = 500
"""Events that may be under way to a browser that has not said that it saw them."""
LOOK_EVERY = 5.0
"""Seconds between two looks at the log and the session, whoever tells what."""
STILL_HERE_EVERY = 5  # looks
SLOW_AFTER = 60.0
LONGEST_FRAME = 200
MOST_FRAMES = 20
"""Frames that a browser may send between two looks."""
SIGNED_OUT, TOO_SLOW, NOT_OURS = 4401, 4408, 4400


class Browser(AsyncWebsocketConsumer):
    """One open page of one signed-in user. Nothing of another user passes here."""

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        """Without the base class's visit to a database thread before each message."""
        handler = getattr(self, get_handler_name(message))
        await handler(message)

    async def connect(self) -> None:
        user = self.scope["user"]
        if not user.is_authenticated:
            await self.close()
            return
        self.owner_id: int = user.pk
        self.told: int | None = None
        self.seen = self.frames = self.looks = 0
        self.moved_at = time.monotonic()
        self.telling = asyncio.Lock()
        live.serve_from_here()
        await self.channel_layer.group_add(live.group(self.owner_id), self.channel_name)
        await self.accept()
        self.looking = asyncio.create_task(self._look())

    async def disconnect(self, code: int) -> None:
        if looking := getattr(self, "looking", None):
            looking.cancel()
            await self.channel_layer.group_discard(
                live.group(self.owner_id), self.channel_name
            )

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None
    ) -> None:
        self.frames += 1
        match _number_in(text_data):
            case _ if self.frames > MOST_FRAMES:
                await self.close(NOT_OURS)
            case ("hello", seq):
                self.told = self.seen = seq
                await self._tell()
            case ("seen", seq) if self.told is not None:
                self.seen = max(self.seen, min(seq, self.told))
                self.moved_at = time.monotonic()
                await self._tell()
            case _:
                await self.close(NOT_OURS)

    # --- What the channel layer brings ------------------------------------------------

    async def event_appended(self, message: Mapping[str, Any]) -> None:
        if self.told is not None and message["seq"] > self.told:
            await self._tell()

    # --- What is told -----------------------------------------------------------------

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
            with suppress(OSError):
                if not await self._check_session():
                    return
                if self.told is None:
                    continue
                waits = time.monotonic() - self.moved_at
                if self.told - self.seen >= MOST_AT_ONCE and waits > SLOW_AFTER:
                    await self.close(TOO_SLOW)
                    return
                await self._tell()
                await self._still_here()

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


def _number_in(text: str | None) -> tuple[str, int] | None:
    """The one pair of a frame that a page of ours sends."""
    if text is None or len(text) > LONGEST_FRAME:
        return None
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match found:
        case {"hello": int(seq)} if seq >= 0 and seq is not True:
            return "hello", seq
        case {"seen": int(seq)} if seq >= 0 and seq is not True:
            return "seen", seq
        case _:
            return None


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
