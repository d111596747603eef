"""Captured notes, and calls over the stream."""

import pytest

from simulators.misskey import Simulator
from tests.simulators.ears import Json, named
from tests.simulators.misskey.ears import (
    body_of,
    listening,
    main_of,
    recorded_events,
    shape_errors,
)
from tests.simulators.misskey.shapes import misfits

OLD = "12.110"
profiles = pytest.mark.parametrize(
    "sim", ["2025.12", "2024.11", OLD], indirect=True, ids=str
)
old = pytest.mark.parametrize("sim", [OLD], indirect=True)


# --- Captures -------------------------------------------------------------------------


def test_captured_note_tells_its_changes(sim: Simulator) -> None:
    note = named(sim.note("bob", "which?", choices=["tea", "coffee"]))
    with listening(sim, sim.token("alice")) as ear:
        ear.say("subNote", id=note)
        sim.await_streams(lambda found: [one.captures for one in found] == [{note: 1}])
        sim.react("carol", note)
        sim.vote("carol", note, 1)
        sim.unreact("carol", note)
        sim.react("hana", note, ":blobcat:")
        sim.delete_note(note)
        assert ear.settled() == [
            *("reacted", "pollVoted", "unreacted", "reacted", "deleted"),
        ]
        assert shape_errors(ear, "capture") == []
    event = body_of(ear.heard[3])["body"]
    assert isinstance(event, dict)
    assert event["emoji"] == {
        "name": "blobcat@.",
        "url": f"{sim.url}/emoji/blobcat.webp",
    }


def test_other_reaction_takes_the_first_one_back(sim: Simulator) -> None:
    note = named(sim.note("bob", "hello"))
    sim.react("carol", note, "👍")
    with listening(sim) as ear:
        ear.say("subNote", id=note)
        sim.await_streams(lambda found: [one.captures for one in found] == [{note: 1}])
        sim.react("carol", note, "🎉")
        sim.edit_note(note, "hello again")
        assert ear.settled() == ["unreacted", "reacted", "updated"]


def test_captures_are_counted(sim: Simulator) -> None:
    note = named(sim.note("bob", "hello"))
    with listening(sim) as ear:
        for kind in ("subNote", "subNote", "unsubNote"):
            ear.say(kind, id=note)
        ear.settled()
        sim.react("carol", note)
        assert ear.settled() == ["reacted"]
        ear.say("unsubNote", id=note)
        ear.settled()
        sim.react("hana", note)
        assert ear.settled() == []


def test_read_notification_marks_all_whatever_it_names(sim: Simulator) -> None:
    with main_of(sim) as ear:
        sim.mention("bob", "alice", "one")
        sim.mention("bob", "alice", "two")
        ear.settled()
        ear.say("readNotification", id="anything")
        assert ear.settled() == ["readAllNotifications"]
    assert sim.unread_notifications("alice") == 0


# --- Calls over the stream ------------------------------------------------------------


@old
def test_old_host_answers_calls(sim: Simulator) -> None:
    note = named(sim.mention("bob", "alice", "still here"))
    calls: list[tuple[str, Json]] = [
        ("notes/show", {"noteId": note}),
        ("notes/show", {"noteId": "9zzzzzzzzz"}),
        ("no/such", {}),
        ("notifications/mark-all-as-read", {}),
        ("i/revoke-token", {"tokenId": "9"}),
        ("ping", {}),
    ]
    with listening(sim, sim.token("alice")) as ear:
        for number, (endpoint, data) in enumerate(calls, 1):
            ear.say("api", id=f"r{number}", endpoint=endpoint, data=data)
        answers = [ear.next() for _ in calls]
    recorded = recorded_events("v12.110-api")
    for answer in answers:
        (model,) = recorded[str(answer["type"])]
        assert misfits(model, answer["body"]) == []
    refused = [body_of(answer).get("error") for answer in answers[1:3]]
    codes = [error["code"] for error in refused if isinstance(error, dict)]
    assert codes == ["NO_SUCH_NOTE", "NO_SUCH_ENDPOINT"]
    assert sim.calls("stream/notes/show")


def test_new_host_is_silent_on_calls(sim: Simulator) -> None:
    with listening(sim, sim.token("alice")) as ear:
        ear.say("api", id="r1", endpoint="ping", data={})
        assert ear.settled() == []


@profiles
def test_text_ping_is_answered_by_old_hosts(sim: Simulator) -> None:
    with listening(sim, sim.token("alice")) as ear:
        ear.socket.send("ping")
        if sim.state.profile.name == OLD:
            assert ear.text() == "pong"
        assert ear.settled() == []
