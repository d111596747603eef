"""Drafts: one per answer, kept as typed, and what is in the way of sending them."""

import io
from typing import TypedDict, Unpack

import pytest
from django.utils import timezone
from PIL import Image

from accounts.models import Account
from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.capabilities import Capabilities, Writing
from messaging import drafts, operations, running
from messaging.models import Draft, Message
from tests.factories import make_account, make_message, make_user

pytestmark = pytest.mark.django_db

TARO = RemoteAuthor("u7", "@taro@host.example", "Taro", emojis={"cat": "https://e/c"})
NOTES = Writing(
    max_text=20,
    content_warning=True,
    visibilities=("specified", "followers", "public"),
    people=3,
    files=2,
    max_bytes=2_000,
    mimes=("image/png", "image/jpeg"),
    described=True,
)
ABLE = Capabilities(
    writing={
        "note": NOTES,
        "new": NOTES,
        "inbox": Writing(title=True),
        "notice": Writing(reason="notice-no-reply"),
    },
)


class Words(TypedDict, total=False):
    """What a case types differently."""

    text: str
    title: str
    warning: str
    visibility: str
    recipients: tuple[RemoteAuthor, ...]


@pytest.fixture
def account() -> Account:
    return make_account(make_user("me"), capabilities=ABLE.as_json())


def new(account: Account, **words: Unpack[Words]) -> Draft:
    return write(drafts.open_draft(account.owner, account, None), **words)


def answer(message: Message, **words: Unpack[Words]) -> Draft:
    draft = drafts.open_draft(message.owner, message.account, message)
    return write(draft, **words)


def write(
    draft: Draft,
    *,
    text: str = "Hi",
    title: str = "",
    warning: str = "",
    visibility: str = "",
    recipients: tuple[RemoteAuthor, ...] = (TARO,),
) -> Draft:
    return drafts.save(
        draft,
        text=text,
        title=title or draft.title,
        content_warning=warning or draft.content_warning,
        visibility=visibility,
        recipients=() if draft.is_answer and recipients == (TARO,) else recipients,
    )


def picture(kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, kind)
    return file.getvalue()


def attach(draft: Draft, data: bytes) -> None:
    drafts.attach(draft, name="a.png", data=data, description="", sensitive=False)


# --- Writing --------------------------------------------------------------------------


def test_answer_has_one_draft_however_often_it_is_opened(account: Account) -> None:
    message = make_message(account=account)
    first = answer(message, text="half of it")
    assert drafts.open_draft(account.owner, account, message) == first
    assert drafts.open_draft(account.owner, account, None) != first


def test_new_message_goes_on_where_it_was_left(account: Account) -> None:
    first = new(account, text="half of it")
    assert drafts.open_draft(account.owner, account, None).text == "half of it"
    drafts.send(first)
    assert drafts.open_draft(account.owner, account, None) != first


@pytest.mark.parametrize(
    ("title", "answered"),
    [
        ("Hello", "Re: Hello"),
        ("Re: Hello", "Re: Hello"),
        ("RE：x", "RE：x"),
        ("", "Re:"),
    ],
)
def test_answer_begins_with_a_title_where_one_is_wanted(
    account: Account, title: str, answered: str
) -> None:
    message = make_message(account=account, source="inbox", title=title)
    draft = drafts.open_draft(account.owner, account, message)
    assert draft.title == answered


def test_answer_keeps_the_warning_and_no_title_on_a_note(account: Account) -> None:
    message = make_message(account=account, content_warning="spoilers", title="T")
    draft = drafts.open_draft(account.owner, account, message)
    assert (draft.content_warning, draft.title) == ("spoilers", "")


@pytest.mark.parametrize(
    ("answered", "chosen", "goes_to"),
    [
        ("followers", "", "specified"),
        ("followers", "followers", "followers"),
        ("public", "", ""),
    ],
)
def test_answer_to_words_for_other_followers_goes_to_one_person_by_default(
    account: Account, answered: str, chosen: str, goes_to: str
) -> None:
    message = make_message(account=account, visibility=answered)
    draft = answer(message, visibility=chosen)
    assert drafts.as_remote(draft).visibility == goes_to


def test_changed_text_is_another_thing_to_send(account: Account) -> None:
    draft = new(account)
    running.undo(drafts.send(draft))
    assert write(draft, text="Hi").key == draft.key
    assert write(draft, text="Ho").key != draft.key
    assert drafts.people(Draft.objects.get()) == (TARO,)


def test_what_is_on_its_way_is_changed_no_more(account: Account) -> None:
    draft = new(account)
    drafts.send(draft)
    write(draft, text="Ho")
    with pytest.raises(drafts.Refused, match="sending"):
        attach(draft, picture())
    assert Draft.objects.get().text == "Hi"
    assert not drafts.discard(draft)


def test_nothing_is_sent_but_what_the_person_saw(account: Account) -> None:
    """Another page may have changed it after the form was looked at."""
    seen = new(account)
    write(Draft.objects.get(), text="Ho")
    with pytest.raises(drafts.Refused, match="audience-changed"):
        drafts.send(seen)
    assert Draft.objects.get().state == "editing"


def test_discard_that_comes_late_leaves_what_came_back(account: Account) -> None:
    draft = new(account)
    operation = drafts.send(draft)
    on_its_way = Draft.objects.get()
    running.undo(operation)
    assert not drafts.discard(on_its_way)
    assert Draft.objects.exists()


def test_discarded_draft_is_gone_and_may_be_so_twice(account: Account) -> None:
    draft = new(account)
    assert drafts.discard(draft)
    assert drafts.discard(draft)
    assert not Draft.objects.exists()


# --- Pictures -------------------------------------------------------------------------


def test_picture_goes_along_and_can_be_taken_away(account: Account) -> None:
    draft = new(account, text="")
    assert drafts.problems(draft) == ["empty"]
    attach(draft, picture())
    file = draft.files.get()
    assert (file.mime, drafts.problems(draft)) == ("image/png", [])
    drafts.describe(draft, file.pk, "a dot", sensitive=True)
    file.refresh_from_db()
    assert (file.description, file.sensitive) == ("a dot", True)
    drafts.detach(draft, file.pk)
    assert not draft.files.exists()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<svg/>", "not-a-picture"),
        (b"", "not-a-picture"),
        (picture()[:40], "not-a-picture"),
        (picture("GIF"), "file-type"),
        (picture() + b"x" * 2_000, "file-too-large"),
    ],
)
def test_picture_that_the_host_does_not_take_is_refused(
    account: Account, data: bytes, code: str
) -> None:
    draft = new(account)
    with pytest.raises(drafts.Refused) as refused:
        attach(draft, data)
    assert refused.value.code == code


def test_more_pictures_than_the_host_takes_are_refused(account: Account) -> None:
    draft = new(account)
    attach(draft, picture())
    attach(draft, picture())
    with pytest.raises(drafts.Refused, match="too-many-files"):
        attach(draft, picture())


def test_picture_of_another_draft_is_out_of_reach(account: Account) -> None:
    draft = new(account)
    attach(draft, picture())
    file = draft.files.get()
    other = answer(make_message(account=account))
    drafts.detach(other, file.pk)
    drafts.describe(other, file.pk, "mine now", sensitive=False)
    file.refresh_from_db()
    assert file.description == ""


# --- What is in the way ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"text": "  \n "}, "empty"),
        ({"text": "x" * 21}, "too-long"),
        ({"recipients": ()}, "no-recipient"),
        ({"recipients": (), "visibility": "specified"}, "no-recipient"),
        ({"recipients": (TARO,) * 4}, "too-many-people"),
        ({"visibility": "home"}, "visibility"),
    ],
)
def test_problem_of_a_new_message(account: Account, more: Words, code: str) -> None:
    draft = new(account, **more)
    assert drafts.problems(draft) == [code]
    with pytest.raises(drafts.Refused) as refused:
        drafts.send(draft)
    assert refused.value.code == code


def test_public_post_needs_nobody(account: Account) -> None:
    assert drafts.problems(new(account, recipients=(), visibility="public")) == []


@pytest.mark.parametrize(
    ("source", "code"),
    [("notice", "notice-no-reply"), ("chat", "not-offered"), ("inbox", "no-title")],
)
def test_problem_of_what_is_answered(account: Account, source: str, code: str) -> None:
    message = make_message(account=account, source=source)
    draft = answer(message)
    Draft.objects.update(title="")
    draft.refresh_from_db()
    assert drafts.problems(draft) == [code]


def test_answer_is_never_wider_than_what_it_answers(account: Account) -> None:
    message = make_message(account=account, visibility="followers")
    assert drafts.visibilities(answer(message)) == ("specified", "followers")
    assert drafts.problems(answer(message, visibility="specified")) == []
    assert drafts.problems(answer(message, visibility="public")) == ["visibility"]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("unlinked", "unlinked"),
        ("erasing", "unlinked"),
        ("sign_in_needed", "sign-in-needed"),
    ],
)
def test_account_that_cannot_send_is_a_problem(
    account: Account, status: str, code: str
) -> None:
    draft = new(account)
    Account.objects.update(status=status)
    draft.refresh_from_db()
    assert drafts.problems(draft) == [code]


def test_answer_to_what_is_gone_is_a_problem(account: Account) -> None:
    message = make_message(account=account)
    draft = answer(message)
    Message.objects.update(gone_at=timezone.now())
    draft.refresh_from_db()
    assert drafts.problems(draft) == ["answered-is-gone"]
    message.delete()
    draft.refresh_from_db()
    assert drafts.problems(draft) == ["answered-is-gone"]


def test_other_account_cannot_answer_it(account: Account) -> None:
    other = make_account(account.owner, capabilities=ABLE.as_json())
    draft = answer(make_message(account=account))
    drafts.save(
        draft,
        text="Hi",
        title="",
        content_warning="",
        visibility="",
        recipients=(),
        account=other,
    )
    draft.refresh_from_db()
    assert drafts.problems(draft) == ["other-account"]


# --- Undone ---------------------------------------------------------------------------


def test_answer_begun_meanwhile_joins_the_one_that_comes_back(account: Account) -> None:
    message = make_message(account=account)
    first = answer(message, text="first")
    operation = drafts.send(first)
    second = answer(message, text="second")
    assert second != first
    attach(second, picture())
    running.undo(operation)
    (draft,) = Draft.objects.all()
    assert (draft.text, draft.files.count()) == ("first\n\nsecond", 1)


def test_empty_answer_begun_meanwhile_leaves_the_other_as_it_was(
    account: Account,
) -> None:
    message = make_message(account=account)
    first = answer(message, text="first")
    operation = drafts.send(first)
    drafts.open_draft(account.owner, account, message)
    running.undo(operation)
    draft = Draft.objects.get()
    assert (draft.text, draft.key) == ("first", first.key)


@pytest.mark.parametrize("state", ["in_flight", "unknown"])
def test_unlinking_gives_no_text_back_that_may_have_been_sent(
    account: Account, state: str
) -> None:
    message = make_message(account=account, source="note", kind="mention")
    operation = drafts.send(answer(message))
    operation.items.update(state=state)
    operations.give_up(account, "unlinked")
    assert Draft.objects.get().state == Draft.State.SENDING
    assert drafts.undecided(operation)


def test_unlinking_gives_back_what_was_surely_not_sent(account: Account) -> None:
    drafts.send(answer(make_message(account=account, source="note", kind="mention")))
    operations.give_up(account, "unlinked")
    assert Draft.objects.get().state == Draft.State.EDITING
