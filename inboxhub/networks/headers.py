"""What the headers of an answer tell of time: the host's clock, and how long to wait."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from inboxhub.lib.http import Response


def date_of(response: Response) -> datetime | None:
    """The host's own clock, aware and in UTC; None when it does not tell."""
    return _moment(response.headers.get("date", ""))


def retry_after(response: Response, now: datetime) -> float | None:
    """Seconds that the host asks us to wait, told as such or as a date; None: untold.

    A date is measured by the host's own clock, by `now` where it tells none. It may lie
    in the past, and so far ahead that nobody should wait for it.
    """
    told = response.headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        return float(told[:9])
    until = _moment(told)
    if until is None:
        return None
    return (until - (date_of(response) or now)).total_seconds()


def _moment(text: str) -> datetime | None:
    """From the form of HTTP's dates, such as `Wed, 21 Oct 2015 07:28:00 GMT`."""
    try:
        moment = parsedate_to_datetime(text[:60])
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
