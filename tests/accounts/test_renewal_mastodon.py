"""Tokens that end on hosts with Mastodon's API: Pleroma and Akkoma have such."""

from collections.abc import Mapping

import pytest

from accounts.clients import client_for
from accounts.models import Account
from inboxhub.lib.logs import redact
from inboxhub.networks.errors import CredentialsError
from messaging.sync.turn import turn
from simulators.mastodon import Simulator
from tests.accounts.flows import link, signed_in

pytestmark = pytest.mark.django_db

TOKEN = "POST /oauth/token"


@pytest.fixture
def account(mastodon_host: Simulator) -> Account:
    """Alice's, whose token ends after an hour."""
    mastodon_host.token_life(3600)
    found = link(signed_in("me"), mastodon_host)
    mastodon_host.forget_calls()
    return found


def stored() -> Mapping[str, str]:
    return Account.objects.get().credentials


def test_what_renews_a_token_is_kept_with_it(
    mastodon_host: Simulator, account: Account
) -> None:
    assert account.credentials["host"] == mastodon_host.host
    assert account.credentials["refresh_token"]
    assert account.credentials["expires_at"].isdecimal()
    line = f"{mastodon_host.host} {account.credentials['refresh_token']}"
    assert redact(line).split()[0] == mastodon_host.host
    assert account.credentials["refresh_token"] not in redact(line)


def test_ended_token_is_renewed_once_and_stored(
    mastodon_host: Simulator, account: Account
) -> None:
    mastodon_host.advance(4000)
    client = client_for(account)
    assert client.whoami().remote_id == account.remote_id
    assert client.pull("notifications", None).items is not None
    assert stored()["token"] != account.credentials["token"]
    assert stored()["refresh_token"] != account.credentials["refresh_token"]
    assert client_for(Account.objects.get()).whoami().remote_id
    assert len(mastodon_host.calls(TOKEN)) == 1


def test_token_about_to_end_is_renewed_before_its_use(
    mastodon_host: Simulator, account: Account
) -> None:
    account.credentials = {**account.credentials, "expires_at": "1"}
    account.save()
    assert client_for(account).whoami().remote_id
    assert len(mastodon_host.calls(TOKEN)) == 1
    assert all(call.status == 200 for call in mastodon_host.calls())


def test_turn_goes_on_with_the_new_token(
    mastodon_host: Simulator, account: Account
) -> None:
    mastodon_host.advance(4000)
    turn(account.pk)
    account.refresh_from_db()
    assert account.status == "active"
    assert account.credentials["scope"]


def test_refused_renewal_asks_to_sign_in_again(
    mastodon_host: Simulator, account: Account
) -> None:
    mastodon_host.advance(4000)
    mastodon_host.fault("oauth/token", "status", status=400, body="json")
    with pytest.raises(CredentialsError):
        client_for(account).whoami()
    turn(account.pk)
    account.refresh_from_db()
    assert account.status == "sign_in_needed"


def test_host_in_trouble_signs_nobody_out(
    mastodon_host: Simulator, account: Account
) -> None:
    mastodon_host.advance(4000)
    mastodon_host.fault("oauth/token", "status", status=503)
    turn(account.pk)
    account.refresh_from_db()
    assert account.status == "active"
    mastodon_host.faults.clear()
    assert client_for(account).whoami().remote_id


def test_token_without_an_end_is_never_renewed(mastodon_host: Simulator) -> None:
    account = link(signed_in("me"), mastodon_host)
    assert "refresh_token" not in account.credentials
    mastodon_host.revoke("alice")
    mastodon_host.forget_calls()
    with pytest.raises(CredentialsError):
        client_for(account).whoami()
    assert mastodon_host.calls(TOKEN) == []
