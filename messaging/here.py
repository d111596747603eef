"""What an operation changes here, at once, and how that is put back."""

from collections.abc import Sequence

from django.db.models import Exists, F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Concat
from django.utils import timezone

from messaging import events
from messaging.models import (
    Conversation,
    Message,
    MessageQuerySet,
    Operation,
    OperationItem,
    OperationItemQuerySet,
    OperationQuerySet,
)

Verb, State = Operation.Verb, OperationItem.State

MARKS = (Verb.MARK_READ, Verb.MARK_UNREAD, Verb.MARK_REPLIED)
TAKES_AWAY = (Verb.REMOVE, Verb.DELETE, Verb.ACCEPT, Verb.REJECT)
HIDES = (Verb.HIDE, *TAKES_AWAY)
SHOWING = (*HIDES, Verb.UNHIDE)
"""Verbs that decide whether a message is shown."""

SUPERSEDED = "superseded"
"""The error of items that waited when the opposite was asked for."""
UNDO = "undo-"
"""How the key of an operation begins that undoes another one."""

_UNDOES = Q(operation__key__startswith=UNDO)
# A mark that a network refused was still made here. One that the opposite replaced was,
# too, until both are called off.
_REPLACED = Q(error=SUPERSEDED) & ~Q(operation__state=Operation.State.CANCELLED)
_LEFT_OUT = Q(state=State.SKIPPED) & ~(Q(verb__in=MARKS) & _REPLACED)
_REFUSED = Q(state=State.FAILED) & ~Q(verb__in=MARKS)
STANDS = Q(operation__undone_at=None) & ~_LEFT_OUT & ~_REFUSED
"""Items whose local effect holds, as far as nothing later changed it."""


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


def found(operation: Operation, message: Message) -> dict[str, bool]:
    """What the local effect changes, as it is now."""
    if operation.verb in MARKS:
        return {"unread": message.unread, "marked": message.marked}
    return {"hidden": message.hidden_at is not None}


def put_back(items: OperationItemQuerySet) -> None:
    """As it would be without these items, whose rows say by now that they are given up.

    What else was asked for before or since stands, unless that came to nothing too.
    """
    verbs = set(items.order_by().values_list("verb", flat=True).distinct())
    if verbs & set(MARKS):
        _put_marks_back(as_found(items, MARKS))
    if verbs & set(SHOWING):
        _put_places_back(as_found(items, SHOWING))
    recount(items)


def as_found(items: OperationItemQuerySet, verbs: Sequence[str]) -> MessageQuerySet:
    """The messages of `items`, each with `was`: how it is without what came to nothing.

    That is what the first of those found that came after the last that stands: `unread`
    and `marked`, or `hidden` and the verb, as words. None where nothing came after it.
    """
    asked = list(items.order_by().values_list("operation", flat=True).distinct())
    alike = OperationItem.objects.filter(verb__in=verbs)
    later = alike.filter(STANDS, message=OuterRef("message"), pk__gt=OuterRef("pk"))
    # What undoes something shows in that, unless it is itself called off.
    own = ~_UNDOES | Q(operation__in=asked)
    since = alike.filter(own, message=OuterRef("pk")).exclude(STANDS)
    since = since.exclude(Exists(later.exclude(_UNDOES))).order_by("pk")
    found = Concat(
        KeyTextTransform("unread" if verbs == MARKS else "hidden", "before"),
        Value(" "),
        KeyTextTransform("marked", "before") if verbs == MARKS else F("verb"),
        output_field=TextField(),
    )
    first = since.annotate(found=found).values("found")[:1]
    return _messages(items).annotate(was=Subquery(first, output_field=TextField()))


def _put_places_back(rows: MessageQuerySet) -> None:
    now = timezone.now()
    done = OperationItem.objects.filter(message=OuterRef("pk"), state=State.DONE)
    taken = Q(was__in=[f"false {verb}" for verb in TAKES_AWAY])
    # Gone meanwhile in another way, as when all notices are cleared.
    gone = taken & Q(~Exists(done.filter(verb__in=TAKES_AWAY)), gone_at__isnull=False)
    hidden = rows.filter(Q(was__startswith="true"), hidden_at=None)
    hidden.update(hidden_at=now)
    shown = rows.filter(Q(was__startswith="false"), hidden_at__isnull=False)
    shown.exclude(gone).update(hidden_at=None)


def _put_marks_back(rows: MessageQuerySet) -> None:
    for unread in (True, False):
        for marked in (True, False):
            same = rows.filter(Q(was=f"{unread} {marked}".lower()))
            same.exclude(unread=unread, marked=marked).update(
                unread=unread, marked=marked
            )


def undoing(operation: Operation) -> OperationQuerySet:
    """Those that undid it: another one each time that the last was itself called off."""
    key = f"{UNDO}{operation.pk}"
    rows = Operation.objects.filter(owner=operation.owner_id)
    return rows.filter(Q(key=key) | Q(key__startswith=f"{key}-"))


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
