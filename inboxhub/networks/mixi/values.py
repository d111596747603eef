"""Single values out of hostile JSON: each comes out clean and bounded, or empty."""

import re
from datetime import UTC, datetime, timedelta, timezone

TEXT_CAP = 65_536
LINE_CAP = 500
LINK_CAP = 2_048
ID_CAP = 255
COUNT_CAP = 1_000_000_000

# What no database and no page should get: controls but tab and newline, half
# surrogates, byte order marks.
UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufeff\ufffe\uffff]")
# In a name these would turn around what stands beside it.
DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
WEB = re.compile(r"https?://[^\s\"'<>\\]+")
WORD = re.compile(r"[^A-Za-z0-9:_.-]+")

JAPAN = timezone(timedelta(hours=9))
# Outside of these years a moment is a slip, and pages could not even convert it.
YEARS = range(2000, 2101)


def text_of(value: object, cap: int = TEXT_CAP) -> str:
    """The text without what cannot be stored, at most `cap` code points."""
    if not isinstance(value, str):
        return ""
    lines = value[: cap * 2].replace("\r\n", "\n").replace("\r", "\n")
    return UNWANTED.sub("", lines)[:cap]


def line_of(value: object, cap: int = LINE_CAP) -> str:
    """The text as one line that cannot turn the direction of its surroundings."""
    return " ".join(DIRECTION.sub("", text_of(value, cap)).split())


def word_of(value: object, cap: int = 40) -> str:
    """A code word such as a status or the name of an error."""
    return WORD.sub("", value[:cap]) if isinstance(value, str) else ""


def id_of(value: object) -> str:
    """An id exactly as told; empty for what is none. A number is none."""
    if not isinstance(value, str) or len(value) > ID_CAP:
        return ""
    return "" if UNWANTED.search(value) or not value.strip() else value


def count_of(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return None
    return min(value, COUNT_CAP)


def moment_of(value: object) -> datetime | None:
    """An aware UTC datetime; a time without an offset is Japan's, as mixi's own are."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=JAPAN)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year in YEARS else None


def link_of(value: object) -> str:
    """A web address, with http too: mixi's pictures and profiles have such ones."""
    if not isinstance(value, str) or len(value) > LINK_CAP:
        return ""
    if WEB.fullmatch(value) is None or UNWANTED.search(value):
        return ""
    return value


def mapping_of(value: object) -> dict[object, object]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}
