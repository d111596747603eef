"""The rows of a list: conversations or single messages, page by page, under day heads."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Account
from messaging.filters import Cursor, Filters
from messaging.listing import matching_conversations, matching_messages
from messaging.models import Author, Conversation, Draft, Message
from messaging.selection import newest
from messaging.views.offers import Offer, Offers

PAGE = 50
LONGEST_PAGE = 500
"""Rows at most when a list is shown again down to where the person was."""

ANSWERED, TALK = "answers", "answers__conversation"
"""How a draft knows the message, or the conversation, that it answers."""

Shown = TypeVar("Shown", Conversation, Message)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `name` is the field that its tick box sends."""

    name: str
    pk: int
    url: str
    account: Account
    message: Message
    people: tuple[Author, ...]
    others: int
    title: str
    unread: bool
    count: int
    held: int
    """How many messages a verb on the row is for."""
    conversation_id: int
    offer: Offer
    draft: bool
    """An answer to it is written and not sent."""

    @property
    def dom_id(self) -> str:
        return f"{self.name}-{self.pk}"

    @property
    def place(self) -> Cursor:
        """Where a list ends that goes down to this row."""
        return Cursor(self.message.sort_key, self.pk)

    @property
    def when(self) -> datetime:
        return moment(self.message.sort_key)


@dataclass(frozen=True, slots=True)
class Day:
    """A heading and the rows below it; `continued` when the page before has it too."""

    key: str
    rows: list[Row]
    continued: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list. `older` is where the next one starts, None at the end."""

    days: list[Day]
    older: Cursor | None
    notes: tuple[str, ...] = ()
    newest: int = 0
    """Of a page that is not all of its list, the highest id of a message when it was
    made: what comes later is not meant by its “all”."""

    @property
    def rows(self) -> list[Row]:
        return [row for day in self.days for row in day.rows]


def listing(user: User, filters: Filters, accounts: Iterable[Account]) -> Listing:
    """The page of the list that the filters name."""
    by_id = {account.pk: account for account in accounts}
    notes: tuple[str, ...] = ()
    if filters.of_messages:
        messages, notes = matching_messages(user, filters)
        page, older = _page(_with_drafts(messages, ANSWERED), filters)
        rows = message_rows(page, by_id)
    else:
        listed = _with_drafts(matching_conversations(user, filters), TALK)
        found, older = _page(listed, filters)
        rows = conversation_rows(found, by_id)
    part = bool(older or filters.at or filters.upto)
    return Listing(_by_day(rows, filters.at), older, notes, newest(user) if part else 0)


def rows_again(
    user: User, filters: Filters, accounts: Iterable[Account], ids: Sequence[int]
) -> list[Day]:
    """Those of the rows that are in the filters' list now, wherever in it."""
    by_id = {account.pk: account for account in accounts}
    few = ids[:LONGEST_PAGE]
    if filters.of_messages:
        messages, _notes = matching_messages(user, filters)
        rows = message_rows(list(messages.filter(pk__in=few)), by_id)
    else:
        found = matching_conversations(user, filters).filter(pk__in=few)
        rows = conversation_rows(list(found), by_id)
    return _by_day(rows, None)


def _page(
    rows: QuerySet[Shown],
    filters: Filters,
) -> tuple[list[Shown], Cursor | None]:
    """A page after `at`, or the first one down to `upto` and never endless."""
    size = PAGE
    if filters.at:
        rows = after(rows, filters.at)
    elif filters.upto:
        above = rows.exclude(sort_key__lt=filters.upto.sort_key)
        size = max(PAGE, min(above[:LONGEST_PAGE].count(), LONGEST_PAGE))
    page = list(rows[: size + 1])
    more = len(page) > size
    page = page[:size]
    last = page[-1] if page else None
    older = Cursor(last.sort_key, last.pk) if more and last else None
    return page, older


def after(rows: QuerySet[Shown], place: Cursor) -> QuerySet[Shown]:
    """Those older than the place; the first condition walks the index, no OR."""
    older = rows.filter(sort_key__lte=place.sort_key)
    return older.exclude(sort_key=place.sort_key, pk__gte=place.id)


def conversation_rows(
    conversations: Sequence[Conversation],
    accounts: Mapping[int, Account],
) -> list[Row]:
    """Rows with their people, in one query for all of them."""
    wanted = {pk for c in conversations for pk in c.participants[:3]}
    people = Author.objects.in_bulk(wanted)
    offers = Offers(accounts.values())
    drafted = _drafted(conversations, TALK)
    return [
        _conversation_row(conversation, people, offers, drafted)
        for conversation in conversations
        # An account that was linked a moment ago comes with the next look.
        if conversation.latest is not None and conversation.account_id in accounts
    ]


def _conversation_row(
    conversation: Conversation,
    people: Mapping[int, Author],
    offers: Offers,
    drafted: Container[int],
) -> Row:
    message = conversation.latest
    if message is None:
        raise ValueError("a conversation without messages has no row")
    account = message.account = offers.accounts[conversation.account_id]
    known = [people[pk] for pk in conversation.participants[:3] if pk in people]
    shown = [a for a in known if a.remote_id != account.remote_id] or known
    if not shown and message.author is not None:
        shown = [message.author]
    return Row(
        name="conversation",
        pk=conversation.pk,
        url=f"/c/{conversation.pk}/",
        account=account,
        message=message,
        people=tuple(shown),
        others=max(0, conversation.participant_count - 1),
        title=conversation.title,
        unread=conversation.unread_count > 0,
        count=conversation.unread_count,
        held=conversation.message_count,
        conversation_id=conversation.pk,
        offer=offers.of_conversation(message, unread=conversation.unread_count > 0),
        draft=conversation.pk in drafted,
    )


def message_rows(
    messages: Sequence[Message],
    accounts: Mapping[int, Account],
) -> list[Row]:
    """Rows under the author's name; what one wrote oneself, under the recipients'."""
    sent = [message.conversation for message in messages if message.outgoing]
    people = Author.objects.in_bulk({pk for c in sent for pk in c.participants[:3]})
    offers = Offers(accounts.values())
    drafted = _drafted(messages, ANSWERED)
    return [_message_row(message, people, offers, drafted) for message in messages]


def _with_drafts(rows: QuerySet[Shown], field: str) -> QuerySet[Shown]:
    """Each row knows whether an answer to it is written and not sent."""
    editing = Draft.objects.filter(state=Draft.State.EDITING)
    return rows.annotate(drafted=Exists(editing.filter(**{field: OuterRef("pk")})))


def _drafted(rows: Sequence[Shown], field: str) -> set[int]:
    """Those with a draft; asked for where the rows do not know it."""
    if all(hasattr(row, "drafted") for row in rows):
        return {row.pk for row in rows if getattr(row, "drafted", False)}
    editing = Draft.objects.filter(state=Draft.State.EDITING)
    of_them = editing.filter(**{f"{field}__in": [row.pk for row in rows]})
    return set(of_them.values_list(field, flat=True))


def _message_row(
    message: Message,
    people: Mapping[int, Author],
    offers: Offers,
    drafted: Container[int],
) -> Row:
    account = message.account = offers.accounts[message.account_id]
    shown = [message.author] if message.author else []
    others, title = 0, ""
    if message.outgoing:
        whole = message.conversation
        known = [people[pk] for pk in whole.participants[:3] if pk in people]
        recipients = [a for a in known if a.remote_id != account.remote_id]
        shown, title = recipients or shown, whole.title
        others = max(0, whole.participant_count - 1) if recipients else 0
    return Row(
        name="message",
        pk=message.pk,
        url=f"/m/{message.pk}/",
        account=account,
        message=message,
        people=tuple(shown),
        others=others,
        title=title,
        unread=message.unread,
        count=0,
        held=1,
        conversation_id=message.conversation_id,
        offer=offers.of(message),
        draft=message.pk in drafted,
    )


def _by_day(rows: list[Row], start: Cursor | None) -> list[Day]:
    """Rows under their heads; the first goes on under the head of the page before."""
    before = day_key(start.sort_key) if start else ""
    days: list[Day] = []
    for row in rows:
        key = day_key(row.message.sort_key)
        if not days or days[-1].key != key:
            days.append(Day(key, [], continued=not days and key == before))
        days[-1].rows.append(row)
    return days


def day_key(sort_key: int, *, by_month: bool = True) -> str:
    """`today`, `yesterday`, a day of the last week, otherwise the month (or the day)."""
    day = on_clock(moment(sort_key)).date()
    distance = timezone.localtime().date() - day
    if distance <= timedelta(0):
        return "today"
    if distance == timedelta(days=1):
        return "yesterday"
    recent = distance < timedelta(days=7)
    return f"{day:%Y-%m}" if by_month and not recent else f"{day:%Y-%m-%d}"


def on_clock(when: datetime) -> datetime:
    """The moment on the person's clock; at the ends of the calendar as it is."""
    try:
        return timezone.localtime(when)
    except OverflowError:
        return when


def moment(sort_key: int) -> datetime:
    """The moment of a sort key; the epoch for what no calendar knows."""
    try:
        return datetime.fromtimestamp(sort_key / 1000, tz=UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, tz=UTC)
