"""Remote items become rows: cleaned, joined and counted in one short transaction.

The same items in any order give the same rows, conversations and counts: a message's
place follows from the message alone, and every merge below keeps the richer or the
later of two values, never simply the last one that came.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DataError, InterfaceError, ProgrammingError, transaction

from accounts.models import Account
from inboxhub.lib.database import insert_rows, update_rows
from inboxhub.lib.text import tidy
from inboxhub.networks.base import RemoteMessage, Unreadable
from messaging import events
from messaging.models import Message, OperationItem
from messaging.sync import merging
from messaging.sync.authors import store_authors
from messaging.sync.conversations import (
    Conversations,
    place_of,
    store_conversations,
    unreadable_key,
)
from messaging.sync.known import (
    Key,
    KnownMessage,
    MessageRow,
    Place,
    known_messages,
    whole_messages,
)
from messaging.sync.settle import add_messages, recount

logger = logging.getLogger(__name__)

# What a value that slipped through a client's parser may raise on its way to a row.
_BREAKS = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    DataError,
    InterfaceError,
    ProgrammingError,  # a value of a type that no column takes
)

# A host may go on to list for a moment what it has just deleted.
SURELY_BACK_AFTER = timedelta(minutes=5)

_STORED = [
    *("conversation", "author", "box", "kind", "notification_id", "outgoing", "title"),
    *("html", "text", "content_warning", "folded", "lang", "attachments", "extra"),
    *("visibility", "url", "uri", "target", "reply_to_remote_id", "sent_at"),
    *("sort_key", "remote_state", "unread", "marked", "edited_at", "hidden_at"),
    *("gone_at", "unreadable", "content_hash"),
]
_INDEXED = {"conversation", "author", "box", "sort_key"}
_IN_PLACE = [name for name in _STORED if name not in _INDEXED]
_INSERTED = [one.name for one in Message._meta.concrete_fields if not one.primary_key]


@dataclass(slots=True)
class Ingested:
    """What one page did to the rows. `known` is true when it brought nothing new."""

    new: int = 0
    changed: int = 0
    unreadable: int = 0
    oldest: datetime | None = None

    @property
    def known(self) -> bool:
        return self.new == 0

    def add(self, other: "Ingested") -> None:
        self.new += other.new
        self.changed += other.changed
        self.unreadable += other.unreadable
        moments = [moment for moment in (self.oldest, other.oldest) if moment]
        self.oldest = min(moments, default=None)


def ingest(
    account: Account,
    box: str,
    items: Iterable[RemoteMessage | Unreadable],
    now: datetime,
) -> Ingested:
    """Store the items of one page. Runs inside the caller's short write.

    `box` is where an unreadable item is shown. A withheld item never makes a row and
    never blanks one.
    """
    return _Page(account, box, now).store(list(items))


def ingest_surely(
    account: Account,
    box: str,
    items: Sequence[RemoteMessage | Unreadable],
    now: datetime,
) -> Ingested:
    """`ingest`, but an item that breaks it is kept as unreadable beside the others."""
    try:
        with transaction.atomic():
            return ingest(account, box, items, now)
    except _BREAKS:
        logger.exception("a page could not be stored account=%s", account.pk)
    total = Ingested()
    for item in items:
        try:
            with transaction.atomic():
                total.add(ingest(account, box, [item], now))
        except _BREAKS as error:
            reason = f"could not be stored ({type(error).__name__})"
            bad = Unreadable(item.source, item.remote_id, reason)
            total.add(ingest(account, box, [bad], now))
    return total


class _Page:
    """The rows that one page touches, read once and written once."""

    def __init__(self, account: Account, box: str, now: datetime) -> None:
        self.account, self.box, self.now = account, box, now
        self.result = Ingested()
        self.authors: dict[str, int] = {}
        self.conversations: Conversations = {}
        self.known: dict[Key, KnownMessage] = {}
        self.stored: dict[Key, MessageRow] = {}
        self.waiting: set[int] = set()
        self.returned: set[int] = set()
        self.deleted_here: set[int] = set()
        self.new: dict[Key, MessageRow] = {}
        self.changed: dict[Key, MessageRow] = {}
        self.moved: set[Key] = set()
        self.uncounted: set[int] = set()
        self.people: dict[int, set[int]] = {}
        self.read: set[Key] = set()

    def store(self, items: list[RemoteMessage | Unreadable]) -> Ingested:
        messages = [item for item in items if isinstance(item, RemoteMessage)]
        unreadable = [item for item in items if isinstance(item, Unreadable)]
        self.result.unreadable = len(unreadable)
        if messages:
            self.result.oldest = min(item.sent_at for item in messages)
        keys = {(item.source, item.remote_id): None for item in items if item.remote_id}
        self.known = known_messages(self.account.pk, keys)
        told = [(item, merging.digest(item)) for item in messages]
        news = [(item, digest) for item, digest in told if self._is_news(item, digest)]
        self._read([item for item, _digest in news])
        self.authors = store_authors(self.account.pk, messages)
        fresh = {id(item) for item, _digest in news}
        self.conversations = store_conversations(
            self.account,
            [item for item in messages if self._has_place(item, id(item) in fresh)],
            self._unreadable_places(unreadable),
        )
        for item, digest in news:
            self._merge(item, digest)
        for bad in unreadable:
            self._keep_unreadable(bad)
        self._write()
        return self.result

    def _is_news(self, item: RemoteMessage, digest: str) -> bool:
        """Whether the item may change anything of the message that is stored."""
        row = self.known.get((item.source, item.remote_id))
        if row is None or row.gone or item.read_through:
            return True
        return (
            (digest != row.content_hash and not item.withheld)
            or (bool(item.notification_id) and not row.notification_id)
            or merging.state(item) not in ("", row.remote_state)
        )

    def _has_place(self, item: RemoteMessage, is_news: bool) -> bool:
        """Whether it needs its conversation, or tells of it."""
        if item.withheld and (item.source, item.remote_id) not in self.known:
            return False  # it makes no message
        return is_news or bool(item.conversation_title or item.conversation_ids)

    def _state_of(self, item: RemoteMessage) -> str:
        row = self.known.get((item.source, item.remote_id))
        return row.remote_state if row else merging.state(item)

    def _read(self, news: Sequence[RemoteMessage]) -> None:
        """Whole rows, only of those messages to which something may have happened."""
        keys = {(item.source, item.remote_id) for item in news} & self.known.keys()
        if not keys:
            return
        self.stored = whole_messages([self.known[key].id for key in keys])
        rows = self.stored.values()
        if any(merging.state(item) not in ("", self._state_of(item)) for item in news):
            open_items = OperationItem.objects.open()
            mine = open_items.filter(message__in=[row.id for row in rows])
            self.waiting = set(mine.values_list("message", flat=True))
        long_ago = self.now - SURELY_BACK_AFTER
        gone = [row.id for row in rows if row.gone_at and row.gone_at < long_ago]
        if gone:
            self._read_returned(gone)

    def _read_returned(self, gone: list[int]) -> None:
        """What is listed though it was gone: it was restored there.

        Not so what was only taken from a list: other listings may go on to have it.
        """
        done = OperationItem.objects.filter(message__in=gone, state="done")
        removed = done.filter(verb="remove").values_list("message", flat=True)
        self.returned = set(gone) - set(removed)
        self.deleted_here = set(
            done.filter(verb="delete").values_list("message", flat=True)
        )

    def _merge(self, item: RemoteMessage, digest: str) -> None:
        key = (item.source, item.remote_id)
        if item.read_through:
            self.read.add(key)
        row = self.new.get(key) or self.stored.get(key)
        if row is None:
            if not item.withheld:
                self._add(item, digest)
            return
        before, place = merging.told(row), merging.counted(row)
        if (
            not item.withheld
            and digest != row.content_hash
            and not merging.is_older(item, row)
        ):
            self._fill(row, item, digest)
        row.notification_id = row.notification_id or item.notification_id
        if row.id not in self.waiting:
            merging.merge_unread(row, item)
        back = row.id in self.returned and not item.withheld
        if back:
            row.gone_at = None
            row.hidden_at = None if row.id in self.deleted_here else row.hidden_at
        if merging.counted(row) != place:
            self.moved.add(key)
            self.uncounted |= {place[0], row.conversation_id}
        if (back or merging.told(row) != before) and key not in self.new:
            self.changed[key] = row

    def _add(self, item: RemoteMessage, digest: str) -> None:
        row = MessageRow(
            owner_id=self.account.owner_id,
            account_id=self.account.pk,
            source=item.source,
            remote_id=item.remote_id,
            received_at=self.now,
            sent_at=item.sent_at,
            sort_key=0,
        )
        self._fill(row, item, digest)
        row.notification_id = item.notification_id
        row.unread = not item.outgoing and item.sent_at > self.account.linked_at
        merging.merge_unread(row, item)
        self.new[item.source, item.remote_id] = row

    def _fill(self, row: MessageRow, item: RemoteMessage, digest: str) -> None:
        """All that the item tells of the message, its place and its people."""
        merging.fill(row, item)
        conversation = self.conversations[place_of(item)]
        row.conversation_id, row.content_hash = conversation.id, digest
        row.author_id = self.authors[item.author.remote_id] if item.author else None
        if item.participants:
            people = {self.authors[person.remote_id] for person in item.participants}
            self.people.setdefault(conversation.id, set()).update(people)
            if row.id and not people <= set(conversation.participants):
                self.uncounted.add(conversation.id)

    def _unreadable_places(self, unreadable: Sequence[Unreadable]) -> list[Place]:
        return [
            (self.box, unreadable_key(bad))
            for bad in unreadable
            if bad.remote_id and (bad.source, bad.remote_id) not in self.known
        ]

    def _keep_unreadable(self, bad: Unreadable) -> None:
        key = (bad.source, bad.remote_id[:255])
        if not bad.remote_id or key in self.known or key in self.new:
            return
        self.new[key] = MessageRow(
            owner_id=self.account.owner_id,
            account_id=self.account.pk,
            conversation_id=self.conversations[self.box, unreadable_key(bad)].id,
            box=self.box,
            source=bad.source,
            kind="unreadable",
            remote_id=bad.remote_id[:255],
            text="",
            extra={"reason": tidy(bad.reason, 200)},
            sent_at=self.now,
            received_at=self.now,
            sort_key=merging.sort_key(self.now, self.now),
            unreadable=True,
        )

    def _write(self) -> None:
        new, changed = list(self.new.values()), list(self.changed.values())
        for row, pk in zip(new, insert_rows(Message, new, _INSERTED), strict=True):
            row.id = pk
        moved = [row for key, row in self.changed.items() if key in self.moved]
        stayed = [row for key, row in self.changed.items() if key not in self.moved]
        update_rows(Message, moved, _STORED)
        # Indexes are written anew even where a column is set to what it was.
        update_rows(Message, stayed, _IN_PLACE)
        self.result.new, self.result.changed = len(new), len(changed)
        self._read_through()
        self._count(new)
        for kind, rows in (("message.new", new), ("message.changed", changed)):
            if rows:
                events.append(
                    self.account.owner_id,
                    kind,
                    messages=[row.id for row in rows],
                    conversations={row.conversation_id for row in rows},
                )

    def _count(self, new: list[MessageRow]) -> None:
        added: dict[int, list[MessageRow]] = {}
        for row in new:
            if row.conversation_id not in self.uncounted:
                added.setdefault(row.conversation_id, []).append(row)
        rows = [row for row in self.conversations.values() if row.id in added]
        add_messages(rows, added, self.people)
        recount(self.uncounted, self.people)

    def _read_through(self) -> None:
        """What was read elsewhere up to a message is read here too."""
        for key in self.read:
            row = self.new.get(key) or self.stored.get(key)
            if row is None:
                continue
            waiting = OperationItem.objects.open().filter(account=self.account)
            older = Message.objects.filter(
                conversation=row.conversation_id,
                source=row.source,
                sort_key__lte=row.sort_key,
                remote_state="unread",
            ).exclude(pk__in=waiting.exclude(message=None).values("message"))
            if older.update(remote_state="read", unread=False, marked=False):
                self.uncounted.add(row.conversation_id)
