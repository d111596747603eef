"""Time zones as browsers name them."""

from urllib.parse import unquote
from zoneinfo import ZoneInfo


def zone_named(cookie: str) -> ZoneInfo:
    """The zone that a browser's cookie names; UTC where it names none."""
    try:
        return ZoneInfo(unquote(cookie) or "UTC")
    except (LookupError, ValueError, OSError):
        return ZoneInfo("UTC")
