"""Who a conversation is with: the key that joins its messages."""

import hashlib
from collections.abc import Iterable

LONGEST_KEY = 400


def people_key(people: Iterable[str], me: str) -> str:
    """The conversation of these people: their ids, sorted, without me."""
    others = sorted({*people} - {me})
    key = ",".join(others) or "self"
    if len(key) <= LONGEST_KEY:
        return key
    return "many:" + hashlib.sha256(key.encode()).hexdigest()
