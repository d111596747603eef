"""How often a host may be asked: known beforehand, and told by its answers.

Mastodon API: "Rate limits". A host tells of one limit only, the one that is closest to
its end for this call; so only the kind of call that it was told for pauses.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from inboxhub.lib.http import Response
from inboxhub.networks.budget import Limit, Pace, Rule
from inboxhub.networks.headers import date_of, retry_after
from inboxhub.networks.values import moment_of

READ, PAGED, CHANGE, DELETE = "read", "paged", "change", "delete"
POST, MEDIA = "post", "media"
EVERYTHING = "everything"

# A little below what Mastodon allows. Changes leave a fifth for the live pulls.
ALL_CALLS = Rule(280, 300.0)
CHANGE_SECONDS = 1.25
DELETES, DELETES_WITHIN = 30, 1800.0
RULES: dict[str, tuple[Limit, ...]] = {
    READ: (),
    PAGED: (Rule(280, 900.0), Pace(3.0, burst=30)),
    CHANGE: (Pace(CHANGE_SECONDS, burst=10),),
    DELETE: (Rule(DELETES, DELETES_WITHIN),),
    POST: (Rule(280, 10_800.0),),
    MEDIA: (Rule(30, 1_800.0),),
}
WITH_RESERVE = {PAGED, CHANGE}
LONGEST_WAIT = 10_800.0
UNTOLD_WAIT = 60.0

Now = Callable[[], datetime]


def wall_clock() -> datetime:
    return datetime.now(UTC)


def pause_after(response: Response, kind: str, now: Now) -> float:
    """Seconds for which calls of this kind must wait after a good answer, 0 for none."""
    left = _number(response, "x-ratelimit-remaining")
    limit = _number(response, "x-ratelimit-limit")
    if left is None or limit is None:
        return 0.0
    reserve = limit // 5 if kind in WITH_RESERVE else 0
    return _until_reset(response, now) if left <= reserve else 0.0


def refused_for(response: Response, now: Now) -> float:
    """Seconds that a refused call (429) must wait; the longer of what two headers say.

    Mastodon tells only the end of the window, proxies only `Retry-After`.
    """
    told = max(retry_after(response, now()) or 0.0, _until_reset(response, now))
    return min(max(told, 1.0), LONGEST_WAIT) if told else UNTOLD_WAIT


def _until_reset(response: Response, now: Now) -> float:
    """`X-RateLimit-Reset` is a date and time, not seconds.

    By the host's own clock where it tells it: ours may go wrong.
    """
    moment = moment_of(response.headers.get("x-ratelimit-reset"))
    if moment is None:
        return 0.0
    here = date_of(response) or now()
    return min(max((moment - here).total_seconds(), 0.0), LONGEST_WAIT)


def _number(response: Response, name: str) -> int | None:
    text = response.headers.get(name, "")
    return int(text[:9]) if text.isascii() and text[:9].isdigit() else None
