"""What happens to an operation after it was asked for: begin, pause, go on, end, undo.

States change by conditional updates alone, so each of these may be asked twice, and by
two people's clicks at once: one of them happens.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib.database import short_write
from messaging import events, here, operations
from messaging.models import (
    Operation,
    OperationItem,
    OperationItemQuerySet,
    OperationQuerySet,
)
from messaging.operations import UNFINISHED, WINDOW_OF_MANY

Verb, State, ItemState = Operation.Verb, Operation.State, OperationItem.State

AT_WORK = (State.WAITING, State.RUNNING)
# A time to begin that lies further away than this was said by a clock that jumped.
FURTHEST = 2 * WINDOW_OF_MANY
RESTARTED = "restarted"
RESTARTS = timedelta(minutes=1)
"""Processes that start within this time are told of as one restart."""
_OPPOSITE = {
    Verb.MARK_READ: (Verb.MARK_UNREAD, "true"),
    Verb.MARK_UNREAD: (Verb.MARK_READ, "false"),
}
"""What takes a mark back, and how a message was found that it has changed."""
TAKEN_BACK = (*_OPPOSITE, Verb.HIDE, Verb.UNHIDE)
"""Verbs that can be undone afterwards; the others only until they begin."""

_ALIKE = (here.MARKS, here.SHOWING, (Verb.REACT, Verb.UNREACT))
"""Verbs of which the one that is asked for last decides."""


# --- When it begins -------------------------------------------------------------------


def due(now: datetime) -> Q:
    """Operations of which networks may be told something now."""
    begins = Q(not_before=None) | Q(not_before__lte=now)
    begins |= Q(not_before__gt=now + FURTHEST)
    return Q(state=State.RUNNING) | (Q(state=State.WAITING) & begins)


def begin(rows: OperationQuerySet) -> None:
    """Those of the rows whose time has come are running now."""
    come = rows.filter(due(timezone.now()), state=State.WAITING)
    for operation in come:
        with short_write():
            row = Operation.objects.filter(pk=operation.pk)
            if come.filter(pk=operation.pk).update(state=State.RUNNING):
                row.note("begun")
                _tell(operation)


def restarted() -> None:
    """A process that does the work has started: what was under way goes on."""
    recently = (timezone.now() - RESTARTS).isoformat()
    with short_write():
        for operation in Operation.objects.filter(state__in=UNFINISHED):
            noted = [one["at"] for one in operation.history if one["what"] == RESTARTED]
            if operation.created_at.isoformat() < recently > max(noted, default=""):
                Operation.objects.filter(pk=operation.pk).note(RESTARTED)


# --- What a person can say ------------------------------------------------------------


def pause(operation: Operation) -> bool:
    """Stop before the next call. True when it happened."""
    return _change(operation, AT_WORK, State.PAUSED, "paused")


def resume(operation: Operation) -> bool:
    """Go on; what is left of the time to undo it counts again. True when it happened."""
    begins = operation.not_before
    waits = begins is not None and begins > timezone.now()
    state = State.WAITING if waits else State.RUNNING
    return _change(operation, (State.PAUSED,), state, "resumed")


def cancel(operation: Operation) -> bool:
    """What is done stays done; the rest is left alone. True when it happened."""
    return _call_off(operation, "cancelled")


def undo(operation: Operation) -> bool:
    """As before: what waits is left alone, and marks and hiding are taken back.

    What a network was told to delete stays deleted. True when something happened.
    """
    with short_write():
        called_off = _call_off(operation, "undone")
        row = Operation.objects.filter(pk=operation.pk, undone_at=None)
        once = operation.verb in TAKEN_BACK and row.update(undone_at=timezone.now())
        if not once:
            return called_off
        if not called_off:
            Operation.objects.filter(pk=operation.pk).note("undone")
        operation.refresh_from_db()
        if operation.verb in _OPPOSITE:
            return _reverse(operation) or called_off
        # Of this no network ever heard.
        here.put_back(operation.items.all())
        here.tell(operation.owner_id, "operation.changed", operation.items.all())
        return True


def retry(operation: Operation) -> bool:
    """Try again what failed, where the account is still linked. True when it happened."""
    if operation.verb == Verb.SEND or operation.undone_at is not None:
        return False
    with short_write():
        linked = Account.objects.linked().filter(owner=operation.owner_id)
        # Held: what an account that is just unlinked gets now would wait for ever.
        list(linked.select_for_update(no_key=True).order_by("pk"))
        failed = operation.items.filter(state=ItemState.FAILED, account__in=linked)
        _place_anew(operation, failed)
        operations.supersede(operation, failed)
        here.apply(operation, failed)
        number = failed.update(
            state=ItemState.PENDING,
            error="",
            attempts=0,
            not_before=None,
            settled_at=None,
        )
        if not number:
            return False
        row = Operation.objects.filter(pk=operation.pk)
        if operation.finished_at:
            row.note("finished", at=operation.finished_at)
        row.note("retried")
        ended = row.exclude(state__in=UNFINISHED)
        ended.update(state=State.RUNNING, finished_at=None)
        operations.tally(operation.pk, failed=-number)
        _tell(operation)
        operations.ring(operation)
    operation.refresh_from_db()
    return True


def _place_anew(operation: Operation, failed: OperationItemQuerySet) -> None:
    """What was overtaken comes after what was asked for the same messages since.

    The ids of items say in which order they were asked for.
    """
    verbs = next((alike for alike in _ALIKE if operation.verb in alike), ())
    later = OperationItem.objects.filter(
        here.STANDS, verb__in=verbs, message=OuterRef("message"), pk__gt=OuterRef("pk")
    )
    overtaken = failed.filter(Exists(later))
    items = list(overtaken.select_related("message").order_by("pk"))
    overtaken.delete()
    for item in items:
        item.pk = None
        if item.message is not None:
            item.before = here.found(operation, item.message)
    OperationItem.objects.bulk_create(items)


def _change(
    operation: Operation, states: Iterable[str], state: str, noted: str
) -> bool:
    with short_write():
        row = Operation.objects.filter(pk=operation.pk)
        if not row.filter(state__in=states).update(state=state):
            return False
        row.note(noted)
        _tell(operation)
        operations.ring(operation)
    operation.refresh_from_db()
    return True


def _call_off(operation: Operation, error: str) -> bool:
    with short_write():
        row = Operation.objects.filter(pk=operation.pk)
        ends = row.filter(state__in=UNFINISHED)
        if not ends.update(state=State.CANCELLED, finished_at=timezone.now()):
            return False
        row.note(error)
        if operation.key.startswith(here.UNDO):
            undone = operation.key.removeprefix(here.UNDO).partition("-")[0]
            mine = Operation.objects.filter(owner=operation.owner_id, pk=undone)
            mine.update(undone_at=None)
        operations.leave_out(operation.items.filter(state=ItemState.PENDING), error)
        left_out = operation.items.filter(state=ItemState.SKIPPED, error=error)
        operations.revive(operation, left_out)
        here.put_back(left_out)
        operations.edit_again(left_out)
        here.tell(operation.owner_id, "operation.changed", left_out)
    operation.refresh_from_db()
    return True


def _reverse(operation: Operation) -> bool:
    """Ask for the opposite of what it changed, where nothing was asked for since."""
    verb, unread = _OPPOSITE[Verb(operation.verb)]
    here.put_back(operation.items.filter(error=here.SUPERSEDED))
    # What failed on the network was still done here; the rest is as before by now.
    touched = operation.items.exclude(state=ItemState.SKIPPED)
    found = here.as_found(touched, here.MARKS)
    rows = found.filter(Q(was__startswith=unread), owner=operation.owner_id)
    if not rows.exists():
        return False
    # Once more, where the first undo was itself called off.
    earlier = here.undoing(operation).count()
    chosen, key = {"operation": operation.pk}, f"{here.UNDO}{operation.pk}-{earlier}"
    asked = operations.ask(operation.owner, verb, rows, chosen, key=key)
    return asked.total > 0


def _tell(operation: Operation) -> None:
    events.append(operation.owner_id, "operation.changed")
