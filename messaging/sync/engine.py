"""Who runs when: turn threads that the doorbell wakes, and a sweep that finds the rest.

The engine may lose, repeat or delay any ring: the rows say what is to do. In tests
`drain()` does the same work in the test's own thread.
"""

import logging
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib import doorbell
from messaging import running
from messaging.drafts import MOST_LOOKS
from messaging.models import OperationItem
from messaging.sync.push import FURTHEST
from messaging.sync.turn import clock_was_ahead, turn

logger = logging.getLogger(__name__)

THREADS = 8
SWEEP_EVERY = 15.0
SHORTEST_WAIT = 0.02


def due_accounts() -> list[int]:
    """The accounts for which the rows say that there is something to do now."""
    now = timezone.now()
    items = OperationItem.objects.open().filter(account=OuterRef("pk"))
    # One that waits for its time to begin is looked at too: the turn says how long.
    wanted = Q(operation__state__in=running.AT_WORK)
    wanted |= Q(state="in_flight") | Q(state="unknown", looks__lt=MOST_LOOKS)
    wanted &= ~Q(state="unknown", looks__gte=MOST_LOOKS)
    come = Q(not_before=None) | Q(not_before__lte=now)
    due_item = Exists(items.filter(wanted, come | Q(not_before__gt=now + FURTHEST)))
    pull_due = Q(pull_wanted=True) | Q(next_pull_at=None) | Q(next_pull_at__lte=now)
    pull_due |= clock_was_ahead()
    at_work = Account.objects.at_work().filter(pull_due | due_item)
    erasing = Account.objects.filter(status=Account.Status.ERASING)
    return [
        *at_work.values_list("pk", flat=True),
        *erasing.values_list("pk", flat=True),
    ]


def drain() -> None:
    """Run turns in this thread until none wants to go on at once."""
    for account_id in due_accounts():
        while turn(account_id) == 0.0:
            pass


class Engine:
    """Turn threads of one process. `start` once, `stop` once."""

    def __init__(
        self,
        work: Callable[[int], float | None] = turn,
        *,
        threads: int = THREADS,
        sweep: bool = True,
    ) -> None:
        self._work = work
        self._changed = threading.Condition()
        self._due: dict[int, float] = {}
        self._running: set[int] = set()
        self._stopping = False
        self._over = threading.Event()
        names = [f"turn-{number}" for number in range(threads)]
        self._threads = [
            threading.Thread(target=self._loop, name=name, daemon=True)
            for name in names
        ]
        if sweep:
            sweeper = threading.Thread(target=self._sweep, name="sweep", daemon=True)
            self._threads.append(sweeper)

    def start(self) -> None:
        doorbell.listen(self.ring)
        for thread in self._threads:
            thread.start()

    def stop(self, grace: float = 10.0) -> None:
        """Take no new work; wait at most `grace` seconds for the turns under way."""
        doorbell.stop_listening(self.ring)
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._over.set()
        ends_at = time.monotonic() + grace
        for thread in self._threads:
            thread.join(max(0.0, ends_at - time.monotonic()))

    def ring(self, account_id: int, after: float = 0.0) -> None:
        """Look at the account soon; several rings before its turn are one."""
        with self._changed:
            due = time.monotonic() + after
            self._due[account_id] = min(due, self._due.get(account_id, due))
            self._changed.notify()

    def _sweep(self) -> None:
        started = False
        while not self._stopping:
            try:
                close_old_connections()
                if not started:
                    running.restarted()
                    started = True
                for account_id in due_accounts():
                    self.ring(account_id)
            except Exception:
                logger.exception("a sweep failed")
            finally:
                close_old_connections()
            # Not by the condition: a ring would wake the sweep instead of a thread.
            self._over.wait(SWEEP_EVERY)

    def _loop(self) -> None:
        while (account_id := self._next()) is not None:
            try:
                close_old_connections()
                again = self._work(account_id)
            except Exception:
                logger.exception("a turn broke off account=%s", account_id)
                again = SWEEP_EVERY
            finally:
                close_old_connections()
            with self._changed:
                self._running.discard(account_id)
                self._changed.notify()
            if again is not None:
                self.ring(account_id, max(SHORTEST_WAIT, again))

    def _next(self) -> int | None:
        """The account whose turn it is; waits for one. None when the engine stops."""
        with self._changed:
            while not self._stopping:
                now = time.monotonic()
                idle = {a: d for a, d in self._due.items() if a not in self._running}
                account_id = min(idle, key=idle.__getitem__, default=None)
                if account_id is None:
                    self._changed.wait()
                elif idle[account_id] > now:
                    self._changed.wait(idle[account_id] - now)
                else:
                    del self._due[account_id]
                    self._running.add(account_id)
                    return account_id
        return None
