"""Things that happen in the demo world, put in order of time before they happen."""

import random
from collections.abc import Callable
from datetime import UTC, datetime

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
SPAN = 88 * DAY
_JAPAN = 9  # hours ahead of UTC: most people here sleep by its clock


class Timeline:
    """Collects moments with what happens then; all lie before `now`."""

    def __init__(self, now: int, rng: random.Random) -> None:
        self.now = now
        self.rng = rng
        self._events: list[tuple[int, int, Callable[[int], object]]] = []

    def at(self, moment: int, happen: Callable[[int], object]) -> None:
        """Let something happen; equal moments keep the order of the calls."""
        moment = min(moment, self.now - 20_000)
        self._events.append((moment, len(self._events), happen))

    def play(self) -> None:
        """Let everything happen, oldest first; what happens may not add more."""
        for moment, _, happen in sorted(self._events, key=lambda event: event[:2]):
            happen(moment)

    def age(self, place: int, count: int) -> int:
        """Return a moment for the place-th newest of `count`: denser towards now."""
        part = (place + self.rng.uniform(0.2, 0.8)) / count
        return self.awake(self.now - round(SPAN * part**2.3) - 3 * MINUTE)

    def awake(self, moment: int) -> int:
        """Move a moment of the small hours to the evening before."""
        hour = (datetime.fromtimestamp(moment / 1000, UTC).hour + _JAPAN) % 24
        if hour >= 7 or self.now - moment < DAY:
            return moment
        return moment - (hour + 1) * HOUR

    def pause(self, minutes: float) -> int:
        """Return a pause around so many minutes, in milliseconds."""
        return round(max(0.4, self.rng.expovariate(1 / minutes)) * MINUTE)
