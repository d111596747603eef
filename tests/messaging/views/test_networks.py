"""What Mastodon and mixi bring into rows and conversations."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import NOON, make_author, make_conversation, make_message
from tests.messaging.views.networks import (
    EVERYWHERE,
    mastodon_account,
    misskey_account,
    mixi_account,
)
from tests.messaging.views.pages import fragment, page, queries


def title_of(html: str) -> str:
    return html.partition("<title>")[2].partition("</title>")[0].strip()


@pytest.mark.parametrize(
    ("values", "line", "sentence"),
    [
        ({"kind": "favourite"}, "favourited your post", "favourited your post"),
        (
            {"kind": "moderation", "title": "delete_statuses", "author": None},
            "The moderators of <bdi>mastodon.example</bdi> removed some of your posts",
            "The moderators of <bdi>mastodon.example</bdi> removed some of your posts",
        ),
        (
            {"kind": "severed", "title": "bad.example", "author": None},
            "Relationships with <bdi>bad.example</bdi> were cut",
            "Relationships with <bdi>bad.example</bdi> were cut",
        ),
        (
            {"kind": "other:new", "title": "Its own words"},
            "<bdi>Its own words</bdi>",
            "<bdi>Its own words</bdi>",
        ),
        (
            {"kind": "other:new"},
            "a kind of notice InboxHub does not know yet (new)",
            "<bdi>Ann</bdi>: a kind of notice InboxHub does not know yet (new)",
        ),
        (
            {
                "kind": "notification-request",
                "box": "requests",
                "extra": {"request": {"count": 1200}},
            },
            "notices held back: 1,200",
            "filters what comes from <bdi>Ann</bdi>; notices held back: 1,200",
        ),
        (
            {"kind": "moved", "extra": {"moved_to": "@ann@new.example"}},
            "moved to <bdi>@ann@new.example</bdi>",
            "<bdi>Ann</bdi> moved to <bdi>@ann@new.example</bdi>",
        ),
    ],
    ids=["favourite", "moderation", "severed", "titled", "new", "filtered", "moved"],
)
def test_notice_of_mastodon_is_a_sentence(
    client: Client,
    user: User,
    values: dict[str, Any],
    line: str,
    sentence: str,
) -> None:
    account = mastodon_account(user)
    fields = {
        "box": "notices",
        "text": "",
        "source": "notification",
        "author": make_author(account, name="Ann"),
    }
    message = make_message(account=account, **{**fields, **values})
    assert line in page(client)
    assert sentence in page(client, f"/c/{message.conversation_id}/")


@pytest.mark.parametrize("kind", ["boost", "pending", "moved", "notification-request"])
@pytest.mark.parametrize(
    "extra",
    [
        [],
        {"context": 5, "type": 5, "moved_to": [], "request": 5},
        {"context": {"mine": "x"}, "request": {"count": "1"}},
    ],
    ids=["list", "numbers", "texts"],
)
def test_detail_of_any_shape_is_no_error(
    client: Client,
    user: User,
    kind: str,
    extra: object,
) -> None:
    account = mastodon_account(user)
    message = make_message(account=account, box="notices", kind=kind, extra=extra)
    page(client)
    page(client, f"/c/{message.conversation_id}/")


def test_favourites_are_counted_in_words(client: Client, user: User) -> None:
    account = mastodon_account(user)
    message = make_message(
        account=account,
        source="status",
        box="mentions",
        extra={"reactions": {"⭐": 5}, "my_reaction": "⭐"},
    )
    html = page(client, f"/c/{message.conversation_id}/")
    assert "5 people favourited this" in html
    assert 'aria-pressed="true"' in html
    reacted = make_message(
        account=misskey_account(user), extra={"reactions": {"⭐": 5}}
    )
    assert "favourited" not in page(client, f"/c/{reacted.conversation_id}/")


def test_poll_that_is_over_says_so(client: Client, user: User) -> None:
    account = mastodon_account(user)
    for hours, word in ((-1, "ended:"), (1, "ends:")):
        ends_at = (timezone.now() + timedelta(hours=hours)).isoformat()
        poll = {"choices": [{"text": "a", "votes": 1}], "ends_at": ends_at}
        message = make_message(account=account, extra={"poll": poll})
        assert word in page(client, f"/c/{message.conversation_id}/")


def test_unknown_visibility_is_not_shown_as_public(client: Client, user: User) -> None:
    message = make_message(account=mastodon_account(user), visibility="circle")
    html = page(client, f"/c/{message.conversation_id}/")
    assert "Not public; its server decides who can see this" in html


def test_language_is_told_of_warning_and_title(client: Client, user: User) -> None:
    account = mastodon_account(user)
    message = make_message(account=account, content_warning="Film", lang="de")
    html = page(client, f"/c/{message.conversation_id}/")
    assert '<bdi lang="de">Film</bdi>' in html


def test_subject_of_mixi_stands_before_the_text(client: Client, user: User) -> None:
    message = make_message(
        account=mixi_account(user),
        source="inbox",
        title="明日の会場",
        text="会場は2階です",
    )
    assert '<bdi class="subject">明日の会場</bdi> <bdi>会場は2階です</bdi>' in page(
        client
    )
    html = page(client, f"/c/{message.conversation_id}/")
    assert '<p class="message-title"><bdi lang="ja">明日の会場</bdi></p>' in html


def test_message_of_nobody_known_is_from_someone(client: Client, user: User) -> None:
    message = make_message(account=mixi_account(user), source="inbox", author=None)
    assert "Someone on mixi" in page(client)
    html = page(client, f"/c/{message.conversation_id}/")
    assert title_of(html) == "Someone on mixi – InboxHub"


def test_stranger_on_mixi_and_missing_time_are_told(client: Client, user: User) -> None:
    account = mixi_account(user)
    someone = make_author(account, name="はなこ", handle="はなこ")
    message = make_message(
        account=account,
        source="inbox",
        author=someone,
        extra={"no_id": True, "undated": True},
    )
    html = page(client, f"/c/{message.conversation_id}/")
    assert "Not among your friends on mixi, which tells only the name." in html
    assert "mixi told no time; this is when it came here." in html
    assert '<bdi class="handle">はなこ' not in html
    assert "api.mixi-platform.com" not in html


def test_what_was_replied_to_has_a_badge(client: Client, user: User) -> None:
    message = make_message(account=mixi_account(user), remote_state="replied")
    assert 'title="Replied"' in page(client)
    assert "Replied</span>" in page(client, f"/c/{message.conversation_id}/")


@pytest.mark.parametrize("extra", [{"local_only": True}, {"local_only": "yes"}, []])
def test_note_of_one_server_says_so(client: Client, user: User, extra: object) -> None:
    message = make_message(account=mastodon_account(user), extra=extra)
    html = page(client, f"/c/{message.conversation_id}/")
    told = "Only on mastodon.example, not sent to other servers." in html
    assert told == (extra == {"local_only": True})


def test_quote_of_the_message_right_above_is_left_out(
    client: Client,
    user: User,
) -> None:
    conversation = make_conversation(misskey_account(user))
    first = make_message(conversation, text="the first", sort_key=1_000)
    make_message(conversation, text="in between", sort_key=2_000)
    above = make_message(conversation, text="right above", sort_key=3_000)

    def quoting(answered: str, text: str) -> dict[str, object]:
        return {"context": {"remote_id": answered, "text": text, "name": "Ann"}}

    extra = quoting(above.remote_id, "right above")
    make_message(conversation, text="an answer", sort_key=4_000, extra=extra)
    extra = quoting(first.remote_id, "the first")
    make_message(conversation, text="another answer", sort_key=5_000, extra=extra)
    html = page(client, f"/c/{conversation.pk}/")
    assert html.count("right above") == 1
    assert html.count("the first") == 2


@pytest.mark.parametrize(
    ("name", "emojis", "title"),
    [
        ("Ann :cat:", {"cat": "https://m.example/cat.png"}, "Ann"),
        (
            ":cat::dog:",
            {"cat": "https://x.example/", "dog": "https://x.example/"},
            "cat dog",
        ),
        ("Ann :cat:", {}, "Ann :cat:"),
        ("at 10:30:45", {}, "at 10:30:45"),
        ("", {}, "@ann@mastodon.example"),
    ],
)
def test_title_has_a_name_that_can_be_read(
    client: Client,
    user: User,
    name: str,
    emojis: dict[str, str],
    title: str,
) -> None:
    account = mastodon_account(user)
    ann = make_author(account, name=name, handle="@ann@mastodon.example", emojis=emojis)
    message = make_message(account=account, author=ann)
    whole = page(client, f"/c/{message.conversation_id}/")
    part = fragment(client, f"/c/{message.conversation_id}/")
    assert title_of(whole) == title_of(part) == f"{title} – InboxHub"


@pytest.mark.parametrize("make", [misskey_account, mastodon_account, mixi_account])
def test_conversation_takes_no_more_queries_for_fifty_messages(
    client: Client,
    user: User,
    make: Any,
) -> None:
    conversation = make_conversation(make(user), box="notices")
    values: dict[str, Any] = {
        "kind": "pending",
        "source": "notification",
        "author": None,
    }
    make_message(conversation, unread=True, **values)
    one = queries(client, f"/c/{conversation.pk}/")
    for _ in range(49):
        make_message(conversation, unread=True, **values)
    assert queries(client, f"/c/{conversation.pk}/") == one
    assert one <= 12


def test_account_says_what_reading_does_on_its_network(
    client: Client,
    user: User,
) -> None:
    mastodon = mastodon_account(user, read_policy=EVERYWHERE)
    html = page(client, f"/accounts/{mastodon.pk}/")
    assert "everything older is marked read there too" in html
    assert "the whole conversation is marked read on mastodon.example" in html
    mixi = mixi_account(user)
    html = page(client, f"/accounts/{mixi.pk}/")
    assert "marked read on mixi; that cannot be taken back there" in html
    assert "messages: moved to the trash of mixi" in html
    assert "notices: deleted on mixi for good" in html
    misskey = misskey_account(user)
    html = page(client, f"/accounts/{misskey.pk}/")
    assert "Only here: misskey.example can only mark all notices read at once" in html


def test_announcement_is_from_the_server(client: Client, user: User) -> None:
    message = make_message(
        account=mastodon_account(user),
        box="notices",
        kind="announcement",
        source="announcement",
        author=None,
        sent_at=NOON,
        text="Maintenance on Saturday",
    )
    assert "Maintenance on Saturday" in page(client)
    html = page(client, f"/c/{message.conversation_id}/")
    assert "Announcement of <bdi>mastodon.example</bdi>" in html
