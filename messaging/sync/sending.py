"""What a person wrote goes out once, whatever dies on the way.

A send is in flight before its call begins, and committed as such with all that a look
needs: when it began, and what is not it. What became of a call without a clear answer is
looked up, twice; only then it is sent once more, and only once. What nobody can tell
waits for the person.
"""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib.database import short_write
from inboxhub.networks.base import Client
from inboxhub.networks.errors import (
    CredentialsError,
    NotFound,
    NotSupported,
    OutcomeUnknown,
    ProviderError,
    TemporaryError,
)
from inboxhub.networks.writing import Audience, AudienceChanged, Sent
from messaging import drafts, events, running
from messaging.drafts import LOOKS_PER_TRY, MOST_LOOKS
from messaging.models import Draft, Operation, OperationItem, OperationItemQuerySet
from messaging.operations import settle
from messaging.sync import backoff
from messaging.sync.arrived import arrived
from messaging.sync.lease import Lease
from messaging.sync.uploads import upload_all

logger = logging.getLogger(__name__)

State = OperationItem.State
POISON_AFTER = 5
INTERRUPTED = "interrupted"
# Whoever lost the lease in the middle of a call may be in it for so long: seconds.
STILL_UNDER_WAY = 60.0
# A time to go on that lies further away than this was said by a clock that jumped.
FURTHEST = timedelta(seconds=2 * backoff.LONGEST_ASKED)


@dataclass(slots=True)
class Sends:
    """The sends of one turn for one account."""

    account: Account
    client: Client
    lease: Lease
    keep_going: Callable[[], bool] = lambda: True

    def run(self) -> float | None:
        """Work until nothing is due or the turn is over, but at least at one.

        Returns the seconds until one is due (0: at once), None when none is open.
        CredentialsError passes through, with the item waiting as before.
        """
        self._doubt_orphans()
        while True:
            item, wait = self._next()
            if item is None:
                return wait
            if item.state == State.UNKNOWN:
                self._look(item)
            else:
                self._send(item)
            if not self.keep_going():
                return 0

    def _doubt_orphans(self) -> None:
        """What is in flight was left there by a crash: nobody knows how far it came."""
        orphans = _sends(self.account).filter(state=State.IN_FLIGHT)
        if orphans.exists():
            with short_write():
                self.lease.renew()
                orphans.update(
                    state=State.UNKNOWN,
                    error=INTERRUPTED,
                    not_before=self._look_at(),
                )

    def _next(self) -> tuple[OperationItem | None, float | None]:
        """What is due and was asked for first; otherwise how long until one is.

        What may have been sent already is looked up whatever was said since.
        """
        to_send = Q(state=State.PENDING, operation__state__in=running.AT_WORK)
        to_look_up = Q(state=State.UNKNOWN, looks__lt=MOST_LOOKS)
        items = _sends(self.account).filter(to_send | to_look_up)
        now, waits = timezone.now(), []
        for item in items.select_related("operation").order_by("pk"):
            wait = _until(item.not_before, FURTHEST, now)
            if item.operation.state == Operation.State.WAITING:
                window = _until(item.operation.not_before, running.FURTHEST, now)
                wait = max(wait, window)
            if not wait:
                return item, 0
            waits.append(wait)
        return None, min(waits, default=None)

    # --- Trying -----------------------------------------------------------------------

    def _send(self, item: OperationItem) -> None:
        """One try, outside any transaction; whatever is no clear answer is doubted."""
        try:
            sent = self._tried(item)
        except TemporaryError as error:
            if isinstance(error, OutcomeUnknown) and item.state == State.IN_FLIGHT:
                self._doubt(item, error)
            else:
                self._put_back(item, error)
        except CredentialsError as error:
            self._put_back(item, error)
            raise
        except ProviderError as error:
            if isinstance(error, NotSupported):
                self._ask_again_what_is_possible()
            now = error.now if isinstance(error, AudienceChanged) else None
            self._fail(item, error.stored, now)
        else:
            if sent is not None:
                self._done(item, sent)

    def _tried(self, item: OperationItem) -> Sent | None:
        """None when there is nothing to send any more, which is recorded."""
        draft = self._begun(item)
        if draft is None or not self._in_flight(item, draft):
            return None
        try:
            sent = self.client.send(drafts.as_remote(draft))
        except NotFound:
            # A host may show less to a token that has ended.
            self.client.whoami()
            raise
        if item.looks and not self._unclaimed(item, (sent,)):
            self._renew_key(item, draft)
            raise TemporaryError("that is another one", code="taken-for-the-same")
        return sent

    def _renew_key(self, item: OperationItem, draft: Draft) -> None:
        """The host gave the one that the last key made, but another send has that."""
        with self._writing(item):
            Draft.objects.filter(pk=draft.pk).update(key=uuid.uuid4())

    def _begun(self, item: OperationItem) -> Draft | None:
        """The draft with all that goes before a try; None when nothing is to be sent.

        From here on it can be cancelled, but no longer undone.
        """
        with short_write():
            self.lease.renew()
            operation = Operation.objects.filter(pk=item.operation_id)
            at_work = operation.filter(state__in=running.AT_WORK)
            if not at_work.update(state=Operation.State.RUNNING):
                return None
            if not self._claim(item, State.PENDING):
                return None
        rows = Draft.objects.select_related("account", "answers__conversation")
        draft = rows.filter(
            operation=operation.get(), state=Draft.State.SENDING
        ).first()
        if draft is None:
            self._settle(item, State.SKIPPED, "undone")
            return None
        found = drafts.problems(draft)
        if found or drafts.outgrown(draft):
            self._fail(item, found[0] if found else drafts.CHANGED)
            return None
        upload_all(self.client, self.lease, draft)
        if draft.started_at is None:
            draft.started_at = timezone.now()
            draft.known = sorted(self.client.sent_before(drafts.as_remote(draft)))
        return draft

    def _claim(self, item: OperationItem, state: str) -> bool:
        """Mark the item as the one at work, unless somebody has decided otherwise."""
        row = OperationItem.objects.filter(pk=item.pk, state=state)
        item.attempts, item.fence = item.attempts + 1, self.lease.fence
        return bool(row.update(attempts=item.attempts, fence=item.fence))

    def _in_flight(self, item: OperationItem, draft: Draft) -> bool:
        """From here on it may have been sent; False when it was stopped before."""
        with self._writing(item) as operation:
            if operation.state != Operation.State.RUNNING:
                return False
            mine = OperationItem.objects.filter(pk=item.pk, state=State.PENDING)
            if not mine.update(state=State.IN_FLIGHT):
                return False
            draft.save(update_fields=["started_at", "known"])
        item.state = State.IN_FLIGHT
        return True

    # --- Looking ----------------------------------------------------------------------

    def _look(self, item: OperationItem) -> None:
        """Ask the host whether it has the message."""
        with short_write():
            self.lease.renew()
            if not self._claim(item, State.UNKNOWN):
                return
        rows = Draft.objects.select_related("answers__conversation")
        draft = rows.filter(state=Draft.State.SENDING, operation=item.operation).first()
        if draft is None:
            self._settle(item, State.SKIPPED, "discarded")
            return
        try:
            found = self.client.find_sent(drafts.as_remote(draft))
            if not found:
                # A host may show less to a token that has ended.
                self.client.whoami()
        except TemporaryError as error:
            self._look_later(item, error)
        except CredentialsError:
            raise
        except ProviderError as error:
            logger.info("a look is refused account=%s: %s", self.account.pk, error)
            self._seen(item, MOST_LOOKS)
        else:
            match self._unclaimed(item, found):
                case [sent]:
                    self._done(item, sent)
                case []:
                    self._seen(item, item.looks + 1)
                case _:
                    self._seen(item, MOST_LOOKS)

    def _unclaimed(self, item: OperationItem, found: tuple[Sent, ...]) -> list[Sent]:
        """Without those that another send is already: an equal one of a moment ago."""
        others = OperationItem.objects.filter(
            account=self.account,
            verb=Operation.Verb.SEND,
            state=State.DONE,
            remote_id__in=[sent.remote_id for sent in found],
        ).exclude(pk=item.pk)
        claimed = set(others.values_list("remote_id", flat=True))
        return [sent for sent in found if sent.remote_id not in claimed]

    def _seen(self, item: OperationItem, looks: int) -> None:
        """Nothing clear was found: look again, send once more, or let the person say."""
        if looks == LOOKS_PER_TRY:
            self._wait_again(item, looks=looks, not_before=None)
        else:
            asked = STILL_UNDER_WAY if item.error == INTERRUPTED else None
            due = self._look_at(asked) if looks < MOST_LOOKS else None
            self._change(item, state=State.UNKNOWN, looks=looks, not_before=due)

    def _look_later(self, item: OperationItem, error: TemporaryError) -> None:
        later = timezone.now() + timedelta(seconds=_pause(item, error))
        self._change(item, state=State.UNKNOWN, not_before=later)

    def _doubt(self, item: OperationItem, error: OutcomeUnknown) -> None:
        """Perhaps it was sent. A second time in doubt, a look is all there is."""
        due = self._look_at(error.retry_after)
        self._change(item, state=State.UNKNOWN, error=error.stored, not_before=due)

    def _look_at(self, asked: float | None = None) -> datetime:
        pause = max(self.client.look_after, backoff.asked(asked) if asked else 0.0)
        return timezone.now() + timedelta(seconds=pause)

    @contextmanager
    def _writing(self, item: OperationItem) -> Iterator[Operation]:
        """A transaction of the lease's holder: the operation's row is held in it.

        Whoever changes items or drafts holds that first, so that nobody waits in a
        circle.
        """
        with short_write():
            self.lease.renew()
            yield Operation.objects.select_for_update().get(pk=item.operation_id)

    # --- What came of it --------------------------------------------------------------

    def _put_back(self, item: OperationItem, error: ProviderError) -> None:
        """Surely not sent: waiting again, with the same key."""
        passes = isinstance(error, TemporaryError)
        tried = isinstance(error, TemporaryError) and error.sent
        later = timezone.now() + timedelta(seconds=_pause(item, error))
        self._wait_again(
            item,
            attempts=item.attempts - (0 if tried else 1),
            error=error.stored if tried else "",
            not_before=later if passes else None,
        )

    def _wait_again(self, item: OperationItem, **values: object) -> None:
        """Not sent, and to be sent; not, if that was called off meanwhile."""
        with self._writing(item) as operation:
            if operation.state == Operation.State.CANCELLED:
                Draft.objects.filter(operation=operation).give_back()
                self._settle(item, State.SKIPPED, "cancelled")
            else:
                values = {"error": "", **values}
                self._change(item, state=State.PENDING, **values)

    def _change(self, item: OperationItem, **values: object) -> None:
        """Write it, unless the person has decided meanwhile."""
        with self._writing(item):
            row = OperationItem.objects.filter(pk=item.pk).open()
            if row.update(**values, fence=0):
                events.append(self.account.owner_id, "operation.changed")

    def _done(self, item: OperationItem, sent: Sent) -> None:
        with self._writing(item):
            arrived(self.account, item, sent)
            self._settle(item, State.DONE)

    def _fail(
        self, item: OperationItem, code: str, audience: Audience | None = None
    ) -> None:
        """Refused: the text is the person's again, with the reason.

        `audience` is what it would have been, for the form to show.
        """
        with self._writing(item):
            mine = Draft.objects.filter(operation=item.operation_id)
            if audience is not None:
                mine.update(told=drafts.stored(audience))
            mine.give_back(code)
            self._settle(item, State.FAILED, code)

    def _settle(self, item: OperationItem, state: str, code: str = "") -> None:
        with self._writing(item):
            row = OperationItem.objects.filter(pk=item.pk).open()
            row.update(state=state, error=code, settled_at=timezone.now())
            settle(item.operation)
            messages = [item.message_id] if item.message_id else []
            events.append(self.account.owner_id, "operation.changed", messages=messages)

    def _ask_again_what_is_possible(self) -> None:
        """The host says no to what it seemed to offer: it may have changed."""
        with short_write():
            self.lease.renew()
            self.account.capabilities_at = None
            self.account.save(update_fields=["capabilities_at"])


def put_back_after_crash(account: Account, lease: Lease) -> None:
    """Our own fault in the middle of it: try later, and give up on the fifth time."""
    later = timezone.now() + timedelta(seconds=backoff.FIRST)
    with short_write():
        lease.renew()
        at_work = _sends(account).filter(fence=lease.fence)
        for item in at_work.select_related("operation"):
            given_up = item.attempts >= POISON_AFTER
            if item.state != State.PENDING:
                item.state = State.UNKNOWN
                item.looks = MOST_LOOKS if given_up else item.looks
            elif given_up:
                mine = Draft.objects.filter(operation=item.operation_id)
                mine.give_back("internal-error")
                item.state, item.error = State.FAILED, "internal-error"
                item.settled_at = timezone.now()
            item.not_before = later
            item.save()
            settle(item.operation)


def _sends(account: Account) -> OperationItemQuerySet:
    """What is not settled yet."""
    sends = OperationItem.objects.filter(account=account, verb=Operation.Verb.SEND)
    return sends.open()


def _until(moment: datetime | None, furthest: timedelta, now: datetime) -> float:
    """Seconds until then; 0 where that is over, or was said by a clock that jumped."""
    if moment is None or not now < moment <= now + furthest:
        return 0.0
    return (moment - now).total_seconds()


def _pause(item: OperationItem, error: ProviderError) -> float:
    """Seconds until the next call: what the host asks for, or the back-off."""
    asked = getattr(error, "retry_after", None)
    if asked is None:
        return backoff.delay(max(item.attempts - 1, 0))
    return asked if not getattr(error, "sent", True) else backoff.asked(asked)
