"""A call that lasts longer than the lease: nobody else begins the same work."""

import threading
import time
from collections.abc import Callable, Set
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.clients import client_for
from accounts.models import Account
from inboxhub.lib.database import short_write
from inboxhub.networks.base import Target
from inboxhub.networks.misskey import Client
from messaging import services
from messaging.sync import engine, lease
from messaging.sync.foreground import AccountBusy, pull_now
from messaging.sync.full import mark_gone
from messaging.sync.pull import Pull
from tests.messaging.running.conftest import answers, pick, settled

pytestmark = pytest.mark.django_db(transaction=True)

DEADLINE = 20.0


@pytest.fixture(autouse=True)
def kept_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "KEPT_EVERY", timedelta(seconds=0.01))


def becomes_true(condition: Callable[[], bool]) -> bool:
    ends_at = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > ends_at:
            return False
        threading.Event().wait(0.01)
    return True


def let_run_out(account: Account) -> None:
    with short_write():
        Account.objects.filter(pk=account.pk).update(lease_until=timezone.now())


def is_renewed(account: Account) -> bool:
    later = timezone.now() + lease.LENGTH / 2
    with short_write():
        return Account.objects.filter(pk=account.pk, lease_until__gt=later).exists()


def taken_over(account: Account) -> Callable[..., Set[Target]]:
    """A call, during which another process takes the account, and which finds nothing."""

    def call(*_arguments: object) -> Set[Target]:
        with short_write():
            rows = Account.objects.filter(pk=account.pk)
            rows.update(lease_fence=F("lease_fence") + 1, lease_until=None)
        return frozenset()

    return call


def is_kept(account: Account) -> bool:
    return f"lease-{account.pk}" in [one.name for one in threading.enumerate()]


def outlasts(
    account: Account, monkeypatch: pytest.MonkeyPatch, name: str
) -> list[lease.Lease | None]:
    """Let each call of that name last longer than the lease; what another one who tried
    to take the account meanwhile was given."""
    real = getattr(Client, name)
    others: list[lease.Lease | None] = []

    def call(client: Client, *arguments: object) -> object:
        let_run_out(account)
        becomes_true(lambda: is_renewed(account))
        others.append(lease.take(account.pk))
        return real(client, *arguments)

    monkeypatch.setattr(Client, name, call)
    return others


def test_call_that_outlasts_the_lease_keeps_it(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = outlasts(account, monkeypatch, "delete")
    operation = services.delete(account.owner, pick(answers(account)[0]))
    engine.drain()
    assert others == [None]
    assert settled(operation) == ("done", 1, 0, 0)
    assert not is_kept(account)


def test_question_that_outlasts_the_lease_keeps_it(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = outlasts(account, monkeypatch, "missing")
    held = lease.take(account.pk)
    assert held is not None
    mark_gone(Pull(account, client_for(account), held))
    held.release()
    assert set(others) == {None}


def test_full_pull_that_outlasts_the_lease_keeps_it(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = outlasts(account, monkeypatch, "listings")
    assert all(not part.error for part in pull_now(account, full=True))
    assert set(others) == {None}


def test_full_pull_of_an_account_that_was_taken_over_says_so(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "listings", taken_over(account))
    with pytest.raises(AccountBusy, match="try again"):
        pull_now(account, full=True)


def test_lease_that_was_lost_is_not_renewed(account: Account) -> None:
    held = lease.take(account.pk)
    assert held is not None
    with held.kept():
        assert is_kept(account)
        taken_over(account)()
        assert becomes_true(lambda: not is_kept(account))
    account.refresh_from_db()
    assert account.lease_until is None
    held.release()


def test_question_about_what_is_all_there_ends_with_the_lease(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "missing", taken_over(account))
    held = lease.take(account.pk)
    assert held is not None
    with pytest.raises(lease.LeaseLost):
        mark_gone(Pull(account, client_for(account), held))
