"""How often mixi may be asked: counted by ourselves, before it would refuse.

mixi answers 503 for a while to whoever asks too often; the numbers are not published.
It counts per client id, which is one per site, so one table serves the whole process.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

FIRST_SILENCE, LONGEST_SILENCE = 60.0, 900.0
LONGEST_TOLD = 3600.0
MOST_KEYS = 20_000

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pace:
    """One call every `interval` seconds in the long run, `burst` of them at once."""

    interval: float
    burst: int


# At most 60 calls in any minute for an account, 300 for the site.
OF_ACCOUNT = Pace(1.5, burst=20)
OF_SITE = Pace(0.25, burst=60)


class Budgets:
    """The table. Safe between threads; the clock is a parameter so tests are exact."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.lock = threading.Lock()
        self.due: dict[Key, float] = {}
        """When the next call would go if all kept the pace from the beginning."""
        self.silent_until: dict[str, float] = {}
        self.refusals: dict[str, int] = {}

    def take(self, site: str, paces: Mapping[Key, Pace]) -> float:
        """0.0 when the call may go now (and is counted), otherwise seconds to wait."""
        with self.lock:
            now = self.clock()
            self._sweep(now)
            waits = [self.silent_until.get(site, 0.0) - now]
            for key, pace in paces.items():
                due = self.due.get(key, 0.0)
                waits.append(due - now - pace.interval * (pace.burst - 1))
            wait = max(waits)
            # Less than what a clock can tell is no wait.
            if wait > 1e-6:
                return wait
            for key, pace in paces.items():
                self.due[key] = max(self.due.get(key, 0.0), now) + pace.interval
            return 0.0

    def refused(self, site: str, told: float | None) -> float:
        """mixi asks for a pause: the seconds for which nobody of the site calls it.

        Without a time told, each refusal in a row doubles the pause; refusals of calls
        that were under way together are one.
        """
        with self.lock:
            now = self.clock()
            left = self.silent_until.get(site, 0.0) - now
            if told is None and left > 0:
                return left
            count = self.refusals[site] = self.refusals.get(site, 0) + 1
            doubled = FIRST_SILENCE * 2.0 ** min(count - 1, 10)
            wait = min(doubled, LONGEST_SILENCE)
            if told is not None:
                wait = min(told, LONGEST_TOLD)
            self.silent_until[site] = now + max(wait, left)
            return max(wait, left)

    def answered(self, site: str) -> None:
        """A call went well: the next pause starts small again."""
        with self.lock:
            self.refusals.pop(site, None)

    def _sweep(self, now: float) -> None:
        """Forget who has kept the pace, when the table has grown large."""
        if len(self.due) >= MOST_KEYS:
            self.due = {key: due for key, due in self.due.items() if due > now}


BUDGETS = Budgets()
