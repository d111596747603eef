"""Operations to the remote: claim a batch, call, record each outcome.

A batch is in flight, and committed as such, before its call begins. All verbs here are
naturally repeatable, so what a crash leaves in flight is simply done again; a message
that is gone already counts as done. Sends are not: `messaging.sync.sending` has them.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, F, Min, OuterRef, Q
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib.database import short_write
from inboxhub.networks.base import Client, Outcome, Target
from inboxhub.networks.errors import (
    CredentialsError,
    NotFound,
    NotSupported,
    ProviderError,
    TemporaryError,
)
from messaging import events, running
from messaging.models import (
    Box,
    Operation,
    OperationItem,
    OperationItemQuerySet,
    OperationQuerySet,
)
from messaging.sync import backoff
from messaging.sync.ingest import ingest_surely
from messaging.sync.lease import Lease
from messaging.sync.outcomes import POISON_AFTER, record, release

logger = logging.getLogger(__name__)

Verb, State = Operation.Verb, OperationItem.State
CALLS_PER_TURN = 20
TOLD_EVERY = 0.25
"""Seconds between two hints to the pages while all goes well."""
# A time to go on that lies further away than this was said by a clock that jumped.
FURTHEST = timedelta(seconds=2 * backoff.LONGEST_ASKED)


@dataclass(slots=True)
class Push:
    """The pushes of one turn for one account."""

    account: Account
    client: Client
    lease: Lease
    keep_going: Callable[[], bool] = lambda: True
    served: list[int] = field(default_factory=list)
    """The operations that had a call in this turn, the last one at the end."""
    untold: list[int] = field(default_factory=list)
    told_at: float = 0.0

    def run(self) -> float | None:
        """Work until nothing is due or the turn is over.

        Returns the seconds until something is due (0: at once), None when nothing is
        open. CredentialsError passes through, with the items waiting as before.
        """
        self._take_back_orphans()
        try:
            for _call in range(CALLS_PER_TURN):
                if not self.keep_going():
                    break
                running.begin(self._operations())
                head = self._next()
                if head is None:
                    return self._wait()
                if batch := self._in_flight(head):
                    self._perform(batch)
        finally:
            self._tell()
        return 0

    # --- What comes next --------------------------------------------------------------

    def _operations(self) -> OperationQuerySet:
        """Those that have something to do here."""
        waiting = self._items().filter(operation=OuterRef("pk"))
        rows = Operation.objects.filter(
            Exists(waiting), owner=self.account.owner_id, state__in=running.AT_WORK
        )
        return rows.exclude(verb=Verb.SEND)

    def _items(self) -> OperationItemQuerySet:
        return OperationItem.objects.filter(account=self.account, state=State.PENDING)

    def _take_back_orphans(self) -> None:
        """What is in flight under an older fence was left there by a crash."""
        rows = OperationItem.objects.filter(account=self.account, state=State.IN_FLIGHT)
        orphans = rows.exclude(verb=Verb.SEND)
        if not orphans.exists():
            return
        with short_write():
            self.lease.renew()
            release(orphans, not_before=None, doubtful=True)

    def _next(self) -> OperationItem | None:
        """The first item of the operation whose turn it is, of those that may be told.

        Each operation has a call in turn, so that a click does not wait for a delete of
        ten thousand. What was asked for one message keeps its order.
        """
        now = timezone.now()
        due = self._operations().filter(running.due(now)).order_by("pk")
        rows = list(due.values_list("pk", "verb"))
        rows.sort(
            key=lambda row: self.served.index(row[0]) if row[0] in self.served else -1
        )
        held = self._held_lines(now) if rows else set()
        for operation_id, verb in rows:
            sources = [source for held_verb, source in held if held_verb == verb]
            items = self._items().filter(operation=operation_id)
            free = _free(items, now).exclude(source__in=sources)
            found = free.select_related("message", "operation")
            if head := found.order_by("source", "pk").first():
                return head
        return None

    def _held_lines(self, now: datetime) -> set[tuple[str, str]]:
        """The verbs and sources that the host wants to be asked for later.

        What fails again and again waits alone.
        """
        later = self._items().filter(
            not_before__gt=now,
            not_before__lte=now + FURTHEST,
            attempts__lt=POISON_AFTER,
        )
        return set(later.order_by().values_list("verb", "source").distinct())

    def _wait(self) -> float | None:
        """Seconds until something of what is open may be told."""
        now = timezone.now()
        rows = self._operations()
        later = self._items().filter(
            operation__in=rows.filter(state=Operation.State.RUNNING),
            not_before__gt=now,
            not_before__lte=now + FURTHEST,
        )
        waiting = rows.filter(state=Operation.State.WAITING)
        moments = [
            later.aggregate(first=Min("not_before"))["first"],
            waiting.aggregate(first=Min("not_before"))["first"],
        ]
        waits = [(moment - now).total_seconds() for moment in moments if moment]
        return max(0.0, min(waits)) if waits else None

    def _in_flight(self, head: OperationItem) -> list[OperationItem]:
        """The head and what goes with it in one call; nothing once it was paused."""
        with short_write():
            self.lease.renew()
            held = Operation.objects.select_for_update(no_key=True)
            due = held.filter(pk=head.operation_id, state=Operation.State.RUNNING)
            if due.first() is None:
                return []
            rows = self._together(head)
            ids = list(rows.values_list("pk", flat=True))
            batch = OperationItem.objects.filter(pk__in=ids).order_by("pk")
            batch.update(
                state=State.IN_FLIGHT,
                attempts=F("attempts") + 1,
                fence=self.lease.fence,
            )
        return list(batch.select_related("message__conversation", "operation"))

    def _together(self, head: OperationItem) -> OperationItemQuerySet:
        """What one call covers."""
        message = head.message
        own = message.outgoing if message else True
        able = self.account.able.ability(head.verb, head.source, own=own)
        line = self._items().filter(operation=head.operation_id, source=head.source)
        if message is None:
            return line.filter(pk=head.pk)
        if able.unit == "conversation":
            return line.filter(message__conversation=message.conversation_id)
        if self.account.error_count == 0:
            # The host answers otherwise, so one of those that went together breaks it.
            if head.attempts >= POISON_AFTER:
                return line.filter(pk=head.pk)
            line = line.filter(attempts__lt=POISON_AFTER)
        free = _free(line.filter(message__outgoing=own), timezone.now())
        return free.order_by("pk")[: max(1, able.batch)]

    # --- The call ---------------------------------------------------------------------

    def _perform(self, batch: list[OperationItem]) -> None:
        """Call the client for a batch in flight, outside any transaction, and record."""
        self._serve(batch[0].operation_id)
        try:
            with self.lease.kept():
                outcomes = self._call(batch)
        except TemporaryError as error:
            self._put_back(batch, error)
        except CredentialsError as error:
            self._put_back(batch, error)
            raise
        except ProviderError as error:
            if isinstance(error, NotSupported):
                self._ask_again_what_is_possible()
            self._record(batch, [Outcome("failed", error.stored)] * len(batch))
        else:
            self._record(batch, outcomes)

    def _serve(self, operation_id: int) -> None:
        if operation_id in self.served:
            self.served.remove(operation_id)
        self.served.append(operation_id)

    def _call(self, batch: list[OperationItem]) -> list[Outcome]:
        targets = [target_of(item) for item in batch]
        calls = {
            Verb.MARK_READ: self.client.mark_read,
            Verb.MARK_UNREAD: self.client.mark_unread,
            Verb.MARK_REPLIED: self.client.mark_replied,
            Verb.REMOVE: self.client.remove,
            Verb.DELETE: self.client.delete,
            Verb.ACCEPT: self.client.accept,
            Verb.REJECT: self.client.reject,
        }
        match verb := Verb(batch[0].verb):
            case Verb.REFRESH:
                return [self._refresh(item) for item in batch]
            case Verb.REACT | Verb.UNREACT:
                return [self._react(item) for item in batch]
            case Verb.CLEAR:
                self.client.clear_notices()
                return [Outcome("done")]
            case _ if verb in calls:
                return calls[verb](targets)
            case _:
                return [Outcome("failed", "not-offered")] * len(targets)

    def _react(self, item: OperationItem) -> Outcome:
        """The reaction, and then the message as it is with it."""
        gives = item.verb == Verb.REACT
        call = self.client.react if gives else self.client.unreact
        outcome = call(target_of(item), item.operation.argument)
        if outcome.state == "done":
            try:
                self._refresh(item)
            except ProviderError as error:
                # It is given all the same; the next pull shows it.
                logger.info("not fetched again item=%s: %s", item.pk, error)
        return outcome

    def _refresh(self, item: OperationItem) -> Outcome:
        try:
            found = self.client.get(target_of(item))
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
        """Waiting again, as long as the host asks for or the back-off says.

        A try counts where the call itself had trouble: not when our own budget held it
        back, the host wanted to be asked later, or the token was refused.
        """
        asked = getattr(error, "retry_after", None)
        sent = getattr(error, "sent", True)
        refused = isinstance(error, CredentialsError)
        counts = sent and asked is None and not refused
        if asked is not None:
            seconds = backoff.asked(asked) if sent else asked
        else:
            seconds = backoff.delay(batch[0].attempts - 1) if counts else 0.0
        rows = OperationItem.objects.filter(pk__in=[item.pk for item in batch])
        with short_write():
            self.lease.renew()
            if not counts:
                rows.update(attempts=F("attempts") - 1)
            release(
                rows,
                not_before=timezone.now() + timedelta(seconds=seconds),
                error=error.stored if sent else "",
                # Of several a part may have been done before.
                doubtful=len(batch) > 1 or (sent and not refused),
            )

    def _record(self, batch: list[OperationItem], outcomes: list[Outcome]) -> None:
        with short_write():
            over = record(self.lease, batch, outcomes)
        self.untold += [item.message_id for item in batch if item.message_id]
        if over or time.monotonic() > self.told_at + TOLD_EVERY:
            self._tell()

    def _tell(self) -> None:
        """One event for what became of the batches since the last one."""
        if not self.untold:
            return
        with short_write():
            told = self.untold[-events.MOST_IDS :]
            events.append(self.account.owner_id, "operation.progress", messages=told)
        self.untold, self.told_at = [], time.monotonic()


def _free(items: OperationItemQuerySet, now: datetime) -> OperationItemQuerySet:
    """Those whose time has come, and whose message waits for nothing asked earlier."""
    earlier = OperationItem.objects.open().filter(
        message=OuterRef("message"),
        pk__lt=OuterRef("pk"),
        operation__state=Operation.State.RUNNING,
    )
    come = Q(not_before=None) | Q(not_before__lte=now)
    come |= Q(not_before__gt=now + FURTHEST)
    return items.filter(come).exclude(Exists(earlier))


def target_of(item: OperationItem) -> Target:
    if item.message is not None:
        return item.message.as_target()
    # Only what was the person's own is deleted; the row that said so is gone.
    return Target(item.source, item.remote_id, outgoing=True)
