"""Budgets: our own, and those that the hosts' headers tell of before they bite."""

from collections.abc import Mapping

import pytest

from inboxhub.networks.budget import Budgets
from inboxhub.networks.errors import TemporaryError
from inboxhub.networks.mastodon.call import Line
from inboxhub.networks.mastodon.limits import CHANGE, DELETE, PAGED, READ
from tests.networks.clock import Clock
from tests.networks.mastodon.accounts import HOST, NOW, TOKEN, Host
from tests.networks.replay import Answer, recorded

RESET = "2026-11-21T07:25:00.568782Z"
ANY = "GET /api/v1/x"


def line_on(
    clock: Clock,
    headers: Mapping[str, str] | None = None,
    *,
    user: str = "me",
    shared: bool = False,
    budgets: Budgets | None = None,
) -> Line:
    answer = Answer(200, [], headers)
    return Line(
        Host({ANY: answer, "DELETE /api/v1/x": answer, "POST /api/v1/x": answer}),
        HOST,
        token=TOKEN,
        user=user,
        shared=shared,
        budgets=budgets or Budgets(clock, clock.pause),
        now=lambda: NOW,
    )


def told(left: int, limit: int = 300) -> dict[str, str]:
    return {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": str(left),
        "x-ratelimit-reset": RESET,
    }


def held(line: Line, kind: str) -> float:
    """How long the next call of the kind must wait; 0 when it goes."""
    methods = {READ: "GET", PAGED: "GET", CHANGE: "POST", DELETE: "DELETE"}
    try:
        line.call(methods[kind], "/api/v1/x", kind=kind)
    except TemporaryError as error:
        return -1.0 if error.sent else error.retry_after or 0.0
    return 0.0


def test_last_call_of_a_window_stops_its_kind_until_the_window_ends() -> None:
    line = line_on(Clock(), told(0))
    assert held(line, READ) == 0
    assert held(line, READ) == pytest.approx(300.57, abs=0.1)
    assert held(line, DELETE) == 0


@pytest.mark.parametrize(("kind", "left"), [(CHANGE, 60), (PAGED, 60), (DELETE, 0)])
def test_bulk_work_leaves_a_fifth_for_the_rest(kind: str, left: int) -> None:
    line = line_on(Clock(), told(left))
    assert held(line, kind) == 0
    assert held(line, kind) > 200
    assert held(line, READ) == 0


def test_tightest_limit_is_not_taken_for_the_general_one() -> None:
    line = line_on(Clock(), told(29, limit=30))
    assert [held(line, DELETE), held(line, DELETE), held(line, READ)] == [0, 0, 0]


@pytest.mark.parametrize("text", ["", "-1", "9" * 40, "many", "٣"])
def test_senseless_header_is_no_limit(text: str) -> None:
    headers = {**told(0), "x-ratelimit-remaining": text}
    line = line_on(Clock(), headers)
    assert [held(line, READ), held(line, READ)] == [0, 0]


@pytest.mark.parametrize("number", ["088", "089", "090"])
def test_recorded_headers_of_gotosocial_are_obeyed(number: str) -> None:
    headers = recorded(number, "gotosocial").headers
    line = line_on(Clock(), headers)
    held(line, READ)
    assert (held(line, READ) > 0) is (headers["x-ratelimit-remaining"] == "0")


def test_thirty_deletes_go_in_half_an_hour() -> None:
    clock = Clock()
    line = line_on(clock)
    sent = 0
    for _ in range(3600):
        sent += held(line, DELETE) == 0
        clock.now += 1
    assert 55 <= sent <= 60


def test_pages_of_history_do_not_starve_the_newest() -> None:
    clock = Clock()
    line = line_on(clock)
    waits = [held(line, PAGED) for _ in range(40)]
    assert max(waits) > 0
    assert held(line, READ) == 0


def test_host_that_counts_addresses_has_one_budget_for_all_its_accounts() -> None:
    clock = Clock()
    budgets = Budgets(clock, clock.pause)
    lines = [
        line_on(clock, told(0), user=user, shared=shared, budgets=budgets)
        for user, shared in (("a", True), ("b", True), ("c", False))
    ]
    waits = [held(line, READ) for line in lines]
    assert waits[1] > 200
    assert (waits[0], waits[2]) == (0, 0)
