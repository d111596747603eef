"""Rate limits in fixed windows, and the headers that tell of them.

Mastodon's windows are aligned to 1970 and named in the headers by the limit that is
closest to its end; GoToSocial has one budget per address that begins with a call.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Limit:
    """`count` calls in a window of so many milliseconds."""

    count: int
    window: int


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of one limit; `reset` in milliseconds since 1970."""

    limit: int
    remaining: int
    reset: int
    refused: bool

    def headers(self, *, whole_seconds: bool = False) -> dict[str, str]:
        """Return the three headers as the servers write them."""
        moment = datetime.fromtimestamp(self.reset / 1000, UTC)
        places = "milliseconds" if whole_seconds else "microseconds"
        moment = moment.replace(microsecond=0) if whole_seconds else moment
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": moment.isoformat(timespec=places)[:-6] + "Z",
        }


LIMITS = {
    "token": Limit(300, 5 * MINUTE),
    "user": Limit(1_500, 5 * MINUTE),
    "user_before_4.2": Limit(300, 5 * MINUTE),
    "address": Limit(300, 5 * MINUTE),
    "paging": Limit(300, 15 * MINUTE),
    "deleting": Limit(30, 30 * MINUTE),
    "posting": Limit(300, 3 * HOUR),
    "media": Limit(30, 30 * MINUTE),
    "apps": Limit(5, 10 * MINUTE),
    "gotosocial": Limit(300, 5 * MINUTE),
}


class Limiter:
    """Counts calls; `on` False lets everything pass and says nothing."""

    def __init__(self) -> None:
        self.on = True
        self.retry_after = ""
        """What a 429 says besides: empty for Mastodon, some proxies add it."""
        self.limits = dict(LIMITS)
        self._counts: defaultdict[tuple[str, str, int], int] = defaultdict(int)
        self._begins: dict[str, int] = {}

    def take(self, keys: Sequence[tuple[str, str]], now: int) -> Budget | None:
        """Count a call against several (limit, who) and return the tightest."""
        if not self.on or not keys:
            return None
        budgets = [self._take(name, who, now) for name, who in keys]
        return min(budgets, key=lambda budget: (not budget.refused, budget.remaining))

    def _take(self, name: str, who: str, now: int) -> Budget:
        limit = self.limits[name]
        begin = self._begin(name, who, limit, now)
        key = (name, who, begin)
        self._counts[key] += 1
        left = limit.count - self._counts[key]
        return Budget(limit.count, max(0, left), self._end(name, begin, now), left < 0)

    def _begin(self, name: str, who: str, limit: Limit, now: int) -> int:
        if name != "gotosocial":
            return now - now % limit.window
        begin = self._begins.get(who, now)
        if begin + limit.window <= now:
            begin = now
        self._begins[who] = begin
        return begin

    def _end(self, name: str, begin: int, now: int) -> int:
        """Return the window's end; Mastodon keeps the fraction of the call's second."""
        end = begin + self.limits[name].window
        return end if name == "gotosocial" else end - end % SECOND + now % SECOND

    def forget(self) -> None:
        """Begin all windows anew."""
        self._counts.clear()
        self._begins.clear()
