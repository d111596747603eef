"""Turns for the commands: work in this process, under the same leases as a server's."""

import threading
import time
from collections.abc import Callable

from accounts.clients import client_for
from accounts.models import Account
from inboxhub.lib.fields import CannotOpen
from inboxhub.networks.errors import CredentialsError
from messaging.models import Operation
from messaging.sync import lease
from messaging.sync.full import full as full_pull
from messaging.sync.pull import Pull, Pulled
from messaging.sync.turn import settle_pull, sign_in_needed, turn

LEASE_WAIT = 30.0
LOOK_AGAIN = 0.5
# How long our own budget for a host may hold a foreground pull back, and how often.
LONGEST_HOLD, MOST_ROUNDS = 30.0, 20


class AccountBusy(Exception):
    """A server works for the account and does not let go in time, or took it over."""


def pull_now(account: Account, *, full: bool) -> list[Pulled]:
    """Pull every box of one account; errors stand in the result."""
    held = _lease(account)
    try:
        account.refresh_from_db()
        with held.kept():
            return _patiently(account, held, full_pull if full else Pull.newest)
    except (CredentialsError, CannotOpen) as error:
        sign_in_needed(account, held, error)
        return [Pulled("messages", error=str(error))]
    except lease.LeaseLost:
        raise AccountBusy("another process took over this account; try again") from None
    finally:
        held.release()


def _patiently(
    account: Account,
    held: lease.Lease,
    work: Callable[[Pull], dict[str, Pulled]],
) -> list[Pulled]:
    """As often as our own budget for the host holds calls back, in bounds."""
    total: dict[str, Pulled] = {}
    for _round in range(MOST_ROUNDS):
        pull = Pull(account, client_for(account), held)
        for box, part in work(pull).items():
            total.setdefault(box, Pulled(box)).join(part)
        settle_pull(account, held, pull)
        held_back = pull.trouble if pull.trouble and not pull.trouble.sent else None
        if held_back is None:
            break
        threading.Event().wait(min(held_back.retry_after or 1.0, LONGEST_HOLD))
    return list(total.values())


def _lease(account: Account) -> lease.Lease:
    ends_at = time.monotonic() + LEASE_WAIT
    while (held := lease.take(account.pk)) is None:
        if time.monotonic() > ends_at:
            raise AccountBusy("another process works for this account; try again")
        threading.Event().wait(LOOK_AGAIN)
    return held


def work_off(operation: Operation, meanwhile: Callable[[], None]) -> None:
    """Turns for every account of the operation until nothing of it is open.

    Where a server has the lease it does the work, and this only waits. `meanwhile` is
    called before each wait.
    """
    while True:
        open_items = operation.items.open()
        accounts = set(open_items.values_list("account", flat=True))
        at_work = Account.objects.at_work().filter(pk__in=accounts)
        waits = [turn(account.pk) for account in at_work]
        if not at_work or not open_items.exists():
            break
        meanwhile()
        due = [wait for wait in waits if wait is not None]
        threading.Event().wait(min(LOOK_AGAIN, *due) if due else LOOK_AGAIN)
    operation.refresh_from_db()
