"""Ids as the simulated servers make them, and their order."""

import random
from collections import Counter

from simulators.ids import CROCKFORD, base
from simulators.ids import IdMaker as PlainIds

SNOWFLAKE, ULID, AIDX = "snowflake", "ulid", "aidx"


class IdMaker:
    """Makes the ids of one host; equal seeds make equal ids, later ones are greater.

    Rows with a time (`make`) and rows that are only counted (`count`) differ on
    Mastodon; elsewhere all ids are of one kind.
    """

    def __init__(self, method: str, seed: int) -> None:
        self.method = method
        self._random = random.Random(f"{method}{seed}")
        self._counts: Counter[str] = Counter()
        self._plain = PlainIds(AIDX, seed)
        self._moment, self._noise = 0, 0

    def make(self, moment: int) -> str:
        """Return a new id for a moment in milliseconds since 1970."""
        if self.method == AIDX:
            return self._plain.make(moment)
        bits = 16 if self.method == SNOWFLAKE else 80
        if moment == self._moment:
            self._noise += 1
        else:
            self._moment, self._noise = moment, self._random.getrandbits(bits - 1)
        if self.method == SNOWFLAKE:
            return str((moment << 16) + self._noise)
        return base(moment, CROCKFORD, 10) + base(self._noise, CROCKFORD, 16)

    def count(self, kind: str, moment: int) -> str:
        """Return the next number of a kind of rows, or an id with a time."""
        if self.method != SNOWFLAKE:
            return self.make(moment)
        self._counts[kind] += 1
        return str(self._counts[kind])

    def account(self, moment: int) -> str:
        """Return a new account's id; on GoToSocial it says nothing of the time."""
        if self.method != ULID:
            return self.make(moment)
        noise = self._random.getrandbits(80)
        some = self._random.randrange(1 << 43)
        return base(some, CROCKFORD, 10) + base(noise, CROCKFORD, 16)


def order(row_id: str, method: str) -> tuple[int, str]:
    """Return what ids of one host are sorted by; a nonsense number counts as zero."""
    if method != SNOWFLAKE:
        return 0, row_id
    digits = row_id if row_id.isascii() and row_id.isdecimal() else "0"
    return len(digits), digits
