"""What a person chose to do something with: a snapshot that later arrivals never join."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.contrib.auth.models import User
from django.db.models import Max

from messaging.filters import Filters
from messaging.listing import matching_conversations, matching_messages
from messaging.models import Message, MessageQuerySet


@dataclass(frozen=True, slots=True)
class Selection:
    """Messages by their ids, or all of a list with the newest one that may be touched."""

    message_ids: tuple[int, ...] = ()
    filters: Filters | None = None
    bound: int = 0
    """The highest message id that existed when the list was chosen."""
    excluded: tuple[int, ...] = ()
    """Rows of the list that were unticked: messages or conversations, as it shows."""

    @classmethod
    def messages(cls, ids: Iterable[int]) -> Self:
        return cls(message_ids=tuple(dict.fromkeys(ids)))

    @classmethod
    def conversations(cls, user: User, ids: Iterable[int]) -> Self:
        """The shown messages of these conversations, as they are now."""
        rows = Message.objects.of(user).shown().filter(conversation__in=list(ids))
        return cls(message_ids=tuple(rows.values_list("pk", flat=True)))

    @classmethod
    def matching(cls, user: User, query: str) -> Self:
        """All that match the query now."""
        return cls.listed(user, Filters(q=query))

    @classmethod
    def listed(cls, user: User, filters: Filters) -> Self:
        """All that the list holds now."""
        return cls(filters=filters, bound=newest(user))

    def of(self, user: User) -> MessageQuerySet:
        """The rows, of which a stranger's ids are simply left out."""
        if self.filters is None:
            return Message.objects.of(user).filter(pk__in=self.message_ids)
        if self.filters.of_messages:
            rows, _notes = matching_messages(user, self.filters)
            rows = rows.select_related(None).exclude(pk__in=self.excluded)
        else:
            conversations = matching_conversations(user, self.filters)
            chosen = conversations.exclude(pk__in=self.excluded).order_by()
            held = chosen.select_related(None).values("pk")
            rows = Message.objects.of(user).shown().filter(conversation__in=held)
        return rows.filter(pk__lte=self.bound)

    def as_json(self) -> dict[str, object]:
        """What an operation keeps: the ids, or the list's address and its limits."""
        if self.filters is None:
            return {"ids": list(self.message_ids)}
        return {
            "list": self.filters.url(),
            "bound": self.bound,
            "excluded": list(self.excluded),
        }


def newest(user: User) -> int:
    """The highest id of a message that the user has; 0 without any."""
    return Message.objects.of(user).aggregate(newest=Max("pk"))["newest"] or 0
