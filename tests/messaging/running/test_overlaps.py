"""Several operations on the same message: what stands decides."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, permutations, product

import pytest
from django.contrib.auth.models import User

from accounts.models import Account
from inboxhub.lib.database import short_write
from inboxhub.networks.base import Outcome
from messaging import operations, running, services
from messaging.models import Message, Operation
from messaging.sync import lease
from messaging.sync.outcomes import record, release
from messaging.views.progress import progress_of
from tests.factories import NOON, make_message
from tests.messaging.running.conftest import pick, settled

pytestmark = pytest.mark.django_db


def test_opposite_mark_supersedes_the_one_that_waits(me: User, able: Account) -> None:
    message = make_message(account=able, unread=True, remote_state="unread")
    first = services.mark_read(me, pick(message))
    second = services.mark_unread(me, pick(message))
    assert settled(first) == ("done", 0, 0, 1)
    assert first.items.get().error == "superseded"
    # The host never heard of the first.
    assert settled(second) == ("done", 1, 0, 0)


def test_opposite_of_a_mark_on_its_way_is_told(me: User, able: Account) -> None:
    message = make_message(account=able, unread=True, remote_state="unread")
    first = services.mark_read(me, pick(message))
    first.items.update(state="in_flight")
    second = services.mark_unread(me, pick(message))
    assert first.items.get().state == "in_flight"
    assert second.items.get().state == "pending"


def test_undo_of_a_mark_takes_back_only_what_it_changed(
    me: User, able: Account
) -> None:
    unread = make_message(account=able, unread=True)
    read = make_message(account=able, unread=False)
    operation = services.mark_read(me, pick(unread, read))
    operation.items.update(state="done")
    operations.settle(operation)
    assert running.undo(operation)
    assert not running.undo(operation)
    assert list(Message.objects.unread()) == [unread]


@pytest.mark.parametrize("state", ["in_flight", "failed"])
def test_undo_takes_back_what_is_on_its_way_or_failed(
    me: User, able: Account, state: str
) -> None:
    message = make_message(account=able, unread=True, remote_state="unread")
    operation = services.mark_read(me, pick(message))
    operation.items.update(state=state)
    assert running.undo(operation)
    assert list(Message.objects.unread()) == [message]


def test_undo_that_was_called_off_can_be_asked_for_again(
    me: User, able: Account
) -> None:
    message = make_message(account=able, unread=True, remote_state="unread")
    operation = services.mark_read(me, pick(message))
    operation.items.update(state="done")
    Message.objects.update(remote_state="read")
    operations.settle(operation)
    for _time in range(2):
        assert running.undo(operation)
        assert Message.objects.filter(unread=True).exists()
        assert running.cancel(Operation.objects.exclude(pk=operation.pk).latest("pk"))
        assert Message.objects.filter(unread=False).exists()
        operation.refresh_from_db()


def test_what_was_undone_is_not_tried_again(me: User, able: Account) -> None:
    message = make_message(account=able, unread=True, remote_state="unread")
    operation = services.mark_read(me, pick(message))
    operation.items.update(state="failed", error="refused")
    operations.settle(operation)
    assert running.undo(operation)
    assert not progress_of(operation).can_retry
    assert not running.retry(operation)
    message.refresh_from_db()
    assert message.unread


def test_undo_of_a_mark_that_changed_nothing_asks_for_nothing(
    me: User, able: Account
) -> None:
    operation = services.mark_read(me, pick(make_message(account=able, unread=False)))
    operation.items.update(state="done")
    operations.settle(operation)
    assert not running.undo(operation)
    assert Operation.objects.count() == 1


def test_undo_of_hiding_shows_only_what_it_hid(me: User, able: Account) -> None:
    shown, hidden = make_message(account=able), make_message(account=able)
    services.hide(me, pick(hidden))
    assert running.undo(services.hide(me, pick(shown, hidden)))
    assert list(Message.objects.shown()) == [shown]


def test_cancel_does_not_show_what_was_hidden_since(me: User, able: Account) -> None:
    message = make_message(account=able)
    operation = services.delete(me, pick(message))
    services.hide(me, pick(message))
    running.cancel(operation)
    assert not Message.objects.shown().exists()


# --- Every order in which two or three of them can end --------------------------------


def refuse(operation: Operation) -> None:
    answer(operation, Outcome("failed", "host-error"))


def accept(operation: Operation) -> None:
    answer(operation, Outcome("done"))


def answer(operation: Operation, outcome: Outcome) -> None:
    """What the host says to the call for what still waits."""
    held = lease.take(operation.items.get().account_id)
    assert held is not None
    waiting = list(operation.items.filter(state="pending").select_related("operation"))
    if waiting:
        record(held, waiting, [outcome])
    held.release()


def break_off(operation: Operation) -> None:
    """The call that is under way brings no answer."""
    held = lease.take(operation.items.get().account_id)
    assert held is not None
    with short_write():
        release(operation.items.all(), not_before=None, doubtful=True)
    held.release()


def let_stand(operation: Operation) -> None:
    """It was done here at once."""


End = Callable[[Operation], object]


@dataclass(frozen=True)
class Ends:
    """What a verb makes of a message, the ends that leave it so, and the others."""

    effect: bool
    stays: tuple[End, ...]
    goes: tuple[End, ...]


Plans = Mapping[str, Ends]
Plan = Sequence[tuple[str, End]]
PLACES: Plans = {
    "hide": Ends(True, (let_stand,), (running.undo,)),
    "unhide": Ends(False, (let_stand,), (running.undo,)),
    "delete": Ends(True, (accept,), (refuse, running.cancel)),
}
ALL_PLACES = {**PLACES, "remove": Ends(True, (accept,), (refuse, running.undo))}
MARKS: Plans = {
    "mark-read": Ends(False, (accept,), (running.undo, running.cancel)),
    "mark-unread": Ends(True, (refuse,), (running.undo, running.cancel)),
}


CASES = [((0, 1), False), ((1, 0), False), ((1, 0), True)]


def plans(verbs: Plans, number: int) -> Iterator[Plan]:
    """So many verbs in a row, each with one of its ends."""
    endings = [
        (verb, end) for verb, ends in verbs.items() for end in (*ends.stays, *ends.goes)
    ]
    return product(endings, repeat=number)


def played(
    message: Message, verbs: Plans, plan: Plan, order: Sequence[int]
) -> list[tuple[str, bool]]:
    """Ask for all of it, then let it end in this order: which verbs came to something.

    A cancel that comes too late takes nothing back.
    """
    user = message.owner
    asked = [services.VERBS[verb](user, pick(message)) for verb, _end in plan]
    came = ended(asked, verbs, plan, order)
    message.refresh_from_db()
    return came


def ended(
    asked: Sequence[Operation], verbs: Plans, plan: Plan, order: Sequence[int]
) -> list[tuple[str, bool]]:
    """Let what was asked for end in this order: which verbs came to something."""
    came = [(verb, end in verbs[verb].stays) for verb, end in plan]
    for place in order:
        asked[place].refresh_from_db()
        verb, end = plan[place]
        if end(asked[place]) is False and end is running.cancel:
            came[place] = (verb, True)
    return came


def expected(verbs: Plans, came: Sequence[tuple[str, bool]], *, before: bool) -> bool:
    """What stood before, and then in turn whatever has come to something."""
    state = before
    for verb, came_to_something in came:
        state = verbs[verb].effect if came_to_something else state
    return state


def told(plan: Plan, order: Sequence[int]) -> str:
    ends = [f"{verb}: {end.__name__}" for verb, end in plan]
    return f"{ends} in the order {order}"


@pytest.mark.parametrize(("order", "hidden"), CASES, ids=str)
def test_message_is_where_it_was_but_for_what_succeeded(
    me: User, able: Account, order: tuple[int, ...], hidden: bool
) -> None:
    for plan in plans(PLACES, 2):
        message = make_message(account=able, hidden_at=NOON if hidden else None)
        came = played(message, PLACES, plan, order)
        shown = message.hidden_at is None
        assert shown != expected(PLACES, came, before=hidden), told(plan, order)


def test_three_of_them_leave_it_where_it_was(me: User, able: Account) -> None:
    every, orders = list(plans(ALL_PLACES, 3)), cycle(permutations(range(3)))
    for plan, order in zip(every[::31], orders, strict=False):
        message = make_message(account=able)
        came = played(message, ALL_PLACES, plan, order)
        shown = message.hidden_at is None
        assert shown != expected(ALL_PLACES, came, before=False), told(plan, order)


@pytest.mark.parametrize(("order", "unread"), CASES, ids=str)
def test_mark_is_what_it_was_but_for_what_stands(
    me: User, able: Account, order: tuple[int, ...], unread: bool
) -> None:
    for plan in plans(MARKS, 2):
        message = make_message(account=able, unread=unread)
        came = played(message, MARKS, plan, order)
        assert message.unread == expected(MARKS, came, before=unread), told(plan, order)


def test_mark_that_was_replaced_is_told_after_all(me: User, able: Account) -> None:
    message = make_message(account=able, unread=True)
    first = services.mark_read(me, pick(message))
    second = services.mark_unread(me, pick(message))
    assert first.items.get().state == "skipped"
    running.undo(second)
    assert settled(first)[0] == "running"
    assert first.items.get().state == "pending"
    assert not Message.objects.unread().exists()


def test_mark_that_was_replaced_is_told_where_a_cancelled_call_broke_off(
    me: User, able: Account
) -> None:
    message = make_message(account=able, unread=False)
    first = services.mark_unread(me, pick(message))
    second = services.mark_read(me, pick(message))
    second.items.update(state="in_flight")
    running.cancel(second)
    break_off(second)
    assert settled(second)[0] == "cancelled"
    assert settled(first)[0] == "running"
    assert first.items.get().state == "pending"
    assert Message.objects.unread().exists()


def test_what_was_replaced_waits_for_the_end_of_its_window(
    me: User, able: Account
) -> None:
    message = make_message(account=able)
    first = services.accept(me, pick(message), undoable=True)
    second = services.reject(me, pick(message), undoable=True)
    assert settled(first) == ("done", 0, 0, 1)
    running.undo(second)
    assert settled(first)[0] == "waiting"
    assert first.items.get().state == "pending"


def test_what_was_replaced_stays_paused(me: User, able: Account) -> None:
    message = make_message(account=able, unread=True)
    first = services.mark_read(me, pick(message))
    running.pause(first)
    second = services.mark_unread(me, pick(message))
    assert settled(first) == ("done", 0, 0, 1)
    running.undo(second)
    assert settled(first)[0] == "paused"
    assert running.resume(first)


# --- What is tried again --------------------------------------------------------------


def test_delete_tried_again_leaves_what_was_shown_since(
    me: User, able: Account
) -> None:
    message = make_message(account=able)
    deletion = services.delete(me, pick(message))
    refuse(deletion)
    services.hide(me, pick(message))
    services.unhide(me, pick(message))
    assert running.retry(deletion)
    refuse(deletion)
    assert list(Message.objects.shown()) == [message]


def test_delete_tried_again_stays_hidden_when_hiding_since_is_undone(
    me: User, able: Account
) -> None:
    message = make_message(account=able)
    deletion = services.delete(me, pick(message))
    refuse(deletion)
    hiding = services.hide(me, pick(message))
    assert running.retry(deletion)
    running.undo(hiding)
    assert not Message.objects.shown().exists()
    refuse(deletion)
    assert list(Message.objects.shown()) == [message]


def test_mark_tried_again_replaces_the_opposite_that_waits(
    me: User, able: Account
) -> None:
    message = make_message(account=able, unread=True, remote_state="unread")
    first = services.mark_read(me, pick(message))
    first.items.update(state="in_flight")
    second = services.mark_unread(me, pick(message))
    first.items.update(state="pending")
    refuse(first)
    assert running.retry(first)
    assert second.items.get().error == "superseded"
    assert settled(second) == ("done", 0, 0, 1)
    assert not Message.objects.unread().exists()
    # The other way round as well.
    assert running.cancel(first)
    assert second.items.get().state == "pending"
    assert Message.objects.unread().exists()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=str)
@pytest.mark.parametrize("verbs", [PLACES, MARKS], ids=["places", "marks"])
def test_what_is_tried_again_counts_as_asked_for_last(
    me: User, able: Account, verbs: Plans, order: Sequence[int]
) -> None:
    tried = "delete" if verbs is PLACES else "mark-read"
    for plan in plans(verbs, 2):
        (verb, _end), (last, _last_end) = plan
        if last != tried:
            continue
        message = make_message(account=able, unread=False)
        again = services.VERBS[tried](me, pick(message))
        refuse(again)
        asked = [services.VERBS[verb](me, pick(message)), again]
        assert running.retry(again)
        came = ended(asked, verbs, plan, order)
        message.refresh_from_db()
        state = message.hidden_at is not None if verbs is PLACES else message.unread
        assert state == expected(verbs, came, before=False), told(plan, order)
