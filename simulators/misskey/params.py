"""Checks a call's body as Misskey's JSON schemas do and hands it over typed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulators.misskey.errors import ApiError, invalid_param

_ID = re.compile(r"^[a-zA-Z0-9]+$")
_BLANK = re.compile(r"^[\s\ufeff]*$")
Schema = Mapping[str, "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What one parameter may be; the names of JSON Schema."""

    type: str = "string"
    format: str = ""
    minimum: int | None = None
    maximum: int | None = None
    enum: Sequence[str] = ()
    nullable: bool = False
    items: "Rule | None" = None
    unique: bool = False
    pattern: str = ""

    def check(self, value: object, path: str) -> None:
        """Raise INVALID_PARAM with the path and the reason of the first misfit."""
        if value is None and self.nullable:
            return
        match self.type, value:
            case "string", str():
                self._check_string(value, path)
            case "integer", int() if not isinstance(value, bool):
                self._check_range(value, path)
            case "boolean", bool():
                return
            case "array", list():
                self._check_array(value, path)
            case "object", dict():
                return
            case _:
                raise invalid_param(f"{path}/type", f"must be {self._type_words()}")

    def _type_words(self) -> str:
        return f"{self.type},null" if self.nullable else self.type

    def _check_string(self, value: str, path: str) -> None:
        if self.maximum is not None and len(value) > self.maximum:
            reason = f"must NOT have more than {self.maximum} characters"
            raise invalid_param(f"{path}/maxLength", reason)
        if self.minimum is not None and len(value) < self.minimum:
            reason = f"must NOT have fewer than {self.minimum} characters"
            raise invalid_param(f"{path}/minLength", reason)
        if self.format == "id" and not _ID.match(value):
            raise invalid_param(f"{path}/format", 'must match format "misskey:id"')
        if self.pattern and _BLANK.match(value):
            reason = f'must match pattern "{self.pattern}"'
            raise invalid_param(f"{path}/pattern", reason)
        if self.enum and value not in self.enum:
            reason = "must be equal to one of the allowed values"
            raise invalid_param(f"{path}/enum", reason)

    def _check_range(self, value: int, path: str) -> None:
        if self.maximum is not None and value > self.maximum:
            raise invalid_param(f"{path}/maximum", f"must be <= {self.maximum}")
        if self.minimum is not None and value < self.minimum:
            raise invalid_param(f"{path}/minimum", f"must be >= {self.minimum}")

    def _check_array(self, value: list[object], path: str) -> None:
        if self.minimum is not None and len(value) < self.minimum:
            reason = f"must NOT have fewer than {self.minimum} items"
            raise invalid_param(f"{path}/minItems", reason)
        if self.maximum is not None and len(value) > self.maximum:
            reason = f"must NOT have more than {self.maximum} items"
            raise invalid_param(f"{path}/maxItems", reason)
        if self.items:
            for item in value:
                self.items.check(item, f"{path}/items")
        if self.unique:
            _check_unique(value, path)


def _check_unique(value: list[object], path: str) -> None:
    for place, item in enumerate(value):
        if item in value[:place]:
            first = value.index(item)
            reason = (
                "must NOT have duplicate items "
                f"(items ## {place} and {first} are identical)"
            )
            raise invalid_param(f"{path}/uniqueItems", reason)


TEXT = Rule()
ID = Rule(format="id")
OPTIONAL_ID = Rule(format="id", nullable=True)
LIMIT = Rule("integer", minimum=1, maximum=100)
FLAG = Rule("boolean")
PAGING: Schema = {
    "limit": LIMIT,
    "sinceId": ID,
    "untilId": ID,
    "sinceDate": Rule("integer"),
    "untilDate": Rule("integer"),
}


def check(body: Mapping[str, object], schema: Schema, required: Sequence[str]) -> None:
    """Raise INVALID_PARAM for the first parameter that does not fit."""
    for name in required:
        if name not in body:
            reason = f"must have required property '{name}'"
            raise invalid_param("#/required", reason)
    for name, rule in schema.items():
        if name in body:
            rule.check(body[name], f"#/properties/{name}")


class Params:
    """A checked body; the getters trust the schema of the endpoint."""

    def __init__(self, body: Mapping[str, object]) -> None:
        self.body = body

    def __contains__(self, name: str) -> bool:
        return self.body.get(name) is not None

    def text(self, name: str) -> str:
        """Return a string that must be there."""
        value = self.maybe(name)
        if value is None:
            raise missing(name)
        return value

    def maybe(self, name: str) -> str | None:
        """Return a string or None."""
        value = self.body.get(name)
        return value if isinstance(value, str) else None

    def integer(self, name: str, default: int) -> int:
        """Return a number or the schema's default."""
        value = self.body.get(name)
        return value if isinstance(value, int) else default

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a boolean or the schema's default."""
        value = self.body.get(name)
        return value if isinstance(value, bool) else default

    def texts(self, name: str) -> list[str] | None:
        """Return a list of strings or None when the parameter was left out."""
        value = self.body.get(name)
        if not isinstance(value, list):
            return None
        return [item for item in value if isinstance(item, str)]


def missing(name: str) -> ApiError:
    """Return the answer to a body without a required parameter."""
    return invalid_param("#/required", f"must have required property '{name}'")
