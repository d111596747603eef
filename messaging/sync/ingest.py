"""Remote items become rows: cleaned, joined and counted in one short transaction.

The same items in any order give the same rows, conversations and counts: a message's
place follows from the message alone, and every merge below keeps the richer or the
later of two values, never simply the last one that came.
"""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from django.db import DataError, InterfaceError, ProgrammingError, transaction

from accounts.models import Account
from inboxhub.lib.database import insert_rows, update_rows
from inboxhub.lib.html import clean
from inboxhub.lib.text import fold, tidy
from inboxhub.networks.base import RemoteMessage, Unreadable
from messaging import events
from messaging.models import Conversation, Message, OperationItem
from messaging.sync.authors import store_authors
from messaging.sync.known import (
    Key,
    KnownAuthor,
    KnownConversation,
    KnownMessage,
    MessageRow,
    Place,
    known_conversations,
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

FUTURE_ALLOWED = timedelta(minutes=5)
# A host may go on to list for a moment what it has just deleted.
SURELY_BACK_AFTER = timedelta(minutes=5)
IDS_KEPT = 50
SHORT = 512

_CONTENT = (
    *("box", "kind", "conversation_key", "outgoing", "title", "text", "html"),
    *("content_warning", "lang", "visibility", "url", "uri", "target"),
    *("reply_to_remote_id", "attachments", "emojis", "extra", "edited_at"),
)
_content = attrgetter(*_CONTENT)
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
_CONVERSATION = [
    *("owner", "account", "box", "key", "title", "remote_ids", "participants"),
    *("participant_count", "sort_key", "unread_count", "message_count"),
]


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
        self.authors: dict[str, KnownAuthor] = {}
        self.conversations: dict[Place, KnownConversation] = {}
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
        told = [(item, _digest(item)) for item in messages]
        news = [(item, digest) for item, digest in told if self._is_news(item, digest)]
        self._read([item for item, _digest in news])
        self.authors = store_authors(self.account.pk, messages)
        self._store_conversations(messages, unreadable)
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
            or _state(item) not in ("", row.remote_state)
        )

    def _state_of(self, item: RemoteMessage) -> str:
        row = self.known.get((item.source, item.remote_id))
        return row.remote_state if row else _state(item)

    def _read(self, news: Sequence[RemoteMessage]) -> None:
        """Whole rows, only of those messages to which something may have happened."""
        keys = {(item.source, item.remote_id) for item in news} & self.known.keys()
        if not keys:
            return
        self.stored = whole_messages([self.known[key].id for key in keys])
        rows = self.stored.values()
        if any(_state(item) not in ("", self._state_of(item)) for item in news):
            open_items = OperationItem.objects.open()
            mine = open_items.filter(message__in=[row.id for row in rows])
            self.waiting = set(mine.values_list("message", flat=True))
        long_ago = self.now - SURELY_BACK_AFTER
        gone = [row.id for row in rows if row.gone_at and row.gone_at < long_ago]
        if gone:
            self._read_returned(gone)

    def _read_returned(self, gone: list[int]) -> None:
        """What is listed though it was gone: restored there, if not only taken from a

        list, in which case other listings may well go on to have it.
        """
        done = OperationItem.objects.filter(message__in=gone, state="done")
        removed = done.filter(verb="remove").values_list("message", flat=True)
        self.returned = set(gone) - set(removed)
        self.deleted_here = set(
            done.filter(verb="delete").values_list("message", flat=True)
        )

    # --- People and conversations -----------------------------------------------------

    def _store_conversations(
        self,
        messages: list[RemoteMessage],
        unreadable: list[Unreadable],
    ) -> None:
        titles: dict[Place, str] = {}
        told: dict[Place, list[str]] = {}
        for item in messages:
            if not (item.withheld and (item.source, item.remote_id) not in self.known):
                place = (item.box, item.conversation_key[:SHORT])
                titles[place] = titles.get(place) or tidy(
                    item.conversation_title, SHORT
                )
                told.setdefault(place, []).extend(item.conversation_ids)
        for bad in unreadable:
            if bad.remote_id and (bad.source, bad.remote_id) not in self.known:
                titles[self.box, _unreadable_key(bad)] = ""
        owner_id, account_id = self.account.owner_id, self.account.pk
        self.conversations = known_conversations(owner_id, account_id, titles)
        new, changed = [], []
        for place, title in titles.items():
            row = self.conversations.get(place)
            ids = _ids(row.remote_ids if row else [], told.get(place, []))
            if row is None:
                row = KnownConversation(owner_id, account_id, *place, title, ids)
                row.fresh = True
                self.conversations[place] = row
                new.append(row)
            elif (title and title != row.title) or ids != row.remote_ids:
                row.title, row.remote_ids = title or row.title, ids
                changed.append(row)
        for row, pk in zip(
            new, insert_rows(Conversation, new, _CONVERSATION), strict=True
        ):
            row.id = pk
        update_rows(Conversation, changed, ["title", "remote_ids"])

    # --- Messages ---------------------------------------------------------------------

    def _merge(self, item: RemoteMessage, digest: str) -> None:
        key = (item.source, item.remote_id)
        if item.read_through:
            self.read.add(key)
        row = self.new.get(key) or self.stored.get(key)
        if row is None:
            if not item.withheld:
                self._add(item, digest)
            return
        before, place = _told(row), _counted(row)
        if not item.withheld and digest != row.content_hash and not _older(item, row):
            self._fill(row, item, digest)
        row.notification_id = row.notification_id or item.notification_id
        if row.id not in self.waiting:
            _merge_unread(row, item)
        back = row.id in self.returned and not item.withheld
        if back:
            row.gone_at = None
            row.hidden_at = None if row.id in self.deleted_here else row.hidden_at
        if _counted(row) != place:
            self.moved.add(key)
            self.uncounted |= {place[0], row.conversation_id}
        if (back or _told(row) != before) and key not in self.new:
            self.changed[key] = row

    def _add(self, item: RemoteMessage, digest: str) -> None:
        row = MessageRow(
            owner_id=self.account.owner_id,
            account_id=self.account.pk,
            source=item.source,
            remote_id=item.remote_id,
            received_at=self.now,
            sent_at=item.sent_at,
            sort_key=_sort_key(item.sent_at, self.now),
        )
        self._fill(row, item, digest)
        row.notification_id = item.notification_id
        row.unread = not item.outgoing and item.sent_at > self.account.linked_at
        _merge_unread(row, item)
        self.new[item.source, item.remote_id] = row

    def _fill(self, row: MessageRow, item: RemoteMessage, digest: str) -> None:
        """Everything that a page shows of the message, cleaned."""
        conversation = self.conversations[item.box, item.conversation_key[:SHORT]]
        row.conversation_id = conversation.id
        row.author_id = self.authors[item.author.remote_id].id if item.author else None
        row.box, row.kind, row.outgoing = item.box, item.kind[:64], item.outgoing
        row.title = tidy(item.title, SHORT)
        row.text, row.content_warning = tidy(item.text), tidy(item.content_warning)
        row.html = clean(item.html) if item.html else ""
        author = f"{item.author.name} {item.author.handle}" if item.author else ""
        parts = (row.title, row.content_warning, row.text, tidy(author, SHORT))
        row.folded = fold("\n".join(filter(None, parts)))
        row.lang, row.visibility = item.lang[:35], item.visibility[:24]
        row.attachments = [asdict(attachment) for attachment in item.attachments]
        row.extra = {**item.extra, "emojis": dict(item.emojis)}
        if item.undated:
            row.extra["undated"] = True
        row.url, row.uri = tidy(item.url, 2048), tidy(item.uri, 2048)
        row.target = item.target[:255]
        row.reply_to_remote_id = item.reply_to_remote_id[:255]
        row.edited_at = item.edited_at
        if not (item.undated and row.id):
            row.sent_at = item.sent_at
            row.sort_key = _sort_key(item.sent_at, row.received_at)
        row.unreadable, row.content_hash = False, digest
        people = {self.authors[person.remote_id].id for person in item.participants}
        self.people.setdefault(conversation.id, set()).update(people)
        if row.id and not people <= set(conversation.participants):
            self.uncounted.add(conversation.id)

    def _keep_unreadable(self, bad: Unreadable) -> None:
        key = (bad.source, bad.remote_id[:255])
        if not bad.remote_id or key in self.known or key in self.new:
            return
        self.new[key] = MessageRow(
            owner_id=self.account.owner_id,
            account_id=self.account.pk,
            conversation_id=self.conversations[self.box, _unreadable_key(bad)].id,
            box=self.box,
            source=bad.source,
            kind="unreadable",
            remote_id=bad.remote_id[:255],
            text="",
            extra={"reason": tidy(bad.reason, 200)},
            sent_at=self.now,
            received_at=self.now,
            sort_key=_sort_key(self.now, self.now),
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


def _told(row: MessageRow) -> tuple[object, ...]:
    """What a change of the message shows in."""
    return (row.content_hash, row.remote_state, row.unread, row.notification_id)


def _counted(row: MessageRow) -> tuple[int, object]:
    """The conversation, and all of the message that its counts and people depend on."""
    rest = (row.author_id, row.outgoing, row.sort_key, row.unread, row.hidden_at)
    return row.conversation_id, rest


def _state(item: RemoteMessage) -> str:
    """What the remote says of reading; empty where it says nothing."""
    if item.unread is None or item.outgoing:
        return ""
    return "replied" if item.replied else "unread" if item.unread else "read"


def _merge_unread(row: MessageRow, item: RemoteMessage) -> None:
    """The remote's word counts until the person's own; later only its real changes."""
    state = _state(item)
    if not state or state == row.remote_state:
        return
    if row.remote_state or not row.marked:
        row.unread, row.marked = bool(item.unread), False
    row.remote_state = state


def _older(item: RemoteMessage, row: MessageRow) -> bool:
    return bool(
        row.edited_at and (not item.edited_at or item.edited_at < row.edited_at)
    )


def _digest(item: RemoteMessage) -> str:
    """Changes when something shown changes; made before cleaning, which varies."""
    when = None if item.undated else item.sent_at
    content = repr((_content(item), when)).encode("utf-8", "surrogatepass")
    author = item.author.remote_id if item.author else ""
    return hashlib.blake2b(content + author.encode(), digest_size=16).hexdigest()


def _sort_key(sent_at: datetime, received_at: datetime) -> int:
    moment = min(sent_at, received_at + FUTURE_ALLOWED)
    return max(1, int(moment.timestamp() * 1000))


def _ids(known: list[str], told: list[str]) -> list[str]:
    """Those known and those told, each once; of too many the last."""
    new = dict.fromkeys(one for one in told if one not in known)
    return [*known, *new][-IDS_KEPT:]


def _unreadable_key(bad: Unreadable) -> str:
    return f"unreadable:{bad.source}:{bad.remote_id}"[:SHORT]
