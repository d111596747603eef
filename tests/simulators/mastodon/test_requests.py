"""Strangers wait: the policy, the requests, and what a decision changes."""

import pytest

from simulators.mastodon import Simulator
from tests.simulators.mastodon.scene import Scene

REQUESTS = "/api/v1/notifications/requests"
NOTICES = "GET /api/v1/notifications"


@pytest.fixture
def stranger(sim: Simulator, alice: Scene) -> str:
    """Bob, whom alice does not follow, wrote twice; his request's id."""
    sim.direct("bob", "alice", "hello, you do not know me")
    sim.direct("bob", "alice", "still there?")
    (request,) = sim.requests_of("alice")
    return request.id


def test_strangers_private_words_wait(
    sim: Simulator, alice: Scene, stranger: str
) -> None:
    assert alice.call("GET /api/v1/conversations").json() == []
    assert alice.call(NOTICES).json() == []
    (row,) = alice.call(f"GET {REQUESTS}").json()
    assert (row["id"], row["notifications_count"]) == (stranger, "2")
    assert row["account"]["acct"] == "bob"
    assert "still there?" in row["last_status"]["content"]
    summary = alice.call("GET /api/v2/notifications/policy").json()["summary"]
    assert summary == {"pending_requests_count": 1, "pending_notifications_count": 2}


def test_waiting_words_are_found_by_their_author(
    sim: Simulator, alice: Scene, stranger: str
) -> None:
    found = alice.call(NOTICES, {"account_id": sim.id_of("bob")}).json()
    assert len(found) == 2
    assert len(alice.call(NOTICES, {"include_filtered": "true"}).json()) == 2


def test_accepting_merges_in_the_background(
    sim: Simulator, alice: Scene, stranger: str
) -> None:
    sim.slow(5)
    assert alice.call(f"POST {REQUESTS}/{stranger}/accept").json() == {}
    assert alice.call(f"GET {REQUESTS}/merged").json() == {"merged": False}
    assert alice.call(NOTICES).json() == []
    sim.advance(6)
    assert alice.call(f"GET {REQUESTS}/merged").json() == {"merged": True}
    assert len(alice.call(NOTICES).json()) == 2
    assert len(alice.call("GET /api/v1/conversations").json()) == 2
    sim.direct("bob", "alice", "thank you")
    assert len(alice.call(NOTICES).json()) == 3


def test_dismissing_throws_away_what_waited(
    sim: Simulator, alice: Scene, stranger: str
) -> None:
    assert alice.call(f"POST {REQUESTS}/{stranger}/dismiss").json() == {}
    assert alice.call(f"POST {REQUESTS}/{stranger}/dismiss").status_code == 404
    assert sim.notifications_of("alice") == []
    sim.direct("bob", "alice", "once more")
    assert len(sim.requests_of("alice")) == 1


@pytest.mark.parametrize("verb", ["accept", "dismiss"])
def test_several_are_decided_at_once(
    sim: Simulator, alice: Scene, stranger: str, verb: str
) -> None:
    sim.direct("carol", "alice", "hello too")
    ids = [request.id for request in sim.requests_of("alice")]
    assert alice.call(f"POST {REQUESTS}/{verb}", {"id": ids}).json() == {}
    assert sim.requests_of("alice") == []


def test_answer_to_own_words_does_not_wait(sim: Simulator, alice: Scene) -> None:
    first = sim.direct("alice", "bob", "hello")["id"]
    sim.reply("bob", str(first), "hi")
    assert len(alice.call(NOTICES).json()) == 1


def test_open_mentions_of_strangers_arrive(sim: Simulator, alice: Scene) -> None:
    sim.mention("bob", "alice", "hello")
    assert len(alice.call(NOTICES).json()) == 1


def test_policy_may_drop(sim: Simulator, alice: Scene) -> None:
    call = "PATCH /api/v2/notifications/policy"
    answer = alice.call(call, {"for_not_following": "drop"})
    assert answer.json()["for_not_following"] == "drop"
    sim.mention("bob", "alice", "hello")
    assert sim.notifications_of("alice") == []
    assert alice.call(call, {"for_bots": "nonsense"}).status_code == 422


@pytest.mark.parametrize("sim", ["4.1", "gotosocial"], indirect=True)
def test_hosts_without_policy_let_everybody_in(sim: Simulator, alice: Scene) -> None:
    sim.direct("bob", "alice", "hello")
    assert len(alice.call("GET /api/v1/conversations").json()) == 1


def test_follow_requests_are_decided_by_account(sim: Simulator, alice: Scene) -> None:
    for person in ("bob", "carol"):
        sim.request_follow(person, "alice")
    names = [row["acct"] for row in alice.call("GET /api/v1/follow_requests").json()]
    assert names == ["carol", "bob"]
    url = "POST /api/v1/follow_requests/{}/{}"
    accepted = alice.call(url.format(sim.id_of("bob"), "authorize")).json()
    assert (accepted["followed_by"], accepted["requested_by"]) == (True, False)
    refused = alice.call(url.format(sim.id_of("carol"), "reject")).json()
    assert refused["followed_by"] is False
    again = alice.call(url.format(sim.id_of("bob"), "authorize"))
    assert again.status_code == 404
    kinds = [row.type for row in sim.notifications_of("alice")]
    assert kinds == ["follow_request", "follow_request", "follow"]
