"""Moments as Misskey writes them."""

from datetime import UTC, datetime


def iso(moment: int) -> str:
    """Return milliseconds since 1970 as `2026-11-21T07:17:23.714Z`."""
    whole = datetime.fromtimestamp(moment // 1000, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{moment % 1000:03d}Z"
