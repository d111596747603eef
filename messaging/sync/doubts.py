"""Calls that broke off after somebody had called their operation off.

Nobody makes such a call again. Whether it has still done its work is asked of the host,
twice, since the call may be under way for a while yet; then the report can say so.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Min, Q
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib.database import short_write
from inboxhub.networks.base import Client, Outcome, Target
from inboxhub.networks.errors import CredentialsError, ProviderError, TemporaryError
from messaging import events
from messaging.models import Operation, OperationItem, OperationItemQuerySet
from messaging.sync import backoff
from messaging.sync.lease import Lease
from messaging.sync.outcomes import INTERRUPTED, leave_alone, record
from messaging.sync.push import FURTHEST, target_of

logger = logging.getLogger(__name__)

Verb, State = Operation.Verb, OperationItem.State
AT_ONCE = 50
LOOKS = 2
# Whoever lost the lease in the middle of a call may be in it for so long.
STILL_UNDER_WAY = timedelta(seconds=60)


@dataclass(slots=True)
class Doubts:
    """What is looked up in one turn for one account."""

    account: Account
    client: Client
    lease: Lease

    def run(self) -> float | None:
        """Look at what is due; seconds until something is (0: at once), None: never."""
        now = timezone.now()
        come = Q(not_before=None) | Q(not_before__lte=now)
        due = self._items().filter(come | Q(not_before__gt=now + FURTHEST))
        if head := due.order_by("pk").first():
            alike = due.filter(operation=head.operation_id, looks=head.looks)
            found = alike.select_related(
                "account", "message__conversation", "operation"
            )
            self._look(list(found.order_by("pk")[:AT_ONCE]))
        first = self._items().aggregate(first=Min("not_before"))["first"]
        return max(0.0, (first - timezone.now()).total_seconds()) if first else None

    def _items(self) -> OperationItemQuerySet:
        rows = OperationItem.objects.filter(account=self.account, state=State.UNKNOWN)
        return rows.exclude(verb=Verb.SEND)

    def _look(self, batch: list[OperationItem]) -> None:
        targets = [_shown_as(item) for item in batch]
        if batch[0].error == INTERRUPTED:
            # A listing that began earlier would still show what is gone by now.
            self.client.reconciled()
        try:
            able = [target is not None for target in targets]
            asked = [target for target in targets if target is not None]
            with self.lease.kept():
                gone = self.client.missing(asked) if asked else frozenset()
        except TemporaryError as error:
            self._look_later(batch, error)
            return
        except CredentialsError:
            raise
        except ProviderError as error:
            logger.info("a look is refused account=%s: %s", self.account.pk, error)
            able, gone = [False] * len(batch), frozenset()
        self.client.reconciled()
        self._seen(batch, [target in gone for target in targets], able)

    def _look_later(self, batch: list[OperationItem], error: TemporaryError) -> None:
        """The host does not answer, or its listing goes on."""
        asked = error.retry_after
        if asked is None:
            pause = backoff.delay(batch[0].attempts)
        else:
            pause = backoff.asked(asked) if error.sent else asked
        with short_write():
            self.lease.renew()
            _rows(batch).update(
                error=error.stored,
                attempts=batch[0].attempts + 1,
                not_before=timezone.now() + timedelta(seconds=pause),
            )

    def _seen(
        self, batch: list[OperationItem], gone: list[bool], able: list[bool]
    ) -> None:
        """Done after all, to be looked at once more, or left alone."""
        done = [item for item, is_gone in zip(batch, gone, strict=True) if is_gone]
        there = [
            item
            for item, is_gone, can in zip(batch, gone, able, strict=True)
            if can and not is_gone
        ]
        nobody_knows = [item for item, can in zip(batch, able, strict=True) if not can]
        with short_write():
            self.lease.renew()
            if done:
                record(self.lease, done, [Outcome("done")] * len(done))
            if there and there[0].looks + 1 < LOOKS:
                later = timezone.now() + STILL_UNDER_WAY
                again = {"looks": there[0].looks + 1, "not_before": later}
                _rows(there).update(**again, error=INTERRUPTED)
            else:
                _leave_alone(there, doubtful=False)
            _leave_alone(nobody_knows, doubtful=True)
            told = [item.message_id for item in batch if item.message_id]
            events.append(self.account.owner_id, "operation.progress", messages=told)


def _shown_as(item: OperationItem) -> Target | None:
    """What is missing from the host once it is done; None where nothing is."""
    target = target_of(item)
    if item.verb != Verb.REMOVE or target.source == "notification":
        return target
    able = item.account.able.ability(item.verb, item.source, own=target.outgoing)
    notice = target.notification_id
    # What was said stays on the host; only the notice of it leaves the list.
    shows = notice and able.unit == "message"
    return Target("notification", notice) if shows else None


def _leave_alone(batch: list[OperationItem], *, doubtful: bool) -> None:
    """Waiting, as those that were never called for."""
    _rows(batch).update(state=State.PENDING, not_before=None)
    leave_alone(_rows(batch), doubtful=doubtful)


def _rows(batch: list[OperationItem]) -> OperationItemQuerySet:
    return OperationItem.objects.filter(pk__in=[item.pk for item in batch])
