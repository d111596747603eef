"""The server's end of one WebSocket: frames out in their order, and faults among them."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import WSMsgType, web

CLOSING = 0.2  # seconds that the other side gets to answer a close frame
TOGETHER = 5.0  # seconds that frames wait for others to be turned around with
TEXT_FINAL, LENGTH_IN_64 = 0x81, 127  # the first two bytes of a long text frame
NO_CODE = 1005  # what programs call a close frame that names no code

KINDS = ("close", "cut", "drop", "half-open", "delay", "reverse", "twice")


@dataclass(frozen=True, slots=True)
class SocketFault:
    """What happens to an open connection, in its turn among the frames.

    - `close` sends a close frame with `code` (1005: without one); `cut` sends half of a
      frame and ends the connection without a word, `drop` ends it between frames
    - `half-open` neither sends nor reads any more from now on, and does not close either
    - `delay` holds all that follows for `seconds`
    - `reverse` sends the next `count` frames in reverse, `twice` each of them twice
    """

    kind: str
    code: int = 1001
    seconds: float = 0
    count: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind}")


class Socket:
    """One connection. `send` and `strike` may be called from any thread."""

    def __init__(self, *, pings: float = 0, protocols: Sequence[str] = ()) -> None:
        """`pings` is how many seconds lie between the server's own pings; 0: none.

        Of `protocols` the first one that the program names as well is confirmed.
        """
        self._web = web.WebSocketResponse(
            autoping=False, timeout=CLOSING, protocols=protocols
        )
        self._loop = asyncio.get_running_loop()
        self._steps: asyncio.Queue[str | SocketFault] = asyncio.Queue()
        self._pings = pings
        self._answered = True
        self._beating: asyncio.Task[None] | None = None
        self._frozen = False
        self._transport: asyncio.Transport | None = None

    def send(self, text: str) -> None:
        """Send a frame after those that wait."""
        self._later(text)

    def strike(self, fault: SocketFault) -> None:
        """Let a fault strike after the frames that wait."""
        if fault.kind == "half-open":
            self._soon(self._freeze)
        else:
            self._later(fault)

    def beat(self) -> None:
        """Ping at once; where the last ping is unanswered, end the connection instead."""
        self._soon(self._beat)

    def _later(self, step: str | SocketFault) -> None:
        self._soon(lambda: self._steps.put_nowait(step))

    def _soon(self, act: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act)

    def _freeze(self) -> None:
        self._frozen = True
        if self._transport:
            self._transport.pause_reading()

    def _beat(self) -> None:
        if self._frozen:
            return
        if self._answered:
            self._answered = False
            self._beating = asyncio.create_task(self._ping_once())
        else:
            self._drop()

    def _drop(self) -> None:
        if self._transport:
            self._transport.close()

    async def serve(
        self,
        request: web.Request,
        hear: Callable[[str], None],
        *,
        ready: Callable[[], None],
        binary: SocketFault | None = None,
    ) -> web.WebSocketResponse:
        """Shake hands, say `ready`, and `hear` every text until the end.

        A frame that is no text lets `binary` strike.
        """
        await self._web.prepare(request)
        if isinstance(request.transport, asyncio.Transport):
            self._transport = request.transport
        tasks = [asyncio.create_task(self._write())]
        if self._pings:
            tasks.append(asyncio.create_task(self._ping()))
        ready()
        try:
            async for message in self._web:
                if message.type == WSMsgType.TEXT:
                    hear(message.data)
                elif message.type == WSMsgType.PING:
                    await self._pong(message.data)
                elif message.type == WSMsgType.PONG:
                    self._answered = True
                elif message.type == WSMsgType.BINARY and binary:
                    self.strike(binary)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return self._web

    async def _write(self) -> None:
        try:
            while True:
                step = await self._steps.get()
                if self._frozen:
                    continue
                if isinstance(step, SocketFault):
                    await self._strike(step)
                else:
                    await self._web.send_str(step)
        except ConnectionError:
            return  # the other side has gone; the reader ends by itself

    async def _pong(self, word: bytes) -> None:
        with suppress(ConnectionError):
            await self._web.pong(word)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(self._pings)
            if not self._frozen:
                await self._ping_once()

    async def _ping_once(self) -> None:
        with suppress(ConnectionError):
            await self._web.ping()

    async def _strike(self, fault: SocketFault) -> None:
        match fault.kind:
            case "close" if fault.code == NO_CODE:
                await self._say_goodbye()
            case "close":
                await self._web.close(code=fault.code)
            case "cut":
                self._cut()
            case "drop":
                self._drop()
            case "delay":
                await asyncio.sleep(fault.seconds)
            case _:
                await self._shuffle(fault)

    async def _say_goodbye(self) -> None:
        """Send a close frame that names no code; the reader ends with the answer."""
        await self._web.send_frame(b"", WSMsgType.CLOSE)
        await asyncio.sleep(CLOSING)
        self._drop()

    def _cut(self) -> None:
        """The head promises a frame of 64 KiB; a little comes, then nothing."""
        if self._transport:
            head = bytes([TEXT_FINAL, LENGTH_IN_64]) + (65_536).to_bytes(8, "big")
            self._transport.write(head + b'{"type":"channel","body":{"id":"')
            self._transport.close()

    async def _shuffle(self, fault: SocketFault) -> None:
        held: list[str] = []
        try:
            async with asyncio.timeout(TOGETHER):
                while len(held) < fault.count:
                    step = await self._steps.get()
                    if isinstance(step, str):
                        held.append(step)
        except TimeoutError:
            pass  # fewer came: they are sent as they are wanted
        doubled = [text for text in held for _ in range(2)]
        for text in reversed(held) if fault.kind == "reverse" else doubled:
            await self._web.send_str(text)
