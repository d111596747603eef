"""How often mixi is asked, on a clock that the test moves."""

import pytest

from inboxhub.networks.base import TemporaryError
from inboxhub.networks.mixi.budget import OF_ACCOUNT, OF_SITE, Budgets, Pace
from inboxhub.networks.mixi.call import Ask, Line
from inboxhub.networks.mixi.credentials import READ
from tests.networks.mixi.host import API, INBOX, SCOPES, TOKEN, Host, Script
from tests.networks.replay import Answer

LIST = Ask("GET", INBOX, READ)


class Clock:
    """Moves when told to, and when somebody waits on it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds


def line_on(
    clock: Clock,
    budgets: Budgets,
    *answers: Script,
    user: str = "me",
) -> tuple[Line, Host]:
    host = Host({f"GET {INBOX}": answers or ["inbox"]})
    line = Line(
        host,
        API,
        {"token": TOKEN, "scope": SCOPES},
        user=user,
        budgets=budgets,
        pause=clock.pause,
    )
    return line, host


def test_account_makes_at_most_sixty_calls_in_any_minute() -> None:
    clock = Clock()
    line, _ = line_on(clock, Budgets(clock))
    times = []
    for _ in range(200):
        line.call(LIST)
        times.append(clock.now)
    busiest = max(sum(t <= other < t + 60 for other in times) for t in times)
    assert 40 <= busiest <= 60


def test_twenty_calls_go_at_once() -> None:
    clock = Clock()
    line, _ = line_on(clock, Budgets(clock))
    for _ in range(OF_ACCOUNT.burst):
        line.call(LIST)
    assert clock.now == 1000.0


def test_change_comes_back_later_instead_of_waiting_long() -> None:
    clock = Clock()
    line, host = line_on(clock, Budgets(clock))
    for _ in range(OF_ACCOUNT.burst):
        line.call(LIST, patient=False)
    with pytest.raises(TemporaryError) as caught:
        line.call(LIST, patient=False)
    assert (caught.value.sent, caught.value.retry_after) == (False, 1.5)
    assert len(host.calls) == OF_ACCOUNT.burst


def test_accounts_share_what_the_site_may() -> None:
    clock = Clock()
    budgets = Budgets(clock)
    for number in range(4):
        line, _ = line_on(clock, budgets, user=f"user{number}")
        for _ in range(20):
            line.call(LIST)
    assert clock.now - 1000 == pytest.approx(20 * OF_SITE.interval)


def test_asked_for_pause_holds_for_every_account_of_the_site() -> None:
    clock = Clock()
    budgets = Budgets(clock)
    line, _ = line_on(clock, budgets, Answer(503, "", {"retry-after": "30"}))
    other, host = line_on(clock, budgets, user="other")
    with pytest.raises(TemporaryError) as caught:
        line.call(LIST)
    assert caught.value.retry_after == 30
    with pytest.raises(TemporaryError) as held:
        other.call(LIST)
    assert (held.value.sent, held.value.retry_after, host.calls) == (False, 30, [])
    clock.now += 30
    other.call(LIST)


def test_untold_pauses_double_up_to_a_quarter_of_an_hour_and_start_again() -> None:
    clock = Clock()
    busy = Answer(503, "")
    line, _ = line_on(clock, Budgets(clock), *[busy] * 6, "inbox", busy)
    waits = []
    for _ in range(8):
        try:
            line.call(LIST)
        except TemporaryError as error:
            waits.append(error.retry_after)
            clock.now += error.retry_after or 0
    assert waits == [60, 120, 240, 480, 900, 900, 60]


def test_refusals_of_calls_that_ran_together_are_one() -> None:
    budgets = Budgets(Clock())
    assert [budgets.refused("site", None) for _ in range(5)] == [60] * 5


def test_longer_pause_is_never_cut_by_a_shorter_one() -> None:
    clock = Clock()
    budgets = Budgets(clock)
    assert budgets.refused("site", 500.0) == budgets.refused("site", 5.0) == 500
    assert budgets.take("site", {}) == 500


def test_senseless_pause_is_an_hour_at_most() -> None:
    budgets = Budgets(Clock())
    assert budgets.refused("site", 999_999_999.0) == 3600


def test_call_that_is_held_back_is_not_counted() -> None:
    clock = Clock()
    budgets = Budgets(clock)
    slow, quick = Pace(60.0, burst=1), Pace(1.0, burst=1)
    budgets.take("site", {("a",): slow})
    assert budgets.take("site", {("a",): slow, ("b",): quick}) == 60
    assert budgets.take("site", {("b",): quick}) == 0


def test_table_forgets_who_kept_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inboxhub.networks.mixi.budget.MOST_KEYS", 10)
    clock = Clock()
    budgets = Budgets(clock)
    for number in range(100):
        clock.now += 10
        budgets.take("site", {(str(number),): OF_ACCOUNT})
    assert len(budgets.due) <= 10
