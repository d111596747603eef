"""Clearing all notices on the server: an action of its own, said before it is done."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import Account
from inboxhub.networks.capabilities import Ability, Capabilities
from messaging.models import Operation
from tests.factories import make_account, make_message
from tests.messaging.views.pages import html_of, page

ABLE = Capabilities(
    abilities={"clear-notices": {"notification": Ability("server")}},
).as_json()


@pytest.fixture
def account(user: User) -> Account:
    return make_account(user, capabilities=ABLE)


def address(account: Account) -> str:
    return f"/accounts/{account.pk}/clear-notices/"


def test_it_is_offered_where_the_server_can(
    client: Client, user: User, account: Account
) -> None:
    assert address(account) in page(client, f"/accounts/{account.pk}/")
    other = make_account(user)
    assert address(other) not in page(client, f"/accounts/{other.pk}/")
    assert address(account) not in page(client, "/accounts/")


def test_page_says_what_is_lost_and_does_nothing(
    client: Client, account: Account
) -> None:
    for _ in range(3):
        make_message(account=account, box="notices")
    html = page(client, address(account))
    assert "3 notices that you see here are deleted there." in html
    assert "Notices that InboxHub never fetched go, too" in html
    assert not Operation.objects.exists()


def test_it_needs_the_tick(client: Client, account: Account) -> None:
    answer = client.post(address(account))
    assert answer.status_code == 422
    assert "Say first that you understand what is lost." in html_of(answer)
    assert not Operation.objects.exists()


def test_two_clicks_are_one_operation(client: Client, account: Account) -> None:
    places = {
        client.post(address(account), {"understood": "on"}).headers["Location"]
        for _ in range(2)
    }
    operation = Operation.objects.get()
    assert places == {f"/operations/{operation.pk}/"}
    assert operation.verb == Operation.Verb.CLEAR
    assert [item.state for item in operation.items.all()] == ["pending"]


def test_it_is_refused_where_the_server_cannot(client: Client, user: User) -> None:
    account = make_account(user)
    answer = client.post(address(account), {"understood": "on"})
    assert answer.headers["Location"] == f"/accounts/{account.pk}/"
    assert not Operation.objects.exists()


def test_account_of_a_stranger_is_not_found(client: Client, user: User) -> None:
    account = make_account(capabilities=ABLE)
    assert client.get(address(account)).status_code == 404
    assert client.post(address(account), {"understood": "on"}).status_code == 404
    assert not Operation.objects.exists()
