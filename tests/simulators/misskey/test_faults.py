"""Faults strike where, how and as often as they are told."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from simulators.misskey import Simulator
from tests.simulators.misskey.scene import Scene


def test_status_fault_strikes_a_pattern_and_ends(sim: Simulator, alice: Scene) -> None:
    sim.fault("api/notes/*", status=502, body="html", times=2)
    assert alice.post("i").status_code == 200
    for expected in (502, 502, 200):
        assert alice.post("notes/mentions").status_code == expected


def test_faults_are_cleared(sim: Simulator, alice: Scene) -> None:
    sim.fault("api/*")
    sim.faults.clear()
    assert alice.post("i").status_code == 200


@pytest.mark.parametrize("kind", ["cut", "lost"])
def test_broken_connection_is_no_answer(
    sim: Simulator, alice: Scene, kind: str
) -> None:
    sim.fault("api/i", kind)
    with pytest.raises(
        (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
    ):
        alice.post("i")


def test_lost_answer_still_does_the_work(sim: Simulator, alice: Scene) -> None:
    sim.fault("api/notes/create", "lost", times=1)
    with pytest.raises(requests.ConnectionError):
        alice.post("notes/create", {"text": "hello"})
    assert [note.text for note in sim.notes_of("alice")] == ["hello"]


def test_held_answer_comes_when_it_is_let_go(sim: Simulator, alice: Scene) -> None:
    sim.fault("api/notes/create", "held", times=1)
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(alice.post, "notes/create", {"text": "hello"})
        with pytest.raises(TimeoutError):
            answer.result(0.2)
        assert [note.text for note in sim.notes_of("alice")] == ["hello"]
        sim.faults.let_go()
        assert answer.result().status_code == 200


def test_truncated_answer_is_no_json(sim: Simulator, alice: Scene) -> None:
    sim.fault("api/i", "truncate")
    answer = alice.post("i")
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_mangled_items_keep_every_fourth_whole(sim: Simulator, alice: Scene) -> None:
    sim.flood("alice", 4, by="bob")
    sim.fault("api/notes/mentions", "mangle")
    items = alice.post("notes/mentions").json()
    assert isinstance(items[0]["id"], list)
    assert items[1]["id"] == 7
    assert items[2] == 2
    assert items[3]["text"] == "@alice number 1 of 4"


@pytest.mark.parametrize("header", ["7", "Fri, 01 Jan 2100 00:00:00 GMT", ""])
def test_limit_fault_names_its_time(sim: Simulator, alice: Scene, header: str) -> None:
    sim.fault("api/i", "limit", header=header)
    answer = alice.post("i")
    assert answer.status_code == 429
    assert answer.headers.get("Retry-After", "") == header


def test_hanging_call_is_not_answered(sim: Simulator) -> None:
    sim.fault("api/meta", "hang")
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{sim.url}/api/meta", json={}, timeout=0.3)


def test_faults_can_be_set_over_http(sim: Simulator, alice: Scene) -> None:
    body = {"where": "api/i", "status": 503}
    requests.post(f"{sim.url}/_sim/api/fault", json=body, timeout=5)
    assert alice.post("i").status_code == 503
    requests.post(f"{sim.url}/_sim/api/clear-faults", timeout=5)
    assert alice.post("i").status_code == 200
