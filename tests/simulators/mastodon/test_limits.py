"""Rate limits: fixed windows, headers of the tightest one, the clock in our hands."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from simulators import mastodon
from simulators.mastodon import Simulator
from tests.simulators.mastodon.scene import Scene

NOON = datetime(2026, 8, 1, 12, 1, 40, 250_000, tzinfo=UTC)
ROWS = "GET /api/v1/conversations"


class Clock:
    """A clock that stands still."""

    now = NOON.timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def sim(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    profile = getattr(request, "param", "4.6")
    with mastodon.running(profile=profile, clock=Clock()) as sim:
        yield sim


def told(scene: Scene, call: str, **given: object) -> tuple[int, str, str, str]:
    """Status and the three headers."""
    answer = scene.call(call, given)
    named = (f"X-RateLimit-{name}" for name in ("Limit", "Remaining", "Reset"))
    limit, left, reset = (answer.headers.get(name, "") for name in named)
    return answer.status_code, limit, left, reset


def test_headers_tell_the_end_of_the_window(alice: Scene) -> None:
    reset = "2026-08-01T12:05:00.250000Z"
    assert told(alice, ROWS) == (200, "300", "299", reset)
    assert told(alice, ROWS) == (200, "300", "298", reset)


def test_headers_jump_to_the_tightest_limit(sim: Simulator, alice: Scene) -> None:
    own = str(sim.status("alice", "one")["id"])
    post = told(alice, "POST /api/v1/statuses", status="hello")
    assert post == (200, "300", "299", "2026-08-01T15:00:00.250000Z")
    gone = told(alice, f"DELETE /api/v1/statuses/{own}")
    assert gone == (200, "30", "29", "2026-08-01T12:30:00.250000Z")
    assert told(alice, ROWS)[1:3] == ("300", "297")


def test_deleting_stops_after_thirty_and_goes_on_later(
    sim: Simulator, alice: Scene
) -> None:
    call = "DELETE /api/v1/statuses/1"
    assert [told(alice, call)[0] for _ in range(31)] == [404] * 30 + [429]
    refused = alice.call(call)
    assert refused.json() == {"error": "Too many requests"}
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert "Retry-After" not in refused.headers
    assert told(alice, ROWS)[0] == 200
    sim.advance(30 * 60)
    assert told(alice, call)[0] == 404


def test_pages_have_a_budget_of_their_own(sim: Simulator, alice: Scene) -> None:
    sim.limit("paging", 2, 900)
    assert [told(alice, ROWS, max_id="9")[0] for _ in range(3)] == [200, 200, 429]
    assert told(alice, ROWS)[0] == 200


def test_tokens_of_a_person_have_budgets_of_their_own(
    sim: Simulator, alice: Scene
) -> None:
    sim.limit("token", 2, 300)
    other = Scene(sim, sim.token("alice", ["read"]))
    assert [told(alice, ROWS)[0] for _ in range(3)] == [200, 200, 429]
    assert told(other, ROWS)[0] == 200


@pytest.mark.parametrize("sim", ["4.1"], indirect=True)
def test_old_host_counts_by_person(sim: Simulator, alice: Scene) -> None:
    sim.limit("user_before_4.2", 2, 300)
    other = Scene(sim, sim.token("alice", ["read"]))
    assert [told(scene, ROWS)[0] for scene in (alice, other, alice)] == [200, 200, 429]


def test_refusal_may_name_a_time(sim: Simulator, alice: Scene) -> None:
    sim.limit("token", 1, 300)
    sim.retry_after("17")
    told(alice, ROWS)
    assert alice.call(ROWS).headers["Retry-After"] == "17"


def test_refusal_speaks_the_callers_language(sim: Simulator, alice: Scene) -> None:
    sim.limit("token", 1, 300)
    told(alice, ROWS)
    answer = alice.call(ROWS, headers={"Accept-Language": "ja"})
    assert answer.json() == {"error": "リクエストが多すぎます"}


@pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
def test_gotosocial_has_one_budget_per_address(sim: Simulator, alice: Scene) -> None:
    sim.limit("gotosocial", 3, 300)
    reset = "2026-08-01T12:06:40.000Z"
    assert told(alice, ROWS) == (200, "3", "2", reset)
    bob = Scene(sim, sim.token("bob"))
    assert told(bob, ROWS) == (200, "3", "1", reset)
    assert told(Scene(sim), "GET /api/v1/instance") == (200, "3", "0", reset)
    refused = alice.call(ROWS)
    assert (refused.status_code, refused.json()) == (
        429,
        {"error": "rate limit reached"},
    )
    sim.advance(301)
    assert told(alice, ROWS)[:3] == (200, "3", "2")


def test_limits_can_be_switched_off(sim: Simulator, alice: Scene) -> None:
    sim.limit("token", 1, 300)
    sim.limits(on=False)
    assert [told(alice, ROWS)[:2] for _ in range(3)] == [(200, "")] * 3
