"""One holder per account at a time: the lease, whose fence gives the safety.

The clock only decides when somebody else may try. Every write of a holder begins with
`renew`, in the same transaction; who has lost the lease changes no row any more.
"""

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.models import F
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib.database import short_write

logger = logging.getLogger(__name__)

LENGTH = timedelta(seconds=60)
KEPT_EVERY = LENGTH / 3
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

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Renew it in another thread while a call lasts, however long that is.

        Once lost it stays lost, which the holder learns at its next write.
        """
        over = threading.Event()
        name = f"lease-{self.account_id}"
        keeper = threading.Thread(
            target=self._keep, args=[over], name=name, daemon=True
        )
        keeper.start()
        try:
            yield
        finally:
            over.set()
            keeper.join()

    def _keep(self, over: threading.Event) -> None:
        while not over.wait(KEPT_EVERY.total_seconds()):
            try:
                with short_write():
                    self.renew()
            except LeaseLost:
                return
            except DatabaseError:
                # There is time for another try before it ends.
                logger.warning(
                    "a lease was not renewed account=%s", self.account_id, exc_info=True
                )
            finally:
                connection.close()

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
