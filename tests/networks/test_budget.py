"""Budgets: counted per host, person and endpoint, on a clock that the test moves."""

import threading
from collections.abc import Iterator

import pytest

from inboxhub.networks import budget
from inboxhub.networks.budget import MOST_COUNTED, PACE, Budgets, Pace, Rule
from inboxhub.networks.errors import TemporaryError
from tests.networks.clock import Clock

KEY = ("misskey.example", "me", "i/notifications")


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
    with budgets.slot("a.example"), budgets.slot("a.example"):
        assert not budgets.slots["a.example"].acquire(blocking=False)
        with budgets.slot("b.example"):
            pass
    assert budgets.slots["a.example"].acquire(blocking=False)


def test_call_without_a_free_slot_comes_back_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(budget, "SLOT_PATIENCE", 0.0)
    budgets = Budgets(Clock())
    with (
        budgets.slot("a.example"),
        budgets.slot("a.example"),
        pytest.raises(TemporaryError) as caught,
        budgets.slot("a.example"),
    ):
        pytest.fail("there were three")
    assert (caught.value.code, caught.value.sent) == ("busy", False)
    with budgets.slot("a.example"):
        pass


@pytest.mark.parametrize("factor", [5e-324, 1e-300, 1e-9])
def test_factor_near_nothing_counts_no_more_than_anybody_calls(factor: float) -> None:
    assert Rule(290, 3600.0).scaled(factor) == Rule(MOST_COUNTED, 3600.0)
    assert Rule(1, 1.1).scaled(factor).seconds < 0.001


# --- Refusals -------------------------------------------------------------------------


def test_untold_pauses_double_and_start_small_again_after_an_answer() -> None:
    clock = Clock()
    budgets = Budgets(clock)
    waits = []
    for _ in range(6):
        waits.append(budgets.refused(KEY, None))
        clock.now += waits[-1]
    budgets.answered(KEY)
    assert waits == [60, 120, 240, 480, 900, 900]
    assert budgets.refused(KEY, None) == 60


def test_refusals_of_calls_that_ran_together_are_one() -> None:
    budgets = Budgets(Clock())
    assert [budgets.refused(KEY, None) for _ in range(5)] == [60] * 5


def test_longer_pause_is_never_cut_by_a_shorter_one() -> None:
    budgets = Budgets(Clock())
    assert budgets.refused(KEY, 500.0) == budgets.refused(KEY, 5.0) == 500
    assert budgets.take([(KEY, ())]) == 500


def test_senseless_pause_is_an_hour_at_most() -> None:
    assert Budgets(Clock()).refused(KEY, 999_999_999.0) == 3600


def test_answer_to_who_was_never_refused_is_no_matter() -> None:
    budgets = Budgets(Clock())
    budgets.answered(KEY)
    assert budgets.take([(KEY, ())]) == 0


def test_table_forgets_who_has_not_called_for_an_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(budget, "MOST_KEYS", 10)
    clock = Clock()
    budgets = Budgets(clock)
    budgets.refused(("silent",), 3600.0)
    for number in range(100):
        clock.now += 600
        budgets.take([((str(number),), (PACE,))])
    assert len(budgets.counts) <= 10
