"""Rate limits: real windows and pauses, refused calls counted, the clock moved."""

import pytest

from simulators.misskey import Simulator
from tests.simulators.misskey.scene import NOBODY, Scene
from tests.simulators.misskey.shapes import misfits, recorded

QUIET = {"markAsRead": False, "limit": 1}


def test_thirty_listings_fit_and_the_next_waits(sim: Simulator, alice: Scene) -> None:
    for _ in range(30):
        assert alice.post("i/notifications", QUIET).status_code == 200
    refused = alice.post("i/notifications", QUIET)
    assert refused.status_code == 429
    assert misfits(recorded("128")["body"], refused.json()) == []
    sim.advance(int(refused.headers["Retry-After"]) + 1)
    assert alice.post("i/notifications", QUIET).status_code == 200


def test_knocking_too_early_starts_the_pause_anew(sim: Simulator, alice: Scene) -> None:
    alice.post("notes/delete", {"noteId": NOBODY})
    for _ in range(3):
        sim.advance(0.7)
        assert alice.post("notes/delete", {"noteId": NOBODY}).status_code == 429
    sim.advance(1.1)
    assert alice.post("notes/delete", {"noteId": NOBODY}).status_code == 400


def test_all_tokens_of_a_person_share_a_limit(sim: Simulator, alice: Scene) -> None:
    alice.post("notes/delete", {"noteId": NOBODY})
    other = Scene(sim, sim.token("alice"))
    assert other.post("notes/delete", {"noteId": NOBODY}).status_code == 429


@pytest.mark.parametrize("sim", ["12.110"], indirect=True)
def test_old_refusal_says_no_time(alice: Scene) -> None:
    alice.post("notes/delete", {"noteId": NOBODY})
    refused = alice.post("notes/delete", {"noteId": NOBODY})
    assert (refused.status_code, refused.json()) == (429, recorded("337")["body"])
    assert "Retry-After" not in refused.headers


def test_limits_can_be_switched_off(sim: Simulator, alice: Scene) -> None:
    sim.limits(on=False)
    for _ in range(3):
        assert alice.post("notes/delete", {"noteId": NOBODY}).status_code == 400


def test_policy_lifts_the_limits_of_one_person(sim: Simulator, alice: Scene) -> None:
    sim.settings("alice", rate_limit_factor=0)
    assert alice.post("i").json()["policies"]["rateLimitFactor"] == 0
    for _ in range(3):
        assert alice.post("notes/delete", {"noteId": NOBODY}).status_code == 400
