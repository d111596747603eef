"""What an open page asks for after events: its own rows, as they are now."""

import pytest
from django.test import Client

from messaging import events
from messaging.models import Event
from tests.factories import make_account, make_message, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(client: Client) -> Client:
    client.force_login(make_user("me"))
    return client


def ask(client: Client, query: str, shown: str = "/") -> str:
    """The fragments for a page whose address is `shown`."""
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{shown}"}
    answer = client.get(f"/changes/?{query}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_row_that_belongs_into_the_list_is_given(me: Client) -> None:
    account = make_account(make_user("me"))
    told = make_message(account=account, text="what changed", unread=True)
    make_message(account=account, text="what did not")
    found = ask(me, f"conversation={told.conversation_id}")
    assert "what changed" in found
    assert "what did not" not in found


@pytest.mark.parametrize("shown", ["/?box=mentions", "/?is=unread", "/accounts/"])
def test_row_that_the_page_does_not_list_is_left_out(me: Client, shown: str) -> None:
    told = make_message(account=make_account(make_user("me")), text="elsewhere")
    query = f"conversation={told.conversation_id}&message={told.pk}"
    assert "elsewhere" not in ask(me, query, shown)


def test_list_of_messages_is_asked_by_message(me: Client) -> None:
    account = make_account(make_user("me"))
    told = make_message(account=account, text="what I sent", outgoing=True)
    assert "what I sent" in ask(me, f"message={told.pk}", "/?box=sent")


def test_open_conversation_comes_with_its_messages(me: Client) -> None:
    told = make_message(account=make_account(make_user("me")), text="in the pane")
    pk = told.conversation_id
    found = ask(me, f"conversation={pk}", f"/c/{pk}/")
    assert f'data-thread-again="thread-{pk}"' in found
    assert f'id="message-{told.pk}"' in found


def test_rows_of_others_are_never_given(me: Client) -> None:
    make_account(make_user("me"))
    foreign = make_message(account=make_account(make_user("other")), text="private")
    query = f"conversation={foreign.conversation_id}&message={foreign.pk}"
    for shown in ("/", "/?box=sent", f"/c/{foreign.conversation_id}/"):
        assert "private" not in ask(me, query, shown)


@pytest.mark.parametrize("query", ["conversation=x", "message=1,-2", "message=1;2"])
def test_broken_ids_are_refused(me: Client, query: str) -> None:
    assert me.get(f"/changes/?{query}").status_code == 400


def test_polling_tells_what_the_socket_would(me: Client) -> None:
    user = make_user("me")
    for number in range(3):
        events.append(user.pk, f"test.{number}", messages=[number])
    events.append(make_user("other").pk, "test.other")
    frames = me.get("/events/?after=1").json()["frames"]
    assert [(frame["seq"], frame["kind"]) for frame in frames] == [
        (2, "test.1"),
        (3, "test.2"),
    ]
    assert frames[0]["ids"] == [1]


def test_polling_asks_to_read_anew_where_events_are_forgotten(me: Client) -> None:
    user = make_user("me")
    for _number in range(3):
        events.append(user.pk, "test")
    Event.objects.filter(seq__lte=2).delete()
    assert me.get("/events/?after=0").json() == {"frames": [{"resync": 3}]}
    assert me.get("/events/?after=9").json() == {"frames": [{"resync": 3}]}


@pytest.mark.parametrize("after", ["", "-1", "x", "9" * 30, "\u0663"])
def test_polling_without_a_number_is_refused(me: Client, after: str) -> None:
    assert me.get("/events/", {"after": after}).status_code == 400


def test_log_keeps_the_newest_events_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "KEPT", 10)
    monkeypatch.setattr(events, "PRUNED_EVERY", 5)
    user = make_user("me")
    for _number in range(40):
        events.append(user.pk, "test")
    assert 10 <= Event.objects.count() < 16
    assert events.last(user.pk) == 40


def test_page_begins_at_the_event_before_it_was_read(me: Client) -> None:
    user = make_user("me")
    events.append(user.pk, "test")
    assert b'data-seq="1"' in me.get("/").content


def test_address_with_an_endless_number_is_no_conversation(me: Client) -> None:
    make_account(make_user("me"))
    assert "thread-again" not in ask(me, "conversation=1", f"/c/{'9' * 5000}/")
