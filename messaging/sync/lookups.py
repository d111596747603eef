"""Notes of which a stream only said that they changed: what they are now is asked.

Over the stream itself where the host answers calls there, otherwise over HTTP.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from inboxhub.lib.http import Socket
from inboxhub.networks.base import RemoteMessage, Unreadable
from inboxhub.networks.stream import Answer, Stream

SHOW = "notes/show"
ANSWERS_WITHIN = 5.0
MOST_WAITING = 100

Items = Sequence[RemoteMessage | Unreadable]


class LookUps:
    """What is to be looked up for one connection, one after the other."""

    def __init__(
        self,
        by_http: Callable[[str], Awaitable[Items]],
        found: Callable[[RemoteMessage], Awaitable[None]],
    ) -> None:
        self._by_http, self._found = by_http, found
        self._waiting: dict[str, None] = {}
        self._filled = asyncio.Event()
        self._answers: dict[str, asyncio.Future[Answer]] = {}

    def add(self, note_id: str) -> None:
        """Look at the note soon; of too many the first are looked at."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting[note_id] = None
            self._filled.set()

    def answered(self, answer: Answer) -> None:
        """The host answered a call over the stream."""
        waits = self._answers.pop(answer.request_id, None)
        if waits is not None and not waits.done():
            waits.set_result(answer)

    async def keep_looking(self, stream: Stream, opened: Socket) -> None:
        """Until the connection ends; what was not looked up then waits for the next."""
        self._answers.clear()
        while True:
            while self._waiting:
                note_id = next(iter(self._waiting))
                items = await self._over_stream(stream, opened, note_id)
                if items is None:
                    items = await self._by_http(note_id)
                self._waiting.pop(note_id, None)
                for item in items:
                    if isinstance(item, RemoteMessage):
                        await self._found(item)
            self._filled.clear()
            await self._filled.wait()

    async def _over_stream(
        self, stream: Stream, opened: Socket, note_id: str
    ) -> Items | None:
        """None where the host does not answer there."""
        asked = stream.ask(SHOW, {"noteId": note_id})
        if asked is None:
            return None
        request_id, frames = asked
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._answers[request_id] = answer
        for frame in frames:
            await opened.send(frame)
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                return (await answer).items
        except TimeoutError:
            stream.unanswered(request_id)
            return None
        finally:
            self._answers.pop(request_id, None)
