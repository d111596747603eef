"""What a list holds: the rows that its filters let through, newest first."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from messaging import search
from messaging.filters import Filters
from messaging.models import Conversation, MessageQuerySet


def matching_conversations(
    user: User,
    filters: Filters,
) -> QuerySet[Conversation]:
    rows = Conversation.objects.of(user).shown().newest_first()
    if filters.box:
        rows = rows.filter(box=filters.box)
    if filters.unread:
        rows = rows.filter(unread_count__gt=0)
    if filters.accounts:
        rows = rows.filter(account__in=filters.accounts)
    if filters.providers:
        rows = rows.filter(account__provider__in=filters.providers)
    return rows.select_related("latest__author")


def matching_messages(
    user: User,
    filters: Filters,
) -> tuple[MessageQuerySet, tuple[str, ...]]:
    """Messages of a search, of what was sent, or of what is hidden."""
    found = search.messages(user, filters.q, hidden=filters.box == "hidden")
    rows = found.queryset
    match filters.box:
        case "sent":
            rows = rows.filter(outgoing=True, gone_at=None)
        case "" | "hidden":
            pass
        case box:
            rows = rows.filter(box=box)
    if filters.unread:
        rows = rows.filter(unread=True)
    if filters.accounts:
        rows = rows.filter(account__in=filters.accounts)
    if filters.providers:
        rows = rows.filter(account__provider__in=filters.providers)
    return rows.newest_first().select_related("author", "conversation"), found.notes
