"""Faults strike where they are told; lost answers have done their work."""

from datetime import timedelta

import pytest
import requests

from simulators.mixi import Simulator
from tests.simulators.mixi.scene import INBOX, Scene, renew

READ = "messages/@me/@inbox"


def test_lost_answer_has_sent_the_message(sim: Simulator, sakura: Scene) -> None:
    sim.fault("2/messages/@me/@self/@outbox", "lost", times=1)
    with pytest.raises(requests.ConnectionError):
        sakura.send(recipients=[sim.id_of("ren")])
    assert len(sim.inbox("ren")) == 1


def test_late_answer_comes_when_it_was_told_to(sim: Simulator, sakura: Scene) -> None:
    sim.fault("2/messages/@me/@self/@outbox", "late", times=1, seconds=0.2)
    answer = sakura.send(recipients=[sim.id_of("ren")])
    assert answer.elapsed >= timedelta(seconds=0.2)
    assert sim.inbox("ren")[0].status == "unread"


def test_lost_answer_has_rotated_the_token(sim: Simulator) -> None:
    word = sim.token_answer("sakura")["refresh_token"]
    sim.fault("2/token", "lost", times=1)
    with pytest.raises(requests.ConnectionError):
        renew(sim, word)
    assert renew(sim, word).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("status", [500, 502, 503])
def test_html_error_strikes_so_often(
    sim: Simulator, sakura: Scene, status: int
) -> None:
    sim.fault("2/messages/*", status=status, body="html", times=2)
    codes = [sakura.call("GET", READ).status_code for _ in range(3)]
    assert codes == [status, status, 200]
    assert sakura.call("GET", "people/@me/@self").status_code == 200


def test_truncated_answer_is_no_json(sim: Simulator, sakura: Scene) -> None:
    sim.fault(f"2/{READ}", "truncate")
    with pytest.raises(requests.JSONDecodeError):
        sakura.call("GET", READ).json()


@pytest.mark.parametrize("text", ['{"entry":null}', "<html>", "[" * 10_000, ""])
def test_mishap_answers_any_text_once(sim: Simulator, sakura: Scene, text: str) -> None:
    sim.mishap(f"2/{READ}", text=text)
    assert sakura.call("GET", READ).text == text
    assert sakura.read(INBOX) == []


@pytest.mark.parametrize("compressed", [False, True])
def test_mishap_answers_any_size(
    sim: Simulator, sakura: Scene, compressed: bool
) -> None:
    sim.mishap(f"2/{READ}", megabytes=3, compressed=compressed)
    answer = sakura.call("GET", READ)
    assert len(answer.content) == 3 * 1_048_576
    assert (answer.headers.get("Content-Encoding") == "gzip") is compressed


def test_reader_may_hang_up_on_a_huge_answer(sim: Simulator, sakura: Scene) -> None:
    sim.mishap(f"2/{READ}", megabytes=200)
    with sakura.call("GET", READ, stream=True) as answer:
        next(answer.iter_content(1024))
    assert sakura.call("GET", READ).status_code == 200


def test_faults_and_mishaps_are_set_and_cleared_over_http(
    sim: Simulator, sakura: Scene
) -> None:
    url = f"{sim.url}/_sim/api"
    requests.post(f"{url}/fault", json={"where": "2/people/*"}, timeout=5)
    requests.post(f"{url}/mishap", json={"where": "2/*", "text": "x"}, timeout=5)
    assert sakura.call("GET", "people/@me/@self").status_code == 503
    requests.post(f"{url}/clear-faults", timeout=5)
    assert sakura.call("GET", "people/@me/@self").status_code == 200
    assert sakura.call("GET", READ).json()["entry"] == []
