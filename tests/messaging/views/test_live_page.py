"""The Live page's choices: own accounts, timelines that are offered, hosts of others."""

import pytest
from django.test import Client

from accounts.models import Account
from inboxhub.networks.capabilities import Capabilities
from tests.factories import make_account, make_user

pytestmark = pytest.mark.django_db

ALL = {"home": "", "local": "", "social": "", "global": ""}
HERE = "misskey.example"


@pytest.fixture
def me(client: Client) -> Client:
    client.force_login(make_user("me"))
    return client


def account(timelines: dict[str, str], name: str = "me", **values: object) -> Account:
    able = Capabilities(timelines=timelines).as_json()
    return make_account(make_user(name), capabilities=able, **values)


def page(client: Client, query: str = "", **headers: str) -> str:
    answer = client.get(f"/live/{query}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_first_account_is_shown_at_home(me: Client) -> None:
    first = account(ALL)
    account(ALL)
    html = page(me)
    assert f'data-account="{first.pk}"' in html
    assert 'data-channel="home"' in html


def test_chosen_account_and_timeline_are_shown(me: Client) -> None:
    account(ALL)
    second = account(ALL)
    html = page(me, f"?account={second.pk}&channel=global")
    assert f'data-account="{second.pk}"' in html
    assert 'data-channel="global"' in html


def test_account_of_somebody_else_is_never_shown(me: Client) -> None:
    foreign = account(ALL, "other", handle="@secret@misskey.example")
    html = page(me, f"?account={foreign.pk}")
    assert "data-channel" not in html
    assert "@secret" not in html


@pytest.mark.parametrize("status", ["unlinked", "sign_in_needed", "paused"])
def test_account_whose_network_is_not_asked_is_not_offered(
    me: Client, status: str
) -> None:
    account(ALL, status=status)
    assert "data-channel" not in page(me)


def test_timeline_that_is_switched_off_says_so(me: Client) -> None:
    account({**ALL, "local": "timeline-off"})
    html = page(me, "?channel=local")
    assert "misskey.example has switched this timeline off" in html
    assert 'data-channel="home"' in html


def test_key_that_may_not_read_posts_says_so(me: Client) -> None:
    account({"home": "no-permission-timeline"}, provider="mastodon")
    html = page(me)
    assert "our key may not read posts" in html
    assert "data-channel" not in html


@pytest.mark.parametrize(
    "typed", [HERE, "Misskey.Example", "https://misskey.example/notes/1", "@a@" + HERE]
)
def test_host_without_an_account_is_shown_in_its_one_spelling(
    me: Client, typed: str
) -> None:
    html = page(me, f"?host={typed}")
    assert f'data-host="{HERE}"' in html
    assert 'data-channel="local"' in html
    assert "Social" not in html


@pytest.mark.parametrize("typed", ["x y", "@me", "a" * 400])
def test_host_that_is_none_is_refused_with_a_hint(me: Client, typed: str) -> None:
    account(ALL)
    html = page(me, f"?host={typed}")
    assert "Type the name of a server" in html
    assert "data-channel" not in html


@pytest.mark.parametrize("query", ["?account=x&channel=main", "?account=-1", "?host="])
def test_broken_choice_shows_what_is_there(me: Client, query: str) -> None:
    first = account(ALL)
    assert f'data-account="{first.pk}"' in page(me, query)


@pytest.mark.parametrize(
    ("site", "starts"),
    [("same-origin", True), ("none", True), ("cross-site", False)],
)
def test_page_connects_by_itself_only_when_it_was_opened_from_here(
    me: Client,
    site: str,
    starts: bool,
) -> None:
    html = page(me, f"?host={HERE}", **{"Sec-Fetch-Site": site})
    assert ("data-starts" in html) is starts
