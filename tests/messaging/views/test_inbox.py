"""The inbox's list: order, filters, paging, counts, and what it does with odd input."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client

from messaging.models import Conversation
from tests.factories import (
    NOON,
    make_account,
    make_author,
    make_conversation,
    make_conversations,
    make_message,
)
from tests.messaging.views.pages import fragment, older, page, queries, rows


def test_inbox_merges_accounts_newest_first(client: Client, user: User) -> None:
    first = make_conversation(make_account(user, host="one.example"))
    second = make_conversation(make_account(user, host="two.example"))
    make_message(first, text="from yesterday", sort_key=1_000)
    make_message(second, text="from today", sort_key=2_000)
    html = page(client)
    assert html.index("from today") < html.index("from yesterday")


def test_inbox_shows_nothing_of_a_stranger(client: Client, user: User) -> None:
    make_account(user)
    make_message(text="for eve only")
    assert "for eve only" not in page(client)


def test_inbox_without_accounts_offers_to_link_one(client: Client, user: User) -> None:
    html = page(client)
    assert 'action="/accounts/link/"' in html
    assert 'name="address"' in html


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("box=mentions", {"a mention"}),
        ("box=messages", {"a message", "an unread message"}),
        ("is=unread", {"an unread message"}),
        ("box=mentions&is=unread", set()),
        ("provider=misskey", {"a mention", "a message", "an unread message"}),
        ("provider=mixi", set()),
        ("q=unread", {"an unread message"}),
    ],
)
def test_filters_are_in_the_address(
    client: Client,
    user: User,
    query: str,
    shown: set[str],
) -> None:
    account = make_account(user)
    texts = {"a mention", "a message", "an unread message"}
    make_message(account=account, box="mentions", text="a mention", folded="a mention")
    make_message(account=account, text="a message", folded="a message")
    make_message(
        account=account,
        text="an unread message",
        folded="an unread message",
        unread=True,
    )
    html = page(client, f"/?{query}")
    assert {text for text in texts if f">{text}<" in html} == shown


def test_several_accounts_can_be_chosen(client: Client, user: User) -> None:
    accounts = [make_account(user) for _ in range(3)]
    for number, account in enumerate(accounts):
        make_message(account=account, text=f"text {number}")
    html = page(client, f"/?account={accounts[0].pk}&account={accounts[2].pk}")
    assert "text 0" in html
    assert "text 1" not in html
    assert "text 2" in html


def test_account_of_a_stranger_is_no_filter(client: Client, user: User) -> None:
    make_message(account=make_account(user), text="mine")
    assert "mine" in page(client, f"/?account={make_account().pk}")


@pytest.mark.parametrize(
    "query",
    [
        "box=nonsense&provider=x&is=maybe&colour=green",
        "account=abc&account=-1&account=99999999999999999999999",
        "at=broken",
        "at=1.2.3",
        "at=99999999999999999999999.1",
        "upto=%00",
        "open=abc",
        "open=999999999",
        "box=mentions%00",
    ],
)
def test_what_is_not_understood_is_left_out(
    client: Client,
    user: User,
    query: str,
) -> None:
    make_message(account=make_account(user), text="still here")
    assert "still here" in page(client, f"/?{query}")


def test_paging_reaches_every_row_once_where_sort_keys_are_equal(
    client: Client,
    user: User,
) -> None:
    make_conversations(make_account(user), 120, sort_key=1_763_726_400_000)
    address, seen = "/", []
    while address:
        html = page(client, address)
        seen += rows(html)
        address = older(html)
    assert len(seen) == 120
    assert len(set(seen)) == 120


def test_fragment_holds_only_the_rows_that_follow(client: Client, user: User) -> None:
    make_conversations(make_account(user), 60)
    address = older(page(client))
    html = fragment(client, address)
    assert len(rows(html)) == 10
    assert "<main" not in html
    assert html.lstrip().startswith("<li")


def test_page_down_to_a_place_shows_everything_above_it(
    client: Client,
    user: User,
) -> None:
    make_conversations(make_account(user), 130)
    second = page(client, older(page(client)))
    cursor = older(second).partition("at=")[2]
    assert len(rows(page(client, f"/?upto={cursor}"))) == 100


def test_page_past_the_end_says_so(client: Client, user: User) -> None:
    make_message(account=make_account(user))
    html = page(client, "/?at=1.1")
    assert rows(html) == []
    assert "Nothing older here" in html


@pytest.mark.parametrize(
    "address",
    ["/", "/?q=text", "/?box=hidden", "/?box=sent", "/?is=unread"],
)
def test_page_takes_as_many_queries_for_fifty_rows_as_for_one(
    client: Client,
    user: User,
    address: str,
) -> None:
    account = make_account(user)
    state: dict[str, Any] = {
        "folded": "text",
        "unread": True,
        "outgoing": "sent" in address,
        "hidden_at": NOON if "hidden" in address else None,
    }
    make_message(account=account, **state)
    one = queries(client, address)
    for _ in range(49):
        make_message(account=account, **state)
    assert len(rows(page(client, address))) == 50
    assert queries(client, address) == one
    assert one <= 12


def test_open_conversation_stands_beside_the_list(client: Client, user: User) -> None:
    account = make_account(user)
    message = make_message(account=account, text="the open one")
    html = page(client, f"/?open={message.conversation_id}")
    assert f'id="message-{message.pk}"' in html
    assert queries(client, f"/?open={message.conversation_id}") <= 12


def test_conversation_of_a_stranger_is_not_opened(client: Client, user: User) -> None:
    make_message(account=make_account(user))
    message = make_message(text="for eve only")
    assert "for eve only" not in page(client, f"/?open={message.conversation_id}")


def test_counts_are_the_unread_rows_of_box_and_account(
    client: Client,
    user: User,
) -> None:
    first, second = make_account(user), make_account(user)
    make_conversations(first, 2, unread=True, box="mentions")
    make_conversations(second, 3, unread=True)
    make_conversations(second, 1)
    html = page(client)
    assert "<title>(5) Inbox – InboxHub</title>" in html
    counts = re.findall(r'class="count" title="(\d+) unread conv', html)
    of_the_side, of_the_chips = counts[:5], counts[5:]
    assert of_the_side == ["5", "3", "2", "2", "3"]
    assert of_the_chips == ["2", "3"]
    assert "favicon/5.svg" in html


def test_more_than_nine_unread_have_one_favicon(client: Client, user: User) -> None:
    make_conversations(make_account(user), 12, unread=True)
    assert "favicon/9plus.svg" in page(client)


def test_grouped_notices_name_one_person_and_count_the_others(
    client: Client,
    user: User,
) -> None:
    account = make_account(user)
    conversation = make_conversation(account, box="notices")
    for name in ("Ann", "Ben", "Cem"):
        author = make_author(account, name=name)
        make_message(
            conversation,
            kind="reaction",
            text="",
            author=author,
            extra={"reaction": "❤"},
        )
    html = page(client)
    assert "and 2 others" in html
    assert "reacted ❤" in html


def test_content_warning_stands_instead_of_the_text(client: Client, user: User) -> None:
    make_message(account=make_account(user), text="the ending", content_warning="film")
    html = page(client)
    assert "film" in html
    assert "the ending" not in html


def test_unknown_kind_is_named(client: Client, user: User) -> None:
    make_message(account=make_account(user), box="notices", kind="other:groupInvited")
    assert "does not know yet (groupInvited)" in page(client)


def test_message_that_could_not_be_read_is_listed(client: Client, user: User) -> None:
    make_message(account=make_account(user), unreadable=True, text="")
    assert "could not be read" in page(client)


def test_hidden_and_sent_list_messages(client: Client, user: User) -> None:
    account = make_account(user)
    hidden = make_message(account=account, hidden_at=NOON)
    sent = make_message(account=account, outgoing=True)
    assert rows(page(client, "/?box=hidden")) == [f"message-{hidden.pk}"]
    assert rows(page(client, "/?box=sent")) == [f"message-{sent.pk}"]


def test_search_explains_what_is_no_operator(client: Client, user: User) -> None:
    make_message(account=make_account(user))
    assert "is not an operator" in page(client, "/?q=foo:bar")


def test_empty_unread_view_says_how_many_there_are(client: Client, user: User) -> None:
    make_conversations(make_account(user), 3)
    html = page(client, "/?is=unread")
    assert "All read" in html
    assert "3 conversations in All." in html


def test_list_whose_messages_are_hidden_leads_to_them(
    client: Client, user: User
) -> None:
    account = make_account(user)
    assert "No messages yet" in page(client)
    make_message(account=account, hidden_at=NOON)
    html = page(client)
    assert "Nothing here" in html
    assert 'href="/?box=hidden"' in html[html.index("Nothing here") :]
    assert "No messages yet" not in html


def test_list_without_hidden_messages_does_not_lead_to_them(
    client: Client, user: User
) -> None:
    make_message(account=make_account(user), gone_at=NOON)
    html = page(client)
    assert "Nothing here" in html
    assert "See what is hidden" not in html


def test_banner_leads_to_a_new_sign_in(client: Client, user: User) -> None:
    account = make_account(user, status="sign_in_needed")
    assert f"/accounts/{account.pk}/renew/" in page(client)


def test_inbox_takes_no_post(client: Client, user: User) -> None:
    assert client.post("/").status_code == 405


@pytest.mark.parametrize("query", ["apple", '"apple', '-pear "apple', "-is:hidden"])
def test_search_in_what_is_hidden_finds_nothing_else(
    client: Client,
    user: User,
    query: str,
) -> None:
    """Even with a quotation mark that is never closed."""
    account = make_account(user)
    hidden = make_message(account=account, folded="apple", hidden_at=NOON)
    make_message(account=account, folded="apple")
    found = rows(page(client, f"/?{urlencode({'box': 'hidden', 'q': query})}"))
    assert found == ([] if query == "-is:hidden" else [f"message-{hidden.pk}"])


def test_hidden_conversations_are_not_in_the_inbox(client: Client, user: User) -> None:
    message = make_message(account=make_account(user), hidden_at=NOON)
    assert Conversation.objects.get(pk=message.conversation_id).sort_key == 0
    assert rows(page(client)) == []


def test_address_that_htmx_cannot_mean_is_left_out(client: Client, user: User) -> None:
    assert client.get("/", headers={"HX-Current-URL": "http://["}).status_code == 200


def test_sent_rows_name_the_recipient(client: Client, user: User) -> None:
    account = make_account(user)
    friend = make_author(account, name="Friend of mine")
    me = make_author(account, remote_id=account.remote_id, name="My own name")
    first = make_message(account=account, author=friend)
    make_message(first.conversation, outgoing=True, author=me, text="sent to a friend")
    html = page(client, "/?box=sent")
    assert "sent to a friend" in html
    assert "Friend of mine" in html
    assert "My own name" not in html
