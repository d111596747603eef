"""Single values of mixi's own forms; the others are in `inboxhub.networks.values`."""

from datetime import datetime, timedelta, timezone

from inboxhub.networks import values
from inboxhub.networks.values import NUMBER_CAP, UNWANTED

ID_CAP = 255
JAPAN = timezone(timedelta(hours=9))
FIRST_YEAR = 2000  # before mixi began


def id_of(value: object) -> str:
    """An id exactly as told; empty for what is none. A number is none."""
    if not isinstance(value, str) or len(value) > ID_CAP:
        return ""
    return "" if UNWANTED.search(value) or not value.strip() else value


def count_of(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return None
    return min(value, NUMBER_CAP)


def moment_of(value: object) -> datetime | None:
    """An aware UTC datetime; a time without an offset is Japan's, as mixi's own are."""
    moment = values.moment_of(value, JAPAN)
    return moment if moment and moment.year >= FIRST_YEAR else None
