"""How many messages of a selection each verb reaches, and what the previews say of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from messaging.models import Conversation, Message, Operation
from tests.factories import (
    make_account,
    make_conversation,
    make_conversations,
    make_message,
    make_user,
)
from tests.messaging.views.networks import (
    mastodon_account,
    misskey_account,
    mixi_account,
)
from tests.messaging.views.pages import html_of, page, post, post_htmx


def reach(client: Client, **fields: object) -> dict[str, Any]:
    answer = client.post("/selection/reach/", fields)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def test_each_verb_says_how_many_messages_it_reaches(
    client: Client, user: User
) -> None:
    talk = make_conversation(misskey_account(user))
    make_message(talk, source="note", sort_key=1)
    make_message(talk, source="note", sort_key=2, unread=True)
    make_message(talk, source="note", sort_key=3, outgoing=True)
    letter = make_message(account=mixi_account(user), source="inbox")
    rows = f"{talk.pk},{letter.conversation_id}"
    told = reach(client, conversation=rows)
    assert told["messages"] == 4
    assert told["verbs"] == {
        "mark-read": 1,
        "mark-unread": 1,
        "mark-replied": 1,
        "remove": 0,
        "delete": 2,
        "accept": 0,
        "reject": 0,
    }
    accounts = [(one["name"], one["messages"]) for one in told["accounts"]]
    assert accounts == [(talk.account.handle, 3), ("わたし", 1)]


def test_reach_of_a_list_is_the_snapshot_without_what_was_unticked(
    client: Client, user: User
) -> None:
    account = misskey_account(user)
    mine = [make_message(account=account, outgoing=True) for _ in range(3)]
    bound = mine[-1].pk
    make_message(account=account, outgoing=True)
    listed = {"list": "/", "bound": bound, "excluded": mine[0].conversation_id}
    told = reach(client, **listed)
    assert (told["messages"], told["verbs"]["delete"], told["bound"]) == (2, 2, bound)


def test_ticked_rows_hold_fast_what_was_there_when_they_were_counted(
    client: Client, user: User
) -> None:
    mine = make_message(account=misskey_account(user), outgoing=True)
    bound = reach(client, conversation=mine.conversation_id)["bound"]
    later = make_message(mine.conversation, outgoing=True)
    told = reach(client, conversation=mine.conversation_id, bound=bound)
    assert told["messages"] == 1
    post(client, "hide", conversation=mine.conversation_id, bound=bound)
    assert list(Message.objects.shown()) == [later]


def test_reach_of_a_strangers_rows_is_nothing(client: Client, user: User) -> None:
    make_account(user)
    other = make_message(account=misskey_account(make_user("eve")), outgoing=True)
    fields: tuple[dict[str, object], ...] = (
        {"message": other.pk},
        {"conversation": other.conversation_id},
        {"list": f"/?account={other.account_id}", "bound": other.pk},
    )
    for asked in fields:
        told = reach(client, **asked)
        assert (told["messages"], told["accounts"]) == (0, [])
        assert not any(told["verbs"].values())
    assert client.post("/selection/reach/", {"older": other.pk}).status_code == 404


def test_reach_changes_nothing_and_takes_no_get(client: Client, user: User) -> None:
    message = make_message(account=misskey_account(user), unread=True)
    reach(client, message=message.pk)
    assert client.get("/selection/reach/").status_code == 405
    assert client.post("/selection/reach/", {"message": "x"}).status_code == 422
    message.refresh_from_db()
    assert message.unread
    assert not Operation.objects.exists()


@pytest.mark.parametrize("number", [3, 300])
def test_reach_takes_as_many_queries_for_few_as_for_many(
    client: Client, user: User, number: int
) -> None:
    make_conversations(misskey_account(user), number)
    rows = ",".join(map(str, Conversation.objects.values_list("pk", flat=True)))
    client.get("/")
    with CaptureQueriesContext(connection) as captured:
        told = reach(client, conversation=rows)
    assert told["messages"] == number
    ours = [q for q in captured if "messaging_" in q["sql"] or "_account" in q["sql"]]
    assert len(ours) <= 6


def test_bar_of_the_requests_box_answers_requests(client: Client, user: User) -> None:
    make_message(
        account=mastodon_account(user), box="requests", source="follow_request"
    )
    html = page(client, "/?box=requests")
    for verb in ("accept", "reject"):
        assert f'hx-post="/confirm/{verb}/"' in html
    assert 'hx-post="/confirm/delete/"' not in html
    assert 'hx-post="/confirm/accept/"' not in page(client, "/?box=messages")


def requests(user: User) -> tuple[list[int], Message]:
    """Requests of two networks, which can be answered, and a message that cannot."""
    mastodon, misskey = mastodon_account(user), misskey_account(user)
    asked = [
        make_message(account=account, box="requests", source=source)
        for account, source in (
            (mastodon, "follow_request"),
            (mastodon, "notification_request"),
            (misskey, "follow_request"),
            (misskey, "invitation"),
        )
    ]
    return [message.pk for message in asked], make_message(account=misskey)


def test_several_requests_are_answered_at_once(client: Client, user: User) -> None:
    pks, other = requests(user)
    chosen = ",".join(map(str, [*pks, other.pk]))
    html = page(client, f"/confirm/reject/?message={chosen}")
    assert "5 messages selected, possible for 4 of them." in html
    assert "the request is refused on mastodon.example" in html
    assert "holds back of this person is thrown away there" in html
    assert "the invitation is put away on misskey.example" in html
    assert "Not possible: only requests are accepted or rejected." in html
    assert "I understand that what was held back cannot be brought back" in html
    assert "Reject 4 requests" in html
    assert "here instead" not in html
    assert not Operation.objects.exists()
    post(client, "reject", message=chosen)
    operation = Operation.objects.get()
    assert (operation.verb, operation.total, operation.skipped) == ("reject", 5, 1)
    assert operation.state == "waiting"
    assert set(Message.objects.shown()) == {other}


def test_accepting_asks_without_a_warning(client: Client, user: User) -> None:
    pks, _other = requests(user)
    html = page(client, f"/confirm/accept/?message={','.join(map(str, pks))}")
    assert "4 requests selected. Nothing has happened yet." in html
    assert "Accept 4 requests" in html
    assert "I understand" not in html
    assert "Starts 30 s after" in html


def test_strangers_requests_stay_open(client: Client, user: User) -> None:
    pks, _other = requests(make_user("eve"))
    chosen = ",".join(map(str, pks))
    answer = client.get("/confirm/accept/", {"message": chosen})
    assert answer.status_code == 302
    post(client, "accept", message=chosen)
    assert not Operation.objects.exists()
    assert Message.objects.shown().filter(pk__in=pks).count() == 4


def test_preview_says_of_how_many_it_is_possible(client: Client, user: User) -> None:
    account = misskey_account(user)
    made = [
        make_message(account=account, source="note", outgoing=own)
        for own in (True, False, False)
    ]
    mine, theirs, more = (message.pk for message in made)
    ask = "/confirm/delete/?message="
    some = page(client, f"{ask}{mine},{theirs},{more}")
    assert "3 messages selected, possible for 1 of them. Nothing has" in some
    assert "Start deleting 1 message<" in some
    assert "Hide these 2 here instead" in some
    all_of_it = page(client, f"{ask}{mine}")
    assert "1 message selected. Nothing has happened yet." in all_of_it
    none = page(client, f"{ask}{theirs},{more}")
    assert "2 messages selected. It is possible for none of them." in none
    assert "It is not possible for this one." in page(client, f"{ask}{theirs}")


def test_preview_of_latest_ones_says_the_number_of_the_bar(
    client: Client, user: User
) -> None:
    talk = make_conversation(mixi_account(user))
    for at in (1, 2, 3):
        make_message(talk, source="inbox", sort_key=at)
    notice = make_message(account=talk.account, source="notice")
    rows = f"{talk.pk},{notice.conversation_id}"
    html = page(client, f"/confirm/mark-replied/?conversation={rows}")
    number = reach(client, conversation=rows)["messages"]
    assert f"{number} messages selected, possible for 1 of them." in html


def test_preview_names_each_account_once(client: Client, user: User) -> None:
    account = mixi_account(user)
    made = [make_message(account=account, source=s) for s in ("inbox", "notice")]
    made.append(make_message(account=misskey_account(user), source="note"))
    chosen = ",".join(str(message.pk) for message in made)
    html = page(client, f"/confirm/delete/?message={chosen}")
    assert html.count("<bdi>わたし</bdi></th>") == 1
    assert "moved to the trash of mixi" in html
    assert "deleted on mixi for good, without a trash" in html


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ((1,), "1 conversation with 1 message<"),
        ((3,), "1 conversation with 3 messages<"),
        ((1, 1), "2 conversations with 2 messages<"),
    ],
)
def test_conversations_are_counted_with_their_messages(
    client: Client, user: User, held: tuple[int, ...], words: str
) -> None:
    rows = talks(mastodon_account(user), held)
    html = page(client, f"/confirm/remove/?conversation={rows}")
    assert words in html


def talks(account: Account, held: tuple[int, ...]) -> str:
    made = [make_conversation(account) for _ in held]
    for talk, number in zip(made, held, strict=True):
        for _ in range(number):
            make_message(talk, source="direct")
    return ",".join(str(talk.pk) for talk in made)


def test_what_goes_along_with_its_conversation_is_said(
    client: Client, user: User
) -> None:
    talk = make_conversation(mastodon_account(user))
    first = make_message(talk, source="direct")
    make_message(talk, source="direct")
    html = page(client, f"/confirm/remove/?message={first.pk}")
    assert "1 message selected. Nothing has happened yet." in html
    assert "1 more message goes with its conversation." in html
    assert "Start removing 2 messages" in html


def nothing_unread(message: Message) -> dict[str, object]:
    return {"verb": "mark-read", "message": message.pk}


def nothing_older(message: Message) -> dict[str, object]:
    return {"verb": "mark-read", "older": message.pk}


def nothing_to_be_unread(message: Message) -> dict[str, object]:
    return {"verb": "mark-unread", "conversation": message.conversation_id}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (nothing_unread, "Nothing that you ticked is unread."),
        (nothing_older, "Everything older is marked read already."),
        (nothing_to_be_unread, "What you ticked is unread already, or you wrote it."),
        (lambda _message: {"verb": "hide"}, "Nothing is selected."),
    ],
)
def test_verb_with_nothing_to_do_says_why(
    client: Client,
    user: User,
    asked: Callable[[Message], dict[str, Any]],
    words: str,
) -> None:
    message = make_message(account=misskey_account(user), outgoing=True)
    fields = asked(message)
    assert words in post_htmx(client, fields.pop("verb"), **fields)
    assert not Operation.objects.exists()


def test_button_of_one_message_stays_in_the_dialog(client: Client, user: User) -> None:
    mine = make_message(account=misskey_account(user), outgoing=True)
    answer = client.post(
        "/confirm/delete/", {"message": mine.pk}, headers={"HX-Request": "true"}
    )
    assert 'hx-post="/delete/"' in html_of(answer)
