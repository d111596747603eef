"""Who holds an account's stream: one process, and never twice in the same one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Account
from messaging.sync import stream_lease
from messaging.sync.stream_lease import StreamLost
from tests.factories import make_account

pytestmark = pytest.mark.django_db

HERE, THERE = "here 1 a", "there 2 b"
MISSKEY = ("misskey",)


def late(account: Account, holder: str) -> None:
    """As it looks when the holder slept for a while."""
    ago = timezone.now() - timedelta(minutes=5)
    Account.objects.filter(pk=account.pk).update(stream_holder=holder, stream_until=ago)


def test_stream_is_taken_by_one_process_only() -> None:
    account = make_account()
    assert stream_lease.take(HERE, MISSKEY, 10) == [account.pk]
    assert stream_lease.take(THERE, MISSKEY, 10) == []
    stream_lease.release(HERE, [account.pk])
    assert stream_lease.take(THERE, MISSKEY, 10) == [account.pk]


def test_late_stream_of_our_own_is_renewed_and_not_taken_again() -> None:
    account = make_account()
    late(account, HERE)
    assert stream_lease.take(HERE, MISSKEY, 10) == []
    stream_lease.renew(HERE, [account.pk])
    assert stream_lease.take(THERE, MISSKEY, 10) == []


def test_late_stream_of_another_process_is_taken_over() -> None:
    account = make_account()
    late(account, HERE)
    assert stream_lease.take(THERE, MISSKEY, 10) == [account.pk]
    assert stream_lease.still(HERE, [account.pk]) == set()
    with pytest.raises(StreamLost):
        stream_lease.held(HERE, account.pk)


def test_clock_that_jumped_back_locks_no_stream() -> None:
    account = make_account()
    tomorrow = timezone.now() + timedelta(days=1)
    Account.objects.update(stream_holder=HERE, stream_until=tomorrow)
    assert stream_lease.take(THERE, MISSKEY, 10) == [account.pk]


@pytest.mark.parametrize("status", ["sign_in_needed", "paused", "unlinked", "erasing"])
def test_account_that_is_not_at_work_has_no_stream(status: str) -> None:
    account = make_account(status=status)
    assert stream_lease.take(HERE, MISSKEY, 10) == []
    late(account, HERE)
    with pytest.raises(StreamLost):
        stream_lease.held(HERE, account.pk)


def test_network_without_streams_is_left_alone() -> None:
    make_account(provider="mixi")
    assert stream_lease.take(HERE, MISSKEY, 10) == []
