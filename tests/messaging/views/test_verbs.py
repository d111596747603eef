"""Verbs on messages and conversations: with and without JavaScript, and asking first."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from inboxhub.networks.capabilities import Ability, Capabilities
from messaging.models import Message, Operation
from tests.factories import NOON, make_account, make_conversation, make_message
from tests.messaging.views.pages import html_of, page, post, post_htmx

POSTS = ("mark-read", "mark-unread", "hide", "unhide", "remove", "delete")
ABLE = Capabilities(
    abilities={
        "mark-read": {"note": Ability("here")},
        "delete": {
            "note": Ability("nowhere", reason="not-yours"),
            "note:own": Ability("server", effect="delete-note"),
        },
    },
).as_json()


@pytest.mark.parametrize("verb", POSTS)
def test_verb_takes_no_get(client: Client, user: User, verb: str) -> None:
    assert client.get(f"/{verb}/").status_code == 405


@pytest.mark.parametrize("verb", POSTS)
def test_verb_leaves_a_strangers_message_alone(
    client: Client,
    user: User,
    verb: str,
) -> None:
    message = make_message(unread=verb == "mark-read")
    before = (message.unread, message.hidden_at)
    post(client, verb, message=message.pk)
    post(client, verb, conversation=message.conversation_id)
    message.refresh_from_db()
    assert (message.unread, message.hidden_at) == before
    assert not Operation.objects.exists()


def test_mark_read_without_javascript_returns_to_the_list(
    client: Client,
    user: User,
) -> None:
    message = make_message(account=make_account(user), unread=True)
    answer = post(client, "mark-read", message=message.pk, next="/?box=messages")
    message.refresh_from_db()
    assert not message.unread
    assert answer["Location"] == "/?box=messages"
    assert "1 message marked read" in page(client, answer["Location"])


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "x"])
def test_verb_returns_to_pages_of_ours_only(
    client: Client,
    user: User,
    elsewhere: str,
) -> None:
    message = make_message(account=make_account(user), unread=True)
    answer = post(client, "mark-read", message=message.pk, next=elsewhere)
    assert answer["Location"] == "/"


def test_verb_on_a_conversation_counts_its_messages(client: Client, user: User) -> None:
    conversation = make_conversation(make_account(user))
    for _ in range(3):
        make_message(conversation)
    html = post_htmx(client, "hide", conversation=conversation.pk)
    assert "3 messages hidden here" in html
    assert not Message.objects.shown().exists()


def test_unread_conversation_is_so_from_its_latest_message_of_others(
    client: Client,
    user: User,
) -> None:
    conversation = make_conversation(make_account(user))
    make_message(conversation, sort_key=1_000)
    latest = make_message(conversation, sort_key=2_000)
    make_message(conversation, sort_key=3_000, outgoing=True)
    post(client, "mark-unread", conversation=conversation.pk)
    assert list(Message.objects.unread()) == [latest]


def test_what_is_unread_already_is_not_marked_so_again(
    client: Client, user: User
) -> None:
    account = make_account(user)
    talks = [make_conversation(account) for _ in range(2)]
    for talk in talks:
        make_message(talk, sort_key=1_000)
        make_message(talk, sort_key=2_000, unread=True)
    for rows in ({"conversation": talks[0].pk}, {"list": "/", "bound": 1_000_000}):
        html = post_htmx(client, "mark-unread", **rows)
        assert "What you ticked is unread already" in html
    assert not Operation.objects.exists()
    read = make_message(account=account)
    both = f"{talks[0].pk},{read.conversation_id}"
    html = post_htmx(client, "mark-unread", conversation=both)
    assert "1 message marked unread" in html


def test_conversation_with_an_older_unread_message_is_so_from_its_latest(
    client: Client, user: User
) -> None:
    talk = make_conversation(make_account(user))
    older = make_message(talk, sort_key=1_000, unread=True)
    latest = make_message(talk, sort_key=2_000)
    post(client, "mark-unread", conversation=talk.pk)
    assert set(Message.objects.unread()) == {older, latest}


def test_own_message_is_never_unread(client: Client, user: User) -> None:
    mine = make_message(account=make_account(user), outgoing=True)
    for rows in ({"message": mine.pk}, {"list": "/?box=sent", "bound": mine.pk}):
        post(client, "mark-unread", **rows)
    assert not Operation.objects.exists()
    assert f'id="message-{mine.pk}"' not in page(client, "/?box=sent&is=unread")
    assert "Mark unread" not in page(client, "/?box=sent").split("data-rows", 1)[1]


def test_htmx_gets_the_changed_row_and_the_counts(client: Client, user: User) -> None:
    message = make_message(account=make_account(user), unread=True)
    html = post_htmx(client, "mark-read", message=message.pk)
    row = f'id="conversation-{message.conversation_id}"'
    assert row in html
    assert 'id="places"' in html
    assert 'data-unread="0"' in html
    assert "favicon/0.svg" in html
    assert "1 message marked read" in html


def test_hidden_row_leaves_the_list_and_can_be_undone(
    client: Client,
    user: User,
) -> None:
    message = make_message(account=make_account(user))
    html = post_htmx(client, "hide", message=message.pk)
    gone = f'id="conversation-{message.conversation_id}" hx-swap-oob="delete"'
    assert gone in html
    undo = f"/operations/{Operation.objects.get().pk}/undo/"
    assert f'action="{undo}"' in html
    client.post(undo)
    message.refresh_from_db()
    assert message.hidden_at is None


def test_row_shown_again_leaves_the_hidden_view(client: Client, user: User) -> None:
    message = make_message(account=make_account(user), hidden_at=NOON)
    html = post_htmx(client, "unhide", "/?box=hidden", message=message.pk)
    assert f'id="message-{message.pk}" hx-swap-oob="delete"' in html


def test_opening_says_quietly_how_far_reading_went(client: Client, user: User) -> None:
    message = make_message(
        account=make_account(user, capabilities=ABLE),
        box="mentions",
        unread=True,
    )
    shown = f"/?open={message.conversation_id}"
    html = post_htmx(client, "mark-read", shown, message=message.pk, opened="1")
    assert "Marked read · only here" in html
    assert "status-line" not in html


def test_nothing_selected_is_said_and_does_nothing(client: Client, user: User) -> None:
    assert "Nothing is selected" in post_htmx(client, "hide")
    answer = post(client, "hide")
    assert "Nothing is selected" in page(client, answer["Location"])
    assert not Operation.objects.exists()


@pytest.mark.parametrize(
    "ids", ["x", "1,x", "-1", "1.5", "9" * 30, ",".join(["1"] * 10_001)]
)
def test_selection_that_is_none_is_refused(
    client: Client,
    user: User,
    ids: str,
) -> None:
    answer = post(client, "hide", message=ids)
    assert answer.status_code == 422
    assert not Operation.objects.exists()


def test_ids_may_be_repeated_or_joined(client: Client, user: User) -> None:
    account = make_account(user)
    first, second, third = (make_message(account=account) for _ in range(3))
    post(client, "hide", message=[f"{first.pk},{second.pk}", str(third.pk)])
    assert Message.objects.filter(hidden_at=None).count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_asking_first_changes_nothing(
    client: Client,
    user: User,
    method: str,
) -> None:
    account = make_account(user, capabilities=ABLE)
    mine = make_message(account=account, outgoing=True)
    theirs = make_message(account=account)
    ids = {"message": [mine.pk, theirs.pk]}
    answer = getattr(client, method)("/confirm/delete/", ids)
    html = html_of(answer)
    assert "2 messages selected, possible for 1 of them. Nothing has happened" in html
    assert "Not possible: written by others; only they can delete it." in html
    assert "deleted for everyone" in html
    assert "Start deleting 1 message" in html
    assert "Hide this one here instead" in html
    assert 'name="unless" value="delete"' in html
    assert not Operation.objects.exists()


def test_what_is_impossible_has_no_button(client: Client, user: User) -> None:
    message = make_message(account=make_account(user, capabilities=ABLE))
    html = page(client, f"/confirm/delete/?message={message.pk}")
    assert 'action="/delete/"' not in html
    assert 'action="/hide/"' in html


def test_confirmation_on_a_page_of_its_own_leads_to_the_operation(
    client: Client,
    user: User,
) -> None:
    account = make_account(user, capabilities=ABLE)
    message = make_message(account=account, outgoing=True)
    address = f"/confirm/delete/?message={message.pk}"
    assert 'hx-post="/delete/"' not in page(client, address)
    dialog = client.get(address, headers={"HX-Request": "true"})
    assert 'hx-post="/delete/"' in html_of(dialog)
    answer = post(client, "delete", message=message.pk)
    assert answer.headers["Location"] == f"/operations/{Operation.objects.get().pk}/"


def test_confirmation_of_a_strangers_message_selects_nothing(
    client: Client,
    user: User,
) -> None:
    answer = client.get(f"/confirm/delete/?message={make_message().pk}")
    assert answer.status_code == 302


def test_only_lasting_verbs_ask_first(client: Client, user: User) -> None:
    page(client, "/confirm/hide/", status=404)


def test_delete_hides_at_once_and_tells_the_server_later(
    client: Client, user: User
) -> None:
    account = make_account(user, capabilities=ABLE)
    message = make_message(account=account, outgoing=True)
    answer = post(client, "delete", message=message.pk)
    operation = Operation.objects.get()
    assert answer["Location"] == f"/operations/{operation.pk}/"
    assert operation.state == Operation.State.WAITING
    message.refresh_from_db()
    assert message.hidden_at is not None


@pytest.mark.parametrize("verb", [*POSTS, "accept", "reject"])
def test_verb_without_messages_says_so(client: Client, user: User, verb: str) -> None:
    answer = client.post(f"/{verb}/", {"next": "/"}, follow=True)
    assert "Nothing is selected" in answer.content.decode()
    assert not Operation.objects.exists()
