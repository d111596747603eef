"""New tokens for ended ones: fetched once, stored before their first use."""

import logging
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts import linking, renewal
from accounts.clients import client_for, outgoing
from accounts.models import Account
from inboxhub.lib.http import Http
from inboxhub.lib.logs import redact
from inboxhub.networks.errors import CredentialsError, TemporaryError
from messaging import services
from messaging.models import Message
from messaging.selection import Selection
from messaging.sync.turn import turn
from simulators.mixi import Simulator
from tests.factories import make_account, make_user

pytestmark = pytest.mark.django_db

REFRESHED = {
    "token": "ACCESS-TOKEN-2",
    "refresh_token": "REFRESH-TOKEN-2",
    "expires_at": "2",
}


@pytest.fixture
def account(mixi_host: Simulator) -> Account:
    """sakura's account, as a link leaves it."""
    answer = mixi_host.token_answer("sakura")
    credentials = {
        "token": str(answer["access_token"]),
        "refresh_token": str(answer["refresh_token"]),
        "scheme": "Bearer",
        "scope": str(answer["scope"]),
        "expires_at": str(int(timezone.now().timestamp()) + 900),
    }
    user = make_user("me")
    return linking.complete(user, "mixi", mixi_host.host, credentials).account


def refreshes(mixi: Simulator) -> int:
    """How often new tokens were asked for."""
    return len(mixi.calls("token"))


def stored(account: Account) -> Mapping[str, str]:
    return Account.objects.get(pk=account.pk).credentials


def test_ended_token_is_renewed_and_stored(
    mixi_host: Simulator,
    account: Account,
) -> None:
    mixi_host.expire("sakura")
    assert client_for(account).whoami().name == "さくら"
    assert refreshes(mixi_host) == 1
    assert stored(account)["token"] != account.credentials["token"]
    assert stored(account)["refresh_token"] != account.credentials["refresh_token"]
    assert client_for(Account.objects.get()).whoami().remote_id
    assert refreshes(mixi_host) == 1


def test_token_about_to_end_is_renewed_before_its_use(
    mixi_host: Simulator,
    account: Account,
) -> None:
    account.credentials = {**account.credentials, "expires_at": "1"}
    account.save()
    assert client_for(account).whoami().remote_id
    assert refreshes(mixi_host) == 1
    refused = [call for call in mixi_host.calls() if call.status == 401]
    assert refused == []


@pytest.mark.parametrize(
    "silences",
    [
        {"challenge": "old", "challenge_body": "json"},
        {"challenge": "rfc", "challenge_body": "empty"},
        {"challenge": "none", "challenge_body": "html"},
        {"scheme_told": ""},
        {"rotation": "keep"},
        {"rotation": "absent"},
        {"rotation": "grace"},
        {"expires_in": "text"},
        {"expires_in": "absent"},
        {"expires_in": "0"},
        {"expires_in": "1000000000000"},
        {"scope_told": False},
    ],
    ids=str,
)
def test_every_manner_of_ending_is_understood(
    mixi_host: Simulator,
    account: Account,
    silences: Mapping[str, object],
) -> None:
    mixi_host.silences(**silences)
    for _ in range(3):
        mixi_host.expire("sakura")
        assert client_for(Account.objects.get()).whoami().remote_id
    assert refreshes(mixi_host) == 3


def test_turn_goes_on_with_the_new_token(
    mixi_host: Simulator,
    account: Account,
) -> None:
    mixi_host.message("mika", "sakura", "title", "body")
    mixi_host.expire("sakura")
    turn(account.pk)
    account.refresh_from_db()
    assert account.status == Account.Status.ACTIVE
    assert account.last_error == ""
    assert refreshes(mixi_host) == 1
    assert account.renewing_until is None


def test_end_in_the_middle_of_many_changes_loses_none(
    mixi_host: Simulator,
    account: Account,
) -> None:
    mixi_host.flood("sakura", 30, by="mika")
    while Message.objects.count() < 30:
        turn(account.pk)
    mixi_host.after_calls(12, "expire", "messages/@me/@self/*", user="sakura")
    ids = Message.objects.values_list("pk", flat=True)
    operation = services.mark_read(account.owner, Selection.messages(ids))
    while operation.items.open().exists():
        assert turn(account.pk) is not None
    assert {message.status for message in mixi_host.inbox("sakura")} == {"read"}
    assert not operation.items.filter(state="failed").exists()
    assert refreshes(mixi_host) == 1


def test_newer_credentials_of_somebody_else_are_taken(
    mixi_host: Simulator,
    account: Account,
) -> None:
    late = client_for(account)
    mixi_host.expire("sakura")
    assert client_for(account).whoami().remote_id
    assert late.whoami().remote_id
    assert refreshes(mixi_host) == 1


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_ask_for_one_pair(
    mixi_host: Simulator,
    account: Account,
) -> None:
    mixi_host.expire("sakura")
    mixi_host.fault("2/token", "delay", seconds=0.3)
    together = threading.Barrier(4, timeout=20)
    names: list[str] = []

    def work() -> None:
        client = client_for(Account.objects.get(pk=account.pk))
        together.wait()
        names.append(client.whoami().name)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert names == ["さくら"] * 4
    assert refreshes(mixi_host) == 1


@pytest.mark.parametrize("kind", ["status", "cut", "truncate", "body"])
def test_without_an_answer_the_old_pair_is_kept(
    mixi_host: Simulator,
    account: Account,
    kind: str,
) -> None:
    mixi_host.silences(rotation="grace")  # a cut answer has been given all the same
    mixi_host.expire("sakura")
    mixi_host.fault("2/token", kind, times=1)
    with pytest.raises(TemporaryError):
        client_for(account).whoami()
    assert stored(account) == account.credentials
    assert client_for(account).whoami().remote_id


def test_answer_lost_after_rotation_asks_to_sign_in_again(
    mixi_host: Simulator,
    account: Account,
) -> None:
    """mixi has forgotten the old pair; nobody here has got the new one."""
    mixi_host.expire("sakura")
    mixi_host.fault("2/token", "cut", times=1)
    for _ in range(2):
        Account.objects.update(next_pull_at=None)
        turn(account.pk)
    account.refresh_from_db()
    assert account.status == Account.Status.SIGN_IN_NEEDED
    assert account.last_error == "invalid_grant"
    assert account.credentials["token"]


def test_permission_taken_back_on_mixi_asks_to_sign_in_again(
    mixi_host: Simulator,
    account: Account,
) -> None:
    mixi_host.revoke("sakura")
    with pytest.raises(CredentialsError):
        client_for(account).whoami()
    assert stored(account) == account.credentials


def test_refused_key_of_the_site_signs_nobody_out(
    mixi_host: Simulator,
    account: Account,
) -> None:
    mixi_host.refuse_client()
    mixi_host.expire("sakura")
    turn(account.pk)
    account.refresh_from_db()
    assert account.status == Account.Status.ACTIVE
    assert account.last_error == "operator-key"
    assert account.next_pull_at is not None
    assert account.next_pull_at > timezone.now() + timedelta(minutes=50)


def test_key_that_was_taken_out_of_the_settings_signs_nobody_out(
    mixi_host: Simulator,
    account: Account,
    settings: Settings,
) -> None:
    settings.MIXI_CLIENT_SECRET = ""
    mixi_host.expire("sakura")
    with pytest.raises(TemporaryError) as caught:
        client_for(account).whoami()
    assert caught.value.code == "operator-key"
    assert refreshes(mixi_host) == 0


# --- One at a time, whatever happens meanwhile ----------------------------------------


def ending(renewing_until: datetime | None = None) -> Account:
    """An account with a token that has ended."""
    credentials = {"token": "ACCESS-1", "refresh_token": "REFRESH-1", "expires_at": "1"}
    return make_account(
        provider="mixi",
        credentials=credentials,
        renewing_until=renewing_until,
    )


def refresh(http: Http, before: Mapping[str, str]) -> dict[str, str]:
    return {**before, **REFRESHED}


def never(http: Http, before: Mapping[str, str]) -> dict[str, str]:
    raise AssertionError("somebody else has done it")


def test_claim_of_a_killed_process_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    held = ending(renewing_until=now + timedelta(seconds=20))
    monkeypatch.setattr(renewal, "PATIENCE", 0.2)
    with pytest.raises(TemporaryError) as caught:
        renewal.renew(held.pk, held.credentials, never, outgoing())
    assert caught.value.sent is False
    for left in (timedelta(seconds=-1), timedelta(days=1)):
        held = ending(renewing_until=now + left)
        renewal.renew(held.pk, held.credentials, refresh, outgoing())
        assert stored(held)["token"] == "ACCESS-TOKEN-2"


def test_claim_is_given_back_after_trouble() -> None:
    account = ending()

    def fail(http: Http, before: Mapping[str, str]) -> dict[str, str]:
        assert Account.objects.get().renewing_until is not None
        raise TemporaryError("no answer")

    with pytest.raises(TemporaryError):
        renewal.renew(account.pk, account.credentials, fail, outgoing())
    assert Account.objects.get().renewing_until is None


def test_link_that_was_renewed_meanwhile_wins() -> None:
    account = ending()
    linked = {"token": "BY-HAND", "refresh_token": "BY-HAND-2", "expires_at": "9"}

    def overtaken(http: Http, before: Mapping[str, str]) -> dict[str, str]:
        account.credentials = linked
        account.save()
        return refresh(http, before)

    ended = dict(account.credentials)
    assert renewal.renew(account.pk, ended, overtaken, outgoing()) == linked
    assert stored(account) == linked


def test_account_that_was_unlinked_meanwhile_stays_without_a_token() -> None:
    account = ending()
    ended = dict(account.credentials)

    def overtaken(http: Http, before: Mapping[str, str]) -> dict[str, str]:
        linking.forget(account)
        return refresh(http, before)

    assert renewal.renew(account.pk, ended, overtaken, outgoing()) == {}
    assert renewal.renew(account.pk, ended, never, outgoing()) == {}
    assert stored(account) == {}


def test_account_that_is_gone_has_nothing_to_renew() -> None:
    account = ending()
    pk, ended = account.pk, dict(account.credentials)
    account.delete()
    assert renewal.renew(pk, ended, never, outgoing()) == {}


def test_new_tokens_never_reach_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    account = ending()
    renewal.renew(account.pk, account.credentials, refresh, outgoing())
    assert "ACCESS-TOKEN-2" not in caplog.text
    assert redact("ACCESS-TOKEN-2 REFRESH-TOKEN-2") == "[secret] [secret]"


def test_pasted_answer_that_has_ended_is_renewed_before_it_is_stored(
    mixi_host: Simulator,
) -> None:
    answer = mixi_host.token_answer("ren")
    credentials = {
        "token": str(answer["access_token"]),
        "refresh_token": str(answer["refresh_token"]),
        "scheme": "Bearer",
    }
    mixi_host.expire("ren")
    linked = linking.complete(make_user(), "mixi", mixi_host.host, credentials)
    assert stored(linked.account)["refresh_token"] != credentials["refresh_token"]
    assert refreshes(mixi_host) == 1
    assert client_for(linked.account).whoami().remote_id
