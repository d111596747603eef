"""Text of strangers, made harmless to store, and in a form to compare."""

import re
import unicodedata

TEXT_LIMIT = 65536
_CUT = "…"
_line_end = re.compile(r"\r\n?")
# C0 and C1 controls but tab and line feed; PostgreSQL refuses NUL outright.
_control = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_surrogate = re.compile(r"[\ud800-\udfff]")
_untidy = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def tidy(value: str, limit: int = TEXT_LIMIT) -> str:
    """The text as it can be stored and encoded, at most `limit` characters.

    Line ends become line feeds, other control characters go, a lone surrogate becomes
    the replacement character, and a cut text ends in an ellipsis. Direction marks stay:
    languages need them, and the page isolates each text.
    """
    if _untidy.search(value):
        value = _line_end.sub("\n", value)
        value = _control.sub("", value)
        value = _surrogate.sub("\ufffd", value)
    if len(value) <= limit:
        return value
    return value[: max(limit - len(_CUT), 0)].rstrip() + _CUT


def fold(value: str) -> str:
    """The form in which texts are compared: width, case and ligatures do not count."""
    value = unicodedata.normalize("NFKC", value).casefold()
    return unicodedata.normalize("NFKC", value)
