"""What became of a call: the items, the messages, the counts."""

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib.database import short_write
from inboxhub.networks.base import Outcome
from messaging import drafts, events, here, operations
from messaging.models import (
    Conversation,
    Message,
    MessageQuerySet,
    Operation,
    OperationItem,
    OperationItemQuerySet,
)
from messaging.sync import backoff
from messaging.sync.lease import Lease

Verb, State = Operation.Verb, OperationItem.State
POISON_AFTER = 5
INTERRUPTED, IN_DOUBT = "interrupted", "cancelled-in-doubt"
LOOK_AFTER = timedelta(seconds=5)
"""Until what a call has done shows on its host."""


def record(lease: Lease, batch: list[OperationItem], outcomes: list[Outcome]) -> bool:
    """Write what became of a batch; inside a transaction of the lease's holder.

    Whether pages should hear of it at once: something failed, or all is done.
    """
    lease.renew()
    now, alike = timezone.now(), Counter[Outcome]()
    for outcome in set(outcomes):
        pairs = zip(batch, outcomes, strict=True)
        same = [item.pk for item, its in pairs if its == outcome]
        alike[outcome] = len(same)
        failed = outcome.state == "failed"
        OperationItem.objects.filter(pk__in=same).update(
            state=State.FAILED if failed else State.DONE,
            error=outcome.error if failed else "",
            gone=outcome.state == "gone",
            not_before=None,
            settled_at=now,
        )
    _settle_messages(batch, outcomes)
    states = Counter(outcome.state for outcome in outcomes)
    operations.tally(
        batch[0].operation_id,
        done=len(batch) - states["failed"],
        gone=states["gone"],
        failed=states["failed"],
    )
    running = Operation.objects.filter(pk=batch[0].operation_id, finished_at=None)
    over = not running.exists()
    if over and batch[0].verb == Verb.ACCEPT:
        # What was held back from the person may be there now.
        drafts.pull_soon(batch[0].account)
    return bool(states["failed"]) or over


def _settle_messages(batch: list[OperationItem], outcomes: list[Outcome]) -> None:
    """What the remote's answer means for the rows; refusals put things back."""
    pairs = list(zip(batch, outcomes, strict=True))
    failed = [item.pk for item, outcome in pairs if outcome.state == "failed"]
    gone = [item for item, outcome in pairs if outcome.state == "gone"]
    done = [item for item, outcome in pairs if outcome.state != "failed"]
    match batch[0].verb:
        case Verb.DELETE | Verb.REMOVE | Verb.ACCEPT | Verb.REJECT:
            _rows(done).update(gone_at=timezone.now())
            if batch[0].verb == Verb.REMOVE:
                # When it comes back, it has another id.
                left = Conversation.objects.filter(messages__in=_rows(done))
                left.update(remote_ids=[])
            if failed:
                here.put_back(OperationItem.objects.filter(pk__in=failed))
            return
        case Verb.MARK_READ:
            # Being answered says more than being read.
            _rows(done).exclude(remote_state="replied").update(remote_state="read")
        case Verb.MARK_UNREAD:
            _rows(done).update(remote_state="unread")
        case Verb.MARK_REPLIED:
            _rows(done).update(remote_state="replied")
        case Verb.CLEAR if done:
            _clear_notices(batch[0])
        case _:
            pass
    _rows(gone).update(gone_at=timezone.now())


def _clear_notices(item: OperationItem) -> None:
    """All that was a notice of the host when it was asked for is gone."""
    now = timezone.now()
    rows = Message.objects.filter(
        account=item.account_id,
        source="notification",
        received_at__lte=item.operation.created_at,
    )
    held = Conversation.objects.filter(messages__in=rows.filter(hidden_at=None))
    touched = list(held.values_list("pk", flat=True).distinct())
    rows.filter(gone_at=None).update(gone_at=now)
    rows.filter(hidden_at=None).update(hidden_at=now)
    Conversation.objects.filter(pk__in=touched).recount()
    events.append(item.operation.owner_id, events.RESYNC)


def release(
    items: OperationItemQuerySet,
    *,
    not_before: datetime | None,
    error: str = "",
    doubtful: bool,
) -> None:
    """Waiting again; what nobody wants any more is left alone instead.

    `doubtful`: perhaps the call has done it. Where that shows on the remote, it is looked
    up before anybody says that it was left alone.
    """
    ids = list(items.values_list("pk", flat=True))
    rows = OperationItem.objects.filter(pk__in=ids)
    # Held, so that who cancels meanwhile is seen, or sees what waits again.
    asked = rows.order_by().values_list("operation", flat=True).distinct()
    held = Operation.objects.select_for_update().filter(pk__in=list(asked))
    list(held.order_by("pk"))
    over = rows.filter(operation__state=Operation.State.CANCELLED)
    if doubtful:
        shows = over.filter(verb__in=here.TAKES_AWAY)
        shows.update(
            state=State.UNKNOWN,
            looks=0,
            error=INTERRUPTED,
            not_before=timezone.now() + LOOK_AFTER,
        )
    waiting = rows.exclude(state=State.UNKNOWN)
    waiting.update(state=State.PENDING, not_before=not_before, error=error)
    leave_alone(over.filter(state=State.PENDING), doubtful=doubtful)


def leave_alone(items: OperationItemQuerySet, *, doubtful: bool) -> None:
    """They were called off: as before here, and counted so."""
    ids = list(items.values_list("pk", flat=True))
    rows = OperationItem.objects.filter(pk__in=ids)
    if ids:
        operations.leave_out(rows, IN_DOUBT if doubtful else "cancelled")
        asked = rows.order_by().values("operation")
        for operation in Operation.objects.filter(pk__in=asked).order_by("pk"):
            operations.revive(operation, rows.filter(operation=operation))
        here.put_back(rows)


def put_back_after_crash(account: Account, lease: Lease) -> None:
    """Our own fault in the middle of a call: try later, and give up on the fifth time."""
    in_flight = OperationItem.objects.select_related("message", "operation").filter(
        account=account,
        state=State.IN_FLIGHT,
        fence=lease.fence,
    )
    poison = Q(attempts__gte=POISON_AFTER)
    for item in in_flight.filter(poison).exclude(verb=Verb.SEND):
        with short_write():
            record(lease, [item], [Outcome("failed", "internal-error")])
    with short_write():
        lease.renew()
        later = timezone.now() + timedelta(seconds=backoff.FIRST)
        rest = in_flight.exclude(verb=Verb.SEND)
        release(rest, not_before=later, doubtful=True)


def _rows(items: list[OperationItem]) -> MessageQuerySet:
    ids = [item.message_id for item in items if item.message_id]
    return Message.objects.filter(pk__in=ids)
