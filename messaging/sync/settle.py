"""Counts, order and people of the conversations that a page touched.

New messages only add to what is known of a conversation, which costs the same however
long it is. Whatever else happened, it is counted anew.
"""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Max

from inboxhub.lib.database import update_rows
from messaging.models import Conversation, Message
from messaging.sync.known import KnownConversation, MessageRow

PEOPLE_SHOWN = 8

_COUNTS = ("latest", "sort_key", "unread_count", "message_count")
_PEOPLE = ("participants", "participant_count")

People = Mapping[int, Collection[int]]  # conversation → authors who take part


def add_messages(
    conversations: Iterable[KnownConversation],
    new: Mapping[int, list[MessageRow]],
    people: People,
) -> None:
    """Count new messages, by conversation, into conversations as they are stored."""
    same, ordered, unsure = [], [], []
    for row in conversations:
        added = new[row.id]
        _count(row, added)
        told = people.get(row.id, ())
        if row.fresh:
            _order(row, told, _written(added))
            ordered.append(row)
        elif _is_in_order(row, told, added):
            same.append(row)
        else:
            unsure.append(row)
    if unsure:
        written = _all_written([row.id for row in unsure])
        for row in unsure:
            told = {*row.participants, *people.get(row.id, ())}
            _order(row, told, written.get(row.id, {}))
    update_rows(Conversation, same, _COUNTS)
    update_rows(Conversation, [*ordered, *unsure], (*_COUNTS, *_PEOPLE))


def recount(ids: Collection[int], people: People) -> None:
    """Make the conversations say again what all of their messages are."""
    if not ids:
        return
    rows = Conversation.objects.filter(pk__in=ids)
    rows.recount()
    written = _all_written(ids)
    settled = []
    for row in rows:
        told = {*row.participants, *people.get(row.pk, ())}
        before = (row.participants, row.participant_count)
        _order(row, told, written.get(row.pk, {}))
        if (row.participants, row.participant_count) != before:
            settled.append(row)
    update_rows(Conversation, settled, _PEOPLE)


def _count(row: KnownConversation, added: list[MessageRow]) -> None:
    """None of a page's new messages is hidden."""
    newest = max(added, key=_rank)
    if _rank(newest) > (row.sort_key, row.latest_id or 0):
        row.sort_key, row.latest_id = _rank(newest)
    row.message_count += len(added)
    row.unread_count += sum(message.unread for message in added)


def _rank(message: MessageRow) -> tuple[int, int]:
    return message.sort_key, message.id


def _is_in_order(
    row: KnownConversation, told: Collection[int], added: list[MessageRow]
) -> bool:
    """Whether the people surely stay as they are: who wrote last has written again."""
    authors = set(_written(added))
    return authors.issubset(row.participants[:1]) and (
        not told or set(told).issubset(row.participants)
    )


def _written(messages: Iterable[MessageRow]) -> dict[int, int]:
    """Who wrote to me, with the moment of their last message."""
    written: dict[int, int] = {}
    for message in messages:
        if message.author_id and not message.outgoing:
            last = written.get(message.author_id, 0)
            written[message.author_id] = max(last, message.sort_key)
    return written


def _all_written(ids: Collection[int]) -> dict[int, dict[int, int]]:
    written: dict[int, dict[int, int]] = {}
    writers = Message.objects.filter(conversation__in=ids, outgoing=False)
    grouped = writers.exclude(author=None).values_list("conversation", "author")
    for conversation, author, last in grouped.annotate(last=Max("sort_key")):
        written.setdefault(conversation, {})[author] = last
    return written


def _order(
    row: KnownConversation | Conversation, told: Iterable[int], written: dict[int, int]
) -> None:
    last = {**dict.fromkeys(told, 0), **written}
    order = sorted(last, key=lambda author: (-last[author], author))
    row.participants, row.participant_count = order[:PEOPLE_SHOWN], len(order)
