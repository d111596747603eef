"""Writing without a browser: forms that keep, send, undo and say what is in the way."""

import io
import re
import threading

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from inboxhub.lib import pictures
from inboxhub.networks.capabilities import Capabilities, Writing
from messaging import drafts
from messaging.models import Draft, DraftFile, Message, Operation, OperationItem
from messaging.views.chosen import signed
from tests.factories import make_account, make_message
from tests.messaging.views.forms import (
    HTMX,
    NOTES,
    TARO,
    compose,
    form,
    reply,
    sends,
    write,
)
from tests.messaging.views.pages import html_of, page

ABLE = Capabilities(writing={"note": NOTES, "new": NOTES, "inbox": Writing(title=True)})


@pytest.fixture
def question(user: User) -> Message:
    account = make_account(user, capabilities=ABLE.as_json())
    return make_message(account=account, content_warning="spoiler", remote_id="q1")


def picture() -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "PNG")
    return SimpleUploadedFile("cat.png", drawn.getvalue())


def test_conversation_offers_to_answer_as_its_account(
    client: Client, question: Message
) -> None:
    html = page(client, f"/c/{question.conversation_id}/")
    handle = question.account.handle.rpartition("@")[0]
    assert f"Reply as <bdi>{handle}</bdi>" in html
    assert f'href="/m/{question.pk}/reply/"' in html


def test_form_keeps_the_warning_and_says_who_can_see_it(
    client: Client, question: Message
) -> None:
    html = html_of(client.get(f"/m/{question.pk}/reply/", headers=HTMX))
    assert 'name="content_warning" value="spoiler"' in html
    assert "Only the people named here can see this" in html
    assert question.author is not None
    assert f"To <bdi>{question.author.name}</bdi>" in html
    assert not Draft.objects.exists()


def test_answer_on_a_network_with_titles_begins_with_re(
    client: Client, user: User
) -> None:
    account = make_account(user, capabilities=ABLE.as_json())
    letter = make_message(account=account, source="inbox", title="mixiの手紙")
    html = html_of(client.get(f"/m/{letter.pk}/reply/", headers=HTMX))
    assert 'name="title" value="Re: mixiの手紙"' in html


def test_notice_has_no_form(client: Client, user: User) -> None:
    account = make_account(user, capabilities=ABLE.as_json())
    notice = make_message(account=account, box="notices", source="notification")
    assert "/reply/" not in page(client, f"/c/{notice.conversation_id}/")


def test_draft_is_there_again_and_the_list_says_so(
    client: Client, question: Message
) -> None:
    assert "Saved" in html_of(reply(client, question, "keep", text="half a\r\nthought"))
    assert Draft.objects.get().text == "half a\nthought"
    assert "half a thought" in page(client, f"/c/{question.conversation_id}/")
    assert "draft-mark" in page(client)


def test_emptied_draft_is_forgotten(client: Client, question: Message) -> None:
    reply(client, question, "keep", text="half a thought")
    reply(client, question, "keep", text=" ")
    assert not Draft.objects.exists()
    assert "draft-mark" not in page(client)


def test_sending_can_be_undone_and_the_text_comes_back(
    client: Client, question: Message
) -> None:
    html = html_of(reply(client, question, "send", text="yes"))
    assert "Sending in" in html
    operation = Operation.objects.get(verb="send")
    assert operation.state == "waiting"
    answer = client.post(f"/sending/{operation.pk}/undo/", headers=HTMX)
    assert answer["HX-Retarget"] == "#answer"
    assert "yes</textarea>" in html_of(answer)
    operation.refresh_from_db()
    assert operation.state == "cancelled"


@pytest.mark.parametrize("step", ["", "now/", "undo/"])
def test_what_was_sent_by_a_forgotten_account_is_not_there(
    client: Client, question: Message, step: str
) -> None:
    reply(client, question, "send", text="yes")
    operation = Operation.objects.get(verb="send")
    OperationItem.objects.all().delete()
    address = f"/sending/{operation.pk}/{step}"
    asked = client.post(address) if step else client.get(address)
    assert asked.status_code == 404


def test_send_now_waits_no_longer(client: Client, question: Message) -> None:
    reply(client, question, "send", text="yes")
    operation = Operation.objects.get(verb="send")
    html = html_of(client.post(f"/sending/{operation.pk}/now/", headers=HTMX))
    assert "Sending…" in html
    operation.refresh_from_db()
    assert operation.state == "running"


def test_same_click_twice_sends_once(client: Client, question: Message) -> None:
    answer = form(client, f"/m/{question.pk}/reply/")
    for _click in range(2):
        sent = reply(client, question, "send", text="yes", **answer)
        assert sent.status_code == 200
    compose(client, question, "save", add=signed(question.account, TARO))
    address = f"/compose/?account={question.account_id}"
    shown = form(client, address)
    for _click in range(2):
        sent = write(client, address, "send", text="new", **shown)
        assert sent.status_code == 200
    assert sends() == 2
    assert Draft.objects.count() == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"text": " "}, "Write something first."),
        ({"text": "x" * 21}, "takes up to 20 characters"),
        ({"text": "x", "visibility": "public"}, "Choose again who can see it"),
    ],
)
def test_what_is_in_the_way_is_said_and_the_text_kept(
    client: Client, question: Message, data: dict[str, str], words: str
) -> None:
    answer = reply(client, question, "send", **data)
    assert answer.status_code == 422
    assert words in html_of(answer)
    assert Draft.objects.get().text == data["text"]
    assert not sends()


def test_without_javascript_the_page_says_what_is_in_the_way(
    client: Client, question: Message
) -> None:
    address = f"/m/{question.pk}/reply/"
    for text, said in (
        ("x" * 21, "takes up to 20 characters"),
        ("yes", "Sending in"),
    ):
        data = {"do": "send", "text": text, **form(client, address)}
        assert said in html_of(client.post(address, data, follow=True))


def test_failed_draft_says_why(client: Client, question: Message) -> None:
    reply(client, question, "save", text="yes")
    Draft.objects.update(error="YOU_HAVE_BEEN_BLOCKED")
    html = page(client, f"/c/{question.conversation_id}/")
    assert "This was not sent. The person has blocked this account" in html
    assert "yes</textarea>" in html


def test_account_that_must_sign_in_keeps_the_text_but_sends_nothing(
    client: Client, question: Message
) -> None:
    question.account.status = "sign_in_needed"
    question.account.save(update_fields=["status"])
    html = html_of(client.get(f"/m/{question.pk}/reply/", headers=HTMX))
    assert re.search(r'value="send"[^>]*disabled', html)
    assert reply(client, question, "send", text="yes").status_code == 422
    assert Draft.objects.get().text == "yes"


# --- Pictures -------------------------------------------------------------------------


def test_picture_without_words_is_asked_about_once(
    client: Client, question: Message
) -> None:
    html = html_of(reply(client, question, "save", text="look", picture=picture()))
    assert "Saved" in html
    file = DraftFile.objects.get()
    small = client.get(f"/files/{file.pk}/")
    assert small["Content-Type"] == "image/webp"
    assert "sandbox" in small["Content-Security-Policy"]
    answer = reply(client, question, "send", text="look")
    assert "A picture has no description" in html_of(answer)
    assert not sends()
    named = {f"{file.pk}-description": "a cat", f"{file.pk}-sensitive": "on"}
    reply(client, question, "send", text="look", **named)
    file.refresh_from_db()
    assert (file.description, file.sensitive) == ("a cat", True)
    assert sends() == 1


def test_picture_can_go_without_words_when_one_says_so(
    client: Client, question: Message
) -> None:
    reply(client, question, "as-it-is", text="look", picture=picture())
    assert sends() == 1


def test_file_that_is_no_picture_is_refused(client: Client, question: Message) -> None:
    script = SimpleUploadedFile("a.png", b"<script>alert(1)</script>")
    answer = reply(client, question, "send", text="look", picture=script)
    assert answer.status_code == 422
    assert "no picture that InboxHub can read" in html_of(answer)
    assert not DraftFile.objects.exists()
    assert not sends()


def test_picture_without_room_is_not_even_decoded(
    client: Client, question: Message
) -> None:
    reply(client, question, "save", text="look", picture=picture())
    broken = SimpleUploadedFile("a.png", b"not a picture at all")
    html = html_of(reply(client, question, "save", text="look", picture=broken))
    assert "no picture that InboxHub can read" not in html
    assert "1 picture" in html


def test_picture_that_cannot_be_made_small_is_not_there(
    client: Client, question: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply(client, question, "save", text="look", picture=picture())
    address = f"/files/{DraftFile.objects.get().pk}/"
    monkeypatch.setattr(pictures, "WAITING_SECONDS", 0.01)
    monkeypatch.setattr(pictures, "_places", threading.BoundedSemaphore(1))
    with pictures._place():
        assert client.get(address).status_code == 503
    DraftFile.objects.update(data=b"broken")
    assert client.get(address).status_code == 404


def test_picture_can_be_taken_out(client: Client, question: Message) -> None:
    reply(client, question, "save", text="look", picture=picture())
    reply(client, question, "", text="look", detach=DraftFile.objects.get().pk)
    assert not DraftFile.objects.exists()


# --- New messages ---------------------------------------------------------------------


def test_new_message_is_direct_and_wants_somebody(
    client: Client, question: Message
) -> None:
    html = page(client, "/compose/")
    assert '<option value="specified" selected>' in html
    answer = compose(client, question, "send", text="hi", visibility="specified")
    assert "Choose who gets it." in html_of(answer)
    chosen = signed(question.account, TARO)
    assert "Take @taro@host.example out" in html_of(
        compose(client, question, "", text="hi", add=chosen)
    )
    compose(client, question, "send", text="hi", visibility="specified")
    assert drafts.people(Draft.objects.get()) == (TARO,)
    assert sends() == 1


def test_person_is_only_taken_from_what_was_found(
    client: Client, question: Message
) -> None:
    compose(client, question, "", text="hi", add="forged:person")
    assert Draft.objects.get().recipients == []
    other = make_account(question.owner)
    compose(client, question, "", text="hi", add=signed(other, TARO))
    assert Draft.objects.get().recipients == []


def test_network_that_does_not_answer_is_a_sentence(
    client: Client, question: Message
) -> None:
    answer = compose(client, question, "find", text="hi", find="taro")
    assert answer.status_code == 200
    assert "misskey.example" in html_of(answer)
    assert Draft.objects.get().text == "hi"


def test_text_goes_along_to_another_account(client: Client, question: Message) -> None:
    other = make_account(question.owner, capabilities=ABLE.as_json())
    chosen = signed(question.account, TARO)
    compose(client, question, "", text="hi", add=chosen)
    compose(client, question, "", text="hi", account=other.pk)
    draft = Draft.objects.get()
    assert (draft.account_id, draft.text, draft.recipients) == (other.pk, "hi", [])


def test_accounts_that_cannot_write_are_not_offered(client: Client, user: User) -> None:
    make_account(user)
    assert "None of your accounts can begin a new message" in page(client, "/compose/")


# --- Strangers ------------------------------------------------------------------------


def test_strangers_account_and_file_are_not_there(
    client: Client, question: Message
) -> None:
    foreign = make_message(account=make_account(capabilities=ABLE.as_json()))
    addresses = (f"/m/{foreign.pk}/reply/", f"/compose/?account={foreign.account_id}")
    for address in addresses:
        assert write(client, address, "save", text="mine").status_code == 404
    data = {"text": "mine", "account": foreign.account_id}
    assert compose(client, question, "", **data).status_code == 404
    asked = page(client, f"/c/{question.conversation_id}/?reply={foreign.pk}")
    assert f"/m/{foreign.pk}/reply/" not in asked
    assert not Draft.objects.filter(text="mine").exists()
