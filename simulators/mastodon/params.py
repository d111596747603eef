"""Parameters as Rails reads them: queries, forms and JSON bodies become one tree."""

import re
from collections.abc import Iterable, Mapping

Tree = dict[str, object]
_NUMBER = re.compile(r"\s*-?[0-9]{1,18}")
_PARTS = re.compile(r"\[([^\]]*)\]")


def tree(pairs: Iterable[tuple[str, str]]) -> Tree:
    """Return `a[]=1&b[c]=2` as `{"a": ["1"], "b": {"c": "2"}}`."""
    found: Tree = {}
    for name, value in pairs:
        first, bracket, _ = name.partition("[")
        path = [first, *_PARTS.findall(name)] if bracket else [name]
        _put(found, path, value)
    return found


def _put(found: Tree, path: list[str], value: str) -> None:
    name, *rest = path
    if not rest:
        found[name] = value
    elif rest[0] == "":
        listed = found.setdefault(name, [])
        if isinstance(listed, list):
            listed.append(value)
    else:
        inner = found.setdefault(name, {})
        if isinstance(inner, dict):
            _put(inner, rest, value)


class Params:
    """What a call was given; wrong types count as not given."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self.given = given

    def __contains__(self, name: str) -> bool:
        return self.given.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """Return a text; numbers and booleans as they are written."""
        match self.given.get(name):
            case str(value):
                return value
            case bool(flag):
                return "true" if flag else "false"
            case int(number):
                return str(number)
            case _:
                return default

    def texts(self, name: str) -> list[str]:
        """Return a list of texts; a single one counts as a list of one."""
        match self.given.get(name):
            case list(values):
                return [str(value) for value in values if isinstance(value, str | int)]
            case str(value):
                return [value]
            case _:
                return []

    def number(self, name: str, default: int) -> int:
        """Return a number as Ruby reads it: the digits in front, 0 for none."""
        if name not in self:
            return default
        digits = _NUMBER.match(self.text(name))
        return int(digits[0]) if digits else 0

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a boolean as Rails understands it."""
        written = self.text(name, "").lower()
        return default if not written else written not in {"0", "f", "false", "off"}

    def branch(self, name: str) -> "Params":
        """Return the parameters below a name, none if there are none."""
        inner = self.given.get(name)
        return Params(inner if isinstance(inner, dict) else {})

    def branches(self, name: str) -> list["Params"]:
        """Return a list of objects below a name, as JSON bodies have it."""
        inner = self.given.get(name)
        rows = inner if isinstance(inner, list) else []
        return [Params(row) for row in rows if isinstance(row, dict)]
