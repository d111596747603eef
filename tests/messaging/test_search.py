"""The query language: what each part finds, and that no query is ever refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxhub.lib.text import fold
from messaging import search
from messaging.models import Message
from tests.factories import make_account, make_author, make_message, make_user

pytestmark = pytest.mark.django_db


def message(text: str, **values: object) -> Message:
    return make_message(text=text, folded=fold(text), **values)  # type: ignore[arg-type]


def found(query: str, account_owner: str = "me") -> list[str]:
    rows = search.messages(make_user(account_owner), query).queryset
    return sorted(rows.values_list("text", flat=True))


@pytest.fixture
def inbox() -> None:
    account = make_account(make_user("me"), handle="@me@misskey.example")
    other = make_account(make_user("me"), handle="@proj@misskey.example")
    hana = make_author(account, handle="@hana@misskey.example", name="花", folded="花")
    message("請求書を送りました", account=account, unread=True, author=hana)
    message("The new release is out", account=other, box="mentions")
    message("release notes later", account=other, box="mentions", outgoing=True)
    make_message(account=make_account(make_user("eve")), text="secret", folded="secret")


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("請求", ["請求書を送りました"]),
        ("RELEASE", ["The new release is out", "release notes later"]),
        ("ｒｅｌｅａｓｅ", ["The new release is out", "release notes later"]),
        ("release -notes", ["The new release is out"]),
        ('"new release"', ["The new release is out"]),
        ('"release new"', []),
        ("in:mentions", ["The new release is out", "release notes later"]),
        ("in:sent", ["release notes later"]),
        ("is:unread", ["請求書を送りました"]),
        ("is:read release -in:sent", ["The new release is out"]),
        ("account:@me@misskey.example", ["請求書を送りました"]),
        ("account:proj release", ["The new release is out", "release notes later"]),
        ("from:@hana", ["請求書を送りました"]),
        ("from:花", ["請求書を送りました"]),
        ("provider:mastodon", []),
        ("provider：misskey　請求", ["請求書を送りました"]),
        ("secret", []),
    ],
)
@pytest.mark.usefixtures("inbox")
def test_query_finds(query: str, texts: list[str]) -> None:
    assert found(query) == texts


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("provider:mixi", ["こんにちは", "お知らせです"]),
        ("provider:mastodon", ["hello there"]),
        ("-provider:mixi", ["hello there"]),
        ("host:MASTODON.example", ["hello there"]),
        ("host:mastodon", []),
        ("is:replied", ["こんにちは"]),
        ("-is:replied provider:mixi", ["お知らせです"]),
        ("kind:notice", ["お知らせです"]),
        ("kind:Favourite", ["hello there"]),
        ('account:"わたし の 名前"', ["こんにちは", "お知らせです"]),
        ("account:ＭＩＸＩ名", ["こんにちは", "お知らせです"]),
        ("account:@me", ["hello there"]),
        ("account:me", ["hello there"]),
        ("account:me@mastodon.example", ["hello there"]),
        ("-account:me", ["こんにちは", "お知らせです"]),
        ("account:m", []),
        ("account:eve", []),
    ],
)
def test_query_finds_by_network_account_and_state(
    query: str,
    texts: list[str],
) -> None:
    me = make_user("me")
    mixi = make_account(
        me,
        provider="mixi",
        host="mixi.example",
        handle="わたし の 名前",
        display_name="mixi名",
    )
    other = make_account(
        me,
        provider="mastodon",
        host="mastodon.example",
        handle="@me@mastodon.example",
    )
    make_account(make_user("eve"), handle="@eve@mastodon.example")
    message("こんにちは", account=mixi, remote_state="replied")
    message("お知らせです", account=mixi, box="notices", kind="notice")
    message("hello there", account=other, box="notices", kind="favourite")
    assert found(query) == sorted(texts)


@pytest.mark.usefixtures("inbox")
def test_hidden_messages_are_found_only_when_asked_for() -> None:
    first = Message.objects.get(text="請求書を送りました")
    Message.objects.filter(pk=first.pk).update(hidden_at=first.sent_at)
    assert "請求書を送りました" not in found("")
    assert found("is:hidden") == ["請求書を送りました"]


@pytest.mark.usefixtures("inbox")
def test_what_is_not_hidden_leaves_out_the_hidden_and_the_deleted() -> None:
    rows = Message.objects.filter(account__owner__username="me").order_by("pk")
    hidden, deleted, shown = rows
    Message.objects.filter(pk=hidden.pk).update(hidden_at=hidden.sent_at)
    taken = {"hidden_at": deleted.sent_at, "gone_at": deleted.sent_at}
    Message.objects.filter(pk=deleted.pk).update(**taken)
    assert found("-is:hidden") == [shown.text]
    assert found("is:hidden -is:hidden") == []


@pytest.mark.parametrize(
    "query", ["foo:release", "in:nowhere", "is:purple", "provider:x"]
)
@pytest.mark.usefixtures("inbox")
def test_what_is_not_understood_is_said(query: str) -> None:
    assert search.messages(make_user("me"), query).notes


@pytest.mark.parametrize("query", ["a " * 41, "a" * 1001], ids=["words", "signs"])
@pytest.mark.usefixtures("inbox")
def test_what_is_too_long_is_said(query: str) -> None:
    assert "too long" in "".join(search.messages(make_user("me"), query).notes)


@given(st.text(max_size=80))
def test_any_text_is_a_query(text: str) -> None:
    search.parse(text)


@pytest.mark.parametrize(
    "query",
    ["\ufdfa" * 500, "\ufdfa " * 250, "a " * 500, f"account:{'9' * 30}", '"' * 500],
    ids=["ligatures", "words-of-ligatures", "words", "number", "quotes"],
)
def test_monstrous_query_is_answered(inbox: None, query: str) -> None:
    list(search.messages(make_user("me"), query).queryset)
    list(search.messages(make_user("me"), f"-{query}").queryset)


def test_signs_of_sql_patterns_are_only_signs(inbox: None) -> None:
    message("100 % sure", account=make_account(make_user("me")))
    assert found("%") == ["100 % sure"]
    assert found("from:%") == found("_") == found("from:_") == []
