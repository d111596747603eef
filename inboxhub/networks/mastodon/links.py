"""The `Link` header, and positions made of it: where a listing goes on.

Mastodon API: "Guidelines and best practices", pagination (RFC 8288). The host's own
address is followed as it is, but never to another host: of an address elsewhere (a
misconfigured proxy) only the query is taken.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from inboxhub.networks.errors import PermanentError

LONGEST = 2_048
LINK = re.compile(r"<([^<>]*+)>((?:\s*+;(?:\"[^\"]*+\"|[^;,\"<]++)*+)*+)")
REL = re.compile(r";\s*+rel\s*+=\s*+(?:\"([^\"]*+)\"|([^\s;,\"]++))", re.IGNORECASE)
PATH = re.compile(r"/(?!/)[^\s\x00-\x20]{0,2047}")
WORD = re.compile(r"([a-z]+)=([A-Za-z0-9_,-]*)")

Query = Mapping[str, str | tuple[str, ...]]


def next_of(header: str, origin: str, path: str, query: Query) -> str:
    """The address below `origin` of the following, older page; empty at the end.

    What the host's link does not repeat of our `query` is added.
    """
    for match in LINK.finditer(header[:8_192]):
        rel = REL.search(match[2])
        words = (rel[1] or rel[2] or "").lower().split() if rel else []
        if "next" in words:
            return _below(match[1].strip(), origin, path, query)
    return ""


def address(path: str, query: Query) -> str:
    """Path and query; arrays as `name[]=a&name[]=b`."""
    pairs = [
        (name, value)
        for name, values in query.items()
        for value in ((values,) if isinstance(values, str) else values)
    ]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _below(link: str, origin: str, path: str, query: Query) -> str:
    try:
        parts, own = urlsplit(link), urlsplit(origin)
    except ValueError:
        return ""
    if parts[:2] == own[:2] or not parts.netloc:
        path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._") or path
    told = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=None)
    if not told:
        return ""
    names = {name for name, _value in told}
    more = {name: value for name, value in query.items() if name not in names}
    rest = address("", more).removeprefix("?")
    found = f"{path}?{urlencode(told)}" + (f"&{rest}" if rest else "")
    return found if len(found) <= LONGEST and PATH.fullmatch(found) else ""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a listing goes on: the address of the page, and what to remember for it.

    `expand` are statuses whose threads come before that page, `since` the newest status
    that was known when the walk began, `marker` the read position of notifications.
    """

    address: str = ""
    since: str = ""
    marker: str = ""
    expand: tuple[str, ...] = ()

    def __str__(self) -> str:
        words = {"since": self.since, "marker": self.marker}
        words["expand"] = ",".join(self.expand)
        told = [f"{name}={value}" for name, value in words.items() if value]
        return " ".join([self.address or "-", *told])

    @classmethod
    def read(cls, position: str | None) -> Self:
        """The stored form back; PermanentError for what is none of ours."""
        if position is None:
            return cls()
        where, *words = position.split(" ")
        if where != "-" and PATH.fullmatch(where) is None:
            raise PermanentError("the position cannot be read", code="position")
        found = [WORD.fullmatch(word) for word in words]
        told = {match[1]: match[2] for match in found if match}
        return cls(
            address="" if where == "-" else where,
            since=told.get("since", ""),
            marker=told.get("marker", ""),
            expand=tuple(filter(None, told.get("expand", "").split(","))),
        )

    def following(self) -> str | None:
        """As it is handed on; None where there is nothing left."""
        return str(self) if self.address or self.expand else None

    def without(self, count: int) -> Self:
        return replace(self, expand=self.expand[count:])
