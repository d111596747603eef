"""Pages of messages stored by hand-written SQL: what `benchmarks.ingest` measures by."""

import json
import sqlite3
from pathlib import Path
from unicodedata import normalize

from django.conf import settings
from django.db import connection
from django.utils import timezone

from inboxhub.networks.base import RemoteAuthor, RemoteMessage
from messaging.sync.merging import digest

COLUMNS = (
    "owner_id, account_id, conversation_id, author_id, box, source, kind, remote_id,"
    " notification_id, outgoing, title, html, text, content_warning, folded, lang,"
    " attachments, extra, visibility, url, uri, target, reply_to_remote_id, sent_at,"
    " received_at, sort_key, remote_state, unread, marked, edited_at, hidden_at,"
    " gone_at, unreadable, content_hash"
)
SAME = (
    (
        "SELECT remote_id, text, folded, sort_key, unread, content_hash, attachments,"
        " extra FROM messaging_message ORDER BY id"
    ),
    (
        "SELECT key, message_count, unread_count, sort_key, latest_id, participants"
        " FROM messaging_conversation ORDER BY key"
    ),
    "SELECT remote_id, handle, name, folded FROM messaging_author ORDER BY remote_id",
    "SELECT owner_id, last_seq FROM messaging_eventcounter",
)

Ids = dict[str, int]


class Raw:
    """The leanest program that leaves the same rows, in a copy of the database."""

    def __init__(self, account_id: int, owner_id: int, name: Path) -> None:
        self.account_id, self.owner_id = account_id, owner_id
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
        digests = {item.remote_id: digest(item) for item in page}
        new = [item for item in page if item.remote_id not in known]
        changed = [
            item
            for item in page
            if item.remote_id in known
            and known[item.remote_id][1] != digests[item.remote_id]
        ]
        authors = self._authors(page)
        conversations = self._conversations([*new, *changed])
        ids = self._insert(new, digests, authors, conversations)
        known_ids = [known[item.remote_id][0] for item in changed]
        self._update(changed, known_ids, digests)
        self._count(new, ids, authors, conversations)
        self._tell("message.new", new, ids, conversations)
        self._tell("message.changed", changed, known_ids, conversations)
        self.database.execute("COMMIT")

    def _known(self, page: list[RemoteMessage]) -> dict[str, tuple[int, str]]:
        rows = self.database.execute(
            "SELECT remote_id, id, content_hash FROM messaging_message"  # noqa: S608  marks
            " WHERE account_id = ? AND source = 'note'"
            f" AND remote_id IN ({_marks(len(page))})",
            [self.account_id, *(item.remote_id for item in page)],
        )
        return {remote_id: (pk, stored) for remote_id, pk, stored in rows}

    def _authors(self, page: list[RemoteMessage]) -> Ids:
        """Known by what was told last."""
        told: dict[str, tuple[RemoteAuthor, str]] = {}
        for item in page:
            author, seen_at = item.author, str(item.sent_at)
            if author and seen_at > told.get(author.remote_id, ("", ""))[1]:
                told[author.remote_id] = (author, seen_at)
        rows = self.database.execute(
            "SELECT remote_id, id, handle, name, seen_at FROM messaging_author"  # noqa: S608  marks
            f" WHERE account_id = ? AND remote_id IN ({_marks(len(told))})",
            [self.account_id, *told],
        ).fetchall()
        ids, same, changed = {}, [], []
        for remote_id, pk, handle, name, was_at in rows:
            ids[remote_id] = pk
            author, seen_at = told[remote_id]
            if (handle, name) != (author.handle, author.name) and was_at <= seen_at:
                changed.append((*_described(author), seen_at, pk))
            elif was_at < seen_at:
                same.append((seen_at, pk))
        self.database.executemany(
            "UPDATE messaging_author SET handle = ?, name = ?, folded = ?,"
            " seen_at = ? WHERE id = ?",
            changed,
        )
        self.database.executemany(
            "UPDATE messaging_author SET seen_at = ? WHERE id = ?", same
        )
        for remote_id, (author, seen_at) in told.items():
            if remote_id not in ids:
                (ids[remote_id],) = self.database.execute(
                    "INSERT INTO messaging_author (account_id, remote_id, handle, name,"
                    " folded, seen_at, avatar_url, url, emojis)"
                    " VALUES (?, ?, ?, ?, ?, ?, '', '', '{}') RETURNING id",
                    [self.account_id, remote_id, *_described(author), seen_at],
                ).fetchone()
        return ids

    def _conversations(self, items: list[RemoteMessage]) -> Ids:
        keys = list(dict.fromkeys(item.conversation_key for item in items))
        rows = self.database.execute(
            "SELECT key, id FROM messaging_conversation WHERE account_id = ?"  # noqa: S608  marks
            f" AND box = 'messages' AND key IN ({_marks(len(keys))})",
            [self.account_id, *keys],
        )
        found = dict(rows.fetchall())
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

    def _insert(
        self,
        new: list[RemoteMessage],
        digests: dict[str, str],
        authors: Ids,
        conversations: Ids,
    ) -> list[int]:
        now = str(timezone.now())
        self.database.executemany(
            f"INSERT INTO messaging_message ({COLUMNS}) VALUES ({_marks(34)})",  # noqa: S608  ours
            [
                (
                    *(self.owner_id, self.account_id),
                    conversations[item.conversation_key],
                    authors[item.author.remote_id] if item.author else None,
                    *(item.box, item.source, item.kind, item.remote_id),
                    *(item.notification_id, item.outgoing, item.title, item.html),
                    *(item.text, item.content_warning, _searched(item), item.lang),
                    *("[]", "{}", item.visibility, item.url, item.uri, item.target),
                    *(item.reply_to_remote_id, str(item.sent_at), now),
                    *(_sort_key(item), "", False, False, item.edited_at, None),
                    *(None, False, digests[item.remote_id]),
                )
                for item in new
            ],
        )
        # One writer at a time: the numbers of one transaction follow each other.
        (last,) = self.database.execute("SELECT last_insert_rowid()").fetchone()
        return list(range(last - len(new) + 1, last + 1))

    def _update(
        self, changed: list[RemoteMessage], ids: list[int], digests: dict[str, str]
    ) -> None:
        self.database.executemany(
            "UPDATE messaging_message SET text = ?, folded = ?, content_hash = ?,"
            " edited_at = ? WHERE id = ?",
            [
                (
                    *(item.text, _searched(item), digests[item.remote_id]),
                    *(str(item.edited_at), pk),
                )
                for item, pk in zip(changed, ids, strict=True)
            ],
        )

    def _count(
        self,
        new: list[RemoteMessage],
        ids: list[int],
        authors: Ids,
        conversations: Ids,
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
        conversations: Ids,
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
        for statement in SAME:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                if cursor.fetchall() != self.database.execute(statement).fetchall():
                    raise SystemExit(f"the baseline left other rows: {statement}")


def _marks(number: int) -> str:
    return ", ".join("?" * number)


def _sort_key(item: RemoteMessage) -> int:
    return int(item.sent_at.timestamp() * 1000)


def _searched(item: RemoteMessage) -> str:
    """The search index of a message: its text and who wrote it, folded."""
    author = item.author
    return _folded(
        f"{item.text}\n{author.name} {author.handle}" if author else item.text
    )


def _described(author: RemoteAuthor) -> list[str]:
    return [author.handle, author.name, _folded(author.name)]


def _folded(text: str) -> str:
    return normalize("NFKC", normalize("NFKC", text).casefold())
