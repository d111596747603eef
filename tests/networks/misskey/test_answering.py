"""Requests that are accepted or rejected, and notices that are cleared."""

import pytest

from inboxhub.networks.base import Outcome, Target
from inboxhub.networks.errors import NotSupported, PermanentError
from inboxhub.networks.misskey import Client
from simulators.misskey import Simulator
from tests.networks.misskey.accounts import client_of
from tests.networks.misskey.writing import PROFILES, client_on

DONE, GONE = Outcome("done"), Outcome("gone")
profiles = pytest.mark.parametrize("sim", PROFILES, indirect=True)


def request_of(sim: Simulator, acct: str) -> Target:
    sim.request_follow(acct, "alice")
    return Target("follow_request", sim.id_of(acct))


def invitation(sim: Simulator, name: str = "Readers") -> Target:
    room = str(sim.room("bob", name)["id"])
    sim.invite(room, "alice")
    return Target("invitation", room)


@profiles
def test_follow_requests_are_answered(sim: Simulator, client: Client) -> None:
    bob, carol = request_of(sim, "bob"), request_of(sim, "carol")
    assert client.accept([bob]) == [DONE]
    assert client.reject([carol]) == [DONE]
    me = sim.id_of("alice")
    assert sim.state.follows_whom(bob.remote_id, me)
    assert not sim.state.follows_whom(carol.remote_id, me)
    assert not sim.state.follow_requests
    assert client.accept([bob, carol]) == [GONE, GONE]


def test_invitations_are_answered(sim: Simulator, client: Client) -> None:
    first, second = invitation(sim), invitation(sim, "Writers")
    assert client.accept([first]) == [DONE]
    assert client.reject([second]) == [DONE]
    me = sim.id_of("alice")
    assert me in sim.state.rooms[first.remote_id].members
    assert me not in sim.state.rooms[second.remote_id].members
    assert client.accept([first, second]) == [GONE, GONE]
    assert client.reject([first]) == [GONE]


def test_recorded_answers_to_accepting() -> None:
    client, http = client_of({"following/requests/accept": ["105", "106"]})
    targets = [Target("follow_request", "a1"), Target("follow_request", "a2")]
    assert client.accept(targets) == [DONE, GONE]
    sent = http.called("following/requests/accept")
    assert [query["userId"] for query in sent] == ["a1", "a2"]
    client, http = client_of({"chat/rooms/join": "173"})
    assert client.accept([Target("invitation", "a1")]) == [DONE]
    assert http.called("chat/rooms/join")[0]["roomId"] == "a1"


def test_what_is_no_request_is_not_answered() -> None:
    client, http = client_of({})
    note = Target("note", "a1")
    assert client.accept([note]) == client.reject([note])
    assert client.accept([note])[0].state == "failed"
    assert http.calls == []


@pytest.mark.parametrize("sim", PROFILES[:2], indirect=True)
def test_all_notices_are_cleared(sim: Simulator, client: Client) -> None:
    sim.flood("alice", 3, by="bob")
    assert sim.notifications_of("alice")
    client.clear_notices()
    client.clear_notices()
    assert sim.notifications_of("alice") == []


@pytest.mark.parametrize("sim", PROFILES[2:], indirect=True)
def test_old_host_clears_nothing(sim: Simulator, client: Client) -> None:
    sim.flood("alice", 3, by="bob")
    with pytest.raises(NotSupported):
        client.clear_notices()
    assert len(sim.notifications_of("alice")) == 3


def test_permission_that_is_missing_shows_beforehand_and_at_the_call(
    sim: Simulator,
) -> None:
    only = [p for p in sim.state.profile.permissions if p != "write:notifications"]
    client = client_on(sim, permissions=only)
    able = client.capabilities().ability("clear-notices", "notification", own=False)
    assert able.reason == "no-permission-dismiss"
    with pytest.raises(PermanentError) as refused:
        client.clear_notices()
    assert refused.value.code == "PERMISSION_DENIED"
