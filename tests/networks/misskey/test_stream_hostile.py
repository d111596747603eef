"""The Misskey stream does not believe what it hears, and raises nothing."""

import json

import pytest

from inboxhub.networks.base import RemoteMessage, Unreadable
from inboxhub.networks.misskey.stream import Stream
from inboxhub.networks.stream import NOTHING, Heard
from tests.networks.misskey.accounts import FACTS, viewer_of
from tests.networks.misskey.streaming import (
    BOB,
    NOTE,
    frame,
    listening,
    main_event,
    nobody,
)
from tests.networks.misskey.transcripts import FOLDER, NAMES

NONSENSE: list[object] = [
    None,
    True,
    7,
    -1.5,
    "",
    "x" * 70_000,
    [],
    [[]],
    {},
    {"a": {}},
]
EVENTS = (
    *("mention", "reply", "renote", "notification", "unreadNotification"),
    *("newChatMessage", "messagingMessage", "follow", "unfollow", "followed"),
    *("receiveFollowRequest", "meUpdated", "readAllNotifications", "message"),
    *("deleted", "react", "unreact", "read", "note", "", "new" * 1000),
)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("", "not-json"),
        ("{", "not-json"),
        ("ping", "not-json"),
        ("[" * 100_000, "not-json"),
        ('{"type":' * 50_000, "not-json"),
        ("9" * 10_000, "not-json"),
        ("null", "no-type"),
        ("[1, 2]", "no-type"),
        ('{"type": 5}', "no-type"),
        ('{"type": "stats", "body": {}}', "stats"),
        ('{"type": "<script>", "body": null}', "script"),
        ('{"type": "\\u202e", "body": null}', "type"),
    ],
    ids=range(12),
)
def test_frame_that_nobody_understands_is_reported(text: str, unknown: str) -> None:
    assert listening().read(text) == Heard(unknown=unknown)


@pytest.mark.parametrize("version", list(FACTS))
def test_events_with_nonsense_in_them_raise_nothing(version: str) -> None:
    stream = listening(version)
    stream.join("home", "t")
    stream.join_chat(BOB, "c")
    stream.capture(NOTE)
    for value in NONSENSE:
        for kind in EVENTS:
            for channel_id in ("inbox", "t", "c", "chats"):
                body = {"id": channel_id, "type": kind, "body": value}
                assert isinstance(stream.read(frame("channel", body)), Heard)
        for kind in ("reacted", "unreacted", "deleted", "pollVoted", "updated", "?"):
            body = {"id": NOTE, "type": kind, "body": value}
            assert isinstance(stream.read(frame("noteUpdated", body)), Heard)
        for kind in ("connected", "channel", "noteUpdated", "api:r1", "emojiAdded"):
            assert isinstance(stream.read(frame(kind, value)), Heard)


@pytest.mark.parametrize("name", NAMES)
def test_recorded_frames_with_changed_types_raise_nothing(name: str) -> None:
    stream = listening("12.110" if name.startswith("v12") else "2025.12")
    stream.join("home", "ho")
    for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        if entry.get("dir") == "in" and isinstance(entry.get("frame"), dict):
            for spoilt in _spoilt(entry["frame"]["body"]):
                body = spoilt | {"id": "inbox"} if isinstance(spoilt, dict) else spoilt
                heard = stream.read(frame(entry["frame"]["type"], body))
                assert isinstance(heard, Heard)


def _spoilt(value: object) -> list[object]:
    """Copies of a value in each of which one field has another type."""
    if not isinstance(value, dict):
        return []
    found: list[object] = []
    for key, old in value.items():
        found += [value | {key: new} for new in (None, 7, "x", [old], {"a": old})]
        found += [value | {key: inner} for inner in _spoilt(old)]
    return found


def test_unreadable_note_is_counted_and_the_next_one_arrives() -> None:
    stream = listening()
    broken = stream.read(main_event("mention", {"id": NOTE, "userId": 7}))
    assert broken.items == (Unreadable("note", NOTE, "a note without author or time"),)
    body = {"id": NOTE, "userId": BOB, "text": "whole", "visibility": "public"}
    (item,) = stream.read(main_event("mention", body)).items
    assert isinstance(item, RemoteMessage)
    assert item.text == "whole"


def test_note_of_two_megabytes_is_cut() -> None:
    body = {"id": NOTE, "userId": BOB, "text": "ab" * 1_000_000, "cw": "[" * 100_000}
    (item,) = listening().read(main_event("mention", body)).items
    assert isinstance(item, RemoteMessage)
    assert 60_000 < len(item.text) <= 65_536


def test_names_are_remembered_within_bounds() -> None:
    stream = listening()
    for number in range(1_001):
        user = {"id": f"u{number}", "username": "bob"}
        body = {"id": f"{NOTE}{number}", "userId": f"u{number}", "user": user}
        stream.read(main_event("mention", body | {"createdAt": "2026-01-01T00:00:00Z"}))
    stream.join_chat(BOB, "c1")
    known = [_is_named(stream, f"u{number}") for number in (0, 1, 1_000)]
    assert known == [False, True, True]


def _is_named(stream: Stream, sender: str) -> bool:
    me = viewer_of("2025.12").me
    body = {"id": "attn88w7y4y40057", "fromUserId": sender, "toUserId": me}
    (item,) = stream.read(
        frame("channel", {"id": "c1", "type": "message", "body": body})
    ).items
    assert isinstance(item, RemoteMessage)
    return item.author is not None


def test_event_of_a_channel_that_nobody_joined_is_dropped() -> None:
    body = {"id": NOTE, "userId": BOB, "text": "x"}
    event = {"id": "strange", "type": "mention", "body": body}
    assert listening().read(frame("channel", event)) == NOTHING


def test_nobody_is_told_what_main_says() -> None:
    stream = nobody()
    stream.hello()
    assert stream.read(frame("connected", {"id": "inbox"})) == NOTHING
    assert stream.read(main_event("mention", {"id": NOTE, "userId": BOB})) == NOTHING
