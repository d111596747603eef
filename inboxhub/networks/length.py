"""How long a text is for its host, and how pages count so: by the same patterns.

Mastodon: `StatusLengthValidator` counts what a reader sees as one sign as one, every
address as so many, `@name@host` as `@name`, and the content warning too. Misskey counts
code points. Both cut off blanks at the ends before they count.
"""

import re
import unicodedata
from collections.abc import Iterable

from inboxhub.networks.capabilities import Writing

# Both are read by browsers, too: nothing that only Python knows.
ADDRESS = (
    r"https?://(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?::[0-9]{1,5})?"
    r"(?:[/?#](?:[A-Za-z0-9_./?%&=+#~:,;!*'$@()-]*[A-Za-z0-9_/=&#+~-])?)?"
)
NAME = r"(?<![A-Za-z0-9_/])(@[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*)@[A-Za-z0-9.-]+[A-Za-z0-9]"
IN_FRONT = re.compile(r"(?:\s*@\S+)*")
JOINER = "\u200d"
SKIN = range(0x1F3FB, 0x1F400)
FLAGS = range(0x1F1E6, 0x1F200)
VOWELS_AND_ENDS = range(0x1160, 0x1200)  # of Hangul syllables in parts
TAGS = range(0xE0020, 0xE0080)


def length(
    able: Writing, text: str, *, warning: str = "", names: Iterable[str] = ()
) -> int:
    """As the host counts, with the `names` that are put in front of it."""
    text = text.strip()
    front = IN_FRONT.match(text)
    there = set((front[0] if front else "").lower().split())
    missing = [name for name in names if name.lower() not in there]
    whole = " ".join([*missing, text])
    said = warning.strip() if able.counts_warning else ""
    return _counted(able, said, plain=True) + _counted(able, whole.strip())


def _counted(able: Writing, text: str, *, plain: bool = False) -> int:
    if able.per_address and not plain:
        text = re.sub(ADDRESS, "x" * able.per_address, text)
    if able.short_names and not plain:
        text = re.sub(NAME, r"\1", text)
    return _signs(text) if able.counts_signs else len(text)


def _signs(text: str) -> int:
    """What a reader takes for one sign each (Unicode Standard Annex #29), or more."""
    count, before, flags = 0, "", 0
    for sign in text:
        code = ord(sign)
        flags = flags + 1 if code in FLAGS else 0
        if not (
            (before and _goes_on(sign, code, before)) or (flags and flags % 2 == 0)
        ):
            count += 1
        before = sign
    return count


def _goes_on(sign: str, code: int, before: str) -> bool:
    """Whether it belongs to the sign before it."""
    if before == "\n":
        return False
    if unicodedata.category(sign) in {"Mn", "Me", "Mc"} or sign == JOINER:
        return True
    if before == JOINER and unicodedata.category(sign) == "So":
        return True
    hangul = code in VOWELS_AND_ENDS and 0x1100 <= ord(before) <= 0xD7A3
    return hangul or code in SKIN or code in TAGS
