"""Budgets: counted per host, person and endpoint, on a clock that the test moves."""

import threading
from collections.abc import Iterator

import pytest

from inboxhub.networks.base import TemporaryError
from inboxhub.networks.budget import PACE, Budgets, Pace, Rule
from inboxhub.networks.misskey.call import Line
from inboxhub.networks.misskey.limits import RULES, rules_for
from tests.networks.replay import Answer, Replay

KEY = ("misskey.example", "me", "i/notifications")


class Clock:
    """Moves when told to, and when somebody waits on it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


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
        budgets=Budgets(clock),
        pause=clock.pause,
    )
    return line, http


def test_window_is_full_until_its_oldest_call_has_left() -> None:
    clock = Clock()
    budgets = Budgets(clock)
    rules = (Rule(2, 30.0),)
    assert budgets.take([(KEY, rules)]) == 0
    clock.now += 10
    assert budgets.take([(KEY, rules)]) == 0
    assert budgets.take([(KEY, rules)]) == 20
    clock.now += 20
    assert budgets.take([(KEY, rules)]) == 0


def test_call_that_is_refused_here_is_not_counted() -> None:
    clock = Clock()
    budgets = Budgets(clock)
    full, free = (Rule(1, 60.0),), (Rule(1, 5.0),)
    budgets.take([(KEY, full)])
    other = ("misskey.example", "me", "other")
    assert budgets.take([(KEY, full), (other, free)]) == 60
    assert budgets.take([(other, free)]) == 0


def test_people_and_endpoints_have_budgets_of_their_own() -> None:
    budgets = Budgets(Clock())
    rules = (Rule(1, 60.0),)
    assert budgets.take([(("h", "me", "a"), rules)]) == 0
    assert budgets.take([(("h", "you", "a"), rules)]) == 0
    assert budgets.take([(("h", "me", "b"), rules)]) == 0
    assert budgets.take([(("h", "me", "a"), rules)]) > 0


def test_silence_holds_calls_back_until_it_is_over() -> None:
    clock = Clock()
    budgets = Budgets(clock)
    budgets.silence(KEY, 21.0)
    assert budgets.take([(KEY, ())]) == 21
    clock.now += 21
    assert budgets.take([(KEY, ())]) == 0


def test_pace_lets_a_burst_through_and_then_one_after_the_other() -> None:
    clock = Clock()
    budgets = Budgets(clock)
    pace = (Pace(0.2, burst=3),)
    assert [budgets.take([(KEY, pace)]) for _ in range(3)] == [0, 0, 0]
    assert budgets.take([(KEY, pace)]) == pytest.approx(0.2)
    clock.now += 0.2
    assert budgets.take([(KEY, pace)]) == 0
    clock.now += 60
    assert [budgets.take([(KEY, pace)]) for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("factor", "rule", "scaled"),
    [
        (0.5, Rule(20, 30.0), Rule(40, 30.0)),
        (2.0, Rule(20, 30.0), Rule(10, 30.0)),
        (2.0, Rule(1, 1.1), Rule(1, 2.2)),
        (100.0, Rule(20, 30.0), Rule(1, 30.0)),
    ],
)
def test_budget_scales_as_the_host_says(
    factor: float, rule: Rule, scaled: Rule
) -> None:
    assert rule.scaled(factor) == scaled


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


def test_pace_counts_all_people_of_a_host_together() -> None:
    clock = Clock()
    budgets = Budgets(clock)
    host = ("misskey.example",)
    for number in range(PACE.burst):
        assert budgets.take([(host, (PACE,)), ((*host, str(number), "i"), ())]) == 0
    assert budgets.take([(host, (PACE,)), ((*host, "new", "i"), ())]) > 0


class SlowRules(tuple[Rule, ...]):
    """Lets the other threads go on in the middle of what must be one step."""

    def __iter__(self) -> Iterator[Rule]:
        yield from super().__iter__()
        threading.Event().wait(0.0001)


def test_many_threads_get_no_more_than_the_budget() -> None:
    budgets = Budgets(Clock())
    rules = SlowRules([Rule(50, 60.0)])
    granted: list[float] = []

    def ask() -> None:
        granted.extend(budgets.take([(KEY, rules)]) for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(granted) == 160
    assert granted.count(0.0) == 50


def test_two_calls_at_once_have_a_slot() -> None:
    budgets = Budgets(Clock())
    with budgets.slot("a.example") as first, budgets.slot("a.example") as second:
        assert (first, second) == (True, True)
        assert not budgets.slots["a.example"].acquire(blocking=False)
        with budgets.slot("b.example") as other:
            assert other
    assert budgets.slots["a.example"].acquire(blocking=False)
