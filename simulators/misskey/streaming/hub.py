"""Who listens to a host's streams, and how what comes late gets there."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from simulators.misskey.records import Token
from simulators.sockets import Socket

MAIN = "main"


@dataclass(slots=True)
class Channel:
    """One thing that a connection listens to; `left` is what `main` does not mind."""

    name: str
    params: Mapping[str, object]
    left: bool = False


@dataclass(eq=False, slots=True)
class Listener:
    """One open connection. `token` is what it began with, whatever became of it."""

    socket: Socket
    user_id: str | None = None
    token: Token | None = None
    channels: dict[str, Channel] = field(default_factory=dict)
    captures: Counter[str] = field(default_factory=Counter)

    @property
    def joined(self) -> dict[str, str]:
        """Return the channels by id that were not left."""
        return {
            key: channel.name
            for key, channel in self.channels.items()
            if not channel.left
        }

    @property
    def captured(self) -> dict[str, int]:
        """Return how often each note is captured."""
        return {note_id: many for note_id, many in self.captures.items() if many}

    @property
    def main_id(self) -> str:
        """Return what this connection calls its `main`."""
        names = {channel.name: key for key, channel in self.channels.items()}
        return names.get(MAIN, MAIN)

    def send(self, kind: str, body: object) -> None:
        """Send one frame."""
        frame = {"type": kind, "body": body}
        text = json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
        self.socket.send(text)

    def tell(self, channel_id: str, kind: str, body: object) -> None:
        """Send one event of a channel."""
        self.send("channel", {"id": channel_id, "type": kind, "body": body})


class Hub:
    """All connections of one host. Whoever uses it holds the state's lock.

    `scale` multiplies the seconds by which real hosts are late. Before `open` nothing
    is news: the world is still being made. `changed` says that somebody came, left, or
    asked for something.
    """

    def __init__(self, lock: threading.RLock) -> None:
        self.changed = threading.Condition(lock)
        self.scale = 1.0
        self.listeners: list[Listener] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_open = False

    def on_loop(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """Learn the loop on which connections live; None when it ends."""
        self._loop = loop

    def open(self) -> None:
        """Let the news begin."""
        self._is_open = True

    def add(self, listener: Listener) -> None:
        """Let a connection listen."""
        self.listeners.append(listener)
        self.changed.notify_all()

    def remove(self, listener: Listener) -> None:
        """Forget a connection that has ended."""
        if listener in self.listeners:
            self.listeners.remove(listener)
        self.changed.notify_all()

    def of(self, user_id: str | None) -> list[Listener]:
        """Return the connections of a user, or all."""
        return [one for one in self.listeners if user_id in (None, one.user_id)]

    def joined(
        self, name: str, user_id: str | None = None
    ) -> Iterator[tuple[Listener, str, Channel]]:
        """Yield who listens to a channel, as one user or as anybody."""
        for listener in self.listeners:
            if user_id is not None and listener.user_id != user_id:
                continue
            for channel_id, channel in listener.channels.items():
                if channel.name == name and (name == MAIN or not channel.left):
                    yield listener, channel_id, channel

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something after scaled seconds, on the loop; in turn where they are none."""
        if not self._is_open or self._loop is None:
            return
        if self.scale:
            wait = seconds * self.scale
            self._loop.call_soon_threadsafe(self._loop.call_later, wait, act)
        else:
            self._loop.call_soon_threadsafe(act)
