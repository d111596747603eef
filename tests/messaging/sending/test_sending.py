"""What was written arrives once: on all three networks, in order, and by one worker."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Account
from inboxhub.networks.base import Client
from inboxhub.networks.writing import Draft as Written
from inboxhub.networks.writing import Sent
from messaging import drafts, running
from messaging.sync import engine
from messaging.sync.turn import turn
from tests.messaging.letters import Letters, settle, typed
from tests.messaging.sending.mishaps import TEXT, sent

pytestmark = pytest.mark.django_db


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
