"""Forms of answers say whom they go to, and nothing goes further than they said."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from inboxhub.networks.capabilities import Capabilities, Writing
from messaging.models import Draft, Message
from tests.factories import make_account, make_author, make_conversation, make_message
from tests.messaging.views.forms import HTMX, NOTES, form, hidden, sends, write
from tests.messaging.views.pages import html_of, page

ABLE = Capabilities(writing={"note": NOTES, "chat": Writing(max_text=20)})


@pytest.fixture
def question(user: User) -> Message:
    account = make_account(user, capabilities=ABLE.as_json())
    return make_message(account=account, remote_id="q1")


def goes_to(message: Message, *ids: str) -> None:
    Message.objects.filter(pk=message.pk).update(
        extra={"audience": dict.fromkeys(ids, "")}
    )


def author_of(message: Message) -> str:
    assert message.author is not None
    return message.author.remote_id


def html_of_form(client: Client, message: Message) -> str:
    return html_of(client.get(f"/m/{message.pk}/reply/", headers=HTMX))


def test_form_names_those_whom_an_answer_goes_to(
    client: Client, question: Message
) -> None:
    """Also some who never wrote, and whom nobody here knows by name."""
    hana = make_author(question.account, name="Hana", handle="@hana@host.example")
    conversation = question.conversation
    conversation.participants = [hana.pk, question.author_id]
    conversation.save(update_fields=["participants"])
    goes_to(question, author_of(question), hana.remote_id, "u9")
    html = html_of_form(client, question)
    assert question.author is not None
    assert f"To <bdi>{question.author.name}</bdi> and 2 others" in html
    assert "@hana@host.example" in html
    assert "1 more, whose name" in html


def test_form_of_an_answer_to_one_person_counts_no_others(
    client: Client, question: Message
) -> None:
    """However many there are in the conversation around it."""
    others = [make_author(question.account).pk for _number in range(3)]
    conversation = question.conversation
    conversation.participants = [*others, question.author_id]
    conversation.participant_count = 4
    conversation.save(update_fields=["participants", "participant_count"])
    goes_to(question, author_of(question))
    html = html_of_form(client, question)
    assert question.author is not None
    assert f"To <bdi>{question.author.name}</bdi> </span>" in html
    assert "other" not in html.partition("textarea")[0]


def test_form_of_an_answer_to_oneself_names_whom_that_was_for(
    client: Client, question: Message
) -> None:
    own = make_message(
        question.conversation,
        outgoing=True,
        remote_id="q2",
        extra={"audience": {author_of(question): ""}},
    )
    question.conversation.participants = [question.author_id]
    question.conversation.save(update_fields=["participants"])
    assert question.author is not None
    assert f"To <bdi>{question.author.name}</bdi> </span>" in html_of_form(client, own)


def test_form_says_when_nobody_knows_whether_others_get_it(
    client: Client, question: Message
) -> None:
    assert "and perhaps to others" in html_of_form(client, question)


def test_answer_in_a_room_goes_to_everybody_there(
    client: Client, question: Message
) -> None:
    room = make_conversation(question.account, title="Tea room")
    message = make_message(room, source="chat", visibility="")
    assert "To everybody in Tea room" in html_of_form(client, message)


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_more_people_than_the_open_form_shows_are_shown_before_anything_is_sent(
    client: Client, question: Message, headers: dict[str, str]
) -> None:
    goes_to(question, author_of(question))
    address = f"/m/{question.pk}/reply/"
    shown = form(client, address)
    write(client, address, "keep", text="yes", **shown)
    goes_to(question, author_of(question), "u9")
    data = {"do": "send", "text": "yes!", **shown}
    answer = client.post(address, data, headers=headers)
    html = html_of(answer)
    assert answer.status_code == 422
    assert "It changed since you opened this form" in html
    assert "and 1 other" in html
    assert "yes!</textarea>" in html
    assert not sends()
    write(client, address, "send", text="yes!", **hidden(html))
    assert sends() == 1


def test_what_is_typed_is_kept_whoever_came_to_it(
    client: Client, question: Message
) -> None:
    address = f"/m/{question.pk}/reply/"
    shown = form(client, address)
    goes_to(question, author_of(question), "u9")
    saved = html_of(write(client, address, "keep", text="yes", **shown))
    assert "Saved" in saved
    assert Draft.objects.get().text == "yes"


def test_form_that_was_open_before_the_host_told_more_sends_nothing(
    client: Client, question: Message
) -> None:
    address = f"/m/{question.pk}/reply/"
    Message.objects.update(visibility="specified")
    old = form(client, address)
    write(client, address, "save", text="yes", **old)
    Draft.objects.update(told={"people": 1, "visibility": "public", "handles": {}})
    write(client, address, "send", text="yes", **old)
    assert Draft.objects.get().state == "editing"


def test_answer_that_the_host_would_have_brought_further_says_so(
    client: Client, question: Message
) -> None:
    address = f"/m/{question.pk}/reply/"
    write(client, address, "save", text="yes", **form(client, address))
    Draft.objects.update(
        error="audience-changed",
        shown={"people": 1, "visibility": "specified", "handles": {}},
        told={"people": 3, "visibility": "public", "handles": {}},
    )
    html = page(client, f"/c/{question.conversation_id}/")
    assert "It would now go to 3 people; you were shown 1." in html
    assert "More people could see it now (Public: everyone can see this)." in html
    assert "and 2 others" in html
    assert "yes</textarea>" in html
