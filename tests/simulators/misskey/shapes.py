"""Compares an answer with a recorded one: same keys, same JSON types."""

import json
from pathlib import Path

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
    """Return where two answers differ in keys or types; values do not matter.

    Each item of a list must fit one of the recorded items.
    """
    name = path.rpartition(".")[2]
    if expected is None or (found is None and name in NULLABLE):
        return []
    if isinstance(expected, dict) and isinstance(found, dict):
        if name in MAPS:
            return []
        return _compare_objects(expected, found, path)
    if isinstance(expected, list) and isinstance(found, list):
        return _compare_lists(expected, found, path)
    if type(expected) is not type(found) and {type(expected), type(found)} != {
        int,
        float,
    }:
        return [f"{path}: {type(expected).__name__}, not {type(found).__name__}"]
    return []


def _compare_objects(
    expected: dict[str, object], found: dict[str, object], path: str
) -> list[str]:
    wrong = [f"{path}: {key} is missing" for key in expected.keys() - found.keys()]
    wrong += [f"{path}: {key} is too much" for key in found.keys() - expected.keys()]
    for key in expected.keys() & found.keys():
        wrong += misfits(expected[key], found[key], f"{path}.{key}")
    return wrong


def _compare_lists(expected: list[object], found: list[object], path: str) -> list[str]:
    if expected and not found:
        return [f"{path}: empty"]
    wrong: list[str] = []
    for place, item in enumerate(found):
        tries = [misfits(model, item, f"{path}[{place}]") for model in expected]
        if tries and all(tries):
            wrong += sorted(tries, key=len)[0]
    return wrong
