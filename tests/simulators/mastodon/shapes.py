"""The recorded answers of real servers, and how ours differ from them."""

import json
from pathlib import Path

from tests.simulators.shapes import Comparison

FOLDERS = (Path(__file__).parents[2] / "recorded", Path(__file__).with_name("recorded"))
# fields that one scene fills and another leaves empty
NULLABLE = {
    "description",
    "hide_collections",
    "in_reply_to_account_id",
    "in_reply_to_id",
    "last_status_at",
    "discoverable",
    "edited_at",
    "website",
    "poll",
    "quote",
}
# lists of things that a scene may have or not
FREE = {
    "fields",
    "roles",
    "emojis",
    "tags",
    "mentions",
    "attribution_domains",
    "automatic",
}


def recorded(number: str, server: str = "mastodon") -> dict[str, object]:
    """Return the answer of a recorded file by its number: status, headers, body."""
    for folder in FOLDERS:
        for file in (folder / server).glob(f"{number}-*.json"):
            answer = json.loads(file.read_text("utf-8"))["response"]
            assert isinstance(answer, dict)
            return answer
    raise LookupError(number)


def misfits(expected: object, found: object) -> list[str]:
    """Return where two answers differ in keys or types."""
    wrong = Comparison(nullable=NULLABLE).misfits(expected, found)
    return [row for row in wrong if not _free(row)]


def _free(row: str) -> bool:
    path, _, reason = row.partition(": ")
    return reason == "empty" and path.rpartition(".")[2] in FREE
