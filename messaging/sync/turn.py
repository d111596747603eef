"""One bounded go at one account: operations, sends, the newest, what is gone, history.

Bounded, so that a delete of ten thousand never starves reading. Everything that an
account's trouble means (try later, host away, sign in again) is decided here.
"""

import logging
import random
import time
from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.clients import client_for
from accounts.models import Account
from inboxhub.lib.database import short_write
from inboxhub.lib.fields import CannotOpen
from inboxhub.networks.errors import CredentialsError, ProviderError, TemporaryError
from messaging import attention, events, running
from messaging.models import Operation, OperationItem
from messaging.sync import backoff, lease, sending
from messaging.sync.doubts import Doubts
from messaging.sync.erase import erase_some
from messaging.sync.full import mark_gone
from messaging.sync.lease import Lease, LeaseLost
from messaging.sync.outcomes import put_back_after_crash
from messaging.sync.pull import Pull
from messaging.sync.push import Push
from messaging.sync.sending import Sends

logger = logging.getLogger(__name__)

SECONDS = 5.0
BUSY_ELSEWHERE = 5.0
# How often the newest is pulled: while somebody looks, otherwise, and where news come
# by themselves.
WATCHED, UNWATCHED, STREAMED = 60.0, 300.0, 900.0
CAPABILITIES_LAST = timedelta(hours=24)
# By so much a clock may be put back without being mistrusted.
LEEWAY = timedelta(minutes=1)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

Status = Account.Status


def turn(account_id: int) -> float | None:
    """Work for the account; seconds until it wants to be looked at again, None: never.

    Never raises for what a remote does. A fault of our own is logged, costs the account
    a pause, and after five times the operation item that causes it.
    """
    held = lease.take(account_id)
    if held is None:
        return (
            BUSY_ELSEWHERE if Account.objects.filter(pk=account_id).exists() else None
        )
    account = Account.objects.get(pk=account_id)
    try:
        return _Turn(account, held).run()
    except LeaseLost:
        return BUSY_ELSEWHERE
    except Exception:
        logger.exception("a turn failed account=%s", account_id)
        try:
            return _after_our_fault(account, held)
        except LeaseLost:
            return BUSY_ELSEWHERE
    finally:
        held.release()


def clock_was_ahead() -> Q:
    """Accounts whose last or next pull is later than an honest clock would have said."""
    latest = timezone.now() + LEEWAY
    furthest = latest + timedelta(seconds=backoff.LONGEST_ASKED)
    noted = Q(pulled_at__gt=latest) | Q(last_error_at__gt=latest)
    return noted | Q(next_pull_at__gt=furthest)


class _Turn:
    def __init__(self, account: Account, held: Lease) -> None:
        self.account, self.lease = account, held
        self.ends_at = time.monotonic() + SECONDS

    def keep_going(self) -> bool:
        return time.monotonic() < self.ends_at

    def _half_is_left(self) -> bool:
        """What operations leave of a turn, so that a long delete never starves reading."""
        return time.monotonic() < self.ends_at - SECONDS / 2

    def run(self) -> float | None:
        if self.account.status == Status.ERASING:
            return erase_some(self.account, self.lease)
        if self.account.status not in (Status.ACTIVE, Status.UNREACHABLE):
            return None
        self._mistrust_the_future()
        rest = backoff.hosts.left(self.account.host)
        if rest and not self.account.pull_wanted:
            return rest
        try:
            return self._work()
        except (CredentialsError, CannotOpen) as error:
            sign_in_needed(self.account, self.lease, error)
            return None

    def _work(self) -> float | None:
        client = client_for(self.account)
        push = Push(self.account, client, self.lease, self._half_is_left)
        dues = [push.run()]
        dues.append(Doubts(self.account, client, self.lease).run())
        dues.append(Sends(self.account, client, self.lease, self.keep_going).run())
        if self._stale():
            self._learn()
            client = client_for(self.account)
        pull = Pull(self.account, client, self.lease, self.keep_going)
        if self._pull_due():
            if self.account.pull_wanted and client.reconcile_every:
                self._save(reconciled_at=LONG_AGO)
            pull.newest()
            settle_pull(self.account, self.lease, pull)
        self._reconcile(pull)
        more = True
        while more and pull.trouble is None and self.keep_going():
            more = pull.older()
            if dues[0] == 0:
                # A page for each round of calls: neither keeps the other waiting.
                break
        if pull.trouble is not None and pull.trouble.retry_after is not None:
            dues.append(backoff.asked(pull.trouble.retry_after))
        elif more and pull.trouble is None:
            dues.append(0.0)
        dues.append(self._until_pull())
        return min(due for due in dues if due is not None)

    def _reconcile(self, pull: Pull) -> None:
        """Find what was deleted on a network that tells it in no other way.

        It may take several turns, between which operations have their go.
        """
        every = timedelta(seconds=pull.client.reconcile_every)
        last = self.account.reconciled_at or self.account.linked_at
        now = timezone.now()
        if not every or now - every < last <= now or pull.trouble is not None:
            return
        try:
            mark_gone(pull)
        except TemporaryError as error:
            pull.trouble = error
            return
        except CredentialsError:
            raise
        except ProviderError as error:
            logger.info("not reconciled account=%s: %s", self.account.pk, error)
        self._save(reconciled_at=timezone.now())

    # --- When -------------------------------------------------------------------------

    def _mistrust_the_future(self) -> None:
        """A clock that was ahead holds no pull up; corrected here, it is asked for once."""
        if not Account.objects.filter(clock_was_ahead(), pk=self.account.pk).exists():
            return
        now = timezone.now()
        pulled_at, error_at = self.account.pulled_at, self.account.last_error_at
        self._save(
            pulled_at=pulled_at and min(pulled_at, now),
            last_error_at=error_at and min(error_at, now),
            next_pull_at=now,
        )

    def _pull_due(self) -> bool:
        return self.account.pull_wanted or self._until_pull() == 0.0

    def _until_pull(self) -> float:
        due = self.account.next_pull_at
        if due is None:
            return 0.0
        calm = self.account.error_count == 0 and not self.account.streams
        if calm and attention.watched(self.account.owner_id):
            # The pause may have been chosen when nobody looked.
            last = self.account.pulled_at or due
            due = min(due, last + timedelta(seconds=WATCHED))
        return max(0.0, (due - timezone.now()).total_seconds())

    def _stale(self) -> bool:
        asked, now = self.account.capabilities_at, timezone.now()
        return asked is None or not now - CAPABILITIES_LAST <= asked <= now

    # --- What came of it --------------------------------------------------------------

    def _learn(self) -> None:
        """Ask the host again what it can do; what was known stays if it won't say."""
        try:
            able = client_for(self.account).capabilities()
        except CredentialsError:
            raise
        except ProviderError as error:
            logger.info("capabilities unknown account=%s: %s", self.account.pk, error)
            return
        self._save(capabilities=able.as_json(), capabilities_at=timezone.now())

    def _save(self, **values: object) -> None:
        _save(self.account, self.lease, **values)


def settle_pull(account: Account, held: Lease, pull: Pull) -> None:
    """What a pull means for the account: fine, wait, or not reachable."""
    error = pull.trouble
    if error is None or pull.reached:
        backoff.hosts.answered(account.host)
        _set_status(account, held, Status.ACTIVE)
        _save(
            account,
            held,
            pull_wanted=False,
            error_count=0,
            last_error="",
            pulled_at=timezone.now(),
            next_pull_at=_in(_pause(account, error)),
        )
        return
    tries = account.error_count
    if error.retry_after is not None:
        seconds = backoff.asked(error.retry_after)
    else:
        backoff.hosts.failed(account.host)
        seconds, tries = backoff.delay(tries), tries + 1
    _save(
        account,
        held,
        pull_wanted=False,
        error_count=tries,
        next_pull_at=_in(seconds),
        last_error=error.stored,
        last_error_at=timezone.now(),
    )
    if tries >= backoff.UNREACHABLE_AFTER:
        _set_status(account, held, Status.UNREACHABLE)


def sign_in_needed(
    account: Account,
    held: Lease,
    error: CredentialsError | CannotOpen,
) -> None:
    """The host refused the token: stop asking, keep everything, show the banner."""
    reason = error.stored if isinstance(error, CredentialsError) else "cannot-open"
    _save(account, held, last_error=reason, last_error_at=timezone.now())
    _set_status(account, held, Status.SIGN_IN_NEEDED)


def _pause(account: Account, error: TemporaryError | None) -> float:
    if error is not None:
        asked = error.retry_after
        return backoff.delay(1) if asked is None else backoff.asked(asked)
    if account.streams:
        every = STREAMED
    else:
        every = WATCHED if attention.watched(account.owner_id) else UNWATCHED
    return every * random.uniform(0.9, 1.1)  # noqa: S311  jitter


def _in(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def _save(account: Account, held: Lease, **values: object) -> None:
    row = Account.objects.filter(pk=account.pk)
    with short_write():
        held.renew()
        if "next_pull_at" in values:
            # Somebody who asked for a pull while this one ran is not forgotten.
            due = row.values_list("next_pull_at", flat=True).get()
            if due != account.next_pull_at:
                values["next_pull_at"] = due
            if not account.pull_wanted:
                values.pop("pull_wanted", None)
        row.update(**values)
    for name, value in values.items():
        setattr(account, name, value)


def _set_status(account: Account, held: Lease, status: str) -> None:
    if account.status == status:
        return
    account.status = status
    with short_write():
        held.renew()
        # An unlink in the meantime wins.
        at_work = Account.objects.at_work().filter(pk=account.pk)
        if not at_work.update(status=status, status_since=timezone.now()):
            return
        events.append(account.owner_id, "account.changed")
        if status == Status.SIGN_IN_NEEDED:
            held_up = OperationItem.objects.open().filter(account=account)
            under_way = Operation.objects.filter(
                Exists(held_up.filter(operation=OuterRef("pk"))),
                state__in=running.AT_WORK,
            )
            under_way.note("sign-in-needed", account=account.handle)


def _after_our_fault(account: Account, held: Lease) -> float:
    sending.put_back_after_crash(account, held)
    put_back_after_crash(account, held)
    seconds = backoff.delay(account.error_count)
    _save(
        account,
        held,
        pull_wanted=False,
        error_count=account.error_count + 1,
        last_error="internal-error",
        last_error_at=timezone.now(),
        next_pull_at=_in(seconds),
    )
    return seconds
