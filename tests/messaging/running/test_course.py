"""How far an operation is at each account, and what happened to it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from accounts.models import Account
from messaging import operations, running, services
from messaging.course import course
from messaging.models import Operation
from tests.factories import make_account, make_message
from tests.messaging.running.conftest import ABLE, pick

pytestmark = pytest.mark.django_db


def test_lane_says_what_each_account_waits_for(me: User) -> None:
    accounts = [make_account(me, capabilities=ABLE.as_json()) for _ in range(4)]
    mine = [make_message(account=one) for one in accounts]
    operation = services.delete(me, pick(*mine))
    waiting, refused, away, _well = accounts
    moment = timezone.now() + timedelta(minutes=5)
    operation.items.filter(account=waiting).update(not_before=moment)
    Account.objects.filter(pk=refused.pk).update(status="sign_in_needed")
    Account.objects.filter(pk=away.pk).update(status="unreachable")
    lanes = course(operation).lanes
    assert [lane.state for lane in lanes] == [
        *("waiting-for-host", "sign-in-needed", "unreachable", "running"),
    ]
    assert lanes[0].until == moment
    running.pause(operation)
    assert {lane.state for lane in course(operation).lanes} == {"paused"}


def test_time_left_is_that_of_the_slowest_account(me: User) -> None:
    busy = make_account(me, capabilities=ABLE.as_json())
    idle = make_account(me, capabilities=ABLE.as_json())
    mine = [make_message(account=busy) for _ in range(3)] + [make_message(account=idle)]
    operation = services.delete(me, pick(*mine))
    assert course(operation).seconds_left == pytest.approx(6.0)
    running.pause(operation)
    assert course(operation).seconds_left is None


# --- What happened to it --------------------------------------------------------------


def happened(operation: Operation) -> list[str]:
    operation.refresh_from_db()
    return [one["what"] for one in operation.history]


def test_history_notes_what_a_person_said(me: User, able: Account) -> None:
    operation = services.delete(me, pick(make_message(account=able)))
    for say in (running.pause, running.pause, running.resume, running.cancel):
        say(operation)
    assert happened(operation) == ["paused", "resumed", "cancelled"]


def test_history_notes_the_end_before_it_is_tried_again(
    me: User, able: Account
) -> None:
    operation = services.delete(me, pick(make_message(account=able)))
    operation.items.update(state="failed")
    operations.settle(operation)
    running.retry(operation)
    assert happened(operation) == ["finished", "retried"]


def test_restart_is_noted_once_and_only_where_something_is_under_way(
    me: User, able: Account
) -> None:
    runs = services.delete(me, pick(make_message(account=able)))
    over = services.hide(me, pick(make_message(account=able)))
    running.restarted()
    assert happened(runs) == []  # It was asked for just now.
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Operation.objects.update(created_at=an_hour_ago)
    for _process in range(3):
        running.restarted()
    assert happened(runs) == ["restarted"]
    assert happened(over) == []


def test_history_keeps_the_newest(me: User, able: Account) -> None:
    operation = services.delete(me, pick(make_message(account=able)))
    for _time in range(60):
        running.pause(operation)
        running.resume(operation)
    assert len(happened(operation)) == 100
