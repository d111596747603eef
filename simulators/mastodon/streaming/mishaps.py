"""Frames that no document knows, for programs that must get past them."""

import json

JUNK = (
    "this is not JSON",
    '{"stream":["user"],"event":"notification","payload":"{\\"id\\":\\"1',
    "[]",
    "null",
    "7",
    '{"stream":["user"]}',
    '{"stream":null,"event":null,"payload":null}',
    '{"stream":["user"],"event":["update"],"payload":"{}"}',
    '{"stream":["user"],"event":"delete"}',
    '{"stream":["user"],"event":"delete","payload":{"id":"1"}}',
    '{"stream":["user"],"event":"filters_changed"}',
    '{"stream":["user"],"event":"filters_changed","payload":""}',
    '{"stream":"user","event":"notification","payload":"not JSON"}',
    '{"error":"Something else","status":500}',
)
# Payloads that are JSON: unknown events, known ones with nonsense in them.
EVENTS: tuple[tuple[str, object], ...] = (
    ("moon_phase", {"full": True}),
    ("notification", None),
    ("notification", {"id": 7, "type": [], "account": "nobody"}),
    ("conversation", {"id": "1", "unread": "maybe", "accounts": None}),
    ("update", [1, 2, 3]),
    ("status.update", {"id": {"id": "1"}, "content": 5}),
    ("announcement", "a text"),
)


def junk() -> list[str]:
    """Return one of each."""
    events = [
        json.dumps({"stream": ["user"], "event": kind, "payload": json.dumps(payload)})
        for kind, payload in EVENTS
    ]
    return [*JUNK, *events]


def huge(size: int) -> str:
    """Return a frame of an unknown event with that many bytes of text."""
    payload = json.dumps("x" * size)
    return json.dumps({"stream": ["user"], "event": "huge", "payload": payload})
