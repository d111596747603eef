"""One holder per account at a time: the lease, whose fence gives the safety.

The clock only decides when somebody else may try. Every write of a holder begins with
`renew`, in the same transaction; who has lost the lease changes no row any more.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib.database import short_write

LENGTH = timedelta(seconds=60)
HOLDER = f"{os.getpid()}-{secrets.token_hex(4)}"


class LeaseLost(Exception):
    """Another process has the account now; roll back and stop."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work for an account until somebody takes it over."""

    account_id: int
    fence: int

    def renew(self) -> None:
        """First statement of each write transaction of the holder."""
        held = Account.objects.filter(pk=self.account_id, lease_fence=self.fence)
        if not held.update(lease_until=timezone.now() + LENGTH):
            raise LeaseLost

    def release(self) -> None:
        with short_write():
            held = Account.objects.filter(pk=self.account_id, lease_fence=self.fence)
            held.update(lease_until=None, lease_holder="")


def take(account_id: int) -> Lease | None:
    """The lease with a new fence, or None when somebody else works for the account."""
    now = timezone.now()
    with short_write():
        free = Account.objects.filter(
            Q(lease_until=None)
            | Q(lease_until__lt=now)
            # A clock that jumped back must not lock the account for a day.
            | Q(lease_until__gt=now + 2 * LENGTH),
            pk=account_id,
        )
        taken = free.update(
            lease_fence=F("lease_fence") + 1,
            lease_holder=HOLDER,
            lease_until=now + LENGTH,
        )
        if not taken:
            return None
        fence = Account.objects.values_list("lease_fence", flat=True).get(pk=account_id)
    return Lease(account_id, fence)
