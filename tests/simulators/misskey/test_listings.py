"""Order, paging and what listings leave out."""

import pytest

from simulators import misskey
from simulators.ids import METHODS
from simulators.misskey import Simulator
from tests.simulators.misskey.scene import Scene


def ids(alice: Scene, endpoint: str, **body: object) -> list[str]:
    answer = alice.post(endpoint, body)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()]


@pytest.mark.parametrize(
    ("sim", "since", "both"),
    [
        ("2025.12", [1, 2], [1, 2]),
        ("2024.11", [4, 3], [3, 2]),
        ("12.110", [1, 2], [3, 2]),
    ],
    indirect=["sim"],
)
def test_mentions_after_an_id_come_in_the_versions_order(
    sim: Simulator, alice: Scene, since: list[int], both: list[int]
) -> None:
    notes = [
        str(sim.note("bob", f"@alice {place}", minutes_ago=9 - place)["id"])
        for place in range(5)
    ]
    found = ids(alice, "notes/mentions", sinceId=notes[0], limit=2)
    assert found == [notes[place] for place in since]
    found = ids(alice, "notes/mentions", sinceId=notes[0], untilId=notes[4], limit=2)
    assert found == [notes[place] for place in both]


@pytest.mark.parametrize("method", METHODS)
def test_paging_backwards_finds_everything_once(method: str) -> None:
    with misskey.running(id_method=method) as sim:
        alice = Scene(sim, sim.token("alice"))
        sim.flood("alice", 25, by="bob")
        found = ids(alice, "notes/mentions", limit=10)
        while page := ids(alice, "notes/mentions", limit=10, untilId=min(found)):
            found += page
        assert len(found) == len(set(found)) == 25
        assert found == sorted(found, reverse=True)


def test_late_note_arrives_below_and_its_notification_on_top(
    sim: Simulator, alice: Scene
) -> None:
    first = sim.mention("bob", "alice", "now")["id"]
    late = sim.note("yuki@remote.example", "@alice late", minutes_ago=60, late=True)
    assert ids(alice, "notes/mentions") == [first, late["id"]]
    newest = alice.post("i/notifications", {"markAsRead": False}).json()[0]
    assert newest["note"]["id"] == late["id"]


def test_muted_and_suspended_people_are_only_left_out(
    sim: Simulator, alice: Scene
) -> None:
    muted = sim.mention("bob", "alice", "muted")["id"]
    sim.mention("carol", "alice", "suspended")
    sim.mute("alice", "bob")
    sim.suspend("carol")
    assert ids(alice, "notes/mentions") == []
    assert alice.post("notes/show", {"noteId": muted}).status_code == 200


def test_muted_thread_is_left_out(sim: Simulator, alice: Scene) -> None:
    first = str(sim.mention("bob", "alice", "first")["id"])
    sim.reply("carol", first, "@alice second")
    alice.post("notes/thread-muting/create", {"noteId": first})
    assert ids(alice, "notes/mentions") == []


def test_own_direct_answers_need_with_replies(sim: Simulator, alice: Scene) -> None:
    received = str(sim.direct("bob", "alice", "hello")["id"])
    answer = sim.direct("alice", "bob", "hi", reply_to=received)["id"]
    me = sim.id_of("alice")
    assert ids(alice, "users/notes", userId=me) == []
    assert ids(alice, "users/notes", userId=me, withReplies=True) == [answer]


def test_answer_reaches_the_one_it_answers(sim: Simulator, alice: Scene) -> None:
    mine = str(sim.direct("alice", "bob,carol", "hello")["id"])
    aside = sim.direct("bob", "carol", "aside", reply_to=mine)["id"]
    assert ids(alice, "notes/mentions") == [aside]


def test_direct_answer_without_addressees_reaches_only_the_author(
    sim: Simulator, alice: Scene
) -> None:
    group = sim.direct("bob", "alice,carol", "hello")["id"]
    body = {
        "text": "x",
        "visibility": "specified",
        "visibleUserIds": [],
        "replyId": group,
    }
    note = alice.post("notes/create", body).json()["createdNote"]
    assert note["visibleUserIds"] == [sim.id_of("bob")]


def test_notification_types_are_filtered(sim: Simulator, alice: Scene) -> None:
    sim.follow("bob", "alice")
    sim.mention("bob", "alice", "hello")
    body = {"markAsRead": False, "includeTypes": ["follow"]}
    assert len(ids(alice, "i/notifications", **body)) == 1
    assert ids(alice, "i/notifications", markAsRead=False, includeTypes=[]) == []
    body = {"markAsRead": False, "excludeTypes": ["follow", "createToken"]}
    assert len(ids(alice, "i/notifications", **body)) == 1
