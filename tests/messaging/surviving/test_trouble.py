"""Hosts that are away, refuse or ask to wait, clocks that jump: the work goes on."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from typing import Any

import pytest

from accounts.models import Account
from inboxhub.networks import mixi
from inboxhub.networks.base import (
    Client,
    Outcome,
    Target,
)
from messaging import services
from messaging.course import course
from messaging.models import Operation
from messaging.sync import engine, outcomes
from messaging.sync import push as pushing
from messaging.sync import turn as turns
from messaging.sync.lease import Lease
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
