"""Ingest of pages of 40 (half known, a tenth of that changed) against raw SQLite.

The baseline does the same writes by hand-written SQL, one IMMEDIATE transaction a page,
on a copy of the database with the same tables, indexes and settings: it reads which
messages, authors and conversations are known, inserts and updates those, adds to the
conversations' counts, order and people, and appends the events. It trusts the network:
nothing is cleaned, folded for the search or cut, no text is hashed, no second opinion
on what is unread is merged, and no JSON but empty lists is made. Target: at least 0.7
of its pages per second.
"""

import json
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
EMPTY = {
    **dict.fromkeys(COLUMNS, ""),
    **dict.fromkeys(("edited_at", "hidden_at", "gone_at")),
    **dict.fromkeys(("outgoing", "unread", "marked", "unreadable"), False),
    **dict.fromkeys(("attachments", "extra"), "{}"),
}


def run(*, quick: bool) -> dict[str, object]:
    number = 150 if quick else 2500
    pages = remote_pages(number, PAGE)
    account = make_accounts(1)[0]
    raw = Raw(account.pk, account.owner_id)
    ours, bare = [], []
    for page in pages:
        began = time.perf_counter()
        with short_write():
            ingest(account, "messages", page, timezone.now())
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        raw.store(page)
        bare.append(time.perf_counter() - began)
    raw.check()
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


class Raw:
    """The leanest program that leaves the same rows."""

    def __init__(self, account_id: int, owner_id: int) -> None:
        self.account_id, self.owner_id = account_id, owner_id
        name = settings.VAR / "raw.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(name)])
        self.database = sqlite3.connect(name, isolation_level=None)
        self.database.executescript(
            settings.DATABASES["default"]["OPTIONS"]["init_command"]
        )
        self.database.execute("PRAGMA foreign_keys=ON")

    def store(self, page: list[RemoteMessage]) -> None:
        self.database.execute("BEGIN IMMEDIATE")
        known = self._known(page)
        new = [item for item in page if item.remote_id not in known]
        changed = [
            item
            for item in page
            if item.remote_id in known and known[item.remote_id][1] != item.text
        ]
        authors = self._authors(page)
        conversations = self._conversations(page)
        ids = self._insert(new, authors, conversations)
        self._update([(item, known[item.remote_id][0]) for item in changed])
        self._count(new, ids, authors, conversations)
        self._tell("message.new", new, ids, conversations)
        known_ids = [known[item.remote_id][0] for item in changed]
        self._tell("message.changed", changed, known_ids, conversations)
        self.database.execute("COMMIT")

    def _known(self, page: list[RemoteMessage]) -> dict[str, tuple[int, str]]:
        rows = self.database.execute(
            "SELECT remote_id, id, content_hash FROM messaging_message"  # noqa: S608  marks
            " WHERE account_id = ? AND source = 'note'"
            f" AND remote_id IN ({_marks(len(page))})",
            [self.account_id, *(item.remote_id for item in page)],
        )
        return {remote_id: (pk, text) for remote_id, pk, text in rows}

    def _authors(self, page: list[RemoteMessage]) -> dict[str, int]:
        told = {item.author.remote_id: item for item in page if item.author}
        found = self._ids("messaging_author", "remote_id", list(told))
        for remote_id, item in told.items():
            if remote_id in found or not item.author:
                continue
            (found[remote_id],) = self.database.execute(
                "INSERT INTO messaging_author (account_id, remote_id, handle, name,"
                " folded, avatar_url, url, emojis, seen_at)"
                " VALUES (?, ?, ?, ?, ?, '', '', '{}', ?) RETURNING id",
                [
                    *(self.account_id, remote_id, item.author.handle),
                    *(item.author.name, item.author.name, str(item.sent_at)),
                ],
            ).fetchone()
        return found

    def _conversations(self, page: list[RemoteMessage]) -> dict[str, int]:
        keys = list(dict.fromkeys(item.conversation_key for item in page))
        found = self._ids("messaging_conversation", "key", keys)
        for key in keys:
            if key not in found:
                (found[key],) = self.database.execute(
                    "INSERT INTO messaging_conversation (owner_id, account_id, box, key,"
                    " remote_ids, title, participants, participant_count, sort_key,"
                    " unread_count, message_count)"
                    " VALUES (?, ?, 'messages', ?, '[]', '', '[]', 0, 0, 0, 0) RETURNING id",
                    [self.owner_id, self.account_id, key],
                ).fetchone()
        return found

    def _ids(self, table: str, column: str, values: list[str]) -> dict[str, int]:
        rows = self.database.execute(
            f"SELECT {column}, id FROM {table} WHERE account_id = ?"  # noqa: S608  our names
            f" AND {column} IN ({_marks(len(values))})",
            [self.account_id, *values],
        )
        return dict(rows.fetchall())

    def _insert(
        self,
        new: list[RemoteMessage],
        authors: dict[str, int],
        conversations: dict[str, int],
    ) -> list[int]:
        if not new:
            return []
        now = str(timezone.now())
        values = []
        for item in new:
            row = {
                **EMPTY,
                **dict.fromkeys(("text", "folded", "content_hash"), item.text),
                "source": item.source,
                "kind": item.kind,
                "remote_id": item.remote_id,
                "box": item.box,
                "author_id": authors[item.author.remote_id] if item.author else None,
                "conversation_id": conversations[item.conversation_key],
                "owner_id": self.owner_id,
                "account_id": self.account_id,
                "sent_at": str(item.sent_at),
                "received_at": now,
                "sort_key": _sort_key(item),
            }
            values += [row[name] for name in COLUMNS]
        places = ", ".join([f"({_marks(len(COLUMNS))})"] * len(new))
        rows = self.database.execute(
            f"INSERT INTO messaging_message ({', '.join(COLUMNS)}) VALUES {places}"  # noqa: S608  our names
            " RETURNING id",
            values,
        )
        return [pk for (pk,) in rows.fetchall()]

    def _update(self, changed: list[tuple[RemoteMessage, int]]) -> None:
        self.database.executemany(
            "UPDATE messaging_message SET text = ?, folded = ?, content_hash = ?,"
            " edited_at = ? WHERE id = ?",
            [
                (item.text, item.text, item.text, str(item.edited_at), pk)
                for item, pk in changed
            ],
        )

    def _count(
        self,
        new: list[RemoteMessage],
        ids: list[int],
        authors: dict[str, int],
        conversations: dict[str, int],
    ) -> None:
        """Only what these pages need: one person a conversation, nothing hidden."""
        self.database.executemany(
            "UPDATE messaging_conversation SET message_count = message_count + 1,"
            " latest_id = iif(sort_key < ?1, ?2, latest_id),"
            " sort_key = max(sort_key, ?1), participants = ?3, participant_count = 1"
            " WHERE id = ?4",
            [
                (
                    *(_sort_key(item), pk),
                    f"[{authors[item.author.remote_id] if item.author else ''}]",
                    conversations[item.conversation_key],
                )
                for item, pk in zip(new, ids, strict=True)
            ],
        )

    def _tell(
        self,
        kind: str,
        items: list[RemoteMessage],
        ids: list[int],
        conversations: dict[str, int],
    ) -> None:
        if not items:
            return
        (seq,) = self.database.execute(
            "INSERT INTO messaging_eventcounter (owner_id, last_seq) VALUES (?, 1)"
            " ON CONFLICT (owner_id) DO UPDATE SET last_seq = last_seq + 1"
            " RETURNING last_seq",
            [self.owner_id],
        ).fetchone()
        touched = {conversations[item.conversation_key] for item in items}
        self.database.execute(
            "INSERT INTO messaging_event (owner_id, seq, kind, messages, conversations,"
            " created_at) VALUES (?, ?, ?, ?, ?, ?)",
            [
                *(self.owner_id, seq, kind, json.dumps(ids)),
                *(json.dumps(list(touched)), str(timezone.now())),
            ],
        )

    def check(self) -> None:
        """The same rows, or the comparison means nothing."""
        for statement in (
            "SELECT remote_id, text, sort_key, unread FROM messaging_message ORDER BY id",
            (
                "SELECT key, message_count, unread_count, sort_key, latest_id,"
                " participants FROM messaging_conversation ORDER BY key"
            ),
            "SELECT owner_id, last_seq FROM messaging_eventcounter",
        ):
            with connection.cursor() as cursor:
                cursor.execute(statement)
                if cursor.fetchall() != self.database.execute(statement).fetchall():
                    raise SystemExit(f"the baseline left other rows: {statement}")


def _marks(number: int) -> str:
    return ", ".join("?" * number)


def _sort_key(item: RemoteMessage) -> int:
    return int(item.sent_at.timestamp() * 1000)
