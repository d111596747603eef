"""No clear answer came: it is looked up, and sent once more or left to the person."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from inboxhub.networks.errors import TemporaryError
from messaging import drafts, running, services
from messaging.models import Draft, Operation
from messaging.selection import Selection
from messaging.sync import engine
from tests.messaging.letters import Letters, later, settle
from tests.messaging.sending.mishaps import TEXT, sent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["lost", "cut", "truncate"])
def test_answer_that_is_lost_is_looked_up_and_nothing_is_sent_twice(
    post: Letters, kind: str
) -> None:
    post.fault(kind, times=1)
    sent(settle(drafts.send(post.answer(TEXT))))
    assert post.arrived(TEXT) == 1


def test_call_that_never_arrived_is_made_once_more_after_two_looks(
    post: Letters,
) -> None:
    post.fault("status", times=1, status=502)
    operation = settle(drafts.send(post.answer(TEXT)))
    sent(operation)
    assert operation.items.get().looks == 2
    assert post.arrived(TEXT) == 1


def test_looks_are_apart_as_long_as_the_network_needs(post: Letters) -> None:
    post.fault("lost", times=1)
    operation = drafts.send(post.answer(TEXT))
    drafts.send_now(operation)
    engine.drain()
    item = operation.items.get()
    assert item.state == "unknown"
    assert item.not_before is not None
    wait = (item.not_before - timezone.now()).total_seconds()
    assert post.client.look_after - 2 < wait <= post.client.look_after + 60


def in_doubt(operation: Operation) -> Operation:
    """It was tried once; nothing was looked for yet."""
    drafts.send_now(operation)
    engine.drain()
    assert (operation.items.get().state, operation.items.get().looks) == ("unknown", 0)
    return operation


def doubtful(post: Letters) -> Operation:
    """A send that never arrives and of which nobody can tell."""
    post.fault("status", times=2, status=502)
    operation = settle(drafts.send(post.answer(TEXT)))
    assert drafts.undecided(operation)
    assert (operation.items.get().looks, post.arrived(TEXT)) == (4, 0)
    return operation


def test_second_doubt_waits_for_the_person(post: Letters) -> None:
    operation = doubtful(post)
    settle(operation)
    assert (operation.state, post.arrived(TEXT)) == ("running", 0)
    assert not engine.due_accounts()


def test_person_sends_again_what_did_not_arrive(post: Letters) -> None:
    operation = doubtful(post)
    assert drafts.send_again(operation)
    assert not drafts.send_again(operation)
    sent(settle(operation))
    assert post.arrived(TEXT) == 1


def test_person_has_seen_that_it_arrived(mixi: Letters) -> None:
    operation = doubtful(mixi)
    assert drafts.it_arrived(operation)
    assert not drafts.it_arrived(operation)
    operation.refresh_from_db()
    assert (operation.state, operation.done) == ("done", 1)
    assert not Draft.objects.exists()


def test_person_gives_up_what_is_in_doubt(mixi: Letters) -> None:
    operation = doubtful(mixi)
    assert drafts.discard(operation.drafts.get())
    operation.refresh_from_db()
    item = operation.items.get()
    assert (operation.state, item.state, item.error) == ("done", "skipped", "discarded")


def test_only_a_send_in_doubt_is_decided(mixi: Letters) -> None:
    sending_now = drafts.send(mixi.answer(TEXT))
    marking = services.mark_read(mixi.user, Selection.messages([mixi.question.pk]))
    for operation in (sending_now, marking):
        assert not drafts.it_arrived(operation)
        assert not drafts.send_again(operation)
    assert not drafts.send_now(marking)
    sent(settle(sending_now))


def test_several_that_could_be_it_wait_for_the_person(
    mixi: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = mixi.client.find_sent
    monkeypatch.setattr(mixi.client, "find_sent", lambda c, d: real(c, d) * 2)
    mixi.fault("lost", times=1)
    operation = settle(drafts.send(mixi.answer(TEXT)))
    assert drafts.undecided(operation)
    assert mixi.arrived(TEXT) == 1


def test_same_text_sent_before_is_not_taken_for_it(post: Letters) -> None:
    sent(settle(drafts.send(post.answer(TEXT))))
    post.fault("status", times=1, status=502)
    sent(settle(drafts.send(post.answer(TEXT))))
    assert post.arrived(TEXT) == 2


@pytest.mark.parametrize("hours", [9, -9])
@pytest.mark.parametrize("fault", ["lost", "status"])
def test_clock_that_is_wrong_sends_nothing_twice_and_takes_nothing_old(
    post: Letters, monkeypatch: pytest.MonkeyPatch, hours: int, fault: str
) -> None:
    sent(settle(drafts.send(post.answer(TEXT))))
    wrong = timedelta(hours=hours)
    monkeypatch.setattr(timezone, "now", lambda: datetime.now(UTC) + wrong)
    post.fault(fault, times=1, status=502)
    sent(settle(drafts.send(post.answer(TEXT))))
    assert post.arrived(TEXT) == 2


def test_message_of_another_send_is_not_taken_for_it(post: Letters) -> None:
    """The second one is sent and has arrived while the first one is in doubt."""
    post.fault("status", times=1, status=502)
    first = in_doubt(drafts.send(post.answer(TEXT)))
    second = drafts.send(post.answer(TEXT))
    drafts.send_now(second)
    engine.drain()
    second.refresh_from_db()
    assert second.state == "done"
    post.account.messages.filter(text__contains=TEXT).delete()
    sent(settle(first))
    assert post.arrived(TEXT) == 2
    assert len({one.items.get().remote_id for one in (first, second)}) == 2


@pytest.mark.parametrize("faults", [("lost", "status"), ("status", "lost")])
def test_two_in_doubt_are_not_found_in_the_same_message(
    post: Letters, faults: tuple[str, str]
) -> None:
    both = []
    for fault in faults:
        post.fault(fault, times=1, status=502)
        both.append(in_doubt(drafts.send(post.answer(TEXT))))
    for operation in both:
        settle(operation)
    for operation in both:
        sent(operation)
    assert post.arrived(TEXT) == 2
    assert len({one.items.get().remote_id for one in both}) == 2


def test_two_that_could_be_both_messages_are_not_sent_again(post: Letters) -> None:
    post.fault("lost", times=2)
    both = [in_doubt(drafts.send(post.answer(TEXT))) for _number in range(2)]
    for operation in both:
        settle(operation)
    assert post.arrived(TEXT) == 2


def test_look_that_fails_is_no_look(
    mixi: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_client: object, _draft: object) -> None:
        raise TemporaryError("nobody answers", code="host-unreachable")

    mixi.fault("lost", times=1)
    with monkeypatch.context() as patch:
        patch.setattr(mixi.client, "find_sent", away)
        operation = settle(drafts.send(mixi.answer(TEXT)), rounds=4)
    item = operation.items.get()
    assert (item.state, item.looks) == ("unknown", 0)
    sent(settle(operation))
    assert mixi.arrived(TEXT) == 1


def test_cancelled_while_in_doubt_is_not_sent_again(mixi: Letters) -> None:
    mixi.fault("status", times=1, status=502)
    operation = drafts.send(mixi.answer(TEXT))
    drafts.send_now(operation)
    engine.drain()
    assert running.cancel(operation)
    for _look in range(3):
        later()
        engine.drain()
    draft = Draft.objects.get()
    assert (draft.state, draft.text, mixi.arrived(TEXT)) == ("editing", TEXT, 0)
