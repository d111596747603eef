"""What operations were asked for: the list that was chosen, or the first message."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.db.models import OuterRef, Subquery
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Account, Provider
from messaging import wording
from messaging.filters import Filters
from messaging.models import Box, Draft, Message, Operation, OperationItem


@dataclass(frozen=True, slots=True)
class Subject:
    """`words` with an address for a list; otherwise a message, and how many besides."""

    words: str = ""
    url: str = ""
    message: Message | None = None
    others: int = 0


def subjects_of(
    user: User, operations: Iterable[Operation], accounts: Iterable[Account]
) -> dict[int, Subject]:
    """By operation; as many queries for one as for fifty."""
    rows = list(operations)
    names = {account.pk: account.handle for account in accounts}
    lists = {row.pk: listed for row in rows if (listed := _list(row, names))}
    first = _first_messages([row.pk for row in rows if row.pk not in lists])
    messages = Message.objects.of(user).select_related("author", "account")
    found = messages.in_bulk(set(first.values())) if first else {}
    drafts = _drafts(user, [row.pk for row in rows if row.verb == Operation.Verb.SEND])
    return {
        row.pk: drafts.get(row.pk)
        or lists.get(row.pk)
        or Subject(message=found.get(first.get(row.pk, 0)), others=row.total - 1)
        for row in rows
    }


def subject_of(operation: Operation, accounts: Iterable[Account]) -> Subject:
    """Of one, by one query; two where something is being sent."""
    names = {account.pk: account.handle for account in accounts}
    if listed := _list(operation, names):
        return listed
    if operation.verb == Operation.Verb.SEND:
        drafts = _drafts(operation.owner, [operation.pk])
        if operation.pk in drafts:
            return drafts[operation.pk]
    items = operation.items.select_related("message__author", "message__account")
    first = items.order_by("pk").first()
    message = first.message if first else None
    return Subject(message=message, others=operation.total - 1)


def _first_messages(operations: list[int]) -> dict[int, int]:
    """By operation, of those whose messages were ticked: few enough to look through."""
    items = OperationItem.objects.filter(operation=OuterRef("pk")).order_by("pk")
    rows = Operation.objects.filter(pk__in=operations).order_by()
    found = rows.values_list("pk", Subquery(items.values("message")[:1]))
    return {pk: message for pk, message in found if message} if operations else {}


def _drafts(user: User, sends: list[int]) -> dict[int, Subject]:
    """What is being written, as long as it has not surely been sent."""
    if not sends:
        return {}
    rows = Draft.objects.of(user).filter(operation__in=sends)
    texts = rows.values_list("operation", "title", "text")
    return {pk: Subject(words=(title or text)[:200]) for pk, title, text in texts if pk}


def _list(operation: Operation, names: Mapping[int, str]) -> Subject | None:
    match operation.selection:
        case {"list": str(url)}:
            filters = Filters.read(QueryDict(urlsplit(url).query))
            return Subject(words=list_words(filters, names), url=filters.url())
        case _:
            return None


def list_words(filters: Filters, names: Mapping[int, str]) -> str:
    """A list as one reads it; `names` are those of the accounts."""
    boxes = {"": _("Inbox"), "sent": _("Sent"), "hidden": _("Hidden")}
    if filters.box in Box.values:
        boxes[filters.box] = wording.box_name(filters.box)
    words = [
        *([filters.q] if filters.q else []),
        *([boxes[filters.box]] if filters.box or not filters.q else []),
        *([_("Unread")] if filters.unread else []),
        *(str(Provider(provider).label) for provider in filters.providers),
        *(names[pk] for pk in filters.accounts if pk in names),
    ]
    return pgettext("between the words of a list", ", ").join(words)
