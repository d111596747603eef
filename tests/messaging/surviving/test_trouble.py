"""Hosts that are away, refuse or ask to wait, clocks that jump: the work goes on."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from inboxhub.networks import mixi
from inboxhub.networks.base import Client, Outcome, Target
from inboxhub.networks.errors import TemporaryError
from messaging import services
from messaging.course import course
from messaging.models import Operation
from messaging.sync import backoff, engine, outcomes
from messaging.sync import push as pushing
from messaging.sync import turn as turns
from messaging.sync.lease import Lease
from messaging.sync.outcomes import POISON_AFTER
from tests.messaging.surviving.conftest import (
    NUMBER,
    Clock,
    Killed,
    Network,
    kill,
    start_again,
)

pytestmark = pytest.mark.django_db


def test_late_answer_to_a_process_that_lost_its_lease_changes_nothing(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease ends while a call is under way, and another process does the rest."""
    operation = services.delete(network.account.owner, network.selection)
    real = outcomes.record
    taken = count()

    def record(lease: Lease, *arguments: Any) -> bool:
        if next(taken) == 0:
            Account.objects.update(lease_until=None)
            assert turns.turn(network.account.pk) is not None
        return real(lease, *arguments)

    monkeypatch.setattr(pushing, "record", record)
    start_again()
    operation.refresh_from_db()
    assert (operation.state, operation.done) == ("done", NUMBER)
    assert network.there() == 0


def test_host_that_is_gone_for_an_hour_is_told_when_it_is_back(
    network: Network, clock: Clock
) -> None:
    operation = services.delete(network.account.owner, network.selection)
    with network.away():
        for _time in range(6):
            clock.goes_on(minutes=10)
            engine.drain()
        (lane,) = course(operation).lanes
        assert (lane.left, lane.failed) == (NUMBER, 0)
        assert lane.state in ("unreachable", "waiting-for-host")
    # The longest pause after trouble, and nobody presses anything.
    for _round in range(4):
        clock.goes_on(minutes=16)
        engine.drain()
    assert finished(operation)
    assert network.there() == 0


def test_rate_limit_holds_the_rest_back_and_goes_on_later(
    network: Network, clock: Clock
) -> None:
    network.sim.fault("*", "status", status=429)
    operation = services.delete(network.account.owner, network.selection)
    engine.drain()
    (lane,) = course(operation).lanes
    assert (lane.left, lane.failed) == (NUMBER, 0)
    assert lane.state in ("unreachable", "waiting-for-host")
    assert network.there() == NUMBER
    asked = len(network.told)
    engine.drain()
    assert len(network.told) == asked
    network.sim.faults.clear()
    for _round in range(4):
        clock.goes_on(minutes=16)
        engine.drain()
    assert finished(operation)


@pytest.mark.parametrize(
    "jump", [{"days": 400}, {"days": -400}, {"minutes": -3}], ids=str
)
def test_clock_that_jumps_while_it_runs_holds_nothing_up(
    network: Network,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    jump: dict[str, float],
) -> None:
    """A process dies in its call; when the next one looks, it is another day."""
    operation = services.delete(network.account.owner, network.selection)
    with monkeypatch.context() as dying:
        dying.setattr(Lease, "release", lambda _lease: None)
        kill(dying, network.client, "delete", done=True)
        with suppress(Killed):
            engine.drain()
    clock.jumps(**jump)
    for _round in range(4):
        engine.drain()
        clock.goes_on(minutes=3)
    assert finished(operation)
    assert network.there() == 0


@pytest.mark.parametrize("jump", [{"days": 400}, {"days": -400}], ids=str)
def test_clock_that_jumps_in_the_window_ends_it(
    network: Network, clock: Clock, jump: dict[str, float]
) -> None:
    chosen = network.selection
    operation = services.delete(network.account.owner, chosen, undoable=True)
    clock.jumps(**jump)
    for _round in range(2):
        engine.drain()
        clock.goes_on(minutes=3)
    assert finished(operation)


def was_ahead(clock: Clock, **length: float) -> None:
    """The account was pulled by a clock that is put back now."""
    clock.jumps(**length)
    engine.drain()
    clock.jumps(**{unit: -number for unit, number in length.items()})
    pulled_at = Account.objects.get().pulled_at
    assert pulled_at is not None
    assert pulled_at > timezone.now()


@pytest.mark.parametrize("ahead", [{"hours": 9}, {"hours": 1}], ids=str)
def test_news_come_at_once_when_a_clock_that_was_ahead_is_put_back(
    network: Network, clock: Clock, ahead: dict[str, float]
) -> None:
    was_ahead(clock, **ahead)
    network.write("what is new")
    engine.drain()
    assert network.account.messages.filter(text__contains="what is new").exists()
    network.write("and after that")
    clock.goes_on(minutes=6)
    engine.drain()
    assert network.account.messages.filter(text__contains="after that").exists()


def test_host_that_is_away_when_the_clock_is_put_back_is_not_stormed(
    network: Network, clock: Clock
) -> None:
    was_ahead(clock, hours=9)
    with network.away():
        engine.drain()
        asked = len(network.sim.calls())
        for _time in range(5):
            backoff.hosts.forget()
            engine.drain()
        assert len(network.sim.calls()) == asked
        assert not engine.due_accounts()


@pytest.mark.parametrize(
    "ahead", [{"minutes": 2}, {"hours": 2, "minutes": 59}], ids=str
)
def test_time_that_a_host_asked_for_is_kept(
    network: Network, clock: Clock, ahead: dict[str, float]
) -> None:
    Account.objects.update(next_pull_at=None)
    engine.drain()
    due = clock.now() + timedelta(**ahead)
    Account.objects.update(next_pull_at=due)
    asked = len(network.sim.calls())
    engine.drain()
    assert not engine.due_accounts()
    turns.turn(network.account.pk)
    assert len(network.sim.calls()) == asked
    assert Account.objects.get().next_pull_at == due


@pytest.mark.parametrize("network", ["mixi"], indirect=True)
def test_rarer_looks_go_on_when_a_clock_that_was_ahead_is_put_back(
    network: Network, clock: Clock
) -> None:
    """What the person has sent and deleted elsewhere is not looked for each time."""
    was_ahead(clock, days=2)
    first = network.mine()[0]
    network.sim.delete("sakura", first.remote_id)
    network.sim.message("sakura", "mika", "from elsewhere", "by telephone")
    engine.drain()
    assert network.account.messages.filter(source="outbox").exists()
    first.refresh_from_db()
    assert first.gone_at is not None


@pytest.mark.parametrize("network", ["mixi"], indirect=True)
def test_one_that_always_breaks_the_host_keeps_no_other_waiting(
    network: Network, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = services.delete(network.account.owner, network.selection)
    odd, real = network.mine()[1].remote_id, network.client.delete

    def delete(client: Client, targets: Sequence[Target]) -> list[Outcome]:
        if odd in {target.remote_id for target in targets}:
            raise TemporaryError("the host answers with 500")
        return real(client, targets)

    monkeypatch.setattr(network.client, "delete", delete)
    for _try in range(POISON_AFTER + 1):
        engine.drain()
        clock.goes_on(minutes=16)
    (lane,) = course(operation).lanes
    assert (lane.done, lane.left, lane.failed) == (NUMBER - 1, 1, 0)
    assert network.there() == 1


@pytest.mark.parametrize("network", ["mixi"], indirect=True)
def test_batch_stays_whole_when_the_host_was_away(
    network: Network, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = services.delete(network.account.owner, network.selection)
    network.sim.fault("*", "status", status=500)
    with network.away():
        for _time in range(POISON_AFTER + 5):
            clock.goes_on(minutes=20)
            engine.drain()
        tries = operation.items.values_list("attempts", flat=True)
        assert min(tries) >= POISON_AFTER
    sizes = sizes_of_calls(network, monkeypatch)
    clock.goes_on(minutes=20)
    engine.drain()
    assert finished(operation)
    assert sizes == [NUMBER]


@pytest.mark.parametrize("network", ["mixi"], indirect=True)
def test_one_that_broke_the_host_is_not_taken_along_again(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = services.delete(network.account.owner, network.selection)
    last = operation.items.latest("pk")
    operation.items.filter(pk=last.pk).update(attempts=POISON_AFTER)
    sizes = sizes_of_calls(network, monkeypatch)
    engine.drain()
    assert finished(operation)
    assert sizes == [NUMBER - 1, 1]


def sizes_of_calls(network: Network, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many messages each deleting call from now on is for."""
    sizes: list[int] = []
    real = network.client.delete

    def delete(client: Client, targets: Sequence[Target]) -> list[Outcome]:
        sizes.append(len(targets))
        return real(client, targets)

    monkeypatch.setattr(network.client, "delete", delete)
    return sizes


def test_token_revoked_while_it_runs_stops_it_and_a_new_one_goes_on(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = services.delete(network.account.owner, network.selection)
    real, calls = network.client.delete, count(1)
    before = 0 if network.client is mixi.Client else 2

    def delete(client: Client, targets: Sequence[Target]) -> list[Outcome]:
        if next(calls) == before + 1:
            network.sim.revoke(network.person)
        return real(client, targets)

    monkeypatch.setattr(network.client, "delete", delete)
    start_again()
    account = Account.objects.get()
    assert account.status == Account.Status.SIGN_IN_NEEDED
    (lane,) = course(operation).lanes
    told = (lane.state, lane.done, lane.left, lane.failed)
    assert told == ("sign-in-needed", before, NUMBER - before, 0)
    operation.refresh_from_db()
    assert operation.history[-1]["what"] == "sign-in-needed"
    network.renew()
    start_again()
    assert finished(operation)
    assert network.there() == 0


def test_unlink_while_it_runs_says_what_became_of_each(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the call under way has still done its work, nobody can tell any more."""
    operation = services.delete(network.account.owner, network.selection)
    real = network.client.delete

    def delete(client: Client, targets: Sequence[Target]) -> list[Outcome]:
        outcomes = real(client, targets)
        services.unlink(Account.objects.get(), erase=False)
        return outcomes

    monkeypatch.setattr(network.client, "delete", delete)
    engine.drain()
    operation.refresh_from_db()
    assert (operation.state, operation.failed) == ("done", NUMBER)
    errors = Counter(operation.items.values_list("error", flat=True))
    asked = NUMBER if network.client is mixi.Client else 1
    assert errors == Counter({"unlinked-in-doubt": asked, "unlinked": NUMBER - asked})
    assert all(message.hidden_at is None for message in network.mine())


def finished(operation: Operation) -> bool:
    operation.refresh_from_db()
    return (operation.state, operation.done) == ("done", NUMBER)
