"""Who listens to a host's streams, and how what comes late gets there."""

import asyncio
import math
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from simulators.mastodon.records import Token
from simulators.sockets import NO_CODE, Socket, SocketFault

# What a subscription brings: of its owner's account, or (the others) of everybody.
HOME, NOTIFICATIONS, DIRECT = "home", "notifications", "direct"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One stream that a program wants: what frames call it, which channels it brings."""

    stream: tuple[str, ...]
    channels: tuple[str, ...]


@dataclass(eq=False, slots=True)
class Listener:
    """One open connection. `token` is what it began with, whatever became of it."""

    socket: Socket
    user_id: str | None = None
    token: Token | None = None
    subscriptions: dict[str, Subscription] = field(default_factory=dict)

    @property
    def streams(self) -> tuple[str, ...]:
        """Return what it is subscribed to, as in `user` or `hashtag:tea`."""
        return tuple(":".join(one.stream) for one in self.subscriptions.values())


class Hub:
    """All connections of one host. Whoever uses it holds the state's lock.

    Events come `lag` seconds after what they tell of; infinite: when `lag` is changed.
    `changed` says that somebody came, left, or asked for something.
    """

    def __init__(self, lock: threading.RLock) -> None:
        self.changed = threading.Condition(lock)
        self.pings = 0.0
        self._lock = lock
        self._lag = 0.0
        self._listeners: defaultdict[str | None, list[Listener]] = defaultdict(list)
        self._waiting: deque[tuple[float, Listener, str]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None

    def on_loop(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """Learn the loop on which connections live; None when it ends."""
        self._loop = loop

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something on the loop; nothing where no loop runs."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.call_later, seconds, act)

    # --- who is there -------------------------------------------------------------

    def add(self, listener: Listener) -> None:
        """Let a connection listen."""
        self._listeners[listener.user_id].append(listener)
        self.changed.notify_all()

    def remove(self, listener: Listener) -> None:
        """Forget a connection that has ended."""
        known = self._listeners[listener.user_id]
        if listener in known:
            known.remove(listener)
        self.changed.notify_all()

    def of(self, user_id: str | None) -> list[Listener]:
        """Return the connections of a user, or (None) all."""
        if user_id is not None:
            return list(self._listeners.get(user_id, ()))
        return [one for known in self._listeners.values() for one in known]

    def audience(
        self, user_id: str | None, channel: str
    ) -> Iterator[tuple[Listener, tuple[str, ...]]]:
        """Yield every subscription that brings a channel: one socket may come twice."""
        for listener in self.of(user_id):
            for subscription in listener.subscriptions.values():
                if channel in subscription.channels:
                    yield listener, subscription.stream

    def first(
        self, user_id: str | None, names: tuple[str, ...]
    ) -> Iterator[tuple[Listener, tuple[str, ...]]]:
        """Yield every socket once, with the first of the names that it asked for."""
        for listener in self.of(user_id):
            for name in names:
                if name in listener.subscriptions:
                    yield listener, (name,)
                    break

    def kill(self, listeners: list[Listener]) -> None:
        """Close connections with a close frame that says nothing."""
        for listener in listeners:
            listener.socket.strike(SocketFault("close", code=NO_CODE))
            self.remove(listener)

    def beat(self) -> None:
        """Ping all; those that owe an answer since the last time are cut."""
        for listener in self.of(None):
            listener.socket.beat()

    # --- what comes late ----------------------------------------------------------

    @property
    def lag(self) -> float:
        """Return the seconds by which events are late."""
        return self._lag

    @lag.setter
    def lag(self, seconds: float) -> None:
        """Change it; what waits comes at once."""
        self._lag = seconds
        while self._waiting:
            _, listener, text = self._waiting.popleft()
            listener.socket.send(text)

    def send(self, listener: Listener, text: str) -> None:
        """Send an event, now or late; the order stays."""
        if not self._lag:
            listener.socket.send(text)
            return
        loop = self._loop
        due = math.inf if loop is None else loop.time() + self._lag
        self._waiting.append((due, listener, text))
        if math.isfinite(due):
            self.later(self._lag, self._release)

    def _release(self) -> None:
        with self._lock:
            now = self._loop.time() if self._loop else 0
            while self._waiting and self._waiting[0][0] <= now:
                _, listener, text = self._waiting.popleft()
                listener.socket.send(text)
