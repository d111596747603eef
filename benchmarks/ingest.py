"""Ingest of pages of 40 (half known, a tenth of that changed) against a raw upsert.

The baseline knows nothing of authors, conversations, unread state or events: one
`executemany` upsert per page into a copy of the message table with the same indexes,
one transaction a page, like ours. Target: at least 0.7 of its rows per second.
"""

import re
import sqlite3
import time
from statistics import median

from django.conf import settings
from django.db import connection
from django.utils import timezone

from benchmarks.world import make_accounts, remote_pages
from inboxhub.lib.database import short_write
from inboxhub.networks.base import RemoteMessage
from messaging.models import Message
from messaging.sync.ingest import ingest

TARGET = 0.7
PAGE = 40
COLUMNS = [str(field.column) for field in Message._meta.concrete_fields[1:]]


def run(*, quick: bool) -> dict[str, object]:
    number = 150 if quick else 2500
    pages = remote_pages(number, PAGE)
    account = make_accounts(1)[0]
    raw = _raw_copy()
    ours, bare = [], []
    for page in pages:
        began = time.perf_counter()
        with short_write():
            ingest(account, "messages", page, timezone.now())
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        _upsert(raw, account.pk, account.owner_id, page)
        bare.append(time.perf_counter() - began)
    ratio = median(bare) / median(ours)
    return {
        "ratio": round(ratio, 3),
        "target": TARGET,
        "ok": ratio >= TARGET,
        "detail": {
            "pages": number,
            "page_ms": round(median(ours) * 1000, 2),
            "raw_ms": round(median(bare) * 1000, 2),
            "rows": Message.objects.count(),
        },
    }


def _raw_copy() -> sqlite3.Connection:
    """The message table and its indexes, copied into a database of its own."""
    raw = sqlite3.connect(settings.VAR / "raw.sqlite3", isolation_level=None)
    raw.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'messaging_message' "
            "AND sql IS NOT NULL ORDER BY type DESC",
        )
        for (statement,) in cursor.fetchall():
            raw.execute(re.sub(r" REFERENCES [^,)]+\([^)]*\)[A-Z ]*", "", statement))
    return raw


def _upsert(
    raw: sqlite3.Connection,
    account_id: int,
    owner_id: int,
    page: list[RemoteMessage],
) -> None:
    updated = ", ".join(
        f"{name} = excluded.{name}" for name in ("text", "content_hash")
    )
    statement = (
        f"INSERT INTO messaging_message ({', '.join(COLUMNS)}) "  # noqa: S608  our columns
        f"VALUES ({', '.join('?' * len(COLUMNS))}) "
        "ON CONFLICT (account_id, source, remote_id) DO UPDATE SET "
        f"{updated} WHERE excluded.content_hash <> messaging_message.content_hash"
    )
    raw.execute("BEGIN IMMEDIATE")
    rows = [_values(item, account_id, owner_id) for item in page]
    raw.executemany(statement, [[row[name] for name in COLUMNS] for row in rows])
    raw.execute("COMMIT")


def _values(item: RemoteMessage, account_id: int, owner_id: int) -> dict[str, object]:
    return {
        **dict.fromkeys(COLUMNS, ""),
        **dict.fromkeys(("edited_at", "hidden_at", "gone_at")),
        **dict.fromkeys(("outgoing", "unread", "marked", "unreadable"), False),
        **dict.fromkeys(("attachments", "extra"), "{}"),
        **dict.fromkeys(("text", "folded", "content_hash"), item.text),
        **dict.fromkeys(("sent_at", "received_at"), item.sent_at.isoformat()),
        **dict.fromkeys(
            ("conversation_id", "author_id"), int(item.conversation_key[1:])
        ),
        **{
            name: getattr(item, name) for name in ("source", "remote_id", "box", "kind")
        },
        "owner_id": owner_id,
        "account_id": account_id,
        "sort_key": int(item.sent_at.timestamp() * 1000),
    }
