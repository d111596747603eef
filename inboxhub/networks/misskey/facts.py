"""What a host says of itself and of the account, as the client must know it later.

Names of endpoints are the capability test: forks break the arithmetic of versions,
names do not lie.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

from inboxhub.networks.misskey.ids import is_id
from inboxhub.networks.values import (
    Viewer,
    host_of,
    line_of,
    mapping_of,
    media_of,
    number_of,
)

PLAIN_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})\.(\d{1,4})")
NO_CASCADE = (2025, 8)
# What hosts allow that do not say it; a file is sent in one call with a deadline.
MAX_TEXT = 3_000
MOST_NAMED = 20
MAX_BYTES = 10 * 1024 * 1024

CHAT, MESSAGING, NO_CHAT = "chat", "messaging", "none"


@dataclass(frozen=True, slots=True)
class Facts:
    """`chat` is the kind that may be read, `missing` what the token may not.

    `old_notices`: single notices can be marked read, and say themselves whether they
    are (up to 13.10). `bulk`: up to 100 notes can be looked up at once. `rate` is the
    host's `rateLimitFactor`. `closed` are the timelines that the host does not give.
    `flush`: all notices can be cleared. `quiet`: chats may be read, but not written.
    `max_text` is of a note, in code points; `people` how many a note may name.
    """

    id: str = ""
    domain: str = ""
    version: str = ""
    chat: str = NO_CHAT
    old_notices: bool = False
    bulk: bool = False
    rate: float = 1.0
    missing: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    flush: bool = False
    quiet: bool = False
    max_text: int = MAX_TEXT
    people: int = MOST_NAMED
    max_bytes: int = MAX_BYTES

    def as_json(self) -> dict[str, object]:
        lists = {"missing": list(self.missing), "closed": list(self.closed)}
        return asdict(self) | lists

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Self:
        """The stored form back; empty where the client never asked its host."""
        rate = stored.get("rate", 1.0)
        return cls(
            id=str(stored.get("id", "")),
            domain=str(stored.get("domain", "")),
            version=str(stored.get("version", "")),
            chat=str(stored.get("chat", NO_CHAT)),
            old_notices=stored.get("old_notices") is True,
            bulk=stored.get("bulk") is True,
            rate=float(rate) if isinstance(rate, int | float) else 1.0,
            missing=_texts(stored.get("missing")),
            closed=_texts(stored.get("closed")),
            flush=stored.get("flush") is True,
            quiet=stored.get("quiet") is True,
            max_text=number_of(stored.get("max_text")) or MAX_TEXT,
            people=number_of(stored.get("people")) or MOST_NAMED,
            max_bytes=number_of(stored.get("max_bytes")) or MAX_BYTES,
        )


@dataclass(frozen=True, slots=True)
class Meta:
    """The host's own card, from `meta`."""

    name: str
    version: str
    domain: str
    icon_url: str
    max_text: int
    closed: tuple[str, ...] = ()
    """The timelines that it does not give to those without an account."""


def read_meta(raw: object, host: str, origin: str) -> Meta | None:
    """Misskey API: `meta` with `detail` false. None when it names no version."""
    meta = mapping_of(raw)
    version = line_of(meta.get("version"), 60)
    if not version:
        return None
    viewer = Viewer("", origin, host)
    return Meta(
        name=line_of(meta.get("name"), 200) or host,
        version=version,
        domain=host_of(meta.get("uri")) or host,
        icon_url=media_of(meta.get("iconUrl"), viewer),
        max_text=number_of(meta.get("maxNoteTextLength")) or MAX_TEXT,
        closed=closed_timelines(meta),
    )


def closed_timelines(told: Mapping[object, object]) -> tuple[str, ...]:
    """What `policies` of the account or of the host switch off; before 12.111 the host's
    `disable…Timeline`.

    A stream of such a timeline begins as any other, and nothing ever comes.
    """
    policies = mapping_of(told.get("policies"))
    closed = []
    if (
        policies.get("ltlAvailable") is False
        or told.get("disableLocalTimeline") is True
    ):
        closed += ["local", "social"]
    if (
        policies.get("gtlAvailable") is False
        or told.get("disableGlobalTimeline") is True
    ):
        closed.append("global")
    return tuple(closed)


def _texts(stored: object) -> tuple[str, ...]:
    return tuple(map(str, stored)) if isinstance(stored, list) else ()


def read_endpoints(raw: object) -> frozenset[str]:
    """Misskey API: `endpoints`, a list of names."""
    names = raw if isinstance(raw, list) else []
    return frozenset(name for name in names[:5_000] if isinstance(name, str))


def chat_kind(names: frozenset[str]) -> str:
    if "chat/history" in names:
        return CHAT
    return MESSAGING if "messaging/history" in names else NO_CHAT


def rate_of(me: Mapping[object, object]) -> float:
    """0 is a host without limits; what is not told or senseless counts as 1."""
    factor = mapping_of(me.get("policies")).get("rateLimitFactor")
    if isinstance(factor, bool) or not isinstance(factor, int | float):
        return 1.0
    return float(factor) if 0 <= factor <= 100 else 1.0


def most_named(me: Mapping[object, object]) -> int:
    """How many people a note of mine may name."""
    return number_of(mapping_of(me.get("policies")).get("mentionLimit")) or MOST_NAMED


def largest_file(me: Mapping[object, object]) -> int:
    """Bytes of a file that the host takes, and not more than one call can carry."""
    told = number_of(mapping_of(me.get("policies")).get("maxFileSizeMb"))
    return min(told * 1024 * 1024, MAX_BYTES) if told else MAX_BYTES


def may_only_read_chats(me: Mapping[object, object]) -> bool:
    return mapping_of(me.get("policies")).get("chatAvailability") == "readonly"


def unread_notices(raw: object) -> int | None:
    """How many of the newest notices are unread; None where the host does not say."""
    me = mapping_of(raw)
    count = me.get("unreadNotificationsCount")
    if isinstance(count, int) and not isinstance(count, bool):
        return number_of(count)
    return 0 if me.get("hasUnreadNotification") is False else None


def id_of(raw: object) -> str:
    identifier = mapping_of(raw).get("id")
    return identifier if is_id(identifier) else ""


def deletes_answers(software: str, version: str) -> bool:
    """Whether deleting a note takes others' answers with it: before 2025.8, or unsure."""
    found = PLAIN_VERSION.fullmatch(version)
    if software != "misskey" or found is None:
        return True
    return (int(found[1]), int(found[2])) < NO_CASCADE
