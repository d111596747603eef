"""Operations wait, pause, end, and go back; what is told to the host is the host's word."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from accounts.models import Account
from inboxhub.networks.base import SERVER, Ability, Capabilities, Outcome, Target
from inboxhub.networks.misskey import Client
from messaging import events, operations, running, services
from messaging.models import Event, Message, Operation, OperationItem
from messaging.selection import Selection
from messaging.sync import engine
from messaging.sync import turn as turns
from messaging.sync.foreground import pull_now
from simulators.misskey import Simulator
from tests.factories import make_account, make_conversations, make_message, make_user
from tests.messaging.conftest import Link

pytestmark = pytest.mark.django_db

ABLE = Capabilities(
    abilities={
        "delete": {"note": Ability(SERVER, seconds=2.0)},
        "mark-read": {"note": Ability(SERVER)},
        "mark-unread": {"note": Ability(SERVER)},
    },
)
NUMBER = 5

Delete = Callable[[Client, Sequence[Target]], list[Outcome]]


def pick(*messages: Message) -> Selection:
    return Selection.messages(message.pk for message in messages)


@pytest.fixture
def me() -> User:
    return make_user("me")


@pytest.fixture
def able(me: User) -> Account:
    """An account whose host nobody asks."""
    return make_account(me, capabilities=ABLE.as_json())


@pytest.fixture
def account(sim: Simulator, link: Link) -> Account:
    first = sim.direct("taro", "hana", "question")
    for number in range(NUMBER):
        sim.direct("hana", "taro", f"answer {number}", reply_to=str(first["id"]))
    account = link()
    pull_now(account, full=False)
    account.refresh_from_db()
    return account


def answers(account: Account) -> list[Message]:
    return list(account.messages.filter(text__contains="answer").order_by("pk"))


def left_there(sim: Simulator, account: Account) -> int:
    return sum(sim.find_note(one.remote_id) is not None for one in answers(account))


def over(operation: Operation) -> None:
    """The time in which it could be undone is over."""
    Operation.objects.filter(pk=operation.pk).update(not_before=timezone.now())


def settled(operation: Operation) -> tuple[str, int, int, int]:
    operation.refresh_from_db()
    return (operation.state, operation.done, operation.failed, operation.skipped)


@pytest.fixture
def in_the_middle(
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Callable[[], object]], None]:
    """Has something happen during the second call."""

    def arrange(happens: Callable[[], object]) -> None:
        real, calls = Client.delete, count(1)

        def delete(client: Client, targets: Sequence[Target]) -> list[Outcome]:
            if next(calls) == 2:
                happens()
            return real(client, targets)

        monkeypatch.setattr(Client, "delete", delete)

    return arrange


# --- The time to undo it --------------------------------------------------------------


@pytest.mark.parametrize(("number", "seconds"), [(1, 10), (2, 30)])
def test_delete_waits_longer_for_more_than_one(
    me: User, able: Account, number: int, seconds: int
) -> None:
    mine = [make_message(account=able) for _ in range(number)]
    operation = services.delete(me, pick(*mine), undoable=True)
    assert operation.state == "waiting"
    assert operation.not_before is not None
    wait = (operation.not_before - timezone.now()).total_seconds()
    assert seconds - 5 < wait <= seconds


@pytest.mark.parametrize("verb", ["hide", "mark-read"])
def test_what_can_be_taken_back_begins_at_once(
    me: User, able: Account, verb: str
) -> None:
    message = make_message(account=able, unread=True)
    assert services.VERBS[verb](me, pick(message), undoable=True).state != "waiting"


def test_nothing_is_told_before_the_window_is_over(
    sim: Simulator, account: Account
) -> None:
    operation = services.delete(account.owner, pick(*answers(account)), undoable=True)
    engine.drain()
    assert left_there(sim, account) == NUMBER
    over(operation)
    engine.drain()
    assert left_there(sim, account) == 0
    assert settled(operation) == ("done", NUMBER, 0, 0)


def test_undo_in_the_window_leaves_everything_as_it_was(
    sim: Simulator, account: Account
) -> None:
    operation = services.delete(account.owner, pick(*answers(account)), undoable=True)
    assert running.undo(operation)
    assert not running.undo(operation)
    over(operation)
    engine.drain()
    assert left_there(sim, account) == NUMBER
    assert all(message.hidden_at is None for message in answers(account))
    assert settled(operation) == ("cancelled", 0, 0, NUMBER)
    assert set(operation.items.values_list("error", flat=True)) == {"undone"}


def test_clock_that_jumped_back_does_not_make_the_window_a_year(
    sim: Simulator, account: Account
) -> None:
    operation = services.delete(account.owner, pick(*answers(account)), undoable=True)
    next_year = timezone.now() + timedelta(days=365)
    Operation.objects.filter(pk=operation.pk).update(not_before=next_year)
    engine.drain()
    assert left_there(sim, account) == 0


def test_turn_says_when_the_window_is_over_and_a_restart_finds_it(
    account: Account,
) -> None:
    Account.objects.update(next_pull_at=timezone.now() + timedelta(hours=1))
    services.delete(account.owner, pick(*answers(account)), undoable=True)
    assert engine.due_accounts() == [account.pk]
    wait = turns.turn(account.pk)
    assert wait is not None
    assert 20 < wait <= 30


def test_click_that_comes_twice_is_one_operation(me: User, able: Account) -> None:
    message = make_message(account=able)
    first = services.delete(me, pick(message), key="one")
    assert services.delete(me, pick(message), key="one") == first
    stranger = make_user("eve")
    assert services.delete(stranger, pick(message), key="one") != first


# --- Pause, cancel, retry -------------------------------------------------------------


def test_pause_stops_before_the_next_call_and_resume_goes_on(
    sim: Simulator,
    account: Account,
    in_the_middle: Callable[[Callable[[], object]], None],
) -> None:
    operation = services.delete(account.owner, pick(*answers(account)))
    in_the_middle(lambda: running.pause(operation))
    engine.drain()
    assert left_there(sim, account) == NUMBER - 2
    assert settled(operation) == ("paused", 2, 0, 0)
    assert not running.pause(operation)
    assert running.resume(operation)
    assert not running.resume(operation)
    engine.drain()
    assert settled(operation) == ("done", NUMBER, 0, 0)


def test_resume_within_the_window_waits_for_its_end(me: User, able: Account) -> None:
    operation = services.delete(me, pick(make_message(account=able)), undoable=True)
    assert running.pause(operation)
    assert running.resume(operation)
    assert operation.state == "waiting"


def test_cancel_keeps_what_is_done_and_shows_the_rest_again(
    sim: Simulator,
    account: Account,
    in_the_middle: Callable[[Callable[[], object]], None],
) -> None:
    operation = services.delete(account.owner, pick(*answers(account)))
    in_the_middle(lambda: running.cancel(operation))
    engine.drain()
    assert left_there(sim, account) == NUMBER - 2
    assert settled(operation) == ("cancelled", 2, 0, NUMBER - 2)
    shown = [message for message in answers(account) if message.hidden_at is None]
    assert len(shown) == NUMBER - 2
    assert all(message.gone_at is None for message in shown)


def test_retry_makes_what_failed_wait_again(sim: Simulator, account: Account) -> None:
    sim.fault("api/notes/delete", "status", times=1, status=413)
    operation = services.delete(account.owner, pick(*answers(account)))
    engine.drain()
    assert settled(operation) == ("done", NUMBER - 1, 1, 0)
    assert running.retry(operation)
    assert settled(operation)[:3] == ("running", NUMBER - 1, 0)
    assert all(message.hidden_at for message in answers(account))
    engine.drain()
    assert settled(operation) == ("done", NUMBER, 0, 0)
    assert not running.retry(operation)


def test_what_was_gone_already_is_done_and_counted(
    sim: Simulator, account: Account
) -> None:
    sim.delete_note(answers(account)[0].remote_id)
    operation = services.delete(account.owner, pick(*answers(account)))
    engine.drain()
    operation.refresh_from_db()
    assert (operation.done, operation.gone) == (NUMBER, 1)


# --- Marks that follow each other -----------------------------------------------------


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


# --- Side by side ---------------------------------------------------------------------


def test_click_does_not_wait_for_a_long_delete(
    sim: Simulator, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = answers(account)
    bulk = services.delete(account.owner, pick(*others))
    click = services.delete(account.owner, pick(first))
    real = Client.delete
    order: list[str] = []

    def delete(client: Client, targets: Sequence[Target]) -> list[Outcome]:
        order.extend(target.remote_id for target in targets)
        return real(client, targets)

    monkeypatch.setattr(Client, "delete", delete)
    engine.drain()
    assert order.index(first.remote_id) == 1
    assert settled(bulk)[0] == settled(click)[0] == "done"


def test_long_delete_does_not_keep_the_newest_waiting(
    sim: Simulator, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = count().__next__
    monkeypatch.setattr(time, "monotonic", lambda: float(clock()))
    operation = services.delete(account.owner, pick(*answers(account)))
    sim.direct("taro", "hana", "news")
    services.sync_now(account)
    turns.turn(account.pk)
    assert settled(operation)[0] == "running"
    assert account.messages.filter(text__contains="news").exists()


def test_message_that_always_breaks_the_host_holds_up_no_other(
    sim: Simulator, account: Account
) -> None:
    first, second = answers(account)[:2]
    operation = services.delete(account.owner, pick(first, second))
    later = timezone.now() + timedelta(minutes=10)
    operation.items.filter(message=first).update(not_before=later, attempts=5)
    engine.drain()
    assert operation.items.get(message=second).state == "done"


def test_line_that_the_host_wants_to_rest_is_left_alone(
    sim: Simulator, account: Account
) -> None:
    first, second = answers(account)[:2]
    waiting = services.delete(account.owner, pick(first))
    waiting.items.update(not_before=timezone.now() + timedelta(minutes=10))
    later = services.delete(account.owner, pick(second))
    sim.forget_calls()
    engine.drain()
    assert sim.calls("notes/delete") == []
    assert settled(later)[0] == "running"


# --- How far it is --------------------------------------------------------------------


def test_lane_says_what_each_account_waits_for(me: User) -> None:
    accounts = [make_account(me, capabilities=ABLE.as_json()) for _ in range(4)]
    mine = [make_message(account=one) for one in accounts]
    operation = services.delete(me, pick(*mine))
    waiting, refused, away, _well = accounts
    moment = timezone.now() + timedelta(minutes=5)
    operation.items.filter(account=waiting).update(not_before=moment)
    Account.objects.filter(pk=refused.pk).update(status="sign_in_needed")
    Account.objects.filter(pk=away.pk).update(status="unreachable")
    lanes = running.lanes(operation)
    assert [lane.state for lane in lanes] == [
        *("waiting-for-host", "sign-in-needed", "unreachable", "running"),
    ]
    assert lanes[0].until == moment
    running.pause(operation)
    assert {lane.state for lane in running.lanes(operation)} == {"paused"}


def test_time_left_is_that_of_the_slowest_account(me: User) -> None:
    busy = make_account(me, capabilities=ABLE.as_json())
    idle = make_account(me, capabilities=ABLE.as_json())
    mine = [make_message(account=busy) for _ in range(3)] + [make_message(account=idle)]
    operation = services.delete(me, pick(*mine))
    assert running.seconds_left(operation) == pytest.approx(6.0)
    running.pause(operation)
    assert running.seconds_left(operation) is None


def test_unfinished_are_the_users_own(me: User, able: Account) -> None:
    operation = services.delete(me, pick(make_message(account=able)))
    services.hide(me, pick(make_message(account=able)))
    assert running.unfinished(me) == [operation]
    assert running.unfinished(make_user("eve")) == []


# --- Accounts that end, and many at once ----------------------------------------------


def test_unlink_while_it_runs_gives_up_what_waits_and_shows_it(
    sim: Simulator,
    account: Account,
    in_the_middle: Callable[[Callable[[], object]], None],
) -> None:
    operation = services.delete(account.owner, pick(*answers(account)))
    fresh = Account.objects.get(pk=account.pk)
    in_the_middle(lambda: services.unlink(fresh, erase=False))
    engine.drain()
    state, done, failed, _skipped = settled(operation)
    assert (state, done, failed) == ("done", 1, NUMBER - 1)
    given_up = operation.items.filter(state="failed")
    assert set(given_up.values_list("error", flat=True)) == {"unlinked"}
    shown = [message for message in answers(account) if message.hidden_at is None]
    assert len(shown) == NUMBER - 1


def test_change_of_many_makes_pages_read_anew(me: User, able: Account) -> None:
    make_conversations(able, events.MOST_IDS + 1)
    services.hide(me, Selection.matching(me, "in:messages"))
    event = Event.objects.latest("seq")
    assert events.frame(event) == {"resync": event.seq}
    assert (event.messages, event.conversations) == ([], [])


def test_ten_times_the_messages_take_no_more_queries(
    me: User, able: Account, django_assert_max_num_queries: object
) -> None:
    make_conversations(able, 600)
    selection = Selection.matching(me, "in:messages")
    with django_assert_max_num_queries(30):  # type: ignore[operator]  # a pytest fixture
        operation = services.delete(me, selection, undoable=True)
    assert operation.total == 600
    with django_assert_max_num_queries(30):  # type: ignore[operator]  # a pytest fixture
        running.undo(operation)
    assert not OperationItem.objects.open().exists()
