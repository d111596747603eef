"""What was written arrives once: through whatever goes wrong, on all three networks."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from accounts.models import Account
from inboxhub.networks.base import Client, PermanentError, TemporaryError
from inboxhub.networks.writing import Draft as Written
from inboxhub.networks.writing import Sent
from messaging import drafts, running, services
from messaging.models import Draft, Message, Operation, OperationItem
from messaging.selection import Selection
from messaging.sync import engine, sending
from messaging.sync.turn import turn
from tests.messaging.letters import (
    NETWORKS,
    Letters,
    later,
    letters,
    settle,
    typed,
)

pytestmark = pytest.mark.django_db

TEXT = "Yes, at eight!"


class Killed(BaseException):
    """Stands for `kill -9`: nothing of the program handles it."""


@pytest.fixture(params=NETWORKS)
def post(
    request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Letters]:
    with letters(request.param, settings, monkeypatch) as made:
        yield made


@pytest.fixture
def mixi(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Letters]:
    """The one network that is enough where all are the same."""
    with letters("mixi", settings, monkeypatch) as made:
        yield made


def sent(operation: Operation) -> Message:
    """It is done, and this is the row that came of it."""
    operation.refresh_from_db()
    assert (operation.state, operation.done, operation.failed) == ("done", 1, 0)
    assert not Draft.objects.exists()
    message = operation.items.get().message
    assert message is not None
    assert message.outgoing
    return message


def test_answer_arrives_once_and_joins_its_conversation(post: Letters) -> None:
    operation = settle(drafts.send(post.answer(TEXT)))
    message = sent(operation)
    assert TEXT in message.text
    assert message.conversation == post.question.conversation
    assert post.arrived(TEXT) == 1


def test_new_message_goes_to_whom_the_network_found(post: Letters) -> None:
    person = drafts.find_people(post.account, post.other)[0]
    draft = drafts.open_draft(post.user, post.account, None)
    draft = drafts.save(
        draft,
        text=TEXT,
        title="About tonight" if drafts.writing_of(draft).title else "",
        content_warning="",
        visibility="",
        recipients=[person],
    )
    message = sent(settle(drafts.send(draft)))
    assert message.conversation == post.question.conversation
    assert post.arrived(TEXT) == 1


def test_own_message_is_followed_by_another_to_the_same_people(post: Letters) -> None:
    first = sent(settle(drafts.send(post.answer("One thing more:"))))
    draft = typed(drafts.open_draft(post.user, post.account, first), TEXT)
    message = sent(settle(drafts.send(draft)))
    assert message.conversation == first.conversation
    assert post.arrived(TEXT) == 1


def test_nothing_is_sent_before_its_time(mixi: Letters) -> None:
    operation = drafts.send(mixi.answer(TEXT))
    engine.drain()
    assert (mixi.arrived(TEXT), operation.items.get().state) == (0, "pending")
    assert drafts.send_now(operation)
    assert not drafts.send_now(operation)
    engine.drain()
    sent(operation)


def test_undo_gives_the_draft_back(post: Letters) -> None:
    draft = post.answer(TEXT)
    operation = drafts.send(draft)
    assert running.undo(operation)
    settle(operation)
    draft.refresh_from_db()
    assert (draft.state, draft.text, post.arrived(TEXT)) == ("editing", TEXT, 0)
    assert settle(drafts.send(draft)).pk != operation.pk
    assert post.arrived(TEXT) == 1


def test_second_click_is_the_same_operation(mixi: Letters) -> None:
    draft = mixi.answer(TEXT)
    first = drafts.send(draft)
    assert drafts.send(draft) == first
    sent(settle(first))
    with pytest.raises(drafts.Refused, match="sent-already"):
        drafts.send(draft)
    assert mixi.arrived(TEXT) == 1


def test_answered_message_is_replied_where_the_network_has_that(mixi: Letters) -> None:
    settle(drafts.send(mixi.answer(TEXT)))
    question = mixi.question
    assert (question.remote_state, question.unread) == ("replied", False)


# --- When no clear answer comes -------------------------------------------------------


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


# --- When it is refused ---------------------------------------------------------------


def raising(error: Exception, times: int = 1) -> Callable[..., object]:
    """In place of a client's method: fails so often, then does what it should."""

    def instead(real: Callable[..., object]) -> Callable[..., object]:
        left = [error] * times

        def call(*arguments: object) -> object:
            if left:
                raise left.pop()
            return real(*arguments)

        return call

    return instead


def test_refusal_keeps_the_text_and_says_why(
    post: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = raising(PermanentError("no", code="access_denied"))(post.client.send)
    monkeypatch.setattr(post.client, "send", refused)
    draft = post.answer(TEXT)
    operation = settle(drafts.send(draft))
    item = operation.items.get()
    assert (operation.failed, item.state, item.error) == (1, "failed", "access_denied")
    draft.refresh_from_db()
    assert (draft.state, draft.text) == ("editing", TEXT)
    assert draft.error == "access_denied"
    sent(settle(drafts.send(draft)))
    assert post.arrived(TEXT) == 1


def test_trouble_that_passes_is_waited_for_with_the_same_key(
    post: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = TemporaryError("away", code="host-unreachable", retry_after=120)
    monkeypatch.setattr(post.client, "send", raising(trouble)(post.client.send))
    draft = post.answer(TEXT)
    operation = drafts.send(draft)
    drafts.send_now(operation)
    engine.drain()
    item = operation.items.get()
    assert (item.state, item.error, item.looks) == ("pending", "host-unreachable", 0)
    assert item.not_before is not None
    assert item.not_before > timezone.now() + timedelta(seconds=110)
    key = draft.key
    draft.refresh_from_db()
    assert (draft.state, draft.key) == ("sending", key)
    sent(settle(operation))
    assert post.arrived(TEXT) == 1


def test_revoked_token_keeps_it_waiting_until_signed_in_again(post: Letters) -> None:
    operation = drafts.send(post.answer(TEXT))
    post.revoke()
    settle(operation, rounds=2)
    post.account.refresh_from_db()
    assert post.account.status == "sign_in_needed"
    assert operation.items.get().state == "pending"
    post.again()
    sent(settle(operation))
    assert post.arrived(TEXT) == 1


def test_look_without_a_token_finds_out_nothing(post: Letters) -> None:
    post.fault("lost", times=1)
    operation = drafts.send(post.answer(TEXT))
    drafts.send_now(operation)
    engine.drain()
    post.revoke()
    settle(operation, rounds=3)
    item = operation.items.get()
    assert (item.state, item.looks) == ("unknown", 0)
    post.again()
    sent(settle(operation))
    assert post.arrived(TEXT) == 1


def test_unlinking_gives_the_draft_back(mixi: Letters) -> None:
    draft = mixi.answer(TEXT)
    operation = drafts.send(draft)
    services.unlink(mixi.account, erase=False)
    settle(operation)
    draft.refresh_from_db()
    assert (draft.state, draft.error) == ("editing", "unlinked")
    with pytest.raises(drafts.Refused, match="unlinked"):
        drafts.send(draft)
    assert mixi.arrived(TEXT) == 0


def test_call_that_is_held_back_is_no_try(
    mixi: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = TemporaryError("later", code="budget", retry_after=3, sent=False)
    monkeypatch.setattr(mixi.client, "send", raising(held)(mixi.client.send))
    operation = drafts.send(mixi.answer(TEXT))
    drafts.send_now(operation)
    engine.drain()
    item = operation.items.get()
    assert (item.state, item.attempts, item.error) == ("pending", 0, "")
    sent(settle(operation))


def test_message_that_is_erased_meanwhile_is_not_answered_as_a_new_one(
    mixi: Letters,
) -> None:
    draft = mixi.answer(TEXT)
    operation = drafts.send(draft)
    mixi.question.delete()
    settle(operation)
    draft.refresh_from_db()
    assert (draft.state, draft.error) == ("editing", "answered-is-gone")
    assert mixi.arrived(TEXT) == 0


def test_people_who_are_not_reached_are_told(
    mixi: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = mixi.client.send
    monkeypatch.setattr(
        mixi.client,
        "send",
        lambda c, d: replace(real(c, d), unreached=("@blocked@host.example",)),
    )
    operation = settle(drafts.send(mixi.answer(TEXT)))
    sent(operation)
    assert operation.items.get().before == {"unreached": ["@blocked@host.example"]}


# --- When the program dies ------------------------------------------------------------


def dying(when: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
    def instead(real: Callable[..., object]) -> Callable[..., object]:
        left = [True]

        def call(*arguments: object, **named: object) -> object:
            if not left:
                return real(*arguments, **named)
            left.clear()
            if when == "after":
                real(*arguments, **named)
            raise Killed

        return call

    return instead


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
@pytest.mark.parametrize("step", ["ingest_surely", "settle"])
def test_process_that_is_killed_before_the_row_finds_it_again(
    post: Letters, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    monkeypatch.setattr(sending, step, dying(when)(getattr(sending, step)))
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


# --- Pictures -------------------------------------------------------------------------


@pytest.fixture(params=["misskey", "mastodon"])
def gallery(
    request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Letters]:
    """The networks that take pictures."""
    with letters(request.param, settings, monkeypatch) as made:
        yield made


def with_pictures(post: Letters, number: int) -> Draft:
    draft = post.answer(TEXT)
    for place in range(number):
        file = io.BytesIO()
        Image.new("RGB", (8, 8), (place, 0, 0)).save(file, "PNG")
        data, text = file.getvalue(), f"No. {place}"
        drafts.attach(draft, name="a.png", data=data, description=text, sensitive=False)
    return draft


def test_pictures_go_along_with_their_texts_in_their_order(gallery: Letters) -> None:
    message = sent(settle(drafts.send(with_pictures(gallery, 2))))
    shown = [attachment["description"] for attachment in message.attachments]
    assert shown == ["No. 0", "No. 1"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_process_that_is_killed_at_an_upload_sends_all_pictures_once(
    gallery: Letters, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setattr(gallery.client, "upload", dying(when)(gallery.client.upload))
    operation = drafts.send(with_pictures(gallery, 2))
    with pytest.raises(Killed):
        settle(operation)
    message = sent(settle(operation))
    assert (len(message.attachments), gallery.arrived(TEXT)) == (2, 1)


def test_answer_with_a_picture_that_is_lost_is_found_again(gallery: Letters) -> None:
    gallery.fault("lost", times=1)
    message = sent(settle(drafts.send(with_pictures(gallery, 1))))
    assert (len(message.attachments), gallery.arrived(TEXT)) == (1, 1)


def test_picture_is_uploaded_anew_after_a_refusal(
    gallery: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = raising(PermanentError("no", code="refused"))(gallery.client.send)
    monkeypatch.setattr(gallery.client, "send", refused)
    draft = with_pictures(gallery, 1)
    settle(drafts.send(draft))
    assert draft.files.get().remote_id == ""
    message = sent(settle(drafts.send(draft)))
    assert len(message.attachments) == 1


# --- Two at once ----------------------------------------------------------------------


def test_second_worker_does_nothing_while_the_first_one_sends(
    post: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def watched(client: Client, draft: Written) -> Sent:
        turn(post.account.pk)
        return real(client, draft)

    real = post.client.send
    monkeypatch.setattr(post.client, "send", watched)
    sent(settle(drafts.send(post.answer(TEXT))))
    assert post.arrived(TEXT) == 1


def test_worker_that_lost_its_lease_in_the_call_changes_no_row(
    post: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(client: Client, draft: Written) -> Sent:
        found = real(client, draft)
        an_hour_ago = timezone.now() - timedelta(hours=1)
        Account.objects.filter(pk=post.account.pk).update(lease_until=an_hour_ago)
        turn(post.account.pk)
        return found

    real = post.client.send
    with monkeypatch.context() as patch:
        patch.setattr(post.client, "send", slow)
        operation = drafts.send(post.answer(TEXT))
        drafts.send_now(operation)
        engine.drain()
    assert operation.items.get().state == "unknown"
    sent(settle(operation))
    assert post.arrived(TEXT) == 1


def test_sending_has_its_go_however_long_the_rest_takes(
    mixi: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messaging.sync.turn.SECONDS", 0.0)
    operation = drafts.send(mixi.answer(TEXT))
    drafts.send_now(operation)
    turn(mixi.account.pk)
    sent(operation)


def test_several_go_in_the_order_in_which_they_were_asked_for(mixi: Letters) -> None:
    texts = ["first", "second", "third"]
    asked = [drafts.send(mixi.answer(text)) for text in texts]
    for operation in asked:
        sent_or_waits = settle(operation)
        assert sent_or_waits.state == "done"
    assert mixi.texts() == texts


def test_typed_later_is_not_what_is_sent(mixi: Letters) -> None:
    draft = mixi.answer(TEXT)
    operation = drafts.send(draft)
    typed(draft, "something else")
    sent(settle(operation))
    assert (mixi.arrived(TEXT), mixi.arrived("something else")) == (1, 0)
