"""What an operation changes here, at once, and how that is put back."""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from messaging import events
from messaging.models import (
    Conversation,
    Message,
    MessageQuerySet,
    Operation,
    OperationItem,
    OperationItemQuerySet,
)

Verb, State = Operation.Verb, OperationItem.State

MARKS = (Verb.MARK_READ, Verb.MARK_UNREAD, Verb.MARK_REPLIED)
TAKES_AWAY = (Verb.REMOVE, Verb.DELETE, Verb.ACCEPT, Verb.REJECT)
HIDES = (Verb.HIDE, *TAKES_AWAY)


def apply(operation: Operation, items: OperationItemQuerySet) -> None:
    """The local effect on the messages of these items, and what pages are told."""
    rows = _messages(items)
    match operation.verb:
        case Verb.MARK_READ | Verb.MARK_REPLIED:
            rows.update(unread=False, marked=True)
        case Verb.MARK_UNREAD:
            rows.update(unread=True, marked=True)
        case verb if verb in HIDES:
            rows.filter(hidden_at=None).update(hidden_at=timezone.now())
        case Verb.UNHIDE:
            rows.update(hidden_at=None)
        case _:
            return
    recount(items)
    tell(operation.owner_id, f"message.{operation.verb}", items)


def put_back(items: OperationItemQuerySet) -> None:
    """As it was before, unless something was asked for since."""
    alike = (MARKS, (*HIDES, Verb.UNHIDE))
    for verbs in alike:
        later = OperationItem.objects.filter(
            message=OuterRef("message"), pk__gt=OuterRef("pk"), verb__in=verbs
        )
        last = items.filter(verb__in=verbs).exclude(
            Exists(later.exclude(state=State.SKIPPED))
        )
        if verbs is MARKS:
            _put_marks_back(last)
        else:
            shown = _messages(last.filter(verb__in=HIDES, before__hidden=False))
            shown.filter(gone_at=None).update(hidden_at=None)
            hidden = _messages(last.filter(verb=Verb.UNHIDE, before__hidden=True))
            hidden.update(hidden_at=timezone.now())
    recount(items)


def _put_marks_back(items: OperationItemQuerySet) -> None:
    for unread in (True, False):
        for marked in (True, False):
            same = items.filter(before__unread=unread, before__marked=marked)
            _messages(same).update(unread=unread, marked=marked)


def recount(items: OperationItemQuerySet) -> None:
    """The conversations of these messages."""
    held = _messages(items).values("conversation")
    Conversation.objects.filter(pk__in=held).recount()


def tell(owner_id: int, kind: str, items: OperationItemQuerySet) -> None:
    """One event, without ids where there are too many."""
    pairs = items.order_by().values_list("message", "message__conversation")
    found = pairs.exclude(message=None)[: events.MOST_IDS + 1]
    messages, conversations = [pk for pk, _one in found], {one for _pk, one in found}
    events.append(owner_id, kind, messages=messages, conversations=conversations)


def _messages(items: OperationItemQuerySet) -> MessageQuerySet:
    return Message.objects.filter(pk__in=items.order_by().values("message"))
