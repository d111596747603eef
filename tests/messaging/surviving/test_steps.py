"""A process that dies at any step: nothing asked for is lost, nothing is done twice."""

import pytest
from django.db import transaction
from django.utils import timezone

from inboxhub.networks import mixi
from messaging import here, running, services
from messaging.models import Operation
from messaging.sync import engine
from messaging.sync import push as pushing
from messaging.sync.lease import Lease
from tests.messaging.surviving.conftest import (
    NUMBER,
    Killed,
    Network,
    kill,
    start_again,
)

pytestmark = pytest.mark.django_db

STEPS = (
    "after the commit",
    "before the call",
    "during the call",
    "after the call, before the row",
    "between items",
    "during pause",
    "during undo",
)


def die_at(step: str, network: Network, monkeypatch: pytest.MonkeyPatch) -> Operation:
    """Ask for a deletion, and die at this step of it."""
    owner = network.account.owner
    with monkeypatch.context() as dying:
        # Who is killed releases nothing.
        dying.setattr(Lease, "release", lambda _lease: None)
        operation = services.delete(
            owner, network.selection, undoable=step == "during undo"
        )
        match step:
            case "after the commit":
                return operation
            case "before the call":
                kill(dying, pushing.Push, "_call")
            case "during the call":
                kill(dying, network.client, "delete", done=True)
            case "after the call, before the row":
                kill(dying, pushing, "record")
            case "between items":
                kill(dying, pushing.Push, "_in_flight", at=2)
            case "during pause":
                kill(dying, running, "_tell")
                with pytest.raises(Killed), transaction.atomic():
                    running.pause(operation)
                return operation
            case "during undo":
                kill(dying, here, "tell")
                with pytest.raises(Killed), transaction.atomic():
                    running.undo(operation)
                Operation.objects.update(not_before=timezone.now())
                return operation
            case _:
                raise AssertionError(step)
        _until_killed()
    return operation


def _until_killed() -> None:
    """A batch takes all at once on some networks, and then no second one comes."""
    try:
        engine.drain()
    except Killed:
        return


@pytest.mark.parametrize("step", STEPS)
def test_delete_is_finished_once_wherever_the_process_dies(
    step: str, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(network.mine()) == network.there() == NUMBER
    operation = die_at(step, network, monkeypatch)
    start_again()
    operation.refresh_from_db()
    assert (operation.state, operation.done) == ("done", NUMBER)
    assert network.there() == 0
    assert all(message.gone_at for message in network.mine())
    told = sorted(network.told)
    ids = sorted(message.remote_id for message in network.mine())
    in_flight = step in ("during the call", "after the call, before the row")
    assert set(told) == set(ids)
    assert in_flight or told == ids
    again = [one for one in ids if told.count(one) > 1]
    assert len(again) <= (NUMBER if network.client is mixi.Client else 1)


def test_paused_operation_stays_so_after_a_restart(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = die_at("before the call", network, monkeypatch)
    running.pause(operation)
    start_again()
    assert network.there() == NUMBER
    running.resume(operation)
    start_again()
    operation.refresh_from_db()
    assert (operation.state, operation.done) == ("done", NUMBER)
