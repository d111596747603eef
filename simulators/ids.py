"""Ids of every method that fediverse hosts use, and the moments that they carry."""

import random
from collections.abc import Callable

EPOCH = 946_684_800_000  # 2000-01-01 in milliseconds, where the aid family begins
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def base(number: int, digits: str, width: int) -> str:
    """Write a number in the given digits, padded to `width` and cut to it."""
    text = ""
    while number:
        number, rest = divmod(number, len(digits))
        text = digits[rest] + text
    return text.rjust(width, digits[0])[-width:]


class IdMaker:
    """Makes the ids of one host; equal seeds make equal ids."""

    def __init__(self, method: str, seed: int) -> None:
        self.method = method
        self._random = random.Random(f"{method}{seed}")
        self._count = 0
        self._node = base(self._random.getrandbits(32), _DIGITS, 4)
        self._make: Callable[[int], str] = getattr(self, f"_{method}")

    def make(self, moment: int) -> str:
        """Return a new id for a moment in milliseconds since 1970."""
        self._count += 1
        return self._make(moment)

    def _aid(self, moment: int) -> str:
        return self._aid_time(moment) + base(self._count, _DIGITS, 2)

    def _aidx(self, moment: int) -> str:
        return self._aid_time(moment) + self._node + base(self._count, _DIGITS, 4)

    def _cuid(self, moment: int) -> str:
        noise = base(self._random.getrandbits(60), _DIGITS, 12)
        return self._aid_time(moment) + base(self._count, _DIGITS, 4) + noise

    def _aid_time(self, moment: int) -> str:
        return base(max(0, moment - EPOCH), _DIGITS, 8)

    def _objectid(self, moment: int) -> str:
        """Whole seconds and noise: ids of one second come in random order."""
        return f"{moment // 1000:08x}{self._random.getrandbits(64):016x}"

    def _meid(self, moment: int) -> str:
        return f"{moment + 0x800000000000:012x}{self._random.getrandbits(48):012x}"

    def _meidg(self, moment: int) -> str:
        return f"g{moment:011x}{self._random.getrandbits(48):012x}"

    def _ulid(self, moment: int) -> str:
        noise = base(self._random.getrandbits(80), CROCKFORD, 16)
        return base(moment, CROCKFORD, 10) + noise


METHODS = ("aid", "aidx", "cuid", "meid", "meidg", "objectid", "ulid")


def moment_of(row_id: str, method: str) -> int:
    """Return the milliseconds since 1970 that an id says it was made at."""
    match method:
        case "objectid":
            return int(row_id[:8], 16) * 1000
        case "meid":
            return int(row_id[:12], 16) - 0x800000000000
        case "meidg":
            return int(row_id[1:12], 16)
        case "ulid":
            moment = 0
            for digit in row_id[:10]:
                moment = moment * 32 + CROCKFORD.index(digit)
            return moment
        case _:
            return int(row_id[:8], 36) + EPOCH
