"""Which list the inbox shows, as its address says it."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.datastructures import MultiValueDict

from accounts.models import Provider
from inboxhub.networks.base import BOXES

VIEWS = (*BOXES, "sent", "hidden")
MAX_ID = 2**63 - 1
MAX_QUERY = 500


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list by keyset: everything after it is older."""

    sort_key: int
    id: int

    def __str__(self) -> str:
        return f"{self.sort_key}.{self.id}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """None for a broken one, which means the first page."""
        sort_key, _, pk = text.partition(".")
        if not (_digits(sort_key) and _digits(pk)):
            return None
        cursor = cls(int(sort_key), int(pk))
        return cursor if max(cursor.sort_key, cursor.id) <= MAX_ID else None


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20


def number_of(text: str) -> int | None:
    """An id, or None when it is none or would not fit a database's column."""
    return int(text) if _digits(text) and 0 < int(text) <= MAX_ID else None


@dataclass(frozen=True, slots=True)
class Filters:
    """What the inbox shows, as the URL says it; unknown or broken values are left out."""

    box: str = ""
    accounts: tuple[int, ...] = ()
    providers: tuple[str, ...] = ()
    unread: bool = False
    q: str = ""
    at: Cursor | None = None
    upto: Cursor | None = None
    open: int | None = None

    @classmethod
    def read(cls, query: MultiValueDict[str, str]) -> "Filters":
        box = query.get("box") or ""
        providers = dict.fromkeys(query.getlist("provider"))
        accounts = [number_of(value) for value in query.getlist("account")]
        return cls(
            box=box if box in VIEWS else "",
            accounts=tuple(dict.fromkeys(n for n in accounts if n))[:100],
            providers=tuple(p for p in providers if p in Provider.values),
            unread=(query.get("is") or "") == "unread",
            q=" ".join((query.get("q") or "").replace("\0", "").split())[:MAX_QUERY],
            at=Cursor.read(query.get("at") or ""),
            upto=Cursor.read(query.get("upto") or ""),
            open=number_of(query.get("open") or ""),
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything but the box keeps messages out of the list."""
        return bool(self.accounts or self.providers or self.unread or self.q)

    @property
    def of_messages(self) -> bool:
        """Whether the list shows single messages instead of conversations."""
        return bool(self.q) or self.box in ("sent", "hidden")

    def url(self, **changes: Any) -> str:
        """The address of this list with the changes; `at`, `upto`, `open` only if given."""
        place = {"at": None, "upto": None, "open": None, **changes}
        new = replace(self, **place)
        pairs = [
            ("box", new.box),
            *(("account", account) for account in new.accounts),
            *(("provider", provider) for provider in new.providers),
            ("is", "unread" if new.unread else ""),
            ("q", new.q),
            ("at", new.at),
            ("upto", new.upto),
            ("open", new.open),
        ]
        query = urlencode([(name, str(value)) for name, value in pairs if value])
        return f"/?{query}" if query else "/"
