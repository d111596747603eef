"""Reactions and answers to requests: they show at once, and say when they failed."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from inboxhub.networks.capabilities import SERVER, Ability, Capabilities
from messaging.models import Message, Operation
from tests.factories import make_account, make_conversation, make_message
from tests.messaging.views.forms import HTMX
from tests.messaging.views.pages import html_of, page

REQUEST = {"follow_request": Ability(SERVER, effect="accept-follow")}
REACTS = {"note": Ability(SERVER, effect="react")}
ABLE = Capabilities(
    abilities={
        "accept": REQUEST,
        "reject": REQUEST,
        "react": REACTS,
        "unreact": REACTS,
    },
)


@pytest.fixture
def question(user: User) -> Message:
    account = make_account(user, capabilities=ABLE.as_json())
    return make_message(account=account, remote_id="q1")


def test_reaction_shows_at_once_and_goes_again_when_it_failed(
    client: Client, question: Message
) -> None:
    address = f"/m/{question.pk}/react/"
    html = html_of(client.post(address, {"reaction": "👍"}, headers=HTMX))
    assert 'aria-pressed="true"' in html
    assert 'value="👍"' in page(client, f"/c/{question.conversation_id}/")
    operation = Operation.objects.get(verb="react")
    failed = {"state": "failed", "error": "NO_SUCH_NOTE", "settled_at": timezone.now()}
    operation.items.update(**failed)
    html = page(client, f"/c/{question.conversation_id}/")
    assert 'value="👍"' not in html
    assert "Your reaction was not taken. The note no longer exists" in html


def test_own_reaction_is_pressed_and_taken_back(
    client: Client, question: Message
) -> None:
    question.extra = {"reactions": {"👍": 2}, "my_reaction": "👍"}
    question.save(update_fields=["extra"])
    html = page(client, f"/c/{question.conversation_id}/")
    assert f'hx-post="/m/{question.pk}/unreact/"' in html
    client.post(f"/m/{question.pk}/unreact/", {"reaction": "👍"})
    html = page(client, f"/c/{question.conversation_id}/")
    assert f'hx-post="/m/{question.pk}/react/"' in html
    assert 'aria-pressed="true"' not in html


def test_picker_offers_emoji_of_the_host_that_were_seen(
    client: Client, question: Message
) -> None:
    seen = {":cat:": 1, ":dog@other.example:": 1}
    emojis = {"cat": "https://misskey.example/cat.png"}
    make_message(
        make_conversation(question.account),
        extra={"reactions": seen, "emojis": emojis},
    )
    html = page(client, f"/m/{question.pk}/reactions/")
    assert 'value=":cat:"' in html
    assert "dog" not in html


@pytest.mark.parametrize("verb", ["accept", "reject"])
def test_request_is_decided_in_its_pane_and_can_be_undone(
    client: Client, question: Message, verb: str
) -> None:
    request = make_message(
        make_conversation(question.account, box="requests"),
        source="follow_request",
        kind="follow-request",
    )
    html = page(client, f"/c/{request.conversation_id}/")
    assert f'formaction="/{verb}/"' in html
    assert f'formaction="/{verb}/"' in page(client, "/?box=requests")
    client.post(f"/{verb}/", {"message": request.pk})
    operation = Operation.objects.get(verb=verb)
    assert operation.state == "waiting"
    assert not Message.objects.shown().filter(pk=request.pk).exists()


# --- Strangers -------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["accept", "reject"])
def test_strangers_request_is_left_alone(client: Client, user: User, verb: str) -> None:
    foreign = make_message(source="follow_request", box="requests")
    client.post(f"/{verb}/", {"message": foreign.pk})
    assert Message.objects.shown().filter(pk=foreign.pk).exists()
