"""Compares an answer with a recorded one: same keys, same JSON types."""

import json
from pathlib import Path

from tests.simulators.shapes import Comparison

RECORDED = Path(__file__).parents[2] / "recorded" / "misskey"

# keys that name things of the host, not fields
MAPS = {"reactions", "reactionEmojis", "emojis", "condFormula", "properties"}
# fields that one scene fills and another leaves empty
NULLABLE = {
    "text",
    "cw",
    "name",
    "icon",
    "iconUrl",
    "themeColor",
    "updatedAt",
    "comment",
    "thumbnailUrl",
    "message",
    "description",
}


def recorded(number: str) -> dict[str, object]:
    """Return the answer of a recorded file by its number: status, headers, body."""
    file = next(RECORDED.glob(f"{number}-*.json"))
    answer = json.loads(file.read_text("utf-8"))["response"]
    assert isinstance(answer, dict)
    return answer


def misfits(expected: object, found: object, path: str = "$") -> list[str]:
    """Return where two answers differ in keys or types; values do not matter."""
    return Comparison(MAPS, NULLABLE).misfits(expected, found, path)
