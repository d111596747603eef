"""Moments as the API writes them."""

from datetime import UTC, datetime


def iso(moment: int, *, whole_seconds: bool = False) -> str:
    """Return milliseconds since 1970 as `2026-08-01T13:55:56.462Z`."""
    moment = moment - moment % 1000 if whole_seconds else moment
    written = datetime.fromtimestamp(moment / 1000, UTC).isoformat(
        timespec="milliseconds"
    )
    return f"{written[:-6]}Z"


def day(moment: int) -> str:
    """Return the start of a moment's day, as accounts tell when they were made."""
    return f"{iso(moment)[:10]}T00:00:00.000Z"


def date(moment: int) -> str:
    """Return a moment's day without a time."""
    return iso(moment)[:10]
