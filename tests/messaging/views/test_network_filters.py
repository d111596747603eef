"""Filters by network and account: in the address, with counts, with their empty lists."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_account, make_conversations, make_message
from tests.messaging.views.networks import (
    mastodon_account,
    misskey_account,
    mixi_account,
)
from tests.messaging.views.pages import page, queries

LINK = re.compile(
    r'<a class="(?:chip|place network)[^"]*" href="([^"]+)" title="([^"]+)"'
)


def chips(html: str) -> dict[str, str]:
    """Where the network chips lead, by their name."""
    part = html.partition('id="chips"')[2].partition("</header>")[0]
    return {name: to.replace("&amp;", "&") for to, name in LINK.findall(part)}


@pytest.fixture
def three(user: User) -> None:
    make_message(account=misskey_account(user), text="from Misskey", unread=True)
    make_message(account=mastodon_account(user), text="from Mastodon", unread=True)
    make_message(account=mixi_account(user), text="from mixi", title="t")


@pytest.mark.parametrize(
    ("query", "networks"),
    [
        ("", {"Misskey", "Mastodon", "mixi"}),
        ("provider=mixi", {"mixi"}),
        ("provider=mixi&provider=misskey", {"Misskey", "mixi"}),
        ("provider=nonsense", {"Misskey", "Mastodon", "mixi"}),
        ("provider=mastodon&is=unread", {"Mastodon"}),
        ("provider=mixi&is=unread", set()),
    ],
)
@pytest.mark.usefixtures("three")
def test_networks_are_a_filter_of_the_address(
    client: Client,
    query: str,
    networks: set[str],
) -> None:
    html = page(client, f"/?{query}")
    found = {name for name in ("Misskey", "Mastodon", "mixi") if f"from {name}" in html}
    assert found == networks


@pytest.mark.usefixtures("three")
def test_chips_add_and_remove_networks_and_keep_the_rest(client: Client) -> None:
    html = page(client, "/?box=messages&provider=mixi&is=unread")
    found = chips(html)
    assert found["Misskey"] == "/?box=messages&provider=mixi&provider=misskey&is=unread"
    assert found["mixi"] == "/?box=messages&is=unread"


def test_accounts_of_other_networks_leave_with_the_filter(
    client: Client,
    user: User,
) -> None:
    first, other = mastodon_account(user), mixi_account(user)
    address = f"/?account={first.pk}&account={other.pk}"
    html = page(client, address)
    assert chips(html)["mixi"] == f"/?account={other.pk}&provider=mixi"


def test_side_shows_one_network_alone_with_its_count(
    client: Client,
    user: User,
) -> None:
    make_conversations(mastodon_account(user), 3, unread=True)
    make_conversations(mastodon_account(user, host="two.example"), 2, unread=True)
    make_conversations(misskey_account(user), 1, unread=True)
    side = page(client).partition("Networks")[2].partition("Accounts")[0]
    assert 'href="/?provider=mastodon"' in side
    assert re.findall(r'class="count" title="(\d+) unread', side) == ["1", "5"]


def test_network_filter_narrows_the_counts_of_the_boxes(
    client: Client,
    user: User,
) -> None:
    make_conversations(mastodon_account(user), 3, unread=True, box="mentions")
    make_conversations(misskey_account(user), 2, unread=True)
    side = page(client, "/?provider=misskey").partition("Networks")[0]
    assert re.findall(r'class="count" title="(\d+) unread', side) == ["2", "2"]


def test_one_network_needs_no_filter(client: Client, user: User) -> None:
    make_message(account=misskey_account(user))
    html = page(client)
    assert "Networks" not in html
    assert chips(html) == {}


def test_box_that_the_network_lacks_says_so(client: Client, user: User) -> None:
    make_message(account=misskey_account(user), box="requests")
    mixi_account(user)
    html = page(client, "/?box=requests&provider=mixi")
    assert "mixi does not offer this" in html
    assert 'href="/?provider=mixi"' in html
    assert "does not offer" not in page(client, "/?box=requests")


def test_all_read_counts_within_the_network(client: Client, user: User) -> None:
    make_conversations(misskey_account(user), 5)
    make_conversations(mixi_account(user), 2)
    assert "2 conversations in All." in page(client, "/?is=unread&provider=mixi")


@pytest.mark.usefixtures("three")
def test_search_stays_within_the_network(client: Client) -> None:
    html = page(client, "/?provider=mixi&provider=mastodon&q=x")
    for provider in ("mixi", "mastodon"):
        assert f'<input type="hidden" name="provider" value="{provider}">' in html


def test_strangers_accounts_count_for_nothing(client: Client, user: User) -> None:
    misskey_account(user)
    make_conversations(make_account(provider="mixi"), 4, unread=True)
    assert "Networks" not in page(client)


@pytest.mark.parametrize("address", ["/", "/?provider=mixi&provider=mastodon"])
def test_many_accounts_and_networks_take_no_more_queries(
    client: Client,
    user: User,
    address: str,
) -> None:
    make_message(account=mastodon_account(user))
    make_message(account=mixi_account(user), title="t")
    one = queries(client, address)
    for number in range(5):
        account = mastodon_account(user, host=f"host{number}.example")
        make_message(account=account, kind="announcement", box="notices", author=None)
        make_message(account=account, kind="pending", box="notices")
        make_message(account=mixi_account(user, remote_id=f"m{number}"), author=None)
    assert queries(client, address) == one
    assert one <= 12
