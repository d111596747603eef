"""Ingest of pages of 40 (half known, a tenth of that changed) against raw SQLite.

The baseline does the same writes by hand-written SQL, one IMMEDIATE transaction a page,
on a copy of the database with the same tables, indexes and settings: it reads which
messages, authors and conversations are known, inserts and updates those by
`executemany`, adds to the conversations' counts, order and people, and appends the
events. Both make the folded text that the search reads, and the hash that tells whether
anything shown of a known message has changed.

The baseline trusts the network and knows what comes: nothing is cleaned or cut, names
of people and titles never change, no second opinion on what is unread is merged, no
message is hidden or waits for an operation, and no JSON but empty values is made.
Target: at least 0.7 of its pages per second.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from django.conf import settings
from django.utils import timezone

from benchmarks.bare_ingest import Raw
from benchmarks.world import make_accounts, remote_pages
from inboxhub.lib.database import short_write
from messaging.models import Message
from messaging.sync.ingest import ingest

TARGET = 0.7
PAGE = 40


def run(*, quick: bool) -> dict[str, object]:
    number = 150 if quick else 2500
    pages = remote_pages(number, PAGE)
    account = make_accounts(1)[0]
    raw = Raw(account.pk, account.owner_id, settings.VAR / "raw.sqlite3")
    ours, bare = Clocks(), Clocks()
    for page in pages:
        with ours.running(), short_write():
            ingest(account, "messages", page, timezone.now())
        with bare.running():
            raw.store(page)
    raw.check()
    ratio = median(bare.wall) / median(ours.wall)
    return {
        "ratio": round(ratio, 3),
        "target": TARGET,
        "ok": ratio >= TARGET,
        "detail": {
            "pages": number,
            "page_ms": round(median(ours.wall) * 1000, 2),
            "raw_ms": round(median(bare.wall) * 1000, 2),
            # Where others use the machine too, the longer of two is held up more often.
            "cpu_ratio": round(median(bare.cpu) / median(ours.cpu), 3),
            "rows": Message.objects.count(),
        },
    }


class Clocks:
    """Seconds that each page took, and how many of these the processor worked."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.thread_time()
        yield
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(time.thread_time() - cpu)
