"""Pages: limits, what is older and newer, and exactly these links."""

import pytest

from simulators.mastodon import Simulator
from tests.simulators.mastodon.scene import Scene

ROWS, NOTICES = "GET /api/v1/conversations", "GET /api/v1/notifications"


@pytest.fixture
def talks(sim: Simulator) -> list[str]:
    """Five private threads of bob; the ids of their statuses, oldest first."""
    sim.follow("alice", "bob")
    sim.advance(60)
    return [str(sim.direct("bob", "alice", str(n))["id"]) for n in range(5)]


def ids(scene: Scene, call: str, **given: object) -> list[str]:
    found = scene.call(call, given).json()
    return [str((row.get("last_status") or row["status"])["id"]) for row in found]


def links(scene: Scene, call: str, **given: object) -> dict[str, str]:
    found = scene.call(call, given).links
    return {name: str(link["url"]).partition("?")[2] for name, link in found.items()}


def test_rows_page_by_their_newest_status(alice: Scene, talks: list[str]) -> None:
    newest = talks[::-1]
    assert ids(alice, ROWS) == newest
    assert ids(alice, ROWS, limit=2) == newest[:2]
    assert ids(alice, ROWS, limit=2, max_id=talks[3]) == newest[2:4]
    assert ids(alice, ROWS, limit=2, since_id=talks[0]) == newest[:2]
    assert ids(alice, ROWS, limit=2, min_id=talks[0]) == newest[2:4]


def test_next_row_page_is_only_named_on_a_full_one(
    alice: Scene, talks: list[str]
) -> None:
    full = links(alice, ROWS, limit=2)
    assert full == {
        "next": f"limit=2&max_id={talks[3]}",
        "prev": f"limit=2&min_id={talks[4]}",
    }
    last = links(alice, ROWS, limit=2, max_id=talks[1])
    assert last == {"prev": f"limit=2&min_id={talks[0]}"}
    assert links(alice, ROWS, max_id=talks[0]) == {}


def test_next_notices_are_named_on_every_page(alice: Scene, talks: list[str]) -> None:
    first = alice.call(NOTICES).json()[-1]["id"]
    given = {"types[]": ["follow", "mention"], "exclude_types[]": "poll"}
    found = links(alice, NOTICES, **given)
    same = "exclude_types%5B%5D=poll&{}&types%5B%5D=follow&types%5B%5D=mention"
    assert found["next"] == same.format(f"max_id={first}")
    assert set(found) == {"next", "prev"}
    assert links(alice, NOTICES, max_id=first) == {}


@pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
def test_gotosocial_names_limits_and_always_the_next_page(
    alice: Scene, talks: list[str]
) -> None:
    found = links(alice, ROWS, max_id=talks[1])
    assert found == {
        "next": f"limit=20&max_id={talks[0]}",
        "prev": f"limit=20&min_id={talks[0]}",
    }
    assert links(alice, ROWS, max_id=talks[0]) == {}
    notices = links(alice, NOTICES, **{"types[]": "mention", "limit": 4})
    assert notices["next"].endswith("&types%5B%5D=mention")
    assert notices["next"].startswith("limit=4&max_id=01")


@pytest.mark.parametrize(
    ("sim", "given", "count"),
    [
        ("4.6", {}, 40),
        ("4.6", {"limit": 1000}, 80),
        ("4.6", {"limit": -3}, 3),
        ("3.5", {}, 15),
        ("3.5", {"limit": 1000}, 30),
        ("gotosocial", {}, 20),
        ("gotosocial", {"limit": 0}, 20),
        ("gotosocial", {"limit": 1000}, 80),
        ("gotosocial", {"limit": -3}, 1),
    ],
    indirect=["sim"],
)
def test_limits_are_cut_as_each_server_does(
    sim: Simulator, alice: Scene, given: dict[str, object], count: int
) -> None:
    sim.flood("alice", 90, by="bob")
    assert len(alice.call(NOTICES, given).json()) == count


def test_nonsense_limit_breaks_each_server_in_its_way(alice: Scene) -> None:
    assert alice.call(NOTICES, {"limit": "0"}).status_code == 500


@pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
def test_nonsense_limit_is_refused_by_gotosocial(alice: Scene) -> None:
    assert alice.call(NOTICES, {"limit": "many"}).status_code == 400


def test_walk_by_links_meets_every_row_once(sim: Simulator, alice: Scene) -> None:
    sim.follow("alice", "bob")
    sim.flood("alice", 95, by="bob", direct=True)
    seen: list[str] = []
    query = "limit=40"
    while query:
        seen += ids(alice, f"{ROWS}?{query}")
        query = links(alice, f"{ROWS}?{query}").get("next", "")
    assert len(seen) == len(set(seen)) == 95


def test_lifted_row_is_met_at_the_top(
    sim: Simulator, alice: Scene, talks: list[str]
) -> None:
    sim.reply("bob", talks[0], "once more")
    assert len(ids(alice, ROWS, max_id=talks[3])) == 2
    assert len(ids(alice, ROWS)) == 5


@pytest.mark.parametrize("sim", ["4.6", "gotosocial"], indirect=True)
def test_order_of_ids_is_the_order_of_time(sim: Simulator) -> None:
    made = [str(sim.status("bob", str(n))["id"]) for n in range(30)]
    assert made == sim.state.sorted(made)
    size, kind = (26, str.isalnum) if made[0].startswith("01") else (18, str.isdecimal)
    assert all(len(row) == size and kind(row) for row in made)
