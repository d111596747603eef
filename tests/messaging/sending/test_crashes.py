"""The program dies somewhere on the way: it still arrives, and once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inboxhub.networks.base import Client
from inboxhub.networks.writing import Draft as Written
from messaging import drafts
from messaging.models import Operation, OperationItem
from messaging.sync import arrived, engine, sending
from tests.messaging.letters import Letters, later, settle
from tests.messaging.sending.mishaps import TEXT, Killed, dying, raising, sent

pytestmark = pytest.mark.django_db


STEPS = {"row": (arrived, "ingest_surely"), "end": (sending, "settle")}
CRASHES = [
    ("sent_before", "before"),
    ("sent_before", "after"),
    ("send", "before"),
    ("send", "after"),
    ("find_sent", "before"),
    ("find_sent", "after"),
]


@pytest.mark.parametrize(("method", "when"), CRASHES)
def test_process_that_is_killed_around_a_call_sends_it_once(
    post: Letters, monkeypatch: pytest.MonkeyPatch, method: str, when: str
) -> None:
    real = getattr(post.client, method)
    monkeypatch.setattr(post.client, method, dying(when)(real))
    if method == "find_sent":
        post.fault("lost", times=1)
    operation = drafts.send(post.answer(TEXT))
    with pytest.raises(Killed):
        settle(operation)
    sent(settle(operation))
    assert post.arrived(TEXT) == 1


def test_call_of_a_lost_worker_has_time_to_end_before_it_is_made_again(
    mixi: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mixi.client, "send", dying("before")(mixi.client.send))
    operation = drafts.send(mixi.answer(TEXT))
    with pytest.raises(Killed):
        settle(operation)
    engine.drain()
    later()
    engine.drain()
    item = operation.items.get()
    assert (item.state, item.error, item.looks) == ("unknown", "interrupted", 1)
    assert item.not_before is not None
    assert item.not_before > timezone.now() + timedelta(seconds=55)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_process_that_is_killed_before_the_row_finds_it_again(
    post: Letters, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    module, name = STEPS[step]
    monkeypatch.setattr(module, name, dying(when)(getattr(module, name)))
    operation = drafts.send(post.answer(TEXT))
    with pytest.raises(Killed):
        settle(operation)
    assert operation.items.get().state == "in_flight"
    sent(settle(operation))
    assert post.arrived(TEXT) == 1


def test_fault_of_ours_in_the_call_is_looked_up(
    post: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd(client: Client, draft: Written) -> None:
        real(client, draft)
        raise RuntimeError("a fault of ours")

    real = post.client.send
    monkeypatch.setattr(post.client, "send", odd)
    sent(settle(drafts.send(post.answer(TEXT))))
    assert post.arrived(TEXT) == 1


def test_fault_of_ours_before_the_call_is_given_up_in_the_end(
    mixi: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = raising(RuntimeError("a fault of ours"), times=9)
    monkeypatch.setattr(mixi.client, "sent_before", broken(mixi.client.sent_before))
    draft = mixi.answer(TEXT)
    operation = settle(drafts.send(draft))
    assert (operation.state, operation.failed) == ("done", 1)
    draft.refresh_from_db()
    assert (draft.state, draft.error) == ("editing", "internal-error")
    assert mixi.arrived(TEXT) == 0


def test_clock_that_was_far_ahead_holds_nothing_back(mixi: Letters) -> None:
    operation = drafts.send(mixi.answer(TEXT))
    next_year = timezone.now() + timedelta(days=365)
    Operation.objects.update(not_before=next_year)
    OperationItem.objects.update(not_before=next_year)
    engine.drain()
    sent(operation)
