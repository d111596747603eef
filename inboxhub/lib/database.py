"""Short write transactions that wait for each other in turn.

SQLite's own busy wait is not fair: a writer that begins again at once starves the
others. One lock around each write of this process gives every writer its turn; a page
waits for one short transaction at most. On other databases the lock is not needed and
not taken.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_turn = threading.RLock()


@contextmanager
def short_write() -> Iterator[None]:
    """An atomic block under the process-wide lock: no network call, no waiting inside."""
    if connection.vendor != "sqlite":
        with transaction.atomic():
            yield
        return
    with _turn, transaction.atomic():
        yield
