"""One draft in two tabs, or on two devices: what was written in either is kept."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from inboxhub.networks.capabilities import Capabilities
from messaging.models import Draft, Message
from tests.factories import make_account, make_message
from tests.messaging.views.forms import HTMX, NOTES, form, hidden, reply, sends, write
from tests.messaging.views.pages import html_of

TOLD = "This draft was also changed elsewhere."


@pytest.fixture
def question(user: User) -> Message:
    able = Capabilities(writing={"note": NOTES, "new": NOTES})
    account = make_account(user, capabilities=able.as_json())
    return make_message(account=account, remote_id="q1")


@pytest.fixture
def old(client: Client, question: Message) -> dict[str, str]:
    """A form that shows "one", which became "one two" in another since."""
    reply(client, question, "keep", text="one")
    shown = form(client, f"/m/{question.pk}/reply/")
    reply(client, question, "keep", text="one two")
    return shown


def test_old_form_saves_both_texts_and_shows_them(
    client: Client, question: Message, old: dict[str, str]
) -> None:
    address = f"/m/{question.pk}/reply/"
    answer = write(client, address, "keep", text="one!", **old)
    html = html_of(answer)
    assert answer.status_code == 409
    assert TOLD in html
    assert "one two one!</textarea>" in html
    assert Draft.objects.get().text == "one two\n\none!"
    after = write(client, address, "keep", text="all of it", **hidden(html))
    assert (after.status_code, Draft.objects.get().text) == (200, "all of it")


@pytest.mark.parametrize("headers", [HTMX, {}])
@pytest.mark.parametrize("do", ["send", "save", "discard"])
def test_old_form_does_nothing_before_both_texts_were_seen(
    client: Client,
    question: Message,
    old: dict[str, str],
    do: str,
    headers: dict[str, str],
) -> None:
    data = {"do": do, "text": "one!", **old}
    answer = client.post(f"/m/{question.pk}/reply/", data, headers=headers)
    html = html_of(answer)
    assert answer.status_code == 422
    assert TOLD in html
    assert "one two one!</textarea>" in html
    assert not sends()
    write(client, f"/m/{question.pk}/reply/", "send", text="both", **hidden(html))
    assert sends() == 1


def test_old_form_without_a_change_shows_what_is_new_and_sends_nothing(
    client: Client, question: Message, old: dict[str, str]
) -> None:
    reply(client, question, "keep", text="quite another")
    answer = write(client, f"/m/{question.pk}/reply/", "send", text="one", **old)
    assert answer.status_code == 422
    assert "quite another</textarea>" in html_of(answer)
    assert not sends()


def test_what_is_thrown_away_in_an_old_form_leaves_the_newer_text(
    client: Client, question: Message, old: dict[str, str]
) -> None:
    write(client, f"/m/{question.pk}/reply/", "throw", text="one!", **old)
    assert Draft.objects.get().text == "one two"


def test_warnings_of_both_forms_stay(
    client: Client, question: Message, old: dict[str, str]
) -> None:
    reply(client, question, "keep", text="one", content_warning="theirs")
    address = f"/m/{question.pk}/reply/"
    write(client, address, "keep", text="one!", content_warning="mine", **old)
    assert Draft.objects.get().content_warning == "theirs mine"


def test_two_texts_go_to_the_narrower_of_both_audiences(
    client: Client, question: Message, old: dict[str, str]
) -> None:
    Message.objects.update(visibility="public")
    old |= {"shown": form(client, f"/m/{question.pk}/reply/")["shown"]}
    reply(client, question, "keep", text="one two", visibility="public")
    address = f"/m/{question.pk}/reply/"
    mine = {"text": "one!", "visibility": "specified"}
    write(client, address, "keep", **mine, **old)
    assert Draft.objects.get().visibility == "specified"


def test_form_that_never_heard_of_its_last_save_goes_on(
    client: Client, question: Message
) -> None:
    address = f"/m/{question.pk}/reply/"
    shown = form(client, address)
    for text in ("one", "other", "third"):
        answer = write(client, address, "keep", text=text, **shown)
        assert answer.status_code == 200
    assert Draft.objects.get().text == "third"


def test_two_forms_that_were_blank_lose_neither_text(
    client: Client, question: Message
) -> None:
    address = f"/m/{question.pk}/reply/"
    first, second = form(client, address), form(client, address)
    write(client, address, "keep", text="one", **first)
    answer = write(client, address, "keep", text="two", **second)
    assert answer.status_code == 409
    assert "one two</textarea>" in html_of(answer)
    assert Draft.objects.get().text == "one\n\ntwo"
