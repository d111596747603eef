"""The accounts page: health in words, what is possible, and what a person may change."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Account
from inboxhub.networks.capabilities import Ability, Capabilities
from messaging import wording
from messaging.models import Cursor, Message
from tests.factories import make_account, make_message
from tests.messaging.views.pages import page, queries

ABLE = Capabilities(
    software="misskey",
    version="2025.12.2",
    docs_url="https://misskey.example/api-doc",
    revoke_url="https://misskey.example/settings/apps",
    boxes={"notices": "no-permission-notices"},
    abilities={
        "mark-read": {"chat": Ability("server", effect="read-chat")},
        "mark-unread": {"chat": Ability("here", reason="no-mark-unread")},
        "delete": {"note": Ability("nowhere", reason="not-yours")},
    },
    warnings=("native-token",),
).as_json()
POSTS = ("sync", "older", "read-policy", "colour")


def test_card_tells_when_each_box_was_checked(client: Client, user: User) -> None:
    account = make_account(user, handle="@me@misskey.example")
    Cursor.objects.create(
        account=account,
        box="mentions",
        listing="mentions",
        pulled_at=timezone.now() - timedelta(minutes=5),
    )
    html = page(client, "/accounts/")
    assert "@me@misskey.example" in html
    assert "5 min ago" in html


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("active", "the first messages are coming"),
        ("sign_in_needed", "misskey.example refused our key"),
        ("unreachable", "misskey.example does not answer"),
        ("unlinked", "stay readable"),
        ("erasing", "being erased"),
        ("paused", "Paused"),
    ],
)
def test_status_is_said_in_words(
    client: Client,
    user: User,
    status: str,
    words: str,
) -> None:
    account = make_account(user, status=status)
    assert words in page(client, "/accounts/")
    assert words in page(client, f"/accounts/{account.pk}/")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_trouble_is_told_in_the_language_of_the_page(
    client: Client,
    user: User,
    language: str,
) -> None:
    account = make_account(user, status="unreachable", last_error="deadline-passed")
    for listing in ("notifications", "grouped"):
        Cursor.objects.create(
            account=account, box="notices", listing=listing, error="PERMISSION_DENIED"
        )
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    with override(language):
        html = page(client, f"/accounts/{account.pk}/")
        for code in ("deadline-passed", "PERMISSION_DENIED"):
            assert html.count(wording.problem(code, account.host)) == 1
    assert ("did not answer in time" in html) == (language == "en")


def test_abilities_are_listed_with_the_reason_for_each_no(
    client: Client,
    user: User,
) -> None:
    account = make_account(user, capabilities=ABLE)
    html = page(client, f"/accounts/{account.pk}/")
    assert "the whole chat is marked read on misskey.example" in html
    assert "no: written by others" in html
    assert "misskey.example cannot mark as unread" in html
    assert "our key may not read notices" in html
    assert "all-powerful" in html
    assert 'href="https://misskey.example/api-doc"' in html


def test_account_of_a_stranger_is_not_found(client: Client, user: User) -> None:
    stranger = make_account(display_name="Eve")
    page(client, f"/accounts/{stranger.pk}/", status=404)
    page(client, f"/accounts/{stranger.pk}/unlink/", status=404)
    assert "Eve" not in page(client, "/accounts/")
    for name in (*POSTS, "unlink"):
        assert client.post(f"/accounts/{stranger.pk}/{name}/").status_code == 404


@pytest.mark.parametrize("name", POSTS)
def test_changes_take_no_get(client: Client, user: User, name: str) -> None:
    account = make_account(user)
    assert client.get(f"/accounts/{account.pk}/{name}/").status_code == 405


def test_sync_now_asks_for_a_pull(client: Client, user: User) -> None:
    account = make_account(user)
    client.post(f"/accounts/{account.pk}/sync/")
    account.refresh_from_db()
    assert account.pull_wanted


def test_load_older_raises_the_limit(client: Client, user: User) -> None:
    account = make_account(user)
    client.post(f"/accounts/{account.pk}/older/")
    account.refresh_from_db()
    assert account.history["messages"] == 2000


def test_read_policy_is_kept_per_box(client: Client, user: User) -> None:
    account = make_account(user)
    address = f"/accounts/{account.pk}/read-policy/"
    client.post(address, {"box": "messages", "policy": "here"})
    account.refresh_from_db()
    assert account.read_policy["messages"] == "here"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("read-policy", {"box": "sent", "policy": "here"}),
        ("read-policy", {"box": "messages", "policy": "everywhere"}),
        ("colour", {"colour": "9"}),
        ("colour", {"colour": "red"}),
    ],
)
def test_change_to_something_unknown_changes_nothing(
    client: Client,
    user: User,
    name: str,
    data: dict[str, str],
) -> None:
    account = make_account(user)
    client.post(f"/accounts/{account.pk}/{name}/", data)
    again = Account.objects.get(pk=account.pk)
    assert (again.read_policy, again.colour) == (account.read_policy, account.colour)


def test_colour_is_one_of_eight(client: Client, user: User) -> None:
    account = make_account(user)
    client.post(f"/accounts/{account.pk}/colour/", {"colour": "5"})
    account.refresh_from_db()
    assert account.colour == 5


def test_unlinking_asks_what_becomes_of_the_messages(
    client: Client,
    user: User,
) -> None:
    account = make_account(user, capabilities=ABLE)
    make_message(account=account)
    html = page(client, f"/accounts/{account.pk}/unlink/")
    assert "What becomes of 1 message here?" in html
    assert "cannot revoke it on misskey.example" in html
    assert 'href="https://misskey.example/settings/apps"' in html
    assert client.post(f"/accounts/{account.pk}/unlink/").status_code == 422
    account.refresh_from_db()
    assert account.status == "active"


def test_unlinking_keeps_the_messages_where_asked(client: Client, user: User) -> None:
    account = make_account(user)
    make_message(account=account, text="kept")
    client.post(f"/accounts/{account.pk}/unlink/", {"messages": "keep"})
    account.refresh_from_db()
    assert account.status == "unlinked"
    assert "kept" in page(client)


def test_unlinking_erases_where_asked(client: Client, user: User) -> None:
    account = make_account(user)
    make_message(account=account)
    client.post(f"/accounts/{account.pk}/unlink/", {"messages": "erase"})
    account.refresh_from_db()
    assert account.status == "erasing"
    assert Message.objects.filter(account=account).exists()


def test_many_accounts_take_no_more_queries(client: Client, user: User) -> None:
    make_account(user, capabilities=ABLE)
    one = queries(client, "/accounts/")
    for _ in range(10):
        make_account(user, capabilities=ABLE)
    assert queries(client, "/accounts/") == one
    assert one <= 12
