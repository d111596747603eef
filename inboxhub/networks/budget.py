"""How often a host may be asked: counted by ourselves, before the host would refuse.

The hosts count per user and endpoint, over all tokens of the user, or per site, and a
refused call counts too; so one table serves the whole process.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from inboxhub.networks.errors import TemporaryError

# Seconds that a call waits for its budget instead of coming back later.
PATIENCE = 2.0
PATIENCE_OF_CHANGES = 0.5
# The same for each of several that would all have to start anew.
PATIENCE_IN_A_ROW = 10.0
AT_ONCE = 2
SLOT_PATIENCE = 10.0  # seconds until a call gives up waiting for one of the slots
MOST_KEYS = 20_000
MOST_COUNTED = 10_000
FIRST_SILENCE, LONGEST_SILENCE = 60.0, 900.0
LONGEST_TOLD = 3600.0

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `count` calls in any `seconds`."""

    count: int
    seconds: float

    def scaled(self, factor: float) -> "Rule":
        """As the host's `rateLimitFactor`, above 0, scales it: 0.5 allows twice as much.

        A factor near 0 allows more calls than anybody counts.
        """
        if self.count == 1:
            return Rule(1, self.seconds * factor)
        count = min(self.count / factor, MOST_COUNTED)
        return Rule(max(1, int(count)), self.seconds)


@dataclass(frozen=True, slots=True)
class Pace:
    """One call every `interval` seconds in the long run, `burst` of them at once."""

    interval: float
    burst: int


Limit = Rule | Pace
Claims = Iterable[tuple[Key, tuple[Limit, ...]]]

# A little below what the hosts allow; other programs of the person count there too.
PACE = Pace(0.2, burst=20)


@dataclass(slots=True)
class _Count:
    """When the last calls of one key went out, and until when none may.

    `due` is when the next call would go if all kept the pace from the beginning.
    """

    times: deque[float] = field(default_factory=deque)
    silent_until: float = 0.0
    due: float = 0.0
    refusals: int = 0

    def wait(self, limits: Iterable[Limit], now: float) -> float:
        waits = [self.silent_until - now, 0.0]
        for limit in limits:
            if isinstance(limit, Pace):
                waits.append(self.due - now - limit.interval * (limit.burst - 1))
            elif len(self.times) >= limit.count:
                waits.append(self.times[-limit.count] + limit.seconds - now)
        return max(waits)

    def note(self, limits: Iterable[Limit], now: float) -> None:
        """A call goes out now."""
        self.times.append(now)
        longest = 1
        for limit in limits:
            if isinstance(limit, Pace):
                self.due = max(self.due, now) + limit.interval
            else:
                longest = max(longest, limit.count)
        while len(self.times) > longest:
            self.times.popleft()


class Budgets:
    """The table. Safe between threads; time is a parameter so that tests are exact."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self.clock = clock
        self.pause = pause or threading.Event().wait
        self.lock = threading.Lock()
        self.counts: dict[Key, _Count] = {}
        self.slots: dict[str, threading.BoundedSemaphore] = {}

    def wait(self, host: str, claims: Claims, patience: float) -> None:
        """Come back when the call may go, after `patience` seconds of pauses at most.

        TemporaryError, with `sent` False, when it would have to wait longer.
        """
        claims = tuple(claims)
        while wait := self.take(claims):
            patience -= wait
            if patience < 0:
                raise TemporaryError(
                    f"{host} allows the next call of this kind a little later",
                    retry_after=wait,
                    code="budget",
                    sent=False,
                )
            self.pause(wait)

    def take(self, claims: Claims) -> float:
        """0.0 when the call may go now (and is counted), otherwise seconds to wait.

        All claims are granted together or none is.
        """
        with self.lock:
            now = self.clock()
            self._sweep(now)
            wanted = [(self.counts.setdefault(k, _Count()), own) for k, own in claims]
            wait = max((count.wait(own, now) for count, own in wanted), default=0.0)
            # Less than what a clock can tell is no wait.
            if wait > 1e-6:
                return wait
            for count, own in wanted:
                count.note(own, now)
            return 0.0

    def silence(self, key: Key, seconds: float) -> None:
        """The host refused: no call with this key for so long."""
        with self.lock:
            count = self.counts.setdefault(key, _Count())
            count.silent_until = max(count.silent_until, self.clock() + seconds)

    def refused(self, key: Key, told: float | None) -> float:
        """The host asks for a pause of all calls with this key: its seconds.

        Without a time told, each refusal in a row doubles the pause; refusals of calls
        that were under way together are one.
        """
        with self.lock:
            now = self.clock()
            count = self.counts.setdefault(key, _Count())
            left = count.silent_until - now
            if told is None and left > 0:
                return left
            count.refusals += 1
            doubled = FIRST_SILENCE * 2.0 ** min(count.refusals - 1, 10)
            wait = min(doubled, LONGEST_SILENCE)
            if told is not None:
                wait = min(told, LONGEST_TOLD)
            wait = max(wait, left)
            count.silent_until = now + wait
            return wait

    def answered(self, key: Key) -> None:
        """A call went well: the next pause that is not told starts small again."""
        with self.lock:
            if key in self.counts:
                self.counts[key].refusals = 0

    @contextmanager
    def slot(self, host: str) -> Iterator[None]:
        """One of the few calls that a host gets at once.

        TemporaryError, with `sent` False, when none becomes free.
        """
        with self.lock:
            slots = self.slots.setdefault(host, threading.BoundedSemaphore(AT_ONCE))
        if not slots.acquire(timeout=SLOT_PATIENCE):
            raise TemporaryError(
                f"{host} is busy with other calls",
                retry_after=PATIENCE,
                code="busy",
                sent=False,
            )
        try:
            yield
        finally:
            slots.release()

    def _sweep(self, now: float) -> None:
        """Forget what was not used for an hour, when the table has grown large."""
        if len(self.counts) < MOST_KEYS:
            return
        self.counts = {
            key: count
            for key, count in self.counts.items()
            if count.silent_until > now
            or (count.times and count.times[-1] > now - 3600)
        }


BUDGETS = Budgets()
