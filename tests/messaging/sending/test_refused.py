"""What is refused, held back or called off keeps its text and says why."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from inboxhub.networks.errors import PermanentError, TemporaryError
from messaging import drafts, services
from messaging.sync import engine
from tests.messaging.letters import Letters, settle
from tests.messaging.sending.mishaps import TEXT, raising, sent

pytestmark = pytest.mark.django_db


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
