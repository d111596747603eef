"""How long to wait after trouble: per account in its row, per host in this process."""

import random
import threading
import time
from collections.abc import Callable

FIRST, LONGEST = 5.0, 900.0
UNREACHABLE_AFTER = 3
LONGEST_ASKED = 3 * 3600.0


def delay(tries: int, *, draw: Callable[[], float] = random.random) -> float:
    """Seconds before the next try: doubling from 5 s up to 15 min, with full jitter."""
    ceiling = min(LONGEST, FIRST * float(1 << min(tries, 10)))
    return ceiling * (0.5 + draw() / 2)


def asked(retry_after: float) -> float:
    """What a host asks for, between a second and three hours."""
    return min(max(retry_after, 1.0), LONGEST_ASKED)


class HostRest:
    """Hosts that did not answer lately: their other accounts need not find out too."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def failed(self, host: str) -> None:
        with self._lock:
            tries = self._until.get(host, (0.0, 0))[1] + 1
            self._until[host] = (self._clock() + delay(tries - 1), tries)

    def answered(self, host: str) -> None:
        with self._lock:
            self._until.pop(host, None)

    def forget(self) -> None:
        """Every host may be asked again."""
        with self._lock:
            self._until.clear()

    def left(self, host: str) -> float:
        """Seconds that the host should be left alone; 0 when it may be asked."""
        with self._lock:
            until, _tries = self._until.get(host, (0.0, 0))
        return max(0.0, until - self._clock())


hosts = HostRest()
