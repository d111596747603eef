"""Favourites, requests, notices and people, on simulated hosts."""

from inboxhub.networks.base import Target
from inboxhub.networks.mastodon import Client
from simulators.mastodon import Simulator
from tests.networks.mastodon.live import everywhere, received


@everywhere
def test_favourite_is_given_and_taken_back(sim: Simulator, client: Client) -> None:
    target = received(sim)
    for _ in range(2):
        assert client.react(target, "⭐").state == "done"
    assert [n.type for n in sim.notifications_of("bob")] == ["favourite"]
    for _ in range(2):
        assert client.unreact(target, "⭐").state == "done"
    assert sim.notifications_of("bob") == []
    assert client.react(target, "🎉").error == "not-offered"
    sim.delete_status(target.remote_id)
    assert client.react(target, "⭐").state == "gone"


@everywhere
def test_follow_request_is_answered_once(sim: Simulator, client: Client) -> None:
    for name in ("bob", "carol"):
        sim.request_follow(name, "alice")
    bob, carol = (
        Target("follow_request", sim.id_of(name)) for name in ("bob", "carol")
    )
    assert [o.state for o in client.accept([bob, bob])] == ["done", "gone"]
    assert [o.state for o in client.reject([carol, carol])] == ["done", "gone"]
    assert sim.follow_requests_of("alice") == []
    assert list(sim.state.follows) == [(sim.id_of("bob"), sim.id_of("alice"))]


def test_filtered_person_is_let_in_or_thrown_out(
    sim: Simulator, client: Client
) -> None:
    sim.policy("alice", for_private_mentions="filter")
    for name in ("bob", "carol"):
        sim.direct(name, "alice", "let me in")
    carol, bob = (
        Target("notification_request", row.id)
        for row in sorted(
            sim.requests_of("alice"),
            key=lambda row: sim.state.users[row.from_id].acct,
            reverse=True,
        )
    )
    assert [o.state for o in client.accept([bob, bob])] == ["done", "gone"]
    assert [o.state for o in client.reject([carol])] == ["done"]
    assert len(sim.rows_of("alice")) == 1
    assert sim.requests_of("alice") == []


@everywhere
def test_all_notices_are_cleared(sim: Simulator, client: Client) -> None:
    sim.mention("bob", "alice", "hello")
    client.clear_notices()
    assert sim.notifications_of("alice") == []
    client.clear_notices()


@everywhere
def test_people_are_found_by_what_is_typed(sim: Simulator, client: Client) -> None:
    sim.person_elsewhere("zoe@far.example")
    typed = ["bob", "@bob", f"@bob@{sim.state.domain}", f"{sim.url}/@bob"]
    for text in typed:
        first = client.find_people(text)[0]
        assert (first.remote_id, first.handle) == (
            sim.id_of("bob"),
            f"@bob@{sim.state.domain}",
        )
    (zoe,) = client.find_people("@zoe@far.example")
    assert zoe.handle == "@zoe@far.example"
    assert client.find_people("alice") == ()
    assert client.find_people("nobody@nowhere.example") == ()
    assert client.find_people("  ") == ()
