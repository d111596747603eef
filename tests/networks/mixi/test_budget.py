"""How often mixi is asked, on a clock that the test moves."""

from contextlib import suppress
from itertools import count

import pytest

from inboxhub.networks.base import Target
from inboxhub.networks.budget import Budgets
from inboxhub.networks.errors import TemporaryError
from inboxhub.networks.mixi.call import Ask, Line
from inboxhub.networks.mixi.credentials import READ
from inboxhub.networks.mixi.limits import OF_ACCOUNT, OF_SITE
from tests.networks.clock import Clock
from tests.networks.mixi.host import (
    API,
    INBOX,
    SCOPES,
    TOKEN,
    Host,
    Mailbox,
    Script,
    client_of,
    row,
    targets,
)
from tests.networks.replay import Answer

LIST = Ask("GET", INBOX, READ)


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
    )
    return line, host


def test_account_makes_at_most_sixty_calls_in_any_minute() -> None:
    clock = Clock()
    line, _ = line_on(clock, Budgets(clock, clock.pause))
    times = []
    for _ in range(200):
        line.call(LIST)
        times.append(clock.now)
    busiest = max(sum(t <= other < t + 60 for other in times) for t in times)
    assert 40 <= busiest <= 60


def test_twenty_calls_go_at_once() -> None:
    clock = Clock()
    line, _ = line_on(clock, Budgets(clock, clock.pause))
    for _ in range(OF_ACCOUNT.burst):
        line.call(LIST)
    assert clock.now == 1000.0


def test_change_comes_back_later_instead_of_waiting_long() -> None:
    clock = Clock()
    line, host = line_on(clock, Budgets(clock, clock.pause))
    for _ in range(OF_ACCOUNT.burst):
        line.call(LIST, patience=0.5)
    with pytest.raises(TemporaryError) as caught:
        line.call(LIST, patience=0.5)
    assert (caught.value.sent, caught.value.retry_after) == (False, 1.5)
    assert len(host.calls) == OF_ACCOUNT.burst


def test_accounts_share_what_the_site_may() -> None:
    clock = Clock()
    budgets = Budgets(clock, clock.pause)
    for number in range(4):
        line, _ = line_on(clock, budgets, user=f"user{number}")
        for _ in range(20):
            line.call(LIST)
    assert clock.now - 1000 == pytest.approx(20 * OF_SITE.interval)


def test_asked_for_pause_holds_for_every_account_of_the_site() -> None:
    clock = Clock()
    budgets = Budgets(clock, clock.pause)
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
    line, _ = line_on(clock, Budgets(clock, clock.pause), *[busy] * 6, "inbox", busy)
    waits = []
    for _ in range(8):
        try:
            line.call(LIST)
        except TemporaryError as error:
            waits.append(error.retry_after)
            clock.now += error.retry_after or 0
    assert waits == [60, 120, 240, 480, 900, 900, 60]


def test_whole_tray_is_listed_though_others_use_the_site_too() -> None:
    clock, pauses = Clock(), count(1)

    def pause(seconds: float) -> None:
        """The others take what becomes free, but for every twelfth time."""
        clock.pause(seconds)
        if next(pauses) % 12:
            for other in others:
                with suppress(TemporaryError):
                    other.call(LIST, patience=0.0)

    budgets = Budgets(clock, pause)
    others = [line_on(clock, budgets, user=f"user{number}")[0] for number in range(8)]
    box = Mailbox([row(number) for number in range(3000, 0, -1)])
    client, host = client_of(box.script())
    client.budgets = budgets
    assert client.missing(targets(["m1", "other"])) == {Target("inbox", "other")}
    assert len(host.calls) == 60
    assert 60 <= clock.now - 1000 <= 300
