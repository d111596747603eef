"""A hostile host among honest ones must not get what the others gave (RFC 9700, 4.4)."""

from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import resolve
from pytest_django import Settings

from accounts import linking
from accounts.clients import client_for, outgoing
from accounts.models import Account, PendingLink
from accounts.providers.mastodon import registering
from inboxhub.networks import mastodon
from simulators.mastodon import Simulator, running
from tests.accounts.flows import (
    approval_page,
    approve,
    begin,
    come_back,
    link,
    newest_try,
    signed_in,
)
from tests.accounts.test_link_mastodon import back_of, query_of, refused
from tests.factories import make_user

pytestmark = pytest.mark.django_db

TOKEN, REVOKE = "POST /oauth/token", "POST /oauth/revoke"
# Where all hosts sent the browser before each had an address of its own.
OLD = "http://testserver/accounts/mastodon/callback/"


@pytest.fixture
def evil(mastodon_host: Simulator, settings: Settings) -> Iterator[Simulator]:
    """Another host that may be linked, which does what it likes."""
    with running(limits=False) as host:
        settings.INBOXHUB_PRIVATE_HOSTS = [mastodon_host.host, host.host]
        outgoing.cache_clear()
        yield host


def bent(address: str, **changed: str) -> str:
    """A page of approval with some of what it is asked replaced."""
    parts = urlsplit(address)
    query = {name: value for name, [value] in parse_qs(parts.query).items()}
    return parts._replace(query=urlencode(query | changed)).geturl()


def lured(ann: Client, eve: Client, honest: Simulator, evil: Simulator) -> str:
    """Ann links the evil host, which sends her on to the honest one's page for Eve.

    Returns where the honest host sends Ann's browser, with a code that only Eve's
    proof can use.
    """
    for_eve = approval_page(begin(eve, honest.host))
    begin(ann, evil.host)
    return honest.approve(bent(for_eve, state=newest_try().state), "alice")


def test_code_of_one_host_is_never_sent_to_another(
    mastodon_host: Simulator, evil: Simulator
) -> None:
    ann = signed_in("ann")
    callback = lured(ann, signed_in("eve"), mastodon_host, evil)
    answer = come_back(ann, callback)
    assert evil.calls(TOKEN) == mastodon_host.calls(TOKEN) == []
    assert refused(answer) == "not-yours"


def test_refused_mix_up_uses_no_try_up(
    mastodon_host: Simulator, evil: Simulator
) -> None:
    ann, eve = signed_in("ann"), signed_in("eve")
    come_back(ann, lured(ann, eve, mastodon_host, evil))
    assert not PendingLink.objects.exclude(claimed_at=None).exists()
    preview = ann.get(f"/accounts/link/{newest_try().pk}/")
    assert come_back(ann, approve(evil, preview)).status_code == 302


@pytest.mark.parametrize("error", ["invalid_client", "invalid_scope", "access_denied"])
def test_refusal_of_one_host_says_nothing_of_another(
    mastodon_host: Simulator, evil: Simulator, error: str
) -> None:
    browser = signed_in()
    begin(browser, evil.host)
    evil.forget_calls()
    query = f"error={error}&state={newest_try().state}"
    answer = come_back(browser, f"{back_of(mastodon_host)}?{query}")
    assert refused(answer) == "not-yours"
    assert newest_try().claimed_at is None
    assert evil.calls() == []


def test_host_sends_nobody_to_the_address_of_another(
    mastodon_host: Simulator, evil: Simulator
) -> None:
    """So a code that arrives at a host's address is that host's."""
    page = approval_page(begin(signed_in(), mastodon_host.host))
    with pytest.raises(ValueError, match="redirect"):
        mastodon_host.approve(bent(page, redirect_uri=back_of(evil)), "alice")


def test_each_host_gets_its_own_code_with_its_own_address(
    mastodon_host: Simulator, evil: Simulator
) -> None:
    browser = signed_in()
    for host in (mastodon_host, evil):
        link(browser, host)
        [call] = host.calls(TOKEN)
        assert call.params["redirect_uri"] == back_of(host)
    assert Account.objects.count() == 2


@pytest.mark.parametrize(
    "host",
    ["mastodon.example", "127.0.0.1:38725", "[::1]:3000", "xn--eckwd4c7c.example"],
)
def test_address_of_a_host_leads_back_to_it(host: str) -> None:
    path = urlsplit(registering.redirect_uri(host)).path
    assert resolve(unquote(path)).kwargs == {"host": host}
    assert signed_in().get(path).status_code == 422


# --- Links from before ----------------------------------------------------------------


def linked_before(host: Simulator) -> Account:
    """An account that was linked by way of the address that all hosts had."""
    app = mastodon.register(
        outgoing(), host.host, name="InboxHub", website="", redirect_uri=OLD
    )
    origin = outgoing().origin(host.host)
    page = mastodon.authorize_url(origin, app, state="s", challenge="")
    [code] = parse_qs(urlsplit(host.approve(page, "alice")).query)["code"]
    credentials = mastodon.exchange(outgoing(), host.host, app, code, verifier="")
    user, network = make_user("me"), "mastodon"
    return linking.complete(user, network, host.host, credentials).account


def test_account_linked_by_the_old_address_goes_on(mastodon_host: Simulator) -> None:
    mastodon_host.token_life(3600)
    account = linked_before(mastodon_host)
    mastodon_host.advance(4000)
    assert client_for(account).whoami().remote_id == account.remote_id
    account.refresh_from_db()
    assert linking.revoke(linking.forget(account)) is True
    assert [call.status for call in mastodon_host.calls(REVOKE)] == [200]


def test_account_linked_by_the_old_address_signs_in_again(
    mastodon_host: Simulator,
) -> None:
    account, browser = linked_before(mastodon_host), signed_in("me")
    preview = browser.post(f"/accounts/{account.pk}/renew/", follow=True)
    assert query_of(preview)["redirect_uri"] == back_of(mastodon_host)
    assert come_back(browser, approve(mastodon_host, preview)).status_code == 302
    assert Account.objects.get().pk == account.pk


def test_try_begun_with_the_old_address_is_begun_again(
    mastodon_host: Simulator,
) -> None:
    browser = signed_in()
    begin(browser, mastodon_host.host)
    pending = newest_try()
    pending.details = {**pending.details, "redirect_uri": OLD}
    pending.save()
    page = browser.get(f"/accounts/link/{pending.pk}/").content.decode()
    assert "to approve" not in page
    assert "Try again" in page
    gone = come_back(browser, f"{OLD}?code=x&state={pending.state}")
    assert gone.status_code == 404
    assert mastodon_host.calls(TOKEN) == []
