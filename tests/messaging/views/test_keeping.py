"""Which draft a form is about: its text goes to those whom it shows, and once."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from inboxhub.networks.capabilities import Capabilities
from messaging import drafts
from messaging.models import Draft, Message, Operation, OperationItem
from messaging.views.chosen import signed
from tests.factories import make_account, make_message, make_user
from tests.messaging.views.forms import (
    HANA,
    HTMX,
    NOTES,
    TARO,
    compose,
    form,
    hidden,
    new,
    reply,
    sends,
    to,
    write,
)
from tests.messaging.views.pages import html_of, page


@pytest.fixture
def question(user: User) -> Message:
    able = Capabilities(writing={"note": NOTES, "new": NOTES})
    account = make_account(user, capabilities=able.as_json())
    return make_message(account=account, remote_id="q1")


def test_late_save_of_what_is_being_sent_makes_no_draft(
    client: Client, question: Message
) -> None:
    shown = form(client, f"/m/{question.pk}/reply/")
    reply(client, question, "send", text="yes", **shown)
    reply(client, question, "keep", text="yes", **shown)
    assert not Draft.objects.filter(state=Draft.State.EDITING).exists()


def test_message_that_comes_back_takes_no_text_for_somebody_else(
    client: Client, question: Message
) -> None:
    new(client, question, "send", text="to taro", **to(client, question, TARO))
    shown = to(client, question, HANA)
    first = Operation.objects.get(verb="send")
    client.post(f"/sending/{first.pk}/undo/", headers=HTMX)
    new(client, question, "keep", text="to hana", **shown)
    new(client, question, "send", text="to hana", **shown)
    sent = Draft.objects.get(state=Draft.State.SENDING)
    assert (sent.text, drafts.people(sent)) == ("to hana", (HANA,))
    back = Draft.objects.get(state=Draft.State.EDITING)
    assert (back.text, drafts.people(back)) == ("to taro", (TARO,))


def test_form_that_was_blank_begins_a_draft_of_its_own(
    client: Client, question: Message
) -> None:
    new(client, question, "send", text="to taro", **to(client, question, TARO))
    blank = form(client, f"/compose/?account={question.account_id}")
    first = Operation.objects.get(verb="send")
    client.post(f"/sending/{first.pk}/undo/", headers=HTMX)
    html = html_of(new(client, question, "keep", text="to all", **blank))
    mine = Draft.objects.get(text="to all")
    assert mine.recipients == []
    assert f'data-draft="{mine.pk}"' in html
    assert drafts.people(Draft.objects.get(text="to taro")) == (TARO,)


def test_people_changed_in_another_tab_are_shown_before_anything_is_sent(
    client: Client, question: Message
) -> None:
    old = to(client, question, TARO)
    compose(client, question, "", drop=TARO.remote_id)
    to(client, question, HANA)
    answer = new(client, question, "send", text="hi", **old)
    assert answer.status_code == 422
    html = html_of(answer)
    assert "This was not sent." in html
    assert "Take @hana@host.example out" in html
    assert "hi</textarea>" in html
    assert not sends()
    new(client, question, "send", text="hi", **hidden(html))
    assert sends() == 1


def test_same_words_go_to_two_people(client: Client, question: Message) -> None:
    for person in (TARO, HANA):
        new(client, question, "send", text="hello", **to(client, question, person))
    sent = Draft.objects.filter(state=Draft.State.SENDING).order_by("pk")
    assert [drafts.people(draft) for draft in sent] == [(TARO,), (HANA,)]


def test_answer_that_was_sent_is_not_sent_by_an_old_form(
    client: Client, question: Message
) -> None:
    address = f"/m/{question.pk}/reply/"
    blank = form(client, address)
    write(client, address, "keep", text="yes", **blank)
    other = form(client, address)
    write(client, address, "send", text="yes", **blank)
    Draft.objects.all().delete()
    OperationItem.objects.update(state="done")
    for old in (blank, other):
        write(client, address, "send", text="yes", **old)
        client.post(address, {"do": "send", "text": "yes", **old})
    assert sends() == 1
    assert not Draft.objects.exists()


def test_other_words_in_a_second_tab_are_not_lost_while_the_first_are_on_their_way(
    client: Client, question: Message
) -> None:
    second = to(client, question, TARO)
    first = form(client, f"/compose/?account={question.account_id}")
    new(client, question, "send", text="one", **first)
    html = html_of(new(client, question, "send", text="two", **second))
    assert "This was not sent." in html
    assert "two</textarea>" in html
    assert "Take @taro" not in html
    assert sends() == 1


def test_click_that_comes_after_the_undo_sends_nothing(
    client: Client, question: Message
) -> None:
    address = f"/m/{question.pk}/reply/"
    shown = form(client, address)
    write(client, address, "send", text="yes", **shown)
    first = Operation.objects.get(verb="send")
    client.post(f"/sending/{first.pk}/undo/", headers=HTMX)
    assert write(client, address, "send", text="yes", **shown).status_code == 422
    assert sends() == 1


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_draft_that_is_gone_comes_back_with_its_text_and_for_nobody(
    client: Client, question: Message, headers: dict[str, str]
) -> None:
    shown = to(client, question, TARO)
    Draft.objects.all().delete()
    address = f"/compose/?account={question.account_id}"
    data = {"do": "send", "text": "hi", **shown}
    answer = client.post(address, data, headers=headers)
    assert answer.status_code == 422
    html = html_of(answer)
    assert "hi</textarea>" in html
    assert "taro" not in html
    assert not sends()


def test_late_save_of_a_gone_draft_keeps_the_text_for_nobody(
    client: Client, question: Message
) -> None:
    shown = to(client, question, TARO)
    Draft.objects.all().delete()
    html = html_of(new(client, question, "keep", text="hi", **shown))
    draft = Draft.objects.get()
    assert (draft.text, draft.recipients) == ("hi", [])
    named = {**shown, "draft": draft.pk}
    assert f'data-draft="{draft.pk}"' in html
    assert new(client, question, "send", text="hi", **named).status_code == 422
    assert not sends()


def test_answer_that_came_back_is_not_written_over(
    client: Client, question: Message
) -> None:
    address = f"/m/{question.pk}/reply/"
    write(client, address, "send", text="first", **form(client, address))
    second = form(client, address)
    first = Operation.objects.get(verb="send")
    client.post(f"/sending/{first.pk}/undo/", headers=HTMX)
    late = write(client, address, "keep", text="second", **second)
    assert late.status_code == 409
    assert Draft.objects.get().text == "first\n\nsecond"
    html = html_of(write(client, address, "send", text="second", **second))
    assert "first second</textarea>" in html
    assert sends() == 1


def test_answer_that_came_back_stands_in_its_conversation_without_javascript(
    client: Client, question: Message
) -> None:
    address = f"/m/{question.pk}/reply/"
    write(client, address, "send", text="first", **form(client, address))
    second = form(client, address)
    first = Operation.objects.get(verb="send")
    client.post(f"/sending/{first.pk}/undo/", headers=HTMX)
    answer = client.post(address, {"do": "send", "text": "second", **second})
    assert answer.status_code == 422
    html = html_of(answer)
    assert f'id="message-{question.pk}"' in html
    assert question.text in html
    assert "first second</textarea>" in html
    assert "New message" not in html.partition("<main")[2]
    write(client, address, "send", text="first second", **hidden(html))
    assert sends() == 2


# --- What no page of ours sends -------------------------------------------------------


@pytest.mark.parametrize("do", ["keep", "save", "send", "discard"])
def test_answer_of_no_form_leaves_the_one_that_was_begun_alone(
    client: Client, question: Message, do: str
) -> None:
    reply(client, question, "keep", text="mine")
    address = f"/m/{question.pk}/reply/"
    answer = write(client, address, do, text="theirs")
    assert answer.status_code in (409, 422)
    assert Draft.objects.get().text == "mine"
    assert not sends()


def test_new_message_of_no_form_is_a_draft_of_its_own(
    client: Client, question: Message
) -> None:
    shown = to(client, question, TARO)
    new(client, question, "keep", text="mine", **shown)
    assert new(client, question, "send", text="theirs").status_code == 422
    assert not sends()
    mine, theirs = Draft.objects.order_by("pk")
    assert (mine.text, drafts.people(mine)) == ("mine", (TARO,))
    assert (theirs.text, theirs.recipients) == ("theirs", [])


def test_nothing_is_sent_by_a_form_that_does_not_say_what_it_showed(
    client: Client, question: Message
) -> None:
    address = f"/m/{question.pk}/reply/"
    shown = {**form(client, address), "shown": ""}
    assert write(client, address, "send", text="yes", **shown).status_code == 422
    assert (Draft.objects.get().text, sends()) == ("yes", 0)


# --- Drafts ---------------------------------------------------------------------------


def test_kept_draft_is_opened_by_its_own_link(
    client: Client, question: Message
) -> None:
    for text in ("older", "newer"):
        blank = {"ticket": str(uuid4())}
        new(client, question, "keep", text=text, **blank)
    older = Draft.objects.get(text="older")
    link = f"/compose/?account={question.account_id}&draft={older.pk}"
    assert link.replace("&", "&amp;") in page(client, "/compose/")
    assert "older</textarea>" in page(client, link)


def test_answer_whose_message_is_erased_can_become_a_new_message(
    client: Client, question: Message
) -> None:
    reply(client, question, "keep", text="not lost")
    question.delete()
    draft = Draft.objects.get()
    link = f"/compose/?account={draft.account_id}&draft={draft.pk}"
    assert link.replace("&", "&amp;") in page(client, "/compose/")
    assert "not lost" not in page(client, "/compose/").partition("Drafts</h2>")[0]
    html = page(client, link)
    assert "not lost</textarea>" in html
    answer = write(client, link, "send", text="not lost", **hidden(html))
    assert "Choose who gets it." in html_of(answer)
    chosen = signed(draft.account, TARO)
    html = html_of(write(client, link, "", text="not lost", add=chosen, **hidden(html)))
    write(client, link, "send", text="not lost", **hidden(html))
    sent = Draft.objects.get(state=Draft.State.SENDING)
    assert (sent.pk, drafts.people(sent), sends()) == (draft.pk, (TARO,), 1)


# --- Who can see an answer ------------------------------------------------------------


@pytest.mark.parametrize(
    ("outgoing", "chosen"), [(False, "specified"), (True, "followers")]
)
def test_answer_to_words_for_other_followers_is_direct_unless_one_chooses(
    client: Client, question: Message, outgoing: bool, chosen: str
) -> None:
    Message.objects.update(visibility="followers", outgoing=outgoing)
    address = f"/m/{question.pk}/reply/"
    html = html_of(client.get(address, headers=HTMX))
    assert f'<option value="{chosen}" selected>' in html
    wider = {"visibility": "followers"}
    write(client, address, "send", text="yes", **hidden(html), **wider)
    assert Draft.objects.get().visibility == "followers"


# --- Strangers ------------------------------------------------------------------------


def test_strangers_draft_is_not_written(client: Client, question: Message) -> None:
    foreign = drafts.open_draft(make_user("other"), make_account(), None)
    shown = form(client, f"/compose/?account={question.account_id}")
    new(client, question, "keep", text="mine", **{**shown, "draft": foreign.pk})
    foreign.refresh_from_db()
    assert foreign.text == ""
