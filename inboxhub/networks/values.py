"""Single values out of hostile JSON: each comes out clean and bounded, or empty."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from urllib.parse import urlsplit

TEXT_CAP = 65_536
LINE_CAP = 500
LINK_CAP = 2_048
NUMBER_CAP = 1_000_000_000

# What no database and no page should get: controls but tab and newline, half
# surrogates, byte order marks.
UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufeff\ufffe\uffff]")
# In a name these would turn around what stands beside it.
DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
WEB = re.compile(r"https?://[^\s\"'<>\\]+")
WORD = re.compile(r"[^A-Za-z0-9:_.-]+")
# Outside of these years a moment is a slip, and pages could not even convert it.
YEARS = range(1970, 2101)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose eyes the parsers see with.

    `me` is the account's own user id. `origin` (scheme and host) is where addresses of
    this host start, `domain` is what its handles end with.
    """

    me: str
    origin: str
    domain: str


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
    """A code word such as a notification's type or a visibility."""
    return WORD.sub("", value[:cap]) if isinstance(value, str) else ""


def number_of(value: object) -> int:
    """A count or a size; 0 for everything that is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        return 0
    return min(max(value, 0), NUMBER_CAP)


def moment_of(value: object, zone: tzinfo = UTC) -> datetime | None:
    """An aware UTC datetime from the hosts' ISO form; `zone` where it names none."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year in YEARS else None


def link_of(value: object, viewer: Viewer | None = None) -> str:
    """A web address; one without a host belongs to the viewer's host."""
    if not isinstance(value, str) or len(value) > LINK_CAP:
        return ""
    if viewer and value.startswith("/") and not value.startswith("//"):
        value = viewer.origin + value
    if WEB.fullmatch(value) is None or UNWANTED.search(value):
        return ""
    return value


def media_of(value: object, viewer: Viewer) -> str:
    """The address of a picture or file: HTTPS, or the viewer's own host.

    On its usual port: what an operator allows of their own network is named with one,
    and is not for pictures of which strangers tell.
    """
    link = link_of(value, viewer)
    if link.startswith(viewer.origin + "/"):
        return link
    try:
        usual = urlsplit(link).port in (None, 443)
    except ValueError:
        return ""
    return link if usual and link.startswith("https://") else ""


def mapping_of(value: object) -> dict[object, object]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def mappings_of(value: object, cap: int) -> Iterator[dict[object, object]]:
    """The objects of a list, at most `cap` of them; anything else is left out."""
    if isinstance(value, list):
        yield from (item for item in value[:cap] if isinstance(item, dict))


def host_of(address: object) -> str:
    """host[:port] of a web address, in lower case; empty where there is none."""
    if not isinstance(address, str) or WEB.fullmatch(address[:LINK_CAP]) is None:
        return ""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    return f"{parts.hostname or ''}{port}".lower()
