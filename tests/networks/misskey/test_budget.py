"""How often a host is asked, per person and endpoint, on a clock that the test moves."""

import pytest

from inboxhub.networks.budget import Budgets, Rule
from inboxhub.networks.errors import TemporaryError
from inboxhub.networks.misskey.call import Line
from inboxhub.networks.misskey.limits import RULES, rules_for
from simulators.misskey.limits import LIMITS
from tests.networks.clock import Clock
from tests.networks.replay import Answer, Replay


def line_on(
    clock: Clock, *, factor: float = 1.0, old: bool = False
) -> tuple[Line, Replay]:
    http = Replay({name: Answer(200, []) for name in (*RULES, "notes/mentions")})
    line = Line(
        http,
        "misskey.example",
        token="abc",
        user="me",
        factor=factor,
        old=old,
        budgets=Budgets(clock, clock.pause),
    )
    return line, http


def test_old_hosts_list_notices_less_often() -> None:
    assert rules_for("i/notifications", old=True) == (Rule(10, 60.0),)
    assert rules_for("i/notifications", old=False) == (Rule(20, 30.0),)


def test_deletes_keep_within_the_hour() -> None:
    clock = Clock()
    line, http = line_on(clock)
    for _ in range(290):
        line.call("notes/delete", patient=False)
        clock.now += 1.1
    with pytest.raises(TemporaryError) as caught:
        line.call("notes/delete", patient=False)
    assert not caught.value.sent
    assert 3000 < (caught.value.retry_after or 0) < 3600
    assert len(http.calls) == 290


@pytest.mark.parametrize("endpoint", sorted(RULES))
def test_own_budget_lies_below_what_the_host_allows(endpoint: str) -> None:
    host = LIMITS[endpoint]
    counted = [rule for rule in rules_for(endpoint, old=False) if rule.count > 1]
    assert [rule.seconds for rule in counted] == [host.window / 1000]
    assert counted[0].count < host.count
    pauses = [r.seconds for r in rules_for(endpoint, old=False) if r.count == 1]
    assert not host.pause or min(pauses) > host.pause / 1000


def test_reading_call_waits_a_moment_instead_of_coming_back() -> None:
    clock = Clock()
    line, http = line_on(clock)
    for _ in range(25):
        line.call("notes/mentions")
    assert clock.waits == [pytest.approx(0.2)] * 5
    assert len(http.calls) == 25


def test_reading_call_that_would_wait_long_comes_back() -> None:
    clock = Clock()
    line, http = line_on(clock)
    for _ in range(20):
        line.call("i/notifications")
        clock.now += 0.5
    with pytest.raises(TemporaryError) as caught:
        line.call("i/notifications")
    assert (caught.value.sent, caught.value.retry_after) == (False, 20.0)
    assert len(http.calls) == 20
    assert clock.waits == []


def test_host_without_limits_is_not_held_back() -> None:
    clock = Clock()
    line, http = line_on(clock, factor=0)
    for _ in range(100):
        line.call("notes/delete", patient=False)
    assert (len(http.calls), clock.waits) == (100, [])


@pytest.mark.parametrize("factor", [5e-324, 1e-300, 1e-9])
def test_host_with_hardly_any_limit_keeps_its_pace(factor: float) -> None:
    clock = Clock()
    line, http = line_on(clock, factor=factor)
    for _ in range(25):
        line.call("notes/delete")
        line.call("i/notifications")
    assert len(http.calls) == 50
    assert sum(clock.waits) == pytest.approx(30 * 0.2)
