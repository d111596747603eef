"""Misskey's own rate limits: per user and endpoint, refused calls count too."""

from collections import defaultdict
from dataclasses import dataclass
from math import ceil

HOUR, SECOND = 3_600_000, 1_000


@dataclass(frozen=True, slots=True)
class Limit:
    """`count` calls in `window` milliseconds and at least `pause` between two."""

    count: int
    window: int
    pause: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """When the next call may pass, in milliseconds since 1970."""

    until: int
    total: int

    def seconds(self, now: int) -> int:
        """Return what the header `Retry-After` says."""
        return max(1, ceil((self.until - now) / 1000))


class Limiter:
    """Counts calls; `on` False lets everything pass."""

    def __init__(self) -> None:
        self.on = True
        self._calls: defaultdict[tuple[str, str], list[int]] = defaultdict(list)

    def refuse(
        self, user_id: str, endpoint: str, limit: Limit, factor: float, now: int
    ) -> Refusal | None:
        """Count a call and say whether it is one too many.

        A refused call stays counted, so that knocking moves the end of the wait. The
        pause is looked at first and a call that it refuses does not reach the window.
        """
        if not self.on or factor <= 0:
            return None
        if limit.pause:
            pause = round(limit.pause * factor)
            refusal = self._count((user_id, f"{endpoint} pause"), 1, pause, now)
            if refusal:
                return refusal
        count = max(1, round(limit.count / factor))
        return self._count((user_id, endpoint), count, limit.window, now)

    def _count(
        self, key: tuple[str, str], count: int, window: int, now: int
    ) -> Refusal | None:
        recent = [moment for moment in self._calls[key] if moment > now - window]
        full = len(recent) >= count
        recent = [*recent, now][-count:]
        self._calls[key] = recent
        return Refusal(recent[0] + window, count) if full else None


LIMITS = {
    "i/notifications": Limit(30, 30 * SECOND),
    "i/notifications-grouped": Limit(30, 30 * SECOND),
    "notes/create": Limit(300, HOUR),
    "notes/delete": Limit(300, HOUR, pause=SECOND),
    "notes/unrenote": Limit(300, HOUR, pause=SECOND),
    "notes/reactions/delete": Limit(60, HOUR, pause=3 * SECOND),
    "messaging/messages/delete": Limit(300, HOUR, pause=SECOND),
    "chat/messages/create-to-user": Limit(500, HOUR),
    "chat/messages/create-to-room": Limit(500, HOUR),
    "drive/files/create": Limit(120, HOUR),
}
# 12.118 was the first to limit this listing
UNLIMITED_BEFORE_13 = {"i/notifications"}
