"""What a person chose to do something with: a snapshot that later arrivals never join."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from django.contrib.auth.models import User
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum

from messaging.filters import Cursor, Filters
from messaging.listing import matching_conversations, matching_messages
from messaging.models import Conversation, Message, MessageQuerySet

WHOLE, UNREAD, LATEST, READ = "", "unread", "latest", "read"
MOST_COUNTED = 100_000
"""Rows up to which a list is counted exactly."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a list holds: its rows, and the messages in them by account."""

    rows: int
    messages: int
    by_account: dict[int, int]
    exact: bool
    """False where there are more rows than are counted."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows by their ids, or all of a list with the newest one that may be touched."""

    message_ids: tuple[int, ...] = ()
    conversation_ids: tuple[int, ...] = ()
    filters: Filters | None = None
    bound: int = 0
    """The highest message id that existed when the list was chosen."""
    excluded: tuple[int, ...] = ()
    """Rows of the list that were unticked: messages or conversations, as it shows."""
    part: str = WHOLE
    """All that the rows hold, only what is `unread`, or the `latest` of others alone.

    `read`: what others wrote and is read; of whole conversations their latest alone.
    """
    before: Cursor | None = None
    """Only messages that are older than this place."""

    @classmethod
    def messages(cls, ids: Iterable[int]) -> Self:
        return cls(message_ids=tuple(dict.fromkeys(ids)))

    @classmethod
    def conversations(cls, user: User, ids: Iterable[int]) -> Self:
        """The shown messages of these conversations, as they are now."""
        rows = Message.objects.of(user).shown().filter(conversation__in=list(ids))
        return cls(message_ids=tuple(rows.values_list("pk", flat=True)))

    @classmethod
    def rows(
        cls, user: User, *, messages: Iterable[int], conversations: Iterable[int]
    ) -> Self:
        """Rows that were ticked one by one, conversations with all they show now."""
        return cls(
            message_ids=tuple(dict.fromkeys(messages)),
            conversation_ids=tuple(dict.fromkeys(conversations)),
            bound=newest(user),
        )

    @classmethod
    def matching(cls, user: User, query: str) -> Self:
        """All that match the query now."""
        return cls.listed(user, Filters(q=query))

    @classmethod
    def listed(cls, user: User, filters: Filters) -> Self:
        """All that the list holds now."""
        return cls(filters=filters, bound=newest(user))

    @classmethod
    def older(cls, user: User, message: Message) -> Self:
        """What is older than the message in the same box of its account."""
        place = Cursor(message.sort_key, message.pk)
        filters = Filters(box=message.box, accounts=(message.account_id,))
        return replace(cls.listed(user, filters), before=place)

    def of(self, user: User) -> MessageQuerySet:
        """The rows, of which a stranger's ids are simply left out."""
        rows = self._chosen(user)
        if self.before:
            older = rows.filter(sort_key__lte=self.before.sort_key)
            rows = older.exclude(sort_key=self.before.sort_key, pk__gte=self.before.id)
        if self.part == READ:
            return rows.filter(unread=False, outgoing=False)
        return rows.unread() if self.part == UNREAD else rows

    def among(self, user: User, ids: Sequence[int]) -> set[int]:
        """Which of these rows of the list belong to it: not those that came later."""
        if self.filters is None:
            return set()
        if self.filters.of_messages:
            found = self.of(user).filter(pk__in=ids).order_by()
            return set(found.values_list("pk", flat=True))
        rows = _listed_conversations(user, self.filters, self.bound)
        known = _shown_up_to(self.bound)
        return set(rows.filter(known, pk__in=ids).values_list("pk", flat=True))

    def extent(self, user: User) -> Extent:
        """How much the list holds, unticked rows included; one query."""
        if self.filters is None:
            raise ValueError("only a list has an extent")
        lines = self._lines(user, self.filters)
        counted = sum(rows for _account, rows, _held in lines)
        by_account = {account: held for account, _rows, held in lines}
        rows, held = min(counted, MOST_COUNTED), sum(by_account.values())
        return Extent(rows, held, by_account, counted <= MOST_COUNTED)

    def _lines(self, user: User, filters: Filters) -> list[tuple[int, int, int]]:
        """Account, rows and messages, of so many rows as are counted."""
        most = MOST_COUNTED + 1
        if filters.of_messages:
            few = self._chosen(user).order_by()[:most].values("pk")
            counted = Message.objects.filter(pk__in=few).order_by().values("account")
            lines = counted.annotate(rows=Count("pk")).values_list("account", "rows")
            return [(account, rows, rows) for account, rows in lines]
        listed = _listed_conversations(user, filters, self.bound)[:most]
        found = Conversation.objects.filter(pk__in=listed.values("pk"))
        grouped = found.order_by().values("account")
        both = grouped.annotate(rows=Count("pk"), held=Sum("message_count"))
        return list(both.values_list("account", "rows", "held"))

    def as_json(self) -> dict[str, object]:
        """What an operation keeps: the ids, or the list's address and its limits."""
        kept: dict[str, object] = {"ids": list(self.message_ids)}
        if self.filters is not None:
            kept = {"list": self.filters.url(), "excluded": list(self.excluded)}
            kept["bound"] = self.bound
        if self.conversation_ids:
            kept["conversations"] = list(self.conversation_ids)
            kept["bound"] = self.bound
        if self.part:
            kept["part"] = self.part
        if self.before:
            kept["before"] = str(self.before)
        return kept

    def _chosen(self, user: User) -> MessageQuerySet:
        own = Message.objects.of(user)
        if self.filters is None:
            chosen = Q(pk__in=self.message_ids)
            if self.conversation_ids:
                ids = self.conversation_ids
                chosen |= self._held(Conversation.objects.of(user).filter(pk__in=ids))
            return own.filter(chosen)
        if self.filters.of_messages:
            rows, _notes = matching_messages(user, self.filters)
            rows = rows.select_related(None).exclude(pk__in=self.excluded)
            return rows.filter(pk__lte=self.bound)
        listed = _listed_conversations(user, self.filters, self.bound)
        return own.filter(self._held(listed.exclude(pk__in=self.excluded)))

    def _held(self, conversations: QuerySet[Conversation]) -> Q:
        """What is meant of whole conversations; no arrival that is newer."""
        if self.part not in (LATEST, READ):
            return Q(
                conversation__in=conversations.values("pk"),
                hidden_at=None,
                pk__lte=self.bound,
            )
        shown = Message.objects.shown().filter(outgoing=False, pk__lte=self.bound)
        of_it = shown.filter(conversation=OuterRef("pk")).newest_first()
        latest = conversations.annotate(chosen=Subquery(of_it.values("pk")[:1]))
        return Q(pk__in=latest.values("chosen"))


def newest(user: User) -> int:
    """The highest id of a message that the user has; 0 without any."""
    return Message.objects.of(user).aggregate(newest=Max("pk"))["newest"] or 0


def _listed_conversations(
    user: User, filters: Filters, bound: int
) -> QuerySet[Conversation]:
    """The list's conversations; one that became unread by an arrival is not of it."""
    rows = matching_conversations(user, filters).order_by().select_related(None)
    return rows.filter(_shown_up_to(bound, unread=True)) if filters.unread else rows


def _shown_up_to(bound: int, **state: bool) -> Exists:
    """Whether the conversation shows a message that is no newer than the bound."""
    shown = Message.objects.shown().filter(pk__lte=bound, **state)
    return Exists(shown.filter(conversation=OuterRef("pk")))
