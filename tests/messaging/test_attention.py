"""Accounts of somebody who looks are pulled every minute, others every five."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import Account
from inboxhub.lib import doorbell
from messaging.sync import engine
from messaging.sync.turn import turn
from simulators.misskey import Simulator
from tests.messaging.conftest import Link

pytestmark = pytest.mark.django_db


def pulled(account: Account, *, seconds_ago: float) -> None:
    moment = timezone.now() - timedelta(seconds=seconds_ago)
    later = moment + timedelta(seconds=300)
    Account.objects.filter(pk=account.pk).update(pulled_at=moment, next_pull_at=later)


def test_shown_page_brings_the_next_pull_forward(sim: Simulator, link: Link) -> None:
    account = link()
    engine.drain()
    pulled(account, seconds_ago=90)
    sim.forget_calls()
    assert (turn(account.pk) or 0) > 100
    assert not sim.calls("notes/mentions")
    browser = Client(headers={"host": "localhost:8000"})
    browser.force_login(account.owner)
    browser.get("/")
    turn(account.pk)
    assert sim.calls("notes/mentions")


def test_account_that_was_just_pulled_is_left_alone_although_watched(
    sim: Simulator,
    link: Link,
) -> None:
    account = link()
    browser = Client(headers={"host": "localhost:8000"})
    browser.force_login(account.owner)
    browser.get("/")
    engine.drain()
    sim.forget_calls()
    wait = turn(account.pk)
    assert wait is not None
    assert wait > 30
    assert not sim.calls()


def test_first_page_after_a_while_rings_for_the_own_accounts(
    link: Link,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    account = link()
    link("eve", "taro")
    rung: list[int] = []
    doorbell.listen(rung.append)
    browser = Client(headers={"host": "localhost:8000"})
    browser.force_login(account.owner)
    with django_capture_on_commit_callbacks(execute=True):
        browser.get("/")
        browser.get("/")
    doorbell.stop_listening(rung.append)
    assert rung == [account.pk]
