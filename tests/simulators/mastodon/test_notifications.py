"""Notifications: kinds, wishes of the caller, dismissal, markers."""

import pytest

from simulators.mastodon import Simulator
from tests.simulators.mastodon.scene import Scene

LIST = "GET /api/v1/notifications"


def kinds(scene: Scene, **given: object) -> list[str]:
    found = scene.call(LIST, given).json()
    return [str(row["type"]) for row in found]


def test_everybody_concerned_is_told(sim: Simulator, alice: Scene) -> None:
    mine = str(sim.status("alice", "tea or coffee?", choices=["tea", "coffee"])["id"])
    sim.reply("bob", mine, "tea")
    sim.favourite("bob", mine)
    sim.reblog("bob", mine)
    sim.status("bob", "look", quote=mine)
    sim.follow("bob", "alice")
    sim.vote("alice", mine, 0)
    sim.end_poll(mine)
    expected = ["poll", "follow", "quote", "reblog", "favourite", "mention"]
    assert kinds(alice) == expected


def test_bell_tells_of_every_post(sim: Simulator, alice: Scene) -> None:
    sim.follow("alice", "bob")
    sim.bell("alice", "bob")
    sim.status("bob", "news")
    assert kinds(alice) == ["status"]


def test_edits_are_told_to_those_who_passed_it_on(sim: Simulator, alice: Scene) -> None:
    theirs = str(sim.status("bob", "one")["id"])
    sim.reblog("alice", theirs)
    sim.status("alice", "see", quote=theirs)
    sim.edit_status(theirs, "two")
    assert kinds(alice) == ["quoted_update", "update"]


@pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
def test_gotosocial_tells_the_mentioned_of_every_edit(
    sim: Simulator, alice: Scene
) -> None:
    status = str(sim.direct("bob", "alice", "one")["id"])
    for text in ("two", "three"):
        sim.edit_status(status, f"@alice {text}")
    rows = alice.call(LIST).json()
    assert [row["type"] for row in rows] == ["update", "update", "mention"]
    assert len({row["id"] for row in rows}) == 3
    assert {row["status"]["id"] for row in rows} == {status}


def test_types_and_people_are_chosen(sim: Simulator, alice: Scene) -> None:
    sim.mention("bob", "alice", "hello")
    sim.follow("carol", "alice")
    assert kinds(alice, **{"types[]": ["follow", "mention"]}) == ["follow", "mention"]
    assert kinds(alice, **{"types[]": "mention"}) == ["mention"]
    assert kinds(alice, **{"exclude_types[]": "mention"}) == ["follow"]
    assert kinds(alice, account_id=sim.id_of("carol")) == ["follow"]


@pytest.mark.parametrize(
    ("sim", "expected"),
    [("4.6", []), ("gotosocial", ["mention"])],
    indirect=["sim"],
)
def test_unknown_type_fits_nothing_or_everything(
    sim: Simulator, alice: Scene, expected: list[str]
) -> None:
    sim.mention("bob", "alice", "hello")
    assert kinds(alice, **{"types[]": "banana"}) == expected


def test_unknown_kinds_and_staff_are_told(sim: Simulator, alice: Scene) -> None:
    sim.notice("alice", "something_new", by="bob", shape="round")
    sim.warn("alice", "Mind the gap")
    warned, unknown = alice.call(LIST).json()
    assert warned["moderation_warning"]["text"] == "Mind the gap"
    assert warned["account"]["acct"] == "alice"
    assert (unknown["type"], unknown["shape"]) == ("something_new", "round")


def test_dismissed_one_is_gone(sim: Simulator, alice: Scene) -> None:
    sim.mention("bob", "alice", "hello")
    (row,) = sim.notifications_of("alice")
    assert alice.call(f"POST /api/v1/notifications/{row.id}/dismiss").json() == {}
    assert alice.call(f"GET /api/v1/notifications/{row.id}").status_code == 404
    again = alice.call(f"POST /api/v1/notifications/{row.id}/dismiss")
    assert again.status_code == 404


def test_group_is_dismissed_at_once(sim: Simulator, alice: Scene) -> None:
    mine = str(sim.status("alice", "hello")["id"])
    for person in ("bob", "carol"):
        sim.favourite(person, mine)
    sim.mention("bob", "alice", "hello")
    _, one, two = alice.call(LIST).json()
    assert one["group_key"] == two["group_key"]
    alice.call(f"POST /api/v2/notifications/{one['group_key']}/dismiss")
    assert kinds(alice) == ["mention"]


def test_clear_takes_the_waiting_ones_too(sim: Simulator, alice: Scene) -> None:
    sim.mention("bob", "alice", "hello")
    sim.direct("carol", "alice", "hello")
    assert alice.call("POST /api/v1/notifications/clear").json() == {}
    assert sim.notifications_of("alice") == []


def test_deleted_status_takes_its_notifications(sim: Simulator, alice: Scene) -> None:
    status = str(sim.mention("bob", "alice", "hello")["id"])
    sim.delete_status(status)
    assert kinds(alice) == []


def test_blocked_and_muted_people_are_not_heard(sim: Simulator, alice: Scene) -> None:
    alice.call(f"POST /api/v1/accounts/{sim.id_of('bob')}/block")
    answer = alice.call(f"POST /api/v1/accounts/{sim.id_of('carol')}/mute").json()
    assert answer["muting"] is True
    for person in ("bob", "carol"):
        sim.mention(person, "alice", "hello")
    assert kinds(alice) == []


def test_marker_counts_and_goes_backwards(sim: Simulator, alice: Scene) -> None:
    for text in ("one", "two", "three"):
        sim.mention("bob", "alice", text)
    ids = [row.id for row in sim.notifications_of("alice")]
    for place, (last, unread) in enumerate(((ids[1], 1), (ids[0], 2))):
        body = {"notifications": {"last_read_id": last}}
        answer = alice.call("POST /api/v1/markers", body).json()["notifications"]
        assert (answer["last_read_id"], answer["version"]) == (last, place)
        count = alice.call("GET /api/v1/notifications/unread_count").json()["count"]
        assert count == unread
    sim.move_marker("alice", ids[2])
    found = alice.call("GET /api/v1/markers", {"timeline[]": "notifications"}).json()
    assert found["notifications"]["last_read_id"] == sim.marker_of("alice") == ids[2]


def test_late_arrival_has_an_old_status_and_a_new_notification(
    sim: Simulator, alice: Scene
) -> None:
    first = sim.mention("bob", "alice", "on time")["id"]
    late = sim.status("carol", "@alice late", minutes_ago=600, late=True)["id"]
    rows = alice.call(LIST).json()
    assert [row["status"]["id"] for row in rows] == [late, first]
    assert str(late) < str(first)


def test_announcements_are_read_by_dismissing(sim: Simulator, alice: Scene) -> None:
    sim.announce("<p>Down on Sunday</p>")
    (row,) = alice.call("GET /api/v1/announcements").json()
    assert (row["content"], row["read"]) == ("<p>Down on Sunday</p>", False)
    alice.call(f"POST /api/v1/announcements/{row['id']}/dismiss")
    assert alice.call("GET /api/v1/announcements").json() == []
    (row,) = alice.call("GET /api/v1/announcements", {"with_dismissed": "true"}).json()
    assert row["read"] is True


@pytest.mark.parametrize(
    ("sim", "told"), [("4.6", True), ("4.1", False)], indirect=["sim"]
)
def test_new_host_explains_what_the_caller_does_not_know(
    sim: Simulator, alice: Scene, told: bool
) -> None:
    sim.notice("alice", "something_new", by="bob")
    sim.mention("bob", "alice", "hello")
    mention, new = alice.call(LIST, {"supported_types[]": "mention"}).json()
    assert "fallback" not in mention
    assert ("fallback" in new) is told
