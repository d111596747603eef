"""The time in which it can be undone, and what can be said while it runs."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from accounts.models import Account
from messaging import running, services
from messaging.models import Operation
from messaging.sync import engine
from messaging.sync import turn as turns
from simulators.misskey import Simulator
from tests.factories import make_message, make_user
from tests.messaging.running.conftest import (
    NUMBER,
    InTheMiddle,
    answers,
    left_there,
    over,
    pick,
    settled,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("number", "seconds"), [(1, 10), (2, 30)])
def test_delete_waits_longer_for_more_than_one(
    me: User, able: Account, number: int, seconds: int
) -> None:
    mine = [make_message(account=able) for _ in range(number)]
    operation = services.delete(me, pick(*mine), undoable=True)
    assert operation.state == "waiting"
    assert operation.not_before is not None
    wait = (operation.not_before - timezone.now()).total_seconds()
    assert seconds - 5 < wait <= seconds


@pytest.mark.parametrize("verb", ["hide", "mark-read"])
def test_what_can_be_taken_back_begins_at_once(
    me: User, able: Account, verb: str
) -> None:
    message = make_message(account=able, unread=True)
    assert services.VERBS[verb](me, pick(message), undoable=True).state != "waiting"


def test_nothing_is_told_before_the_window_is_over(
    sim: Simulator, account: Account
) -> None:
    operation = services.delete(account.owner, pick(*answers(account)), undoable=True)
    engine.drain()
    assert left_there(sim, account) == NUMBER
    over(operation)
    engine.drain()
    assert left_there(sim, account) == 0
    assert settled(operation) == ("done", NUMBER, 0, 0)


def test_undo_in_the_window_leaves_everything_as_it_was(
    sim: Simulator, account: Account
) -> None:
    operation = services.delete(account.owner, pick(*answers(account)), undoable=True)
    assert running.undo(operation)
    assert not running.undo(operation)
    over(operation)
    engine.drain()
    assert left_there(sim, account) == NUMBER
    assert all(message.hidden_at is None for message in answers(account))
    assert settled(operation) == ("cancelled", 0, 0, NUMBER)
    assert set(operation.items.values_list("error", flat=True)) == {"undone"}


def test_clock_that_jumped_back_does_not_make_the_window_a_year(
    sim: Simulator, account: Account
) -> None:
    operation = services.delete(account.owner, pick(*answers(account)), undoable=True)
    next_year = timezone.now() + timedelta(days=365)
    Operation.objects.filter(pk=operation.pk).update(not_before=next_year)
    engine.drain()
    assert left_there(sim, account) == 0


def test_turn_says_when_the_window_is_over_and_a_restart_finds_it(
    account: Account,
) -> None:
    Account.objects.update(next_pull_at=timezone.now() + timedelta(hours=1))
    services.delete(account.owner, pick(*answers(account)), undoable=True)
    assert engine.due_accounts() == [account.pk]
    wait = turns.turn(account.pk)
    assert wait is not None
    assert 20 < wait <= 30


def test_click_that_comes_twice_is_one_operation(me: User, able: Account) -> None:
    message = make_message(account=able)
    first = services.delete(me, pick(message), key="one")
    assert services.delete(me, pick(message), key="one") == first
    stranger = make_user("eve")
    assert services.delete(stranger, pick(message), key="one") != first


# --- Pause, cancel, retry -------------------------------------------------------------


def test_pause_stops_before_the_next_call_and_resume_goes_on(
    sim: Simulator,
    account: Account,
    in_the_middle: InTheMiddle,
) -> None:
    operation = services.delete(account.owner, pick(*answers(account)))
    in_the_middle(lambda: running.pause(operation))
    engine.drain()
    assert left_there(sim, account) == NUMBER - 2
    assert settled(operation) == ("paused", 2, 0, 0)
    assert not running.pause(operation)
    assert running.resume(operation)
    assert not running.resume(operation)
    engine.drain()
    assert settled(operation) == ("done", NUMBER, 0, 0)


def test_resume_within_the_window_waits_for_its_end(me: User, able: Account) -> None:
    operation = services.delete(me, pick(make_message(account=able)), undoable=True)
    assert running.pause(operation)
    assert running.resume(operation)
    assert operation.state == "waiting"


def test_cancel_keeps_what_is_done_and_shows_the_rest_again(
    sim: Simulator,
    account: Account,
    in_the_middle: InTheMiddle,
) -> None:
    operation = services.delete(account.owner, pick(*answers(account)))
    in_the_middle(lambda: running.cancel(operation))
    engine.drain()
    assert left_there(sim, account) == NUMBER - 2
    assert settled(operation) == ("cancelled", 2, 0, NUMBER - 2)
    shown = [message for message in answers(account) if message.hidden_at is None]
    assert len(shown) == NUMBER - 2
    assert all(message.gone_at is None for message in shown)


def test_retry_makes_what_failed_wait_again(sim: Simulator, account: Account) -> None:
    sim.fault("api/notes/delete", "status", times=1, status=413)
    operation = services.delete(account.owner, pick(*answers(account)))
    engine.drain()
    assert settled(operation) == ("done", NUMBER - 1, 1, 0)
    assert running.retry(operation)
    assert settled(operation)[:3] == ("running", NUMBER - 1, 0)
    assert all(message.hidden_at for message in answers(account))
    engine.drain()
    assert settled(operation) == ("done", NUMBER, 0, 0)
    assert not running.retry(operation)


def test_what_was_gone_already_is_done_and_counted(
    sim: Simulator, account: Account
) -> None:
    sim.delete_note(answers(account)[0].remote_id)
    operation = services.delete(account.owner, pick(*answers(account)))
    engine.drain()
    operation.refresh_from_db()
    assert (operation.done, operation.gone) == (NUMBER, 1)
