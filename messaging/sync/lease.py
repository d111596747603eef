"""One holder per account at a time: the lease, whose fence gives the safety.

The clock only decides when somebody else may try. Every write of a holder begins with
`renew`, in the same transaction; who has lost the lease changes no row any more.
"""

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import F
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib.database import short_write

LENGTH = timedelta(seconds=60)
GONE = "ZX"  # ended, and not yet looked at by its parent: proc(5), /proc/pid/stat


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
    account = Account.objects.filter(pk=account_id)
    with short_write():
        known = account.values_list("lease_holder", "lease_until").first()
        if known is None or not _free(*known, now):
            return None
        account.update(
            lease_fence=F("lease_fence") + 1,
            lease_holder=_holder(os.getpid()),
            lease_until=now + LENGTH,
        )
        return Lease(account_id, account.values_list("lease_fence", flat=True).get())


def _free(holder: str, until: datetime | None, now: datetime) -> bool:
    if until is None or until < now:
        return True
    # A clock that jumped back must not lock the account for a day.
    return until > now + 2 * LENGTH or _dead(holder)


def _holder(pid: int) -> str:
    """This machine, a process of it, and when that began: a pid alone is used again."""
    return f"{socket.gethostname()[:40]} {pid} {_began(pid)}"


def _dead(holder: str) -> bool:
    """Whether the holder was a process of this machine that was killed."""
    machine, _, process = holder.rpartition(" ")[0].rpartition(" ")
    if machine != socket.gethostname()[:40] or not process.isdecimal():
        return False
    return _holder(int(process)) != holder


def _began(pid: int) -> str:
    """When the process began, as the system counts; empty when there is none.

    One that was killed stays in the list until its parent has looked: there is none.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The name of the program, in parentheses, may hold anything.
    state, *rest = stat.rpartition(")")[2].split()
    return "" if state in GONE else rest[18]
