"""How far operations are, for their pages and for the bar at the foot of every page."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from messaging import here, wording
from messaging.models import Operation
from messaging.operations import UNFINISHED
from messaging.running import TAKEN_BACK

Verb, State = Operation.Verb, Operation.State
QUICK = timedelta(seconds=2)
"""What is done before that needs no bar."""
NEWS = timedelta(seconds=15)
"""How long the bar tells that something long has ended."""
REMEMBERED = timedelta(minutes=5)
"""How long the last thing can be undone from any page."""
FOLLOWED = timedelta(seconds=20)
"""How long a status line follows what runs; the bar does so afterwards."""
MOST = 30


@dataclass(frozen=True, slots=True)
class Progress:
    """An operation as pages show it."""

    operation: Operation
    now: datetime

    @property
    def sentence(self) -> str:
        return wording.operation_sentence(self.operation)

    @property
    def possible(self) -> int:
        return self.operation.total - self.operation.skipped

    @property
    def settled(self) -> int:
        return self.operation.done + self.operation.failed

    @property
    def left(self) -> int:
        return max(0, self.possible - self.settled)

    @property
    def percent(self) -> int:
        return 100 * self.settled // self.possible if self.possible else 100

    @property
    def heard(self) -> str:
        """What a screen reader is told when a quarter is over; the same text between."""
        return wording.heard(self.operation, self.percent // 25 * 25)

    @property
    def troubled(self) -> bool:
        return bool(self.operation.failed or self.operation.skipped)

    @property
    def unfinished(self) -> bool:
        return self.operation.state in UNFINISHED

    @property
    def moving(self) -> bool:
        """Whether it will look different by itself."""
        return self.operation.state in (State.WAITING, State.RUNNING)

    @property
    def followed(self) -> bool:
        begins = self.operation.not_before or self.operation.created_at
        return self.moving and self.now < begins + FOLLOWED

    @property
    def long(self) -> bool:
        """Whether it takes, or took, long enough to be told of on every page."""
        ended = self.operation.finished_at or self.now
        return ended - self.operation.created_at > QUICK

    @property
    def waits(self) -> bool:
        return self.operation.state == State.WAITING

    @property
    def seconds(self) -> int:
        """Until it begins; the time in which it can be undone."""
        until = self.operation.not_before or self.now
        return max(0, math.ceil((until - self.now).total_seconds()))

    @property
    def window_over(self) -> int:
        """How many percent of that time are over."""
        until = self.operation.not_before or self.now
        whole = (until - self.operation.created_at).total_seconds()
        return round(100 - 100 * self.seconds / whole) if whole > self.seconds else 0

    @property
    def can_undo(self) -> bool:
        """What undoes something else is not undone: `z` twice does nothing more."""
        operation = self.operation
        changed = operation.verb in TAKEN_BACK and operation.total > operation.skipped
        undone = operation.undone_at is not None or _undoes(operation)
        over = undone or operation.state == State.CANCELLED
        return self.waits or (changed and not over)

    @property
    def can_pause(self) -> bool:
        return self.operation.state == State.RUNNING

    @property
    def can_resume(self) -> bool:
        return self.operation.state == State.PAUSED

    @property
    def can_cancel(self) -> bool:
        return self.can_pause or self.can_resume

    @property
    def can_retry(self) -> bool:
        """A message that was not sent is sent again from its draft instead."""
        ended = self.operation.state in (State.DONE, State.CANCELLED)
        again = self.operation.verb != Verb.SEND and self.operation.undone_at is None
        return ended and again and bool(self.operation.failed)


@dataclass(frozen=True, slots=True)
class Bar:
    """What every page shows of the work under way.

    `last` is the newest thing that `z` takes back from any page, where it is newer than
    what is shown.
    """

    shown: Progress | None
    others: int
    last: Progress | None
    moving: bool
    """Whether a page should look again by itself."""


def progress_of(operation: Operation) -> Progress:
    return Progress(operation, timezone.now())


def undoing(operation: Operation) -> Operation | None:
    """The operation that did the opposite of what this one had done."""
    return here.undoing(operation).order_by("-pk").first()


def _undoes(operation: Operation) -> bool:
    return operation.key.startswith(here.UNDO)


def bar_of(user: User) -> Bar:
    """By one query."""
    now = timezone.now()
    recent = Q(created_at__gt=now - REMEMBERED) | Q(finished_at__gt=now - NEWS)
    asked = Operation.objects.of(user).exclude(verb=Verb.REFRESH)
    wanted = asked.filter(Q(state__in=UNFINISHED) | recent).defer("selection")
    rows = list(wanted.order_by("-pk")[:MOST])
    found = [Progress(row, now) for row in rows]
    under_way = [one for one in found if one.unfinished]
    shown = _most_pressing(under_way) or _news(found)
    last = next((one for one in found if _is_taken_back(one)), None)
    if last and shown and shown.can_undo and last.operation.pk <= shown.operation.pk:
        last = None
    return Bar(
        shown=shown,
        others=len([one for one in under_way if one is not shown and one.long]),
        last=last,
        moving=any(one.moving for one in under_way) or bool(shown and not under_way),
    )


def _most_pressing(under_way: list[Progress]) -> Progress | None:
    """What can still be undone, else what runs, else what is paused.

    Of these what is done to many, and the newest.
    """
    worth = [one for one in under_way if one.long or not one.can_pause]
    order = [State.WAITING, State.RUNNING, State.PAUSED]
    worth.sort(
        key=lambda one: (order.index(State(one.operation.state)), one.possible == 1)
    )
    return worth[0] if worth else None


def _news(found: list[Progress]) -> Progress | None:
    for one in found:
        ended = one.operation.finished_at
        if ended and one.now - ended < NEWS and one.long and one.possible > 1:
            return one
    return None


def _is_taken_back(one: Progress) -> bool:
    """Reading marks come by themselves, too: nobody means those by `undo the last`."""
    if one.operation.verb == Verb.MARK_READ and not one.waits:
        return False
    return one.can_undo and one.now - one.operation.created_at < REMEMBERED
