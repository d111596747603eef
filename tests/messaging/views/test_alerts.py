"""What a notification of the browser says: of one's own, unread, nothing covered."""

import pytest
from django.test import Client

from tests.factories import make_account, make_author, make_message, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(client: Client) -> Client:
    client.force_login(make_user("me"))
    return client


def alerts(client: Client, *conversations: int) -> list[dict[str, object]]:
    query = ",".join(map(str, conversations))
    answer = client.get(f"/alerts/?conversation={query}")
    assert answer.status_code == 200
    found: list[dict[str, object]] = answer.json()["alerts"]
    return found


def test_newest_unread_message_is_told_with_its_author(me: Client) -> None:
    account = make_account(make_user("me"))
    author = make_author(account, name="Taro")
    told = make_message(account=account, text="older", unread=True, author=author)
    make_message(
        told.conversation, text="newer\nin two lines", unread=True, author=author
    )
    assert alerts(me, told.conversation_id) == [
        {
            "conversation": told.conversation_id,
            "title": "Taro",
            "text": "newer in two lines",
            "url": f"/c/{told.conversation_id}/",
        }
    ]


def test_what_was_read_is_not_told(me: Client) -> None:
    account = make_account(make_user("me"))
    read = make_message(account=account)
    hidden = make_message(account=account, unread=True)
    type(hidden).objects.filter(pk=hidden.pk).update(hidden_at=hidden.sent_at)
    assert alerts(me, read.conversation_id, hidden.conversation_id) == []


def test_messages_of_others_are_never_told(me: Client) -> None:
    foreign = make_message(account=make_account(make_user("other")), unread=True)
    assert alerts(me, foreign.conversation_id) == []


def test_covered_text_stays_covered(me: Client) -> None:
    account = make_account(make_user("me"))
    told = make_message(
        account=account, text="the murderer is", content_warning="spoiler", unread=True
    )
    assert alerts(me, told.conversation_id)[0]["text"] == "spoiler"


def test_notice_is_told_in_a_sentence(me: Client) -> None:
    account = make_account(make_user("me"))
    author = make_author(account, name="<b>Taro</b>")
    told = make_message(
        account=account,
        box="notices",
        kind="follow",
        source="notification",
        text="",
        author=author,
        unread=True,
    )
    assert alerts(me, told.conversation_id)[0]["text"] == "<b>Taro</b> follows you"


@pytest.mark.parametrize("query", ["conversation=x", "conversation=1;2"])
def test_broken_ids_are_refused(me: Client, query: str) -> None:
    assert me.get(f"/alerts/?{query}").status_code == 400
