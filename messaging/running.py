"""What happens to an operation after it was asked for: begin, pause, go on, end, undo.

States change by conditional updates alone, so each of these may be asked twice, and by
two people's clicks at once: one of them happens.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Count, Max, Q
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib.database import short_write
from inboxhub.networks.base import SERVER
from messaging import events, here, operations
from messaging.models import (
    Message,
    Operation,
    OperationItem,
    OperationQuerySet,
)
from messaging.operations import UNFINISHED, WINDOW_OF_MANY

Verb, State, ItemState = Operation.Verb, Operation.State, OperationItem.State

AT_WORK = (State.WAITING, State.RUNNING)
OPEN = (ItemState.PENDING, ItemState.IN_FLIGHT, ItemState.UNKNOWN)
# A time to begin that lies further away than this was said by a clock that jumped.
FURTHEST = 2 * WINDOW_OF_MANY
_OPPOSITE = {
    Verb.MARK_READ: (Verb.MARK_UNREAD, {"before__unread": True}),
    Verb.MARK_UNREAD: (Verb.MARK_READ, {"before__unread": False}),
    Verb.HIDE: (Verb.UNHIDE, {"before__hidden": False}),
    Verb.UNHIDE: (Verb.HIDE, {"before__hidden": True}),
}


@dataclass(frozen=True, slots=True)
class Lane:
    """What an operation does in one account, and how far it is.

    `state` is `running`, `waiting-for-host`, `sign-in-needed`, `unreachable`, `paused`,
    `undo-window`, `unlinked`, `cancelled` or `done`; `until` the moment at which it
    goes on, where that is known.
    """

    account: Account
    total: int
    done: int
    gone: int
    failed: int
    skipped: int
    unknown: int
    left: int
    state: str
    until: datetime | None


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
            if come.filter(pk=operation.pk).update(state=State.RUNNING):
                _tell(operation)


# --- What a person can say ------------------------------------------------------------


def pause(operation: Operation) -> bool:
    """Stop before the next call. True when it happened."""
    return _change(operation, (State.WAITING, State.RUNNING), State.PAUSED)


def resume(operation: Operation) -> bool:
    """Go on; what is left of the time to undo it counts again. True when it happened."""
    begins = operation.not_before
    waits = begins is not None and begins > timezone.now()
    return _change(
        operation, (State.PAUSED,), State.WAITING if waits else State.RUNNING
    )


def cancel(operation: Operation) -> bool:
    """What is done stays done; the rest is left alone. True when it happened."""
    return _call_off(operation, "cancelled")


def undo(operation: Operation) -> bool:
    """As before: what waits is left alone, and marks and hiding are taken back.

    What a network was told to delete stays deleted. True when something happened.
    """
    with short_write():
        called_off = _call_off(operation, "undone")
        return _reverse(operation) or called_off


def retry(operation: Operation) -> bool:
    """Try again what failed, where the account is still linked. True when it happened."""
    if operation.verb == Verb.SEND:
        return False
    with short_write():
        linked = Account.objects.linked().filter(owner=operation.owner_id)
        # Held: what an account that is just unlinked gets now would wait for ever.
        list(linked.select_for_update(no_key=True).order_by("pk"))
        failed = operation.items.filter(state=ItemState.FAILED, account__in=linked)
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
        ended = Operation.objects.filter(pk=operation.pk).exclude(state__in=UNFINISHED)
        ended.update(state=State.RUNNING, finished_at=None)
        operations.tally(operation.pk, failed=-number)
        _tell(operation)
        operations.ring(operation)
    operation.refresh_from_db()
    return True


def _change(operation: Operation, states: Iterable[str], state: str) -> bool:
    with short_write():
        rows = Operation.objects.filter(pk=operation.pk, state__in=states)
        if not rows.update(state=state):
            return False
        _tell(operation)
        operations.ring(operation)
    operation.refresh_from_db()
    return True


def _call_off(operation: Operation, error: str) -> bool:
    with short_write():
        rows = Operation.objects.filter(pk=operation.pk, state__in=UNFINISHED)
        if not rows.update(state=State.CANCELLED, finished_at=timezone.now()):
            return False
        waiting = operation.items.filter(state=ItemState.PENDING)
        here.put_back(waiting)
        operations.leave_out(waiting, error)
        left_out = operation.items.filter(state=ItemState.SKIPPED, error=error)
        operations.edit_again(left_out)
        here.tell(operation.owner_id, "operation.changed", left_out)
    operation.refresh_from_db()
    return True


def _reverse(operation: Operation) -> bool:
    """Ask for the opposite of what was done already, or is on its way, once."""
    opposite = _OPPOSITE.get(Verb(operation.verb))
    key = f"undo-{operation.pk}"
    if (
        opposite is None
        or Operation.objects.filter(owner=operation.owner_id, key=key).exists()
    ):
        return False
    verb, before = opposite
    # What failed on the network was still done here.
    touched = (ItemState.DONE, ItemState.IN_FLIGHT, ItemState.FAILED)
    items = operation.items.filter(state__in=touched, **before)
    rows = Message.objects.filter(
        owner=operation.owner_id, pk__in=items.order_by().values("message")
    )
    if not rows.exists():
        return False
    chosen = {"operation": operation.pk}
    asked = operations.ask(operation.owner, verb, rows, chosen, key=key)
    return asked.total > 0


def _tell(operation: Operation) -> None:
    events.append(operation.owner_id, "operation.changed")


# --- How far it is --------------------------------------------------------------------


def unfinished(user: User) -> list[Operation]:
    """The user's operations that are not over, the newest first."""
    rows = Operation.objects.of(user).filter(state__in=UNFINISHED)
    return list(rows.order_by("-pk"))


def lanes(operation: Operation) -> list[Lane]:
    """One per account, in the order of the accounts."""
    return course(operation).lanes


def seconds_left(operation: Operation) -> float | None:
    """About how long it goes on at the hosts' limits; None when nobody can say."""
    return course(operation).seconds_left


@dataclass(frozen=True, slots=True)
class Course:
    """How far an operation is: `lanes` and `seconds_left` of it, by two queries."""

    lanes: list[Lane]
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class _Alike:
    """How many items of a source are in a state, and until when some must wait."""

    source: str
    state: str
    number: int
    gone: int
    until: datetime | None


def course(operation: Operation) -> Course:
    later = Q(state__in=OPEN, not_before__gt=timezone.now())
    grouped = operation.items.order_by().values_list("account", "source", "state")
    counted = grouped.annotate(
        number=Count("pk"),
        were_gone=Count("pk", filter=Q(gone=True)),
        until=Max("not_before", filter=later),
    )
    by_account: dict[int, list[_Alike]] = {}
    for account_id, *values in counted:
        by_account.setdefault(account_id, []).append(_Alike(*values))
    accounts = Account.objects.filter(pk__in=by_account).order_by("pk")
    both = [(account, by_account[account.pk]) for account in accounts]
    found = [_lane(operation, account, items) for account, items in both]
    return Course(found, _seconds_left(operation, both))


def _lane(operation: Operation, account: Account, items: list[_Alike]) -> Lane:
    counts: Counter[str] = Counter()
    for alike in items:
        counts[alike.state] += alike.number
    left = counts[ItemState.PENDING] + counts[ItemState.IN_FLIGHT]
    unknown = counts[ItemState.UNKNOWN]
    until = _until(items)
    state = _lane_state(operation, account, until, open_items=bool(left + unknown))
    if state == "undo-window":
        until = operation.not_before
    return Lane(
        account,
        total=counts.total(),
        done=counts[ItemState.DONE],
        gone=sum(alike.gone for alike in items),
        failed=counts[ItemState.FAILED],
        skipped=counts[ItemState.SKIPPED],
        unknown=unknown,
        left=left,
        state=state,
        until=until if state in ("undo-window", "waiting-for-host") else None,
    )


def _until(items: list[_Alike]) -> datetime | None:
    """The last of the moments that some items must wait for."""
    return max((alike.until for alike in items if alike.until), default=None)


def _lane_state(
    operation: Operation, account: Account, until: datetime | None, *, open_items: bool
) -> str:
    status = Account.Status
    if not open_items:
        return "done"
    match account.status, operation.state:
        case ((status.UNLINKED | status.ERASING), _):
            return "unlinked"
        case _, State.PAUSED:
            return "paused"
        case _, State.WAITING:
            return "undo-window"
        case status.SIGN_IN_NEEDED, _:
            return "sign-in-needed"
        case status.UNREACHABLE, _:
            return "unreachable"
        case _ if until is not None:
            return "waiting-for-host"
        case _:
            return "running"


def _seconds_left(
    operation: Operation, both: list[tuple[Account, list[_Alike]]]
) -> float | None:
    if operation.state not in (State.WAITING, State.RUNNING):
        return None
    now = timezone.now()
    lengths = [0.0]
    for account, items in both:
        until = _until(items)
        length = (until - now).total_seconds() if until else 0.0
        left: Counter[str] = Counter()
        for alike in items:
            if alike.state in (ItemState.PENDING, ItemState.IN_FLIGHT):
                left[alike.source] += alike.number
        for source, number in left.items():
            length += _length(account, operation.verb, source, number)
        lengths.append(length)
    begins = operation.not_before if operation.state == State.WAITING else None
    window = (begins - now).total_seconds() if begins else 0.0
    return max(window, 0.0) + max(lengths)


def _length(account: Account, verb: str, source: str, number: int) -> float:
    able = account.able
    both = [able.ability(verb, source, own=own) for own in (True, False)]
    reaching = [one for one in both if one.reach == SERVER]
    return max((one.duration(number) for one in reaching), default=0.0)
