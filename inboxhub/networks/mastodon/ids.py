"""Ids of hosts with Mastodon's API: opaque strings, put in order by one rule.

Mastodon API: "Guidelines and best practices", identifiers. Length first, then the text,
is right for decimal ids, for ULIDs and for Flake ids. Ids of different kinds of objects,
or of different hosts, are never compared.
"""

import re
from collections.abc import Iterable

FORM = re.compile(r"[A-Za-z0-9_-]{1,64}")


def id_of(value: object) -> str:
    """The id as text, empty for what is none; some forks give whole numbers."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**30:
        return str(value)
    return value if isinstance(value, str) and FORM.fullmatch(value) else ""


def order(identifier: str) -> tuple[int, str]:
    """The key by which ids of one kind and host are sorted, the oldest first."""
    return len(identifier), identifier


def newer(one: str, other: str) -> bool:
    return order(one) > order(other)


def newest_of(ids: Iterable[str]) -> str:
    return max(ids, key=order, default="")
