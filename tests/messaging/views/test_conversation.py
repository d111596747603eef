"""A conversation's page: its messages, their parts, and what hostile ones cannot do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from messaging.models import Message
from tests.factories import (
    NOON,
    make_account,
    make_author,
    make_conversation,
    make_message,
)
from tests.messaging.views.pages import fragment, page, queries

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def test_messages_stand_in_time_order(client: Client, user: User) -> None:
    conversation = make_conversation(make_account(user))
    make_message(conversation, text="the second", sort_key=2_000)
    make_message(conversation, text="the first", sort_key=1_000)
    html = page(client, f"/c/{conversation.pk}/")
    assert html.index("the first") < html.index("the second")


def test_conversation_names_account_and_network(client: Client, user: User) -> None:
    account = make_account(user, handle="@me@misskey.example")
    message = make_message(account=account)
    html = page(client, f"/c/{message.conversation_id}/")
    assert "@me@misskey.example" in html
    assert "Misskey" in html
    assert "Only the people named here can see this" in html


def test_conversation_of_a_stranger_is_not_found(client: Client, user: User) -> None:
    message = make_message()
    page(client, f"/c/{message.conversation_id}/", status=404)
    page(client, f"/m/{message.pk}/", status=404)
    page(client, f"/m/{message.pk}/thread/", status=404)


def test_reading_changes_nothing(client: Client, user: User) -> None:
    message = make_message(account=make_account(user), unread=True)
    page(client, f"/c/{message.conversation_id}/")
    fragment(client, f"/c/{message.conversation_id}/")
    message.refresh_from_db()
    assert message.unread


def test_new_messages_start_below_a_line(client: Client, user: User) -> None:
    conversation = make_conversation(make_account(user))
    make_message(conversation, text="seen", sort_key=1_000)
    make_message(conversation, text="not seen", sort_key=2_000, unread=True)
    html = page(client, f"/c/{conversation.pk}/")
    line = html.index('class="new-line"')
    assert html.index(">seen<") < line < html.index(">not seen<")


def test_earlier_messages_come_page_by_page(client: Client, user: User) -> None:
    conversation = make_conversation(make_account(user))
    author = make_author(conversation.account)
    for _ in range(120):
        make_message(conversation, author=author, sort_key=5_000)
    address, seen, place = f"/c/{conversation.pk}/", set[str](), ""
    for expected in (50, 50, 20):
        html = page(client, address)
        found = {part.split('"')[0] for part in html.split('data-message="')[1:]}
        assert len(found) == expected
        seen |= found
        place = html.partition(f'hx-get="/c/{conversation.pk}/?before=')[2].partition(
            '"'
        )[0]
        address = f"/c/{conversation.pk}/?before={place}"
    assert len(seen) == 120
    assert not place


def test_page_takes_as_many_queries_for_fifty_messages_as_for_one(
    client: Client,
    user: User,
) -> None:
    conversation = make_conversation(make_account(user))
    make_message(conversation, unread=True)
    one = queries(client, f"/c/{conversation.pk}/")
    for _ in range(49):
        make_message(conversation, unread=True)
    assert queries(client, f"/c/{conversation.pk}/") == one
    assert one <= 12


def test_pane_for_htmx_keeps_the_list_in_the_address(
    client: Client, user: User
) -> None:
    message = make_message(account=make_account(user))
    answer = client.get(
        f"/c/{message.conversation_id}/",
        headers={
            "HX-Request": "true",
            "HX-Current-URL": "http://testserver/?box=messages&upto=5.1",
        },
    )
    pushed = f"/?box=messages&upto=5.1&open={message.conversation_id}"
    assert answer["HX-Push-Url"] == pushed
    assert b"<main" not in answer.content


@pytest.mark.parametrize(
    "values",
    [
        {"text": HOSTILE},
        {"html": HOSTILE, "text": "x"},
        {"content_warning": HOSTILE},
        {"title": HOSTILE},
        {"kind": HOSTILE},
        {"lang": '"><script>alert(1)</script>'},
        {"visibility": HOSTILE[:24]},
        {"extra": {"emojis": {"a": "https://x.example/" + HOSTILE}}, "text": ":a:"},
        {"extra": {"emojis": {HOSTILE: "https://x.example/"}}, "text": f":{HOSTILE}:"},
        {"extra": {"context": {"name": HOSTILE, "text": HOSTILE, "url": HOSTILE}}},
        {"extra": {"quote": {"name": HOSTILE, "text": HOSTILE, "handle": HOSTILE}}},
        {"extra": {"poll": {"choices": [{"text": HOSTILE, "votes": 1}]}}},
        {"extra": {"reactions": {HOSTILE: 3}}, "kind": "reaction"},
        {"extra": {"reaction": HOSTILE}, "kind": "reaction"},
        {"attachments": [{"url": "https://x.example/" + HOSTILE, "name": HOSTILE}]},
    ],
)
def test_hostile_message_is_only_text(
    client: Client,
    user: User,
    values: dict[str, Any],
) -> None:
    account = make_account(user, display_name=HOSTILE)
    author = make_author(account, name=HOSTILE, handle=HOSTILE)
    message = make_message(account=account, author=author, **values)
    message.conversation.title = HOSTILE
    message.conversation.save()
    for address in (f"/c/{message.conversation_id}/", "/", "/?q=a"):
        html = page(client, address)
        assert "<script>alert" not in html
        assert "<img src=x" not in html


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//x.example"],
)
def test_link_that_is_no_web_address_is_no_link(
    client: Client,
    user: User,
    address: str,
) -> None:
    message = make_message(
        account=make_account(user),
        url=address,
        html=f'<p><a href="{address}">click</a></p>',
        extra={"context": {"text": "x", "url": address}},
        attachments=[{"url": address, "name": "file"}],
    )
    html = page(client, f"/c/{message.conversation_id}/")
    assert f'href="{address}' not in html


@pytest.mark.parametrize("extra", [[], "x", 5, {"poll": 7, "quote": [], "emojis": 1}])
def test_stored_parts_of_any_shape_are_no_error(
    client: Client,
    user: User,
    extra: object,
) -> None:
    message = make_message(account=make_account(user), attachments=[None, 5, {}])
    Message.objects.filter(pk=message.pk).update(extra=extra)
    page(client, f"/c/{message.conversation_id}/")


def test_custom_emoji_comes_through_our_proxy(client: Client, user: User) -> None:
    message = make_message(
        account=make_account(user),
        text="hi :cat: `:cat:`",
        html="<p>hi :cat: <code>:cat:</code></p>",
        extra={"emojis": {"cat": "https://misskey.example/emoji/cat.webp"}},
    )
    html = page(client, f"/c/{message.conversation_id}/")
    assert 'alt=":cat:"' in html
    assert "<code>:cat:</code>" in html
    assert 'src="https://misskey.example' not in html


def test_pictures_have_their_description_and_size(client: Client, user: User) -> None:
    picture = {
        "url": "https://misskey.example/1.png",
        "mime": "image/png",
        "description": "A map of the venue",
        "width": 320,
        "height": 200,
    }
    message = make_message(account=make_account(user), attachments=[picture])
    html = page(client, f"/c/{message.conversation_id}/")
    assert 'alt="A map of the venue" width="320" height="200"' in html
    assert 'src="/media/' in html


def test_sensitive_pictures_are_covered(client: Client, user: User) -> None:
    picture = {"url": "https://misskey.example/1.png", "mime": "image/png"}
    message = make_message(
        account=make_account(user),
        attachments=[{**picture, "sensitive": True}],
    )
    html = page(client, f"/c/{message.conversation_id}/")
    assert '<details class="covered">' in html
    assert "Image without description" in html


def test_text_below_a_content_warning_is_folded(client: Client, user: User) -> None:
    message = make_message(account=make_account(user), content_warning="the film")
    html = page(client, f"/c/{message.conversation_id}/")
    assert '<details class="cw">' in html


def test_message_leads_to_its_place_in_the_conversation(
    client: Client,
    user: User,
) -> None:
    conversation = make_conversation(make_account(user))
    first = make_message(conversation, sort_key=1_000)
    for number in range(60):
        make_message(conversation, sort_key=2_000 + number)
    answer = client.get(f"/m/{first.pk}/")
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"#message-{first.pk}")
    assert f'id="message-{first.pk}"' in page(client, answer["Location"])


def test_hidden_message_is_shown_alone(client: Client, user: User) -> None:
    message = make_message(account=make_account(user), text="put away", hidden_at=NOON)
    assert "put away" in page(client, f"/m/{message.pk}/")
    assert "put away" not in page(client, f"/c/{message.conversation_id}/")


def test_message_that_is_gone_on_its_server_says_so(client: Client, user: User) -> None:
    gone = make_message(account=make_account(user), gone_at=NOON + timedelta(days=1))
    html = page(client, f"/c/{gone.conversation_id}/")
    assert "No longer on misskey.example" in html


def test_thread_of_a_dead_host_is_a_sentence(client: Client, user: User) -> None:
    account = make_account(user, host="nothing-here.invalid")
    message = make_message(account=account)
    html = page(client, f"/m/{message.pk}/thread/")
    assert "misskey.example did not answer" in html


def test_thread_of_an_unlinked_account_is_not_asked_for(
    client: Client,
    user: User,
) -> None:
    account = make_account(user, status="unlinked", credentials={})
    html = page(client, f"/m/{make_message(account=account).pk}/thread/")
    assert "unlinked" in html


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("Asia/Tokyo", datetime(9999, 12, 31, 23, tzinfo=UTC)),
        ("America/New_York", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_message_from_the_end_of_the_calendar_is_shown(
    client: Client,
    user: User,
    zone: str,
    moment: datetime,
) -> None:
    """The day that a host names may not exist on the person's clock."""
    client.cookies["time_zone"] = zone
    poll = {"choices": [{"text": "a", "votes": 1}], "ends_at": moment.isoformat()}
    message = make_message(
        account=make_account(user),
        sent_at=moment,
        edited_at=moment,
        sort_key=1,
        extra={"poll": poll},
    )
    for address in ("/", f"/c/{message.conversation_id}/", "/?at=253402300799000.1"):
        page(client, address)
    Message.objects.update(hidden_at=moment)
    page(client, f"/m/{message.pk}/")


def test_thread_without_a_key_to_the_token_asks_to_sign_in(
    client: Client,
    user: User,
    settings: Settings,
) -> None:
    message = make_message(account=make_account(user))
    settings.INBOXHUB_KEYS = "other:YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU="
    assert "Sign in again" in page(client, f"/m/{message.pk}/thread/")
