"""Remote items become rows: cleaned, joined and counted in one short transaction.

The same items in any order give the same rows, conversations and counts: a message's
place follows from the message alone, and every merge below keeps the richer or the
later of two values, never simply the last one that came.
"""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter

from django.db import DataError, transaction
from django.db.models import Max, Q

from accounts.models import Account
from inboxhub.lib.database import update_rows
from inboxhub.lib.html import clean
from inboxhub.lib.text import fold, tidy
from inboxhub.networks.base import RemoteAuthor, RemoteMessage, Unreadable
from messaging import events
from messaging.models import Author, Conversation, Message, OperationItem

logger = logging.getLogger(__name__)

# What a value that slipped through a client's parser may raise on its way to a row.
_BREAKS = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    DataError,
)

FUTURE_ALLOWED = timedelta(minutes=5)
# A host may go on to list for a moment what it has just deleted.
SURELY_BACK_AFTER = timedelta(minutes=5)
PEOPLE_SHOWN = 8
IDS_KEPT = 50
SHORT = 512

Key = tuple[str, str]  # source, remote_id
Place = tuple[str, str]  # box, conversation key

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


@dataclass(slots=True)
class Ingested:
    """What one page did to the rows. `known` is true when it brought nothing new."""

    new: int = 0
    changed: int = 0
    unreadable: int = 0
    oldest: datetime | None = None
    touched: set[int] = field(default_factory=set)

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
        self.authors: dict[str, Author] = {}
        self.conversations: dict[Place, Conversation] = {}
        self.stored: dict[Key, Message] = {}
        self.waiting: set[int] = set()
        self.returned: set[int] = set()
        self.deleted_here: set[int] = set()
        self.new: dict[Key, Message] = {}
        self.changed: dict[Key, Message] = {}
        self.people: dict[int, set[int]] = {}
        self.read: set[Key] = set()

    def store(self, items: list[RemoteMessage | Unreadable]) -> Ingested:
        messages = [item for item in items if isinstance(item, RemoteMessage)]
        unreadable = [item for item in items if isinstance(item, Unreadable)]
        self.result.unreadable = len(unreadable)
        if messages:
            self.result.oldest = min(item.sent_at for item in messages)
        self._read(items)
        self._store_authors(messages)
        self._store_conversations(messages, unreadable)
        for item in messages:
            self._merge(item)
        for bad in unreadable:
            self._keep_unreadable(bad)
        self._write()
        return self.result

    def _read(self, items: Sequence[RemoteMessage | Unreadable]) -> None:
        by_source: dict[str, list[str]] = {}
        for item in items:
            if item.remote_id:
                by_source.setdefault(item.source, []).append(item.remote_id)
        where = Q(pk=None)
        for source, remote_ids in by_source.items():
            where |= Q(source=source, remote_id__in=remote_ids)
        rows = Message.objects.filter(account=self.account).filter(where)
        self.stored = {(row.source, row.remote_id): row for row in rows}
        ids = [row.pk for row in self.stored.values()]
        open_items = OperationItem.objects.open().filter(message__in=ids)
        self.waiting = set(open_items.values_list("message", flat=True))
        long_ago = self.now - SURELY_BACK_AFTER
        gone = [r.pk for r in rows if r.gone_at and r.gone_at < long_ago]
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

    def _store_authors(self, messages: list[RemoteMessage]) -> None:
        told: dict[str, tuple[datetime, RemoteAuthor]] = {}
        for item in messages:
            for person in (item.author, *item.participants):
                if person is None:
                    continue
                known = told.get(person.remote_id)
                if known is None or _later((item.sent_at, person), known):
                    told[person.remote_id] = (item.sent_at, person)
        rows = Author.objects.filter(account=self.account, remote_id__in=list(told))
        self.authors = {row.remote_id: row for row in rows}
        new, changed = [], []
        for remote_id, (seen_at, person) in told.items():
            row = self.authors.get(remote_id)
            if row is None:
                row = Author(account=self.account, remote_id=remote_id)
                new.append(row)
            elif seen_at < row.seen_at or not _differs(row, person):
                continue
            else:
                changed.append(row)
            _describe(row, person, seen_at)
            self.authors[remote_id] = row
        Author.objects.bulk_create(new)
        fields = ("handle", "name", "folded", "avatar_url", "url", "emojis", "seen_at")
        update_rows(changed, fields)

    def _store_conversations(
        self,
        messages: list[RemoteMessage],
        unreadable: list[Unreadable],
    ) -> None:
        titles: dict[Place, str] = {}
        told: dict[Place, list[str]] = {}
        for item in messages:
            if not (item.withheld and (item.source, item.remote_id) not in self.stored):
                place = (item.box, item.conversation_key[:SHORT])
                titles[place] = titles.get(place) or tidy(
                    item.conversation_title, SHORT
                )
                told.setdefault(place, []).extend(item.conversation_ids)
        for bad in unreadable:
            if bad.remote_id and (bad.source, bad.remote_id) not in self.stored:
                titles[self.box, _unreadable_key(bad)] = ""
        keys = [key for _box, key in titles]
        rows = Conversation.objects.filter(account=self.account, key__in=keys)
        self.conversations = {(row.box, row.key): row for row in rows}
        new = []
        for (box, key), title in titles.items():
            row = self.conversations.get((box, key))
            if row is None:
                row = Conversation(
                    owner_id=self.account.owner_id,
                    account=self.account,
                    box=box,
                    key=key,
                    title=title,
                    remote_ids=_ids([], told.get((box, key), [])),
                )
                self.conversations[box, key] = row
                new.append(row)
                continue
            ids = _ids(row.remote_ids, told.get((box, key), []))
            if (title and title != row.title) or ids != row.remote_ids:
                row.title, row.remote_ids = title or row.title, ids
                row.save(update_fields=["title", "remote_ids"])
        Conversation.objects.bulk_create(new)

    # --- Messages ---------------------------------------------------------------------

    def _merge(self, item: RemoteMessage) -> None:
        key = (item.source, item.remote_id)
        if item.read_through:
            self.read.add(key)
        row = self.new.get(key) or self.stored.get(key)
        if row is None:
            if not item.withheld:
                self._add(item)
            return
        digest = _digest(item)
        before = (row.content_hash, row.remote_state, row.unread, row.notification_id)
        if not item.withheld and digest != row.content_hash and not _older(item, row):
            self._fill(row, item, digest)
        row.notification_id = row.notification_id or item.notification_id
        if row.pk not in self.waiting:
            _merge_unread(row, item)
        back = row.pk in self.returned and not item.withheld
        if back:
            row.gone_at = None
            row.hidden_at = None if row.pk in self.deleted_here else row.hidden_at
        after = (row.content_hash, row.remote_state, row.unread, row.notification_id)
        if (back or after != before) and key not in self.new:
            self.changed[key] = row

    def _add(self, item: RemoteMessage) -> None:
        row = Message(
            owner_id=self.account.owner_id,
            account=self.account,
            source=item.source,
            remote_id=item.remote_id,
            received_at=self.now,
        )
        self._fill(row, item, _digest(item))
        row.notification_id = item.notification_id
        row.unread = not item.outgoing and item.sent_at > self.account.linked_at
        _merge_unread(row, item)
        self.new[item.source, item.remote_id] = row

    def _fill(self, row: Message, item: RemoteMessage, digest: str) -> None:
        """Everything that a page shows of the message, cleaned."""
        if row.conversation_id:
            self.result.touched.add(row.conversation_id)
        row.conversation = self.conversations[item.box, item.conversation_key[:SHORT]]
        row.author = self.authors[item.author.remote_id] if item.author else None
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
        if not (item.undated and row.pk):
            row.sent_at = item.sent_at
            row.sort_key = _sort_key(item.sent_at, row.received_at)
        row.unreadable, row.content_hash = False, digest
        people = {self.authors[person.remote_id].pk for person in item.participants}
        self.people.setdefault(row.conversation.pk, set()).update(people)

    def _keep_unreadable(self, bad: Unreadable) -> None:
        key = (bad.source, bad.remote_id[:255])
        if not bad.remote_id or key in self.stored or key in self.new:
            return
        self.new[key] = Message(
            owner_id=self.account.owner_id,
            account=self.account,
            conversation=self.conversations[self.box, _unreadable_key(bad)],
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
        Message.objects.bulk_create(new)
        update_rows(changed, _STORED)
        self.result.new, self.result.changed = len(new), len(changed)
        self.result.touched |= {row.conversation_id for row in (*new, *changed)}
        self._read_through()
        if not self.result.touched:
            return
        settle_conversations(self.result.touched, self.people)
        for kind, rows in (("message.new", new), ("message.changed", changed)):
            if rows:
                events.append(
                    self.account.owner_id,
                    kind,
                    messages=[row.pk for row in rows],
                    conversations={row.conversation_id for row in rows},
                )

    def _read_through(self) -> None:
        """What was read elsewhere up to a message is read here too."""
        for key in self.read:
            row = self.new.get(key) or self.stored.get(key)
            if row is None:
                continue
            older = Message.objects.filter(
                conversation=row.conversation,
                source=row.source,
                sort_key__lte=row.sort_key,
                remote_state="unread",
            ).exclude(pk__in=self.waiting)
            if older.update(remote_state="read", unread=False, marked=False):
                self.result.touched.add(row.conversation_id)


def settle_conversations(touched: set[int], people: dict[int, set[int]]) -> None:
    """Counts, order and people of the conversations whose messages changed."""
    rows = Conversation.objects.filter(pk__in=touched)
    rows.recount()
    written: dict[int, dict[int, int]] = {}
    writers = Message.objects.filter(conversation__in=touched, outgoing=False)
    grouped = writers.exclude(author=None).values_list("conversation", "author")
    for conversation, author, last in grouped.annotate(last=Max("sort_key")):
        written.setdefault(conversation, {})[author] = last
    settled = []
    for row in rows:
        last = dict.fromkeys([*row.participants, *people.get(row.pk, ())], 0)
        last.update(written.get(row.pk, {}))
        order = sorted(last, key=lambda author: (-last[author], author))
        if order[:PEOPLE_SHOWN] != row.participants or len(order) > PEOPLE_SHOWN:
            row.participants, row.participant_count = order[:PEOPLE_SHOWN], len(order)
            settled.append(row)
    update_rows(settled, ("participants", "participant_count"))


def _merge_unread(row: Message, item: RemoteMessage) -> None:
    """The remote's word counts until the person's own; later only its real changes."""
    if item.unread is None or item.outgoing:
        return
    state = "replied" if item.replied else "unread" if item.unread else "read"
    if state == row.remote_state:
        return
    if row.remote_state or not row.marked:
        row.unread, row.marked = item.unread, False
    row.remote_state = state


def _older(item: RemoteMessage, row: Message) -> bool:
    return bool(
        row.edited_at and (not item.edited_at or item.edited_at < row.edited_at)
    )


def _later(
    told: tuple[datetime, RemoteAuthor],
    known: tuple[datetime, RemoteAuthor],
) -> bool:
    # Of two versions with one time any will do, but always the same one.
    return (told[0], repr(told[1])) > (known[0], repr(known[1]))


def _differs(row: Author, person: RemoteAuthor) -> bool:
    was = (row.handle, row.name, row.avatar_url, row.url, row.emojis)
    return was != (
        tidy(person.handle, SHORT),
        tidy(person.name, SHORT),
        tidy(person.avatar_url, 2048),
        tidy(person.url, 2048),
        dict(person.emojis),
    )


def _describe(row: Author, person: RemoteAuthor, seen_at: datetime) -> None:
    row.handle, row.name = tidy(person.handle, SHORT), tidy(person.name, SHORT)
    row.folded = fold(row.name)
    row.avatar_url, row.url = tidy(person.avatar_url, 2048), tidy(person.url, 2048)
    row.emojis = dict(person.emojis)
    row.seen_at = seen_at


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
