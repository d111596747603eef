"""How far operations are, at each of their accounts, and how long they still take."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q
from django.utils import timezone

from accounts.models import Account
from inboxhub.networks.capabilities import SERVER
from messaging.models import Operation, OperationItem

State, ItemState = Operation.State, OperationItem.State

OPEN = (ItemState.PENDING, ItemState.IN_FLIGHT, ItemState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Lane:
    """What an operation does in one account, and how far it is.

    `state` is `running`, `waiting-for-host`, `sign-in-needed`, `unreachable`, `paused`,
    `undo-window`, `unlinked`, `in-doubt` or `done`; `until` the moment at which it
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


@dataclass(frozen=True, slots=True)
class Course:
    """`lanes` in the order of the accounts; `seconds_left` at the hosts' limits.

    It is None when nobody can say.
    """

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
    return courses([operation])[operation.pk]


def courses(operations: Iterable[Operation]) -> dict[int, Course]:
    """Those of all these operations, by two queries."""
    rows = {operation.pk: operation for operation in operations}
    later = Q(state__in=OPEN, not_before__gt=timezone.now())
    items = OperationItem.objects.filter(operation__in=rows).order_by()
    grouped = items.values_list("operation", "account", "source", "state")
    counted = grouped.annotate(
        number=Count("pk"),
        were_gone=Count("pk", filter=Q(gone=True)),
        until=Max("not_before", filter=later),
    )
    found: dict[int, dict[int, list[_Alike]]] = {pk: {} for pk in rows}
    for operation_id, account_id, *values in counted:
        found[operation_id].setdefault(account_id, []).append(_Alike(*values))
    held = {account_id for by_account in found.values() for account_id in by_account}
    accounts = Account.objects.in_bulk(held)
    return {
        pk: _course(operation, sorted(found[pk].items()), accounts)
        for pk, operation in rows.items()
    }


def _course(
    operation: Operation,
    by_account: list[tuple[int, list[_Alike]]],
    accounts: dict[int, Account],
) -> Course:
    both = [(accounts[pk], items) for pk, items in by_account]
    lanes = [_lane(operation, account, items) for account, items in both]
    return Course(lanes, _seconds_left(operation, both))


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
        case _, State.CANCELLED:
            return "in-doubt"
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
