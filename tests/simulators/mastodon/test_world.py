"""The demo world: enough of everything, equal for equal seeds, nothing in the future."""

import time
from collections import Counter

import pytest

from simulators import mastodon
from simulators.mastodon import Simulator
from simulators.mastodon.profiles import PROFILES
from simulators.mastodon.records import DIRECT
from tests.simulators.mastodon.scene import Scene

DAY = 86_400_000


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("owner", ["yuki", "kai"])
def test_every_owner_has_enough_to_read(profile: str, owner: str) -> None:
    with mastodon.running(profile=profile, world="demo") as sim:
        rows = sim.rows_of(owner)
        kinds = Counter(row.type for row in sim.notifications_of(owner))
        assert len(rows) >= 25
        assert sum(1 for row in rows if row.unread) >= 3
        assert sum(1 for row in rows if len(row.people) > 1) >= 2
        assert sum(kinds.values()) - kinds["mention"] >= 60
        assert kinds["follow"] >= 10
        assert sim.follow_requests_of(owner)


def test_newest_host_has_what_only_it_can() -> None:
    with mastodon.running(world="demo") as sim:
        for owner in ("yuki", "kai"):
            kinds = {row.type for row in sim.notifications_of(owner)}
            assert kinds >= {
                "quote",
                "poll",
                "status",
                "update",
                "moderation_warning",
                "severed_relationships",
            }
            assert len(sim.requests_of(owner)) >= 2
        assert sim.state.announcements
        private = [r for r in sim.state.statuses.values() if r.visibility == DIRECT]
        assert any(row.edits for row in private)


def test_the_two_friends_talk_to_each_other() -> None:
    with mastodon.running(world="demo") as sim:
        kai = sim.id_of("kai")
        shared = [row for row in sim.rows_of("yuki") if row.people == (kai,)]
        assert len(shared) == 2
        mine = {row.thread for row in sim.rows_of("kai")}
        assert {row.thread for row in shared} <= mine


def test_old_rows_are_read_and_the_newest_is_not() -> None:
    with mastodon.running(world="demo") as sim:
        rows = sim.rows_of("yuki")
        newest = [sim.state.statuses[row.status_ids[-1]] for row in rows]
        assert rows[0].unread
        old = sim.state.now - 2 * DAY
        pairs = zip(rows, newest, strict=True)
        assert not any(row.unread for row, last in pairs if last.created < old)
        assert sim.marker_of("yuki")


def test_nothing_lies_in_the_future_and_all_within_ninety_days() -> None:
    with mastodon.running(world="demo") as sim:
        now = time.time() * 1000
        moments = [row.created for row in sim.state.statuses.values()]
        edits = [row.edited for row in sim.state.statuses.values() if row.edited]
        assert max([*moments, *edits]) <= now
        assert min(moments) >= now - 92 * DAY


def texts(sim: Simulator) -> list[str]:
    return sorted(row.text for row in sim.statuses_of("yuki"))


def test_equal_seeds_make_equal_worlds() -> None:
    found = []
    for seed in (1, 1, 2):
        with mastodon.running(world="demo", seed=seed) as sim:
            found.append(texts(sim))
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_no_text_has_an_unfilled_word() -> None:
    with mastodon.running(world="demo") as sim:
        for text in (row.text for row in sim.state.statuses.values()):
            for mark in ("{me", "{pic", "{cw", "{place", "{number", "\\u"):
                assert mark not in text


def test_world_holds_hostile_and_rich_messages() -> None:
    with mastodon.running(world="demo") as sim:
        rows = list(sim.state.statuses.values())
        markup = "\n".join(row.html or "" for row in rows)
        assert "javascript:" in markup
        assert max(len(row.html or "") for row in rows) > 7_000
        assert any(row.spoiler and row.visibility == DIRECT for row in rows)
        assert any(row.poll for row in rows)
        assert any(media.description for media in sim.state.media.values())
        assert {"ja", "en"} <= {row.language for row in rows}


@pytest.mark.parametrize("profile", PROFILES)
def test_everything_can_be_read_over_the_api(profile: str) -> None:
    with mastodon.running(profile=profile, world="demo", limits=False) as sim:
        scene = Scene(sim, sim.token("kai"))
        url, count = "GET /api/v1/notifications?limit=80", 0
        while url:
            answer = scene.call(url)
            assert answer.status_code == 200
            count += len(answer.json())
            following = answer.links.get("next", {}).get("url", "")
            url = following and f"GET {following.removeprefix(sim.url)}"
        waiting = sum(1 for row in sim.notifications_of("kai") if row.filtered)
        assert count + waiting == len(sim.notifications_of("kai"))
