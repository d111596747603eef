"""Ids of Misskey hosts: their form, and the time that each kind carries.

Ids of one host are compared as plain strings, never across hosts. From 2023.10.1 on
`createdAt` is the id's own time, whole seconds where ids are of the kind objectid.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import TypeGuard

FORM = re.compile(r"[a-zA-Z0-9]{1,64}")
HEX_24 = re.compile(r"[0-9a-f]{24}")
MEIDG = re.compile(r"g[0-9a-f]{23}")
ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
AID = re.compile(r"[0-9a-z]{10,24}")

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
YEAR_2000 = 946_684_800_000
MEID_ZERO = 0x800000000000


def is_id(value: object) -> TypeGuard[str]:
    """Whether it may be sent as an id: the hosts accept `^[a-zA-Z0-9]+$`."""
    return isinstance(value, str) and FORM.fullmatch(value) is not None


def time_of(identifier: str) -> datetime | None:
    """When the object was made (its id at least); None where the kind is unknown."""
    milliseconds = _milliseconds(identifier)
    if milliseconds is None:
        return None
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def _milliseconds(identifier: str) -> int | None:
    if HEX_24.fullmatch(identifier):
        if identifier[0] >= "8":  # meid
            return int(identifier[:12], 16) - MEID_ZERO
        return int(identifier[:8], 16) * 1000  # objectid
    if MEIDG.fullmatch(identifier):
        return int(identifier[1:12], 16)
    if ULID.fullmatch(identifier):
        return _base(identifier[:10], CROCKFORD)
    if AID.fullmatch(identifier):  # aid, aidx, and the cuid of some forks
        return int(identifier[:8], 36) + YEAR_2000
    return None


def _base(digits: str, alphabet: str) -> int:
    number = 0
    for digit in digits:
        number = number * len(alphabet) + alphabet.index(digit)
    return number
