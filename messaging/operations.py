"""Writes an operation with its items, in the database alone: one message or all."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import product
from typing import Any

from django.contrib.auth.models import User
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    Field,
    JSONField,
    OuterRef,
    Q,
    TextField,
    Value,
    When,
)
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib import doorbell
from inboxhub.lib.database import insert_selected, short_write
from inboxhub.networks.capabilities import HERE, NOWHERE, SERVER
from messaging import events, here, reach
from messaging.models import (
    Draft,
    Message,
    MessageQuerySet,
    Operation,
    OperationItem,
    OperationItemQuerySet,
)

Verb = Operation.Verb
State = OperationItem.State

LOOKS_PER_TRY = 2
MOST_LOOKS = 2 * LOOKS_PER_TRY
"""So often a network is asked whether something was sent; then the person decides."""

UNFINISHED = (Operation.State.WAITING, Operation.State.RUNNING, Operation.State.PAUSED)
UNDOABLE = (Verb.REMOVE, Verb.DELETE, Verb.MARK_REPLIED, Verb.ACCEPT, Verb.REJECT)
WINDOW_OF_ONE, WINDOW_OF_MANY = timedelta(seconds=10), timedelta(seconds=30)

# What the remote says already need not be told to it.
_KNOWN_THERE = {
    Verb.MARK_READ: {"read", "replied"},
    Verb.MARK_UNREAD: {"unread"},
    Verb.MARK_REPLIED: {"replied"},
}
_OPPOSITE = {
    Verb.MARK_READ: Verb.MARK_UNREAD,
    Verb.MARK_UNREAD: Verb.MARK_READ,
    Verb.ACCEPT: Verb.REJECT,
    Verb.REJECT: Verb.ACCEPT,
    Verb.REACT: Verb.UNREACT,
    Verb.UNREACT: Verb.REACT,
}
# What a person says to an operation, of which the last decides whether it is paused.
_SAID = ("paused", "resumed", "retried")
_STATES = {SERVER: State.PENDING, HERE: State.DONE, NOWHERE: State.SKIPPED}


def ask(
    user: User,
    verb: str,
    rows: MessageQuerySet,
    selection: Mapping[str, object],
    *,
    argument: str = "",
    key: str = "",
    undoable: bool = False,
    by_opening: bool = False,
) -> Operation:
    """Write what is asked for and its local effect in one transaction, ring the bells.

    `selection` says how the rows were chosen. A `key` that was used is no new operation.
    """
    with short_write():
        # Read here, and held: what an account that is just unlinked gets now would wait
        # for ever, or until the account is linked again.
        held = Account.objects.of(user).select_for_update(no_key=True).order_by("pk")
        accounts = held.in_bulk()
        asked = Operation.objects.of(user).filter(key=key).first() if key else None
        if asked is not None:
            return asked
        operation = Operation.objects.create(
            owner=user,
            verb=verb,
            state=Operation.State.RUNNING,
            selection=dict(selection),
            argument=argument,
            by_opening=by_opening,
            key=key,
        )
        _write_items(operation, rows, accounts)
        _take_along(operation, accounts)
        _begin(operation, undoable=undoable)
    return operation


def ask_account(user: User, verb: str, account: Account) -> Operation:
    """What concerns an account as a whole: one item without a message."""
    with short_write():
        held = Account.objects.of(user).select_for_update(no_key=True)
        now = held.get(pk=account.pk)
        able = now.able.ability(verb, "notification", own=False)
        linked = Account.objects.linked().filter(pk=account.pk).exists()
        state = _STATES[able.reach] if linked else State.SKIPPED
        operation = Operation.objects.create(
            owner=user, verb=verb, state=Operation.State.RUNNING
        )
        skipped = state == State.SKIPPED
        OperationItem.objects.create(
            operation=operation,
            account=account,
            verb=verb,
            source="account",
            remote_id=account.remote_id,
            state=state,
            error=(able.reason if linked else "unlinked") if skipped else "",
            settled_at=timezone.now() if skipped else None,
        )
        _begin(operation, undoable=False)
    return operation


def _take_along(operation: Operation, accounts: Mapping[int, Account]) -> None:
    """The rest of each conversation that its network removes as one."""
    if operation.verb != Verb.REMOVE:
        return
    asked = Message.objects.filter(items__operation=operation)
    whole = asked.filter(reach.as_one(accounts, operation.verb))
    if whole.exists():
        _write_items(operation, reach.rest_of(operation.owner, whole), accounts)


def _begin(operation: Operation, *, undoable: bool) -> None:
    """The local effect, the counts, and who has something to do now."""
    asked = operation.items.exclude(state=State.SKIPPED)
    supersede(operation, asked)
    here.apply(operation, asked)
    settle(operation)
    if operation.state == Operation.State.DONE:
        return
    if undoable and operation.verb in UNDOABLE:
        length = WINDOW_OF_ONE if operation.total == 1 else WINDOW_OF_MANY
        operation.state = Operation.State.WAITING
        operation.not_before = timezone.now() + length
        operation.save(update_fields=["state", "not_before"])
    ring(operation)


def ring(operation: Operation) -> None:
    """Have all accounts looked at that have something to do for it."""
    waiting = operation.items.filter(state=State.PENDING).order_by()
    for account_id in waiting.values_list("account", flat=True).distinct():
        doorbell.ring(account_id)


# --- Items ----------------------------------------------------------------------------

Choice = tuple[Q, str, str]
"""Messages, and the state and error that their items begin with."""


def _write_items(
    operation: Operation, rows: MessageQuerySet, accounts: Mapping[int, Account]
) -> None:
    """An item per message, the oldest first, without reading any of them."""
    choices = _choices(operation.verb, accounts)
    states = [(which, state) for which, state, _error in choices]
    errors = [(which, error) for which, _state, error in choices]
    now = timezone.now()
    settled = [(q, None if state == State.PENDING else now) for q, state in states]
    items = rows.select_related(None).annotate(
        operation=Value(operation.pk),
        message=F("pk"),
        verb=Value(operation.verb),
        state=_first(states, TextField()),
        error=_first(errors, TextField()),
        settled_at=_first(settled, DateTimeField()),
        before=_before(operation.verb),
        attempts=Value(0),
        looks=Value(0),
        gone=Value(value=False),
        fence=Value(0),
    )
    columns = ("operation", "account", "message", "verb", "source", "remote_id")
    more = ("before", "state", "attempts", "looks", "error", "gone", "settled_at")
    chosen = items.order_by("pk").values(*columns, *more, "fence")
    insert_selected(OperationItem, chosen)


def _choices(verb: str, accounts: Mapping[int, Account]) -> list[Choice]:
    """The first that fits a message counts, and the last one fits all."""
    choices = []
    for which, ability in reach.cases(accounts, verb):
        state = _STATES[ability.reach]
        known = _KNOWN_THERE.get(Verb(verb))
        if known and state == State.PENDING:
            told = Q(remote_state__in=known) & ~Q(Exists(_on_its_way(verb)))
            choices.append((which & told, State.DONE.value, ""))
        error = ability.reason if state == State.SKIPPED else ""
        choices.append((which, state.value, error))
    return choices


def _on_its_way(verb: str) -> OperationItemQuerySet:
    """What changes the remote's knowledge soon; what is superseded does not."""
    items = OperationItem.objects.open().filter(message=OuterRef("pk"))
    opposite = _OPPOSITE.get(Verb(verb), "")
    return items.exclude(state=State.PENDING, verb=opposite)


def _first(choices: Sequence[tuple[Q, object]], field: "Field[Any, Any]") -> Case:
    """What the first choice says that fits."""
    *others, (_which, last) = [
        (which, Value(value, output_field=field)) for which, value in choices
    ]
    alike = {value for _which, value in choices} == {choices[-1][1]}
    parts = [] if alike else [When(which, then=value) for which, value in others]
    return Case(*parts, default=last, output_field=field)


def _before(verb: str) -> Case:
    """What the local effect changes, as it is until then."""
    names = ("unread", "marked") if verb in here.MARKS else ("hidden",)
    parts = []
    for values in product((False, True), repeat=len(names)):
        state = dict(zip(names, values, strict=True))
        hidden = state.get("hidden")
        which = Q(**state) if hidden is None else Q(hidden_at__isnull=not hidden)
        parts.append(When(which, then=_json(state)))
    return Case(*parts, default=_json({}), output_field=JSONField())


def _json(value: dict[str, bool]) -> Value:
    return Value(value, output_field=JSONField())


def supersede(operation: Operation, items: OperationItemQuerySet) -> None:
    """What waits of the opposite of these items, just asked for, is not told any more."""
    opposite = _OPPOSITE.get(Verb(operation.verb))
    if opposite is None:
        return
    earlier = OperationItem.objects.filter(
        account__owner=operation.owner_id,
        state=State.PENDING,
        verb=opposite,
        operation__argument=operation.argument,
        message__in=items.order_by().values("message"),
    )
    leave_out(earlier.exclude(operation=operation), here.SUPERSEDED)


def revive(operation: Operation, called_off: OperationItemQuerySet) -> None:
    """What these items of the operation have superseded waits again, as it did then."""
    opposite = _OPPOSITE.get(Verb(operation.verb))
    if opposite is None:
        return
    both = OperationItem.objects.filter(verb__in=(operation.verb, opposite))
    later = both.filter(here.STANDS, message=OuterRef("message"), pk__gt=OuterRef("pk"))
    replaced = OperationItem.objects.filter(
        verb=opposite,
        state=State.SKIPPED,
        error=here.SUPERSEDED,
        message__in=called_off.order_by().values("message"),
        operation__argument=operation.argument,
        operation__undone_at=None,
    )
    replaced = replaced.exclude(operation__state=Operation.State.CANCELLED)
    replaced = replaced.exclude(Exists(later))
    counted = replaced.order_by().values_list("operation").annotate(number=Count("pk"))
    counts = dict(counted)
    waiting = OperationItem.objects.filter(pk__in=replaced.order_by().values("pk"))
    waiting.update(state=State.PENDING, error="", settled_at=None, not_before=None)
    for operation_id, number in counts.items():
        row = Operation.objects.filter(pk=operation_id)
        ended = row.filter(state=Operation.State.DONE)
        for one in ended:
            ended.update(state=_state_before(one), finished_at=None)
        tally(operation_id, skipped=-number)
        ring(row.get())


def _state_before(ended: Operation) -> str:
    """What the operation was when the last that waited of it was superseded."""
    said = [one["what"] for one in ended.history if one["what"] in _SAID]
    if said[-1:] == ["paused"]:
        return Operation.State.PAUSED
    begins = ended.not_before
    waits = begins is not None and begins > timezone.now()
    return Operation.State.WAITING if waits else Operation.State.RUNNING


# --- Counts ---------------------------------------------------------------------------


def leave_out(items: OperationItemQuerySet, error: str) -> int:
    """Items that wait are done with, without having been told; how many."""
    counted = items.order_by().values_list("operation").annotate(number=Count("pk"))
    counts = dict(counted)
    settled = timezone.now()
    left_out = OperationItem.objects.filter(pk__in=items.order_by().values("pk"))
    left_out.update(state=State.SKIPPED, error=error, settled_at=settled)
    for operation_id, number in counts.items():
        tally(operation_id, skipped=number)
    return sum(counts.values())


def tally(
    operation_id: int,
    *,
    done: int = 0,
    gone: int = 0,
    failed: int = 0,
    skipped: int = 0,
) -> None:
    """Add to the counts; the operation whose last item this was is done."""
    row = Operation.objects.filter(pk=operation_id)
    row.update(
        done=F("done") + done,
        gone=F("gone") + gone,
        failed=F("failed") + failed,
        skipped=F("skipped") + skipped,
    )
    settled = F("done") + F("failed") + F("skipped")
    for operation in row.filter(state__in=UNFINISHED, total__lte=settled):
        settle(operation)


def settle(operation: Operation) -> None:
    """Count all items anew; an operation without open ones is done."""
    row = Operation.objects.filter(pk=operation.pk)
    # Held first: what others have counted meanwhile is committed then.
    row.select_for_update().first()
    counted = operation.items.order_by().values_list("state").annotate(n=Count("pk"))
    states = Counter(dict(counted))
    row.update(
        total=sum(states.values()),
        done=states[State.DONE],
        gone=operation.items.filter(gone=True).count() if states[State.DONE] else 0,
        failed=states[State.FAILED],
        skipped=states[State.SKIPPED],
    )
    if not states[State.PENDING] + states[State.IN_FLIGHT] + states[State.UNKNOWN]:
        over = row.filter(state__in=UNFINISHED)
        over.update(state=Operation.State.DONE, finished_at=timezone.now())
    operation.refresh_from_db()


def give_up(account: Account, error: str, *, for_good: bool = False) -> None:
    """All that is open for the account fails; what left the lists is shown again.

    Of sends in doubt the person decides, unless it is `for_good`.
    """
    items = OperationItem.objects.open().filter(account=account)
    if not for_good:
        # It may have been sent, and nobody can look any more: not given back as unsent.
        doubtful = items.filter(verb=Verb.SEND).exclude(state=State.PENDING)
        doubtful.update(state=State.UNKNOWN, looks=MOST_LOOKS, error=error)
        items = items.exclude(verb=Verb.SEND, state=State.UNKNOWN)
    counted = items.order_by().values_list("operation").annotate(number=Count("pk"))
    counts = dict(counted)
    edit_again(items.filter(state=State.PENDING), error)
    perhaps = items.exclude(state=State.PENDING)
    now = timezone.now()
    perhaps.update(state=State.FAILED, error=f"{error}-in-doubt", settled_at=now)
    items.update(state=State.FAILED, error=error, settled_at=now)
    given_up = OperationItem.objects.filter(account=account, settled_at=now)
    here.put_back(given_up.filter(state=State.FAILED, verb__in=here.TAKES_AWAY))
    for operation_id, number in counts.items():
        tally(operation_id, failed=number)
    if counts:
        events.append(account.owner_id, events.RESYNC)


def edit_again(items: OperationItemQuerySet, error: str = "") -> None:
    """The texts of sends that do not happen are there to be edited, and why."""
    sends = items.filter(verb=Verb.SEND).order_by().values("operation")
    Draft.objects.filter(operation__in=sends).give_back(error)
