"""Operations to the remote: claim a batch, call, record each outcome.

A batch is in flight, and committed as such, before its call begins. All verbs here are
naturally repeatable, so what a crash leaves in flight is simply done again; a message
that is gone already counts as done.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Min
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib.database import short_write
from inboxhub.networks.base import (
    Ability,
    Client,
    CredentialsError,
    NotFound,
    NotSupported,
    Outcome,
    ProviderError,
    Target,
    TemporaryError,
)
from messaging import events, services
from messaging.models import (
    Box,
    Conversation,
    Message,
    MessageQuerySet,
    Operation,
    OperationItem,
    OperationItemQuerySet,
)
from messaging.sync import backoff
from messaging.sync.ingest import ingest_surely
from messaging.sync.lease import Lease

logger = logging.getLogger(__name__)

Verb, State = Operation.Verb, OperationItem.State
POISON_AFTER = 5
ITEMS_PER_TURN = 20


@dataclass(slots=True)
class Push:
    """The pushes of one turn for one account."""

    account: Account
    client: Client
    lease: Lease
    keep_going: Callable[[], bool] = lambda: True

    def run(self) -> float | None:
        """Work until nothing is due or the turn is over.

        Returns the seconds until an item is due (0: at once), None when none is open.
        CredentialsError passes through, with the items waiting as before.
        """
        self._take_back_orphans()
        done = 0
        while done < ITEMS_PER_TURN and self.keep_going():
            batch, wait = self._claim()
            if not batch:
                return wait
            self._perform(batch)
            done += len(batch)
        return 0

    def _open_items(self) -> OperationItemQuerySet:
        return OperationItem.objects.open().filter(account=self.account)

    def _take_back_orphans(self) -> None:
        """What is in flight under an older fence was left there by a crash."""
        orphans = self._open_items().filter(state=State.IN_FLIGHT)
        with short_write():
            self.lease.renew()
            orphans.update(state=State.PENDING, not_before=None)

    def _claim(self) -> tuple[list[OperationItem], float | None]:
        """The next due batch, in flight; otherwise how long until one is due.

        A line is a verb and a source. Its first item speaks for all of it: when that
        one must wait, the host was asked too often for this kind of call. What was
        asked for first goes first, so that the last of two opposite marks stays.
        """
        lines = self._open_items().values_list("verb", "source").order_by()
        now, waits = timezone.now(), []
        for verb, source, _first in lines.annotate(first=Min("pk")).order_by("first"):
            line = self._open_items().filter(verb=verb, source=source)
            head = line.select_related("message__conversation").order_by("pk").first()
            if head is None:
                continue
            if head.not_before and head.not_before > now:
                waits.append((head.not_before - now).total_seconds())
                continue
            return self._in_flight(head), 0
        return [], min(waits, default=None)

    def _in_flight(self, head: OperationItem) -> list[OperationItem]:
        ability = self._ability(head)
        line = self._open_items().filter(
            operation=head.operation_id,
            source=head.source,
            pk__gte=head.pk,
        )
        if ability.unit == "conversation" and head.message is not None:
            line = line.filter(message__conversation=head.message.conversation_id)
            batch = list(line.select_related("message__conversation"))
        else:
            own = None if head.message is None else head.message.outgoing
            line = line.filter(message__outgoing=own) if own is not None else line
            line = line.select_related("message__conversation").order_by("pk")
            batch = list(line[: max(1, ability.batch)])
        with short_write():
            self.lease.renew()
            for item in batch:
                item.attempts += 1
                item.state, item.fence = State.IN_FLIGHT, self.lease.fence
            fields = ["attempts", "state", "fence"]
            OperationItem.objects.bulk_update(batch, fields, batch_size=500)
        return batch

    def _ability(self, item: OperationItem) -> Ability:
        own = item.message.outgoing if item.message else True
        return self.account.able.ability(item.verb, item.source, own=own)

    def _perform(self, batch: list[OperationItem]) -> None:
        """Call the client for a batch in flight, outside any transaction, and record."""
        try:
            outcomes = self._call(batch)
        except TemporaryError as error:
            self._put_back(batch, error)
        except CredentialsError as error:
            self._put_back(batch, error)
            raise
        except ProviderError as error:
            if isinstance(error, NotSupported):
                self._ask_again_what_is_possible()
            record(
                self.account,
                self.lease,
                batch,
                [Outcome("failed", error.stored)] * len(batch),
            )
        else:
            record(self.account, self.lease, batch, outcomes)

    def _call(self, batch: list[OperationItem]) -> list[Outcome]:
        targets = [_target(item) for item in batch]
        match batch[0].verb:
            case Verb.MARK_READ:
                return self.client.mark_read(targets)
            case Verb.MARK_UNREAD:
                return self.client.mark_unread(targets)
            case Verb.MARK_REPLIED:
                return self.client.mark_replied(targets)
            case Verb.REMOVE:
                return self.client.remove(targets)
            case Verb.DELETE:
                return self.client.delete(targets)
            case Verb.REFRESH:
                return [self._refresh(item) for item in batch]
            case _:
                return [Outcome("failed", "not-offered")] * len(targets)

    def _refresh(self, item: OperationItem) -> Outcome:
        try:
            found = self.client.get(_target(item))
        except NotFound:
            return Outcome("gone")
        box = item.message.box if item.message else Box.NOTICES
        with short_write():
            self.lease.renew()
            ingest_surely(self.account, box, [found], timezone.now())
        return Outcome("done")

    def _ask_again_what_is_possible(self) -> None:
        """The host says no to what it seemed to offer: it may have changed."""
        with short_write():
            self.lease.renew()
            self.account.capabilities_at = None
            self.account.save(update_fields=["capabilities_at"])

    # --- Outcomes ---------------------------------------------------------------------

    def _put_back(self, batch: list[OperationItem], error: ProviderError) -> None:
        """Waiting again, as long as the host asks for or the back-off says."""
        asked = getattr(error, "retry_after", None)
        tried = getattr(error, "sent", True)
        if asked is not None:
            seconds = asked if not tried else backoff.asked(asked)
        else:
            seconds = backoff.delay(batch[0].attempts - 1)
        with short_write():
            self.lease.renew()
            for item in batch:
                item.attempts -= 0 if tried else 1
                item.state, item.error = State.PENDING, error.stored if tried else ""
                item.not_before = timezone.now() + timedelta(seconds=seconds)
            fields = ["attempts", "state", "error", "not_before"]
            OperationItem.objects.bulk_update(batch, fields, batch_size=500)


def record(
    account: Account,
    lease: Lease,
    batch: list[OperationItem],
    outcomes: list[Outcome],
) -> None:
    """Write what became of a batch: items, messages, operations, one event."""
    with short_write():
        lease.renew()
        for item, outcome in zip(batch, outcomes, strict=True):
            failed = outcome.state == "failed"
            item.state = State.FAILED if failed else State.DONE
            item.error = outcome.error if failed else ""
        OperationItem.objects.bulk_update(batch, ["state", "error"], batch_size=500)
        _settle_messages(batch, outcomes)
        operations = {item.operation_id for item in batch}
        for operation in Operation.objects.filter(pk__in=operations):
            services.settle(operation)
        events.append(
            account.owner_id,
            "operation.progress",
            messages=[item.message_id for item in batch if item.message_id],
        )


def _settle_messages(batch: list[OperationItem], outcomes: list[Outcome]) -> None:
    """What the remote's answer means for the rows; refusals put things back."""
    verb = batch[0].verb
    pairs = list(zip(batch, outcomes, strict=True))
    failed = [item for item, outcome in pairs if outcome.state == "failed"]
    gone = [item for item, outcome in pairs if outcome.state == "gone"]
    done = [item for item, outcome in pairs if outcome.state != "failed"]
    match verb:
        case Verb.DELETE | Verb.REMOVE:
            _rows(done).update(gone_at=timezone.now())
            if verb == Verb.REMOVE:
                # When it comes back, it has another id.
                left = Conversation.objects.filter(messages__in=_rows(done))
                left.update(remote_ids=[])
            shown_before = [item for item in failed if not item.before.get("hidden")]
            _rows(shown_before).update(hidden_at=None)
        case Verb.MARK_READ:
            # Being answered says more than being read.
            _rows(done).exclude(remote_state="replied").update(remote_state="read")
        case Verb.MARK_UNREAD:
            _rows(done).update(remote_state="unread")
        case Verb.MARK_REPLIED:
            _rows(done).update(remote_state="replied")
        case _:
            pass
    if verb not in (Verb.DELETE, Verb.REMOVE):
        _rows(gone).update(gone_at=timezone.now())
    touched = {item.message.conversation_id for item in batch if item.message}
    Conversation.objects.filter(pk__in=touched).recount()


def put_back_after_crash(account: Account, lease: Lease) -> None:
    """Our own fault in the middle of a call: try later, and give up on the fifth time."""
    in_flight = OperationItem.objects.select_related("message").filter(
        account=account,
        state=State.IN_FLIGHT,
        fence=lease.fence,
    )
    poison = list(in_flight.filter(attempts__gte=POISON_AFTER))
    if poison:
        given_up = [Outcome("failed", "internal-error")] * len(poison)
        record(account, lease, poison, given_up)
    with short_write():
        lease.renew()
        later = timezone.now() + timedelta(seconds=backoff.FIRST)
        in_flight.update(state=State.PENDING, not_before=later)


def _rows(items: list[OperationItem]) -> MessageQuerySet:
    ids = [item.message_id for item in items if item.message_id]
    return Message.objects.filter(pk__in=ids)


def _target(item: OperationItem) -> Target:
    if item.message is not None:
        return item.message.as_target()
    # Only what was the person's own is deleted; the row that said so is gone.
    return Target(item.source, item.remote_id, outgoing=True)
