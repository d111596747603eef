"""Unlinking: the token is given back to its host, unless somebody still needs it."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import Settings

from accounts import linking
from accounts.clients import client_for
from accounts.models import Account
from inboxhub.networks import mastodon
from messaging import drafts, services
from messaging.models import Operation
from messaging.sync import engine
from simulators.mastodon import Simulator as Mastodon
from simulators.misskey import Simulator as Misskey
from simulators.mixi import Simulator as Mixi
from tests.accounts.flows import link, newest_try, signed_in
from tests.accounts.test_link_mixi import link as link_mixi
from tests.messaging.letters import letters, settle

pytestmark = pytest.mark.django_db

REVOKE = "POST /oauth/revoke"


def test_token_is_given_back_to_the_host(mastodon_host: Mastodon) -> None:
    account = link(signed_in(), mastodon_host)
    token = account.credentials["token"]
    assert services.unlink(account, erase=False) is True
    assert token not in mastodon_host.state.tokens
    assert Account.objects.get().credentials == {}


def test_other_link_with_the_same_token_goes_on(mastodon_host: Mastodon) -> None:
    """Mastodon gives one token to all approvals of a person for one app."""
    ann = link(signed_in("ann"), mastodon_host)
    bob = link(signed_in("bob"), mastodon_host)
    assert services.unlink(ann, erase=False) is None
    assert mastodon_host.calls(REVOKE) == []
    assert client_for(bob).whoami().remote_id == bob.remote_id
    assert services.unlink(bob, erase=False) is True
    assert len(mastodon_host.calls(REVOKE)) == 1


def test_other_account_of_the_host_is_no_reason_to_keep_it(
    mastodon_host: Mastodon,
) -> None:
    browser = signed_in()
    link(browser, mastodon_host, "yuki")
    assert services.unlink(link(browser, mastodon_host), erase=True) is True


@pytest.mark.parametrize("kind", ["status", "cut", "body"])
def test_trouble_of_the_host_holds_nobody_back(
    mastodon_host: Mastodon,
    kind: str,
) -> None:
    account = link(signed_in(), mastodon_host)
    mastodon_host.fault("oauth/revoke", kind)
    assert services.unlink(account, erase=False) is (kind == "body")
    account.refresh_from_db()
    assert account.status == Account.Status.UNLINKED
    assert account.credentials == {}


def test_pasted_token_cannot_be_given_back(mastodon_host: Mastodon) -> None:
    browser = signed_in()
    browser.post("/accounts/link/", {"address": mastodon_host.host})
    token = mastodon_host.token("alice")
    browser.post(f"/accounts/link/{newest_try().pk}/token/", {"token": token})
    assert services.unlink(Account.objects.get(), erase=False) is False
    assert token in mastodon_host.state.tokens


def test_second_unlinking_asks_nobody(mastodon_host: Mastodon) -> None:
    account = link(signed_in(), mastodon_host)
    services.unlink(account, erase=False)
    assert services.unlink(account, erase=True) is None
    assert len(mastodon_host.calls(REVOKE)) == 1


@pytest.mark.django_db(transaction=True)
def test_host_is_asked_when_all_is_committed(
    mastodon_host: Mastodon,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = link(signed_in(), mastodon_host)
    seen: list[tuple[bool, str]] = []

    def look(_self: object) -> bool:
        status = Account.objects.get(pk=account.pk).status
        seen.append((connection.in_atomic_block, status))
        return True

    monkeypatch.setattr(mastodon.Client, "revoke", look)
    assert services.unlink(account, erase=False)
    assert seen == [(False, "unlinked")]


def test_networks_that_take_nothing_back_say_so(sim: Misskey) -> None:
    assert services.unlink(link(signed_in(), sim), erase=False) is False


def test_one_of_two_users_unlinks_on_mixi(mixi_host: Mixi) -> None:
    ann = link_mixi(signed_in("ann"), mixi_host)
    bob = link_mixi(signed_in("bob"), mixi_host)
    assert services.unlink(ann, erase=False) is False
    assert client_for(bob).whoami().name == "さくら"


def test_sign_in_again_after_unlinking(mastodon_host: Mastodon) -> None:
    browser = signed_in()
    account = link(browser, mastodon_host)
    services.unlink(account, erase=False)
    assert link(browser, mastodon_host) == account
    assert client_for(Account.objects.get()).whoami().remote_id


def test_forgetting_gives_nothing_to_revoke_twice(mastodon_host: Mastodon) -> None:
    account = link(signed_in(), mastodon_host)
    assert linking.forget(account) is not None
    assert linking.forget(account) is None
    assert linking.revoke(None) is None


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [("", "has revoked our key"), ("status", "only you can do that there")],
)
def test_page_says_what_became_of_the_key(
    mastodon_host: Mastodon,
    fault: str,
    sentence: str,
) -> None:
    browser = signed_in()
    account = link(browser, mastodon_host)
    address = f"/accounts/{account.pk}/unlink/"
    assert "is asked to revoke it" in browser.get(address).content.decode()
    if fault:
        mastodon_host.fault("oauth/revoke", fault)
    answer = browser.post(address, {"messages": "keep"}, follow=True)
    assert sentence in answer.content.decode()


@pytest.fixture
def undecided(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Operation]:
    """Something was sent, and nobody can tell whether it arrived."""
    with letters("mixi", settings, monkeypatch) as post:
        post.fault("status", times=2, status=502)
        operation = settle(drafts.send(post.answer("perhaps")))
        assert drafts.undecided(operation)
        yield operation


def test_send_in_doubt_waits_for_the_person_when_the_messages_stay(
    undecided: Operation,
) -> None:
    services.unlink(Account.objects.get(), erase=False)
    engine.drain()
    assert drafts.undecided(undecided)


@pytest.mark.parametrize("again", [False, True], ids=["in doubt", "sent again"])
def test_erasing_ends_a_send_of_which_nobody_can_tell(
    undecided: Operation, *, again: bool
) -> None:
    services.unlink(Account.objects.get(), erase=True)
    assert not again or drafts.send_again(undecided)
    engine.drain()
    assert not Account.objects.exists()
    undecided.refresh_from_db()
    assert (undecided.state, undecided.failed) == ("done", 1)
