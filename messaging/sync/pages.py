"""Open pages at one connection: what they want is asked for, what comes is told them.

The pages' sockets may be in another process: they are told through the channel layer.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from channels.layers import get_channel_layer

from inboxhub.lib.http import Socket
from inboxhub.networks.base import RemoteAuthor, RemoteMessage
from inboxhub.networks.stream import Heard, NoteChange, Stream
from messaging import cards
from messaging.demands import CARD, CHANNEL, Want, send_or_lose
from messaging.sync.wanted import CONFIRMED_WITHIN, DOWN, Asked, Demands

PeopleOf = Callable[[str], Awaitable[Sequence[RemoteAuthor]]]
"""The people of a conversation, by its key."""


class Pages:
    """The pages that look at one place. `changed` is set when they want something else.

    `owner_id` is whose the place is: nobody else's demand counts. None for what is open
    to everybody. `ours` is whether this process speaks for the place; `trouble` says why
    nothing will come of it, where that is known.
    """

    def __init__(self, demands: Demands, place: str) -> None:
        self.demands, self.place = demands, place
        self.owner_id: int | None = None
        self.ours, self.trouble = True, ""
        self.changed = asyncio.Event()
        self._asked: Asked | None = None

    def wants(self) -> list[Want]:
        return self.demands.of(self.place, self.owner_id)

    async def keep_asking(
        self, stream: Stream, opened: Socket, people_of: PeopleOf
    ) -> None:
        """Ask the host for what is wanted, and again whenever that changes."""
        asked = self._asked = Asked(stream)
        try:
            while True:
                self.changed.clear()
                wants = self.wants()
                people = {k: await people_of(k) for k in asked.unknown_chats(wants)}
                for frame in asked.frames(wants, people, time.monotonic()):
                    await opened.send(frame)
                await self.tell_states()
                # After that time what was not confirmed counts as refused.
                wait = CONFIRMED_WITHIN + 0.1 if asked.unconfirmed else None
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self.changed.wait()
        finally:
            self._asked = None

    async def differ(self) -> None:
        """Somebody wants something else, or says again what is wanted."""
        self.changed.set()
        if self._asked is None:
            await self.tell_states()

    async def tell_states(self) -> None:
        """How their channels are, to all who look at some."""
        for want in self.wants() if self.ours else ():
            if want.kind == CHANNEL:
                state = self.trouble or DOWN
                if self._asked is not None:
                    state = self._asked.state(want, time.monotonic())
                await self._tell(want, {"type": "live.state", "state": state})

    async def hear(self, said: Heard) -> None:
        """What a frame means to pages."""
        if self._asked is None:
            return
        if said.joined:
            self._asked.confirm(said.joined)
            await self.tell_states()
        for one in said.live:
            want = self._asked.want_of(one.channel_id)
            if want is not None:
                await self.tell_note(want.name, one.note)
        for change in said.changes:
            await self.tell_change(change)
        if said.activity:
            code, handle = said.activity
            await self._tell_activity(code, handle)

    def unserved(self) -> list[str]:
        """The channels that are wanted while no connection has them."""
        if self._asked is not None:
            return []
        return [want.name for want in self.wants() if want.kind == CHANNEL]

    async def tell_note(self, channel: str, note: RemoteMessage) -> None:
        """A note of a channel, to the pages that show it."""
        told = {"type": "live.note", "note": cards.packed(note)}
        await self._tell(Want(self.place, CHANNEL, channel), told)

    async def tell_change(self, change: NoteChange) -> None:
        """What happened to a note, to the pages that show it without its being stored."""
        told = {
            "type": "live.change",
            "note": change.note_id,
            "kind": change.kind,
            "value": change.value,
            "picture": change.picture,
            "now": cards.packed(change.note) if change.note else "",
        }
        await self._tell(Want(self.place, CARD, change.note_id), told)

    async def _tell_activity(self, code: str, handle: str) -> None:
        told = {"type": "live.activity", "code": code, "handle": handle}
        channels = [want for want in self.wants() if want.kind == CHANNEL]
        for want in channels:
            await self._tell(want, told)

    async def _tell(self, want: Want, message: Mapping[str, object]) -> None:
        layer = get_channel_layer()
        if layer is None:
            return
        for viewer in self.demands.viewers(want, self.owner_id):
            await send_or_lose(layer.send(viewer, dict(message)))
