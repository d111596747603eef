"""What is stored of one page's authors, conversations and messages, read for ingest.

Written by hand and in plain objects: every page that is pulled asks for the same, most
of it changes nothing, and building queries and instances would cost most of the time.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, models

from inboxhub.lib.database import AT_ONCE, in_utc
from messaging.models import Author, Conversation, Message

Key = tuple[str, str]  # source, remote_id
Place = tuple[str, str]  # box, conversation key

_OF_MESSAGE = (
    "remote_id, id, content_hash, remote_state, notification_id, gone_at IS NOT NULL"
)
# As text: Django's own way from there to a time costs as much as the rest of the row.
_OF_AUTHOR = (
    "remote_id, id, handle, name, avatar_url, url, emojis, CAST(seen_at AS text)"
)
_OF_CONVERSATION = (
    "key, title, remote_ids, participants, latest_id, sort_key, unread_count,"
    " message_count, id"
)


@dataclass(slots=True)
class KnownAuthor:
    """A row of `Author`; `emojis` and `seen_at` as the database writes them."""

    remote_id: str
    id: int
    handle: str
    name: str
    avatar_url: str
    url: str
    emojis: str
    seen_at: str


@dataclass(slots=True)
class KnownConversation:
    """A row of `Conversation`; `fresh` when this page makes it."""

    owner_id: int
    account_id: int
    box: str
    key: str
    title: str = ""
    remote_ids: list[str] = field(default_factory=list)
    participants: list[int] = field(default_factory=list)
    latest_id: int | None = None
    sort_key: int = 0
    unread_count: int = 0
    message_count: int = 0
    id: int = 0
    participant_count: int = 0
    """Not read: whoever writes it has counted."""
    fresh: bool = False


class KnownMessage(NamedTuple):
    """As much of a stored message as says whether an item brings something new."""

    remote_id: str
    id: int
    content_hash: str
    remote_state: str
    notification_id: str
    gone: bool


@dataclass(slots=True)
class MessageRow:
    """A row of `Message`, all of it; `id` is 0 until it is written."""

    owner_id: int
    account_id: int
    source: str
    remote_id: str
    received_at: datetime
    sent_at: datetime
    sort_key: int
    conversation_id: int = 0
    author_id: int | None = None
    box: str = ""
    kind: str = ""
    notification_id: str = ""
    outgoing: bool = False
    title: str = ""
    html: str = ""
    text: str = ""
    content_warning: str = ""
    folded: str = ""
    lang: str = ""
    attachments: list[dict[str, object]] = field(default_factory=list)
    extra: dict[str, object] = field(default_factory=dict)
    visibility: str = ""
    url: str = ""
    uri: str = ""
    target: str = ""
    reply_to_remote_id: str = ""
    remote_state: str = ""
    unread: bool = False
    marked: bool = False
    edited_at: datetime | None = None
    hidden_at: datetime | None = None
    gone_at: datetime | None = None
    unreadable: bool = False
    content_hash: str = ""
    id: int = 0


_WHOLE = [one.name for one in fields(MessageRow)]


def known_messages(account_id: int, keys: Iterable[Key]) -> dict[Key, KnownMessage]:
    by_source: dict[str, list[str]] = {}
    for source, remote_id in keys:
        by_source.setdefault(source, []).append(remote_id)
    found = {}
    for source, remote_ids in by_source.items():
        where = "account_id = %s AND source = %s"
        values: list[str | int] = [account_id, source]
        rows = _read(Message, _OF_MESSAGE, where, values, "remote_id", remote_ids)
        for row in rows:
            found[source, row[0]] = KnownMessage(*row)
    return found


def whole_messages(ids: Sequence[int]) -> dict[Key, MessageRow]:
    found = {}
    for row in _read(Message, ", ".join(_WHOLE), "id > %s", [0], "id", ids):
        values = dict(zip(_WHOLE, row, strict=True))
        for name in ("attachments", "extra"):
            values[name] = from_json(values[name])
        for name in ("sent_at", "received_at", "edited_at", "hidden_at", "gone_at"):
            values[name] = values[name] and in_utc(values[name])
        found[values["source"], values["remote_id"]] = MessageRow(**values)
    return found


def known_authors(account_id: int, remote_ids: Sequence[str]) -> dict[str, KnownAuthor]:
    where, values = "account_id = %s", [account_id]
    rows = _read(Author, _OF_AUTHOR, where, values, "remote_id", remote_ids)
    return {row[0]: KnownAuthor(*row) for row in rows}


def known_conversations(
    owner_id: int, account_id: int, places: Iterable[Place]
) -> dict[Place, KnownConversation]:
    """Those of the places that exist, locked until the transaction's end."""
    by_box: dict[str, list[str]] = {}
    for box, key in places:
        by_box.setdefault(box, []).append(key)
    found = {}
    for box in sorted(by_box):
        where = "account_id = %s AND box = %s"
        values: list[str | int] = [account_id, box]
        keys = by_box[box]
        rows = _read(
            Conversation, _OF_CONVERSATION, where, values, "key", keys, lock=True
        )
        remote_ids, people = (_lists(row[at] for row in rows) for at in (2, 3))
        for row, ids, authors in zip(rows, remote_ids, people, strict=True):
            key, title, _ids, _people, *counts = row
            found[box, key] = KnownConversation(
                owner_id, account_id, box, key, title, ids, authors, *counts
            )
    return found


def _lists(texts: Iterable[str]) -> list[Any]:
    # One call: each costs more than what there is to read.
    return list(json.loads(f"[{','.join(texts)}]"))


def from_json(text: str) -> Any:
    # Most of them are empty.
    return {} if text == "{}" else [] if text == "[]" else json.loads(text)


def _read(
    model: type[models.Model],
    columns: str,
    where: str,
    values: Sequence[str | int],
    listed: str,
    among: Sequence[str | int],
    *,
    lock: bool = False,
) -> list[tuple[Any, ...]]:
    """The columns of the rows whose column `listed` is among the texts."""
    # SQLite has one writer anyway.
    end = "FOR UPDATE" if lock and connection.features.has_select_for_update else ""
    table = model._meta.db_table
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for start in range(0, len(among), AT_ONCE):
            part = among[start : start + AT_ONCE]
            places = ", ".join(["%s"] * len(part))
            cursor.execute(
                f"SELECT {columns} FROM {table} WHERE {where}"  # noqa: S608  our names
                f" AND {listed} IN ({places}) {end}",
                [*values, *part],
            )
            found += cursor.fetchall()
    return found
