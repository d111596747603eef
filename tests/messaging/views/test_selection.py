"""All of a list: what is counted, what a verb takes of it, and what it never takes."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inboxhub.networks.capabilities import Ability, Capabilities
from messaging.models import Message, Operation
from tests.factories import (
    NOON,
    make_account,
    make_conversation,
    make_conversations,
    make_message,
    make_user,
)
from tests.messaging.views.pages import html_of, page, post, post_htmx

ABLE = Capabilities(
    abilities={
        "mark-read": {"note": Ability("here")},
        "mark-unread": {"note": Ability("here")},
        "delete": {
            "note": Ability("nowhere", reason="not-yours"),
            "note:own": Ability("server", effect="delete-note"),
        },
    },
).as_json()


def snapshot(client: Client, shown: str = "/", **more: int | str) -> dict[str, Any]:
    answer = client.get("/selection/", {"list": shown, **more})
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def hidden() -> set[int]:
    return set(Message.objects.exclude(hidden_at=None).values_list("pk", flat=True))


def test_list_is_counted_in_rows_and_messages_by_account(
    client: Client, user: User
) -> None:
    one, two = make_account(user, handle="@one@a"), make_account(user, handle="@two@b")
    conversation = make_conversation(one)
    for _ in range(3):
        make_message(conversation)
    last = make_message(account=two)
    make_message(account=two, hidden_at=NOON)
    make_message()
    told = snapshot(client)
    assert (told["rows"], told["messages"], told["exact"]) == (2, 4, True)
    assert told["bound"] == last.pk + 1
    assert told["accounts"] == [
        {"name": "@one@a", "short": "@one", "messages": 3},
        {"name": "@two@b", "short": "@two", "messages": 1},
    ]


@pytest.mark.parametrize("shown", ["/", "/?q=text", "/?box=sent", "/?is=unread"])
def test_snapshot_takes_three_queries(client: Client, user: User, shown: str) -> None:
    make_conversations(make_account(user), 60, unread=True)
    client.get("/")
    with CaptureQueriesContext(connection) as everything:
        snapshot(client, shown)
    ours = [q for q in everything if "messaging_" in q["sql"] or "_account" in q["sql"]]
    assert len(ours) <= 3


def test_list_of_another_user_is_not_counted(client: Client, user: User) -> None:
    other = make_message()
    told = snapshot(client, f"/?account={other.account_id}")
    assert (told["rows"], told["messages"], told["accounts"]) == (0, 0, [])
    among = snapshot(client, bound=other.pk, row=other.conversation_id)
    assert among == {"rows": []}


def test_rows_that_came_later_are_told_from_those_of_the_list(
    client: Client, user: User
) -> None:
    account = make_account(user)
    old = make_message(account=account)
    bound = snapshot(client)["bound"]
    make_message(old.conversation)
    new = make_message(account=account)
    rows = f"{old.conversation_id},{new.conversation_id}"
    told = snapshot(client, bound=bound, row=rows)
    assert told == {"rows": [old.conversation_id]}


@pytest.mark.parametrize(
    "shown",
    [
        *("", "nonsense", "/?is=unread&box=notices", "/?box=nowhere"),
        *("/?account=x", "/?at=1.1", "//evil.example/?box=notices", "/?q=" + "x" * 600),
        "/?q=" + "+".join(["word"] * 41),
    ],
)
def test_address_that_is_not_exactly_a_list_is_refused(
    client: Client, user: User, shown: str
) -> None:
    message = make_message(account=make_account(user))
    assert client.get("/selection/", {"list": shown}).status_code == 422
    if shown:
        answer = post(client, "hide", list=shown, bound=message.pk)
        assert answer.status_code == 422
    assert not Operation.objects.exists()


def test_list_without_its_bound_is_refused(client: Client, user: User) -> None:
    make_message(account=make_account(user))
    assert post(client, "hide", list="/").status_code == 422
    assert not hidden()


def test_all_of_a_list_leaves_out_what_was_unticked_and_what_came_later(
    client: Client, user: User
) -> None:
    account = make_account(user)
    old = [make_message(account=account, unread=True) for _ in range(4)]
    elsewhere = make_message(account=account, box="notices", unread=True)
    bound = snapshot(client, "/?box=messages")["bound"]
    answering = make_message(old[0].conversation)
    arriving = make_message(account=account)
    chosen = {"list": "/?box=messages", "bound": bound}
    post(client, "hide", excluded=old[1].conversation_id, **chosen)
    assert hidden() == {old[0].pk, old[2].pk, old[3].pk}
    left = set(Message.objects.shown().values_list("pk", flat=True))
    assert left == {old[1].pk, elsewhere.pk, answering.pk, arriving.pk}


def test_conversation_that_an_arrival_made_unread_is_not_of_the_unread_ones(
    client: Client, user: User
) -> None:
    account = make_account(user)
    read, unread = make_message(account=account), make_message(account=account)
    Message.objects.filter(pk=unread.pk).update(unread=True)
    unread.conversation.__class__.objects.filter(pk=unread.conversation_id).recount()
    bound = snapshot(client, "/?is=unread")["bound"]
    make_message(read.conversation, unread=True)
    post(client, "hide", list="/?is=unread", bound=bound)
    assert hidden() == {unread.pk}


def test_all_of_a_search_are_its_messages(client: Client, user: User) -> None:
    account = make_account(user)
    conversation = make_conversation(account)
    wanted = make_message(conversation, folded="invoice of may")
    make_message(conversation, folded="thanks")
    told = snapshot(client, "/?q=invoice")
    assert (told["rows"], told["messages"]) == (1, 1)
    later = make_message(conversation, folded="invoice of june")
    among = f"{wanted.pk},{later.pk}"
    known = snapshot(client, "/?q=invoice", bound=told["bound"], row=among)
    assert known == {"rows": [wanted.pk]}
    post(client, "hide", list="/?q=invoice", bound=told["bound"])
    assert hidden() == {wanted.pk}


def test_all_conversations_are_marked_unread_by_their_latest_of_others(
    client: Client, user: User
) -> None:
    account = make_account(user, capabilities=ABLE)
    first, second = make_conversation(account), make_conversation(account)
    make_message(first, sort_key=1_000)
    latest = [
        make_message(first, sort_key=2_000),
        make_message(second, sort_key=1_000),
    ]
    make_message(first, sort_key=3_000, outgoing=True)
    post(client, "mark-unread", list="/", bound=snapshot(client)["bound"])
    assert set(Message.objects.unread()) == set(latest)


def test_strangers_list_is_never_touched(client: Client, user: User) -> None:
    other = make_message(unread=True)
    for verb in ("hide", "mark-read", "delete"):
        for shown in ("/", f"/?account={other.account_id}", "/?is=unread"):
            post(client, verb, list=shown, bound=other.pk)
    assert post(client, "mark-read", older=other.pk).status_code == 404
    other.refresh_from_db()
    assert (other.unread, other.hidden_at) == (True, None)
    assert not Operation.objects.exists()


def test_click_that_comes_twice_is_one_operation(client: Client, user: User) -> None:
    messages = [make_message(account=make_account(user)) for _ in range(2)]
    key = str(uuid4())
    for _ in range(2):
        post(client, "hide", message=messages[0].pk, key=key)
    assert Operation.objects.count() == 1
    post(client, "hide", message=messages[1].pk, key=key)
    post(client, "unhide", message=messages[1].pk, key=key)
    assert Operation.objects.count() == 3


def test_key_that_is_none_is_refused(client: Client, user: User) -> None:
    message = make_message(account=make_account(user))
    assert post(client, "hide", message=message.pk, key="1").status_code == 422


@pytest.mark.parametrize("number", [3, 300])
def test_asking_about_a_list_takes_as_many_queries_for_few_as_for_many(
    client: Client, user: User, number: int
) -> None:
    make_conversations(make_account(user, capabilities=ABLE), number)
    bound = snapshot(client)["bound"]
    with CaptureQueriesContext(connection) as captured:
        html = html_of(
            client.post(
                "/confirm/delete/",
                {"list": "/", "bound": bound},
                headers={"HX-Request": "true"},
            )
        )
    assert f"{number} messages selected" in html
    assert f"Hide these {number} here instead" in html
    assert len(captured) <= 9


def test_what_is_impossible_is_hidden_instead_and_nothing_else(
    client: Client, user: User
) -> None:
    account = make_account(user, capabilities=ABLE)
    mine = make_message(account=account, outgoing=True)
    theirs = make_message(account=account)
    later = snapshot(client)["bound"]
    arriving = make_message(account=account)
    post_htmx(client, "hide", list="/", bound=later, unless="delete")
    assert hidden() == {theirs.pk}
    assert not {mine.pk, arriving.pk} & hidden()


def test_preview_asks_for_consent_only_where_something_is_lost(
    client: Client, user: User
) -> None:
    mine = make_message(account=make_account(user, capabilities=ABLE), outgoing=True)
    html = page(client, f"/confirm/delete/?message={mine.pk}")
    assert "I understand that 1 message cannot be brought back" in html
    assert "required" in html
    assert "Starts 10 s after you press the button" in html
    assert f'name="message" value="{mine.pk}"' in html
    theirs = make_message(account=mine.account)
    html = page(client, f"/confirm/delete/?message={theirs.pk}")
    assert "I understand" not in html
    assert "Start deleting" not in html
    assert "Hide this one here instead" in html


def test_preview_of_ticked_rows_holds_fast_what_was_there(
    client: Client, user: User
) -> None:
    account = make_account(user, capabilities=ABLE)
    mine = make_message(account=account, outgoing=True)
    row = mine.conversation_id
    html = page(client, f"/confirm/delete/?conversation={row}")
    assert f'name="bound" value="{mine.pk}"' in html
    later = make_message(mine.conversation, outgoing=True)
    post(client, "delete", conversation=row, bound=mine.pk)
    assert hidden() == {mine.pk}
    assert later.pk not in hidden()


def test_older_messages_of_the_box_are_marked_read(client: Client, user: User) -> None:
    account = make_account(user, capabilities=ABLE)
    made = [
        make_message(account=account, sort_key=n, unread=True) for n in (1, 2, 2, 3)
    ]
    other_box = make_message(account=account, sort_key=1, box="notices", unread=True)
    other_account = make_message(account=make_account(user), sort_key=1, unread=True)
    post(client, "mark-read", older=made[2].pk)
    unread = set(Message.objects.unread())
    assert unread == {made[2], made[3], other_box, other_account}


def test_many_rows_are_loaded_anew_instead_of_one_by_one(
    client: Client, user: User
) -> None:
    make_conversations(make_account(user, capabilities=ABLE), 300, unread=True)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/"}
    chosen = {"list": "/", "bound": snapshot(client)["bound"]}
    answer = client.post("/mark-read/", chosen, headers=headers)
    assert answer.headers["HX-Trigger"] == "inboxhub:many"
    html = html_of(answer)
    assert "300 messages marked read" in html
    assert "data-row=" not in html


def test_long_deletion_leads_to_its_page(client: Client, user: User) -> None:
    account = make_account(user, capabilities=ABLE)
    make_conversations(account, 300)
    Message.objects.update(outgoing=True)
    chosen = {"list": "/", "bound": snapshot(client)["bound"]}
    answer = client.post("/delete/", chosen, headers={"HX-Request": "true"})
    operation = Operation.objects.get()
    assert answer.headers["HX-Redirect"] == f"/operations/{operation.pk}/"
    assert (operation.total, operation.state) == (300, "waiting")


def test_all_of_a_list_without_scripts(client: Client, user: User) -> None:
    make_conversations(make_account(user), 60)
    html = page(client, "/?box=messages")
    assert 'name="list" value="/?box=messages"' in html
    newest = Message.objects.latest("pk").pk
    assert f'name="bound" value="{newest}"' in html
    first = Message.objects.earliest("pk").conversation_id
    chosen = {"list": "/?box=messages", "bound": newest, "conversation": first}
    post(client, "hide", **chosen)
    assert not Message.objects.shown().exists()


def test_list_that_ends_on_its_page_offers_no_more(client: Client, user: User) -> None:
    make_conversations(make_account(user), 3)
    make_conversations(make_account(make_user("eve")), 60)
    html = page(client, "/")
    assert '<label class="whole" hidden>' in html


def test_preview_counts_conversations_where_they_are_removed_as_one(
    client: Client, user: User
) -> None:
    ability = Ability(
        "server", effect="remove-conversation", unit="conversation", seconds=10
    )
    able = Capabilities(
        abilities={"remove": {"direct": ability, "direct:own": ability}}
    )
    account = make_account(user, capabilities=able.as_json())
    first, second = make_conversation(account), make_conversation(account)
    ticked = make_message(first, source="direct")
    make_message(first, source="direct", outgoing=True)
    make_message(second, source="direct")
    rows = f"message={ticked.pk}&conversation={second.pk}"
    html = page(client, f"/confirm/remove/?{rows}")
    assert "2 conversations with 3 messages" in html
    assert "about 20 s" in html
