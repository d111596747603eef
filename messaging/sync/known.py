"""What is stored of one page's authors, conversations and messages, read for ingest.

Written by hand and in plain objects: every page that is pulled asks for the same, most
of it changes nothing, and building queries and instances would cost most of the time.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models

from inboxhub.lib.database import AT_ONCE, in_utc
from messaging.models import Author, Conversation, Message

Key = tuple[str, str]  # source, remote_id
Place = tuple[str, str]  # box, conversation key
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

_OF_MESSAGE = "remote_id, id, content_hash, remote_state, notification_id, gone_at"
_OF_AUTHOR = "remote_id, handle, name, folded, avatar_url, url, emojis, seen_at, id"
_OF_CONVERSATION = (
    "box, key, title, remote_ids, participants, participant_count,"
    " latest_id, sort_key, unread_count, message_count, id"
)


@dataclass(slots=True)
class KnownAuthor:
    """A row of `Author`; `id` is 0 until it is written."""

    account_id: int
    remote_id: str
    handle: str = ""
    name: str = ""
    folded: str = ""
    avatar_url: str = ""
    url: str = ""
    emojis: Mapping[str, str] = field(default_factory=dict)
    seen_at: datetime = LONG_AGO
    id: int = 0


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
    participant_count: int = 0
    latest_id: int | None = None
    sort_key: int = 0
    unread_count: int = 0
    message_count: int = 0
    id: int = 0
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class KnownMessage:
    """As much of a stored message as says whether an item brings something new."""

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
        for remote_id, pk, digest, state, notification_id, gone_at in rows:
            gone = gone_at is not None
            row = KnownMessage(pk, digest, state, notification_id, gone)
            found[source, remote_id] = row
    return found


def whole_messages(ids: Sequence[int]) -> dict[Key, MessageRow]:
    found = {}
    for row in _read(Message, ", ".join(_WHOLE), "id > %s", [0], "id", ids):
        values = dict(zip(_WHOLE, row, strict=True))
        for name in ("attachments", "extra"):
            values[name] = json.loads(values[name])
        for name in ("sent_at", "received_at", "edited_at", "hidden_at", "gone_at"):
            values[name] = values[name] and in_utc(values[name])
        found[values["source"], values["remote_id"]] = MessageRow(**values)
    return found


def known_authors(account_id: int, remote_ids: Sequence[str]) -> dict[str, KnownAuthor]:
    where, values = "account_id = %s", [account_id]
    rows = _read(Author, _OF_AUTHOR, where, values, "remote_id", remote_ids)
    found = {}
    for remote_id, handle, name, folded, avatar_url, url, emojis, seen_at, pk in rows:
        found[remote_id] = KnownAuthor(
            *(account_id, remote_id, handle, name, folded, avatar_url, url),
            *(_json(emojis), in_utc(seen_at), pk),
        )
    return found


def known_conversations(
    owner_id: int, account_id: int, places: Iterable[Place]
) -> dict[Place, KnownConversation]:
    """Those of the places that exist, locked until the transaction's end."""
    wanted = set(places)
    keys = list({key for _box, key in wanted})
    where, values = "account_id = %s", [account_id]
    found = {}
    rows = _read(Conversation, _OF_CONVERSATION, where, values, "key", keys, lock=True)
    for box, key, title, remote_ids, people, *counts in rows:
        if (box, key) in wanted:
            lists = _json(remote_ids), _json(people)
            found[box, key] = KnownConversation(
                owner_id, account_id, box, key, title, *lists, *counts
            )
    return found


def _json(text: str) -> Any:
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
    table = connection.ops.quote_name(model._meta.db_table)
    # SQLite has one writer anyway.
    end = "FOR UPDATE" if lock and connection.features.has_select_for_update else ""
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
