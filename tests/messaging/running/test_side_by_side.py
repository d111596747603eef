"""No operation, no message and no host holds up another."""

import time
from collections.abc import Sequence
from datetime import timedelta
from itertools import count

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from accounts.models import Account
from inboxhub.networks.base import Outcome, Target
from inboxhub.networks.misskey import Client
from messaging import events, running, services
from messaging.models import Event, OperationItem
from messaging.selection import Selection
from messaging.sync import engine
from messaging.sync import turn as turns
from simulators.misskey import Simulator
from tests.factories import make_conversations
from tests.messaging.running.conftest import NUMBER, InTheMiddle, answers, pick, settled

pytestmark = pytest.mark.django_db


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


def test_unlink_while_it_runs_gives_up_what_waits_and_shows_it(
    sim: Simulator,
    account: Account,
    in_the_middle: InTheMiddle,
) -> None:
    operation = services.delete(account.owner, pick(*answers(account)))
    fresh = Account.objects.get(pk=account.pk)
    in_the_middle(lambda: services.unlink(fresh, erase=False))
    engine.drain()
    state, done, failed, _skipped = settled(operation)
    assert (state, done, failed) == ("done", 1, NUMBER - 1)
    given_up = operation.items.filter(state="failed")
    errors = list(given_up.order_by("pk").values_list("error", flat=True))
    assert errors == ["unlinked-in-doubt", *["unlinked"] * (NUMBER - 2)]
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
