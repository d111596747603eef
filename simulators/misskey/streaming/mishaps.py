"""Frames that no document knows, for programs that must get past them."""

import json

JUNK = (
    "this is not JSON",
    '{"type":"channel","body":{"id":"inbox","type":"mention","body":{"id":"x","text":',
    "[]",
    "null",
    '{"type":7,"body":null}',
    '{"type":"channel","body":null}',
    '{"type":"channel","body":{"id":["inbox"],"type":{},"body":[]}}',
    '{"type":"noteUpdated","body":{"id":null,"type":"deleted","body":null}}',
    '{"type":"connected","body":{"id":{"id":"inbox"}}}',
    '{"type":"api:r1","body":7}',
    '{"type":"weather","body":{"sun":true}}',
)
# The same inside of `main`: unknown kinds, known ones with nonsense in them.
EVENTS: tuple[tuple[str, object], ...] = (
    ("moonPhase", {"full": True}),
    ("mention", None),
    ("reply", "a text"),
    ("notification", {"id": 7, "type": []}),
    ("newChatMessage", [1, 2, 3]),
    ("meUpdated", {"id": "somebody", "username": None}),
    ("followed", None),
)


def junk(main_id: str) -> list[str]:
    """Return one of each; `main_id` is what the program called its `main`."""
    events = [
        json.dumps({"type": "channel", "body": {"id": main_id, "type": k, "body": b}})
        for k, b in EVENTS
    ]
    return [*JUNK, *events]


def huge(main_id: str, size: int) -> str:
    """Return a frame of an unknown event with that many bytes of text."""
    body = {"id": main_id, "type": "hugeEvent", "body": "x" * size}
    return json.dumps({"type": "channel", "body": body})
