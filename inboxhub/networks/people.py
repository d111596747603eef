"""Who a conversation is with: the key that joins its messages, and who is answered."""

import hashlib
from collections.abc import Iterable, Mapping

LONGEST_KEY = 400
MOST_NAMED = 100


def people_key(people: Iterable[str], me: str) -> str:
    """The conversation of these people: their ids, sorted, without me."""
    others = sorted({*people} - {me})
    key = ",".join(others) or "self"
    if len(key) <= LONGEST_KEY:
        return key
    return "many:" + hashlib.sha256(key.encode()).hexdigest()


def everybody(handles: Mapping[str, str], me: str) -> dict[str, str] | int:
    """Ids to handles, as far as they are known, without me; a crowd as a number.

    So the `extra` of a message keeps whom an answer to it goes to.
    """
    people = {one: handles[one] for one in sorted(handles) if one and one != me}
    return people if len(people) <= MOST_NAMED else len(people)
