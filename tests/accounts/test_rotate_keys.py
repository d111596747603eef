"""Key rotation: all secrets under the new key, also after an interruption."""

import json
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from accounts import linking
from accounts.models import Account, HostApp, PendingLink
from inboxhub.keys import new_key
from inboxhub.lib.fields import CannotOpen
from inboxhub.networks.base import HostFacts
from tests.factories import make_account, make_user

TOKEN = "CANARY" + "c" * 26
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OLD = "t1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
NEW = new_key("t2")


def stored_credentials() -> list[str]:
    """As they lie in the table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM accounts_account ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def rotate() -> list[dict[str, object]]:
    out = StringIO()
    call_command("rotate_keys", "--json", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.django_db
def test_all_secrets_open_with_the_new_key_alone(settings: Settings) -> None:
    make_account(credentials={"token": TOKEN})
    TOTP.activate(make_user(), SECRET)
    HostApp.objects.create(
        provider="mastodon",
        host="mastodon.example",
        client={"client_secret": TOKEN},
    )
    facts = HostFacts("", "", name="", domain="")
    details = {"code_verifier": TOKEN}
    linking.start(make_user(), "mastodon", "mastodon.example", facts, details=details)
    settings.INBOXHUB_KEYS = f"{NEW},{OLD}"
    rotated = {line["column"]: line["rotated"] for line in rotate()}
    assert rotated == {
        "accounts.Account.credentials": 1,
        "accounts.HostApp.client": 1,
        "accounts.PendingLink.details": 1,
        "mfa.Authenticator.data": 1,
    }
    settings.INBOXHUB_KEYS = NEW
    assert Account.objects.get().credentials == {"token": TOKEN}
    assert HostApp.objects.get().client == {"client_secret": TOKEN}
    assert PendingLink.objects.get().details == details
    assert Authenticator.objects.get().wrap().validate_code("000000") is False


@pytest.mark.django_db
def test_second_rotation_changes_nothing(settings: Settings) -> None:
    make_account()
    settings.INBOXHUB_KEYS = f"{NEW},{OLD}"
    rotate()
    before = stored_credentials()
    assert not any(line["rotated"] for line in rotate())
    assert stored_credentials() == before


@pytest.fixture
def third_write_fails() -> Iterator[None]:
    """The database goes away at the third row, as a killed process would."""
    writes = 0

    def guard(
        execute: Callable[..., object],
        sql: str,
        *rest: object,
    ) -> object:
        nonlocal writes
        if sql.startswith("UPDATE"):
            writes += 1
            if writes == 3:
                raise ConnectionAbortedError
        return execute(sql, *rest)

    with connection.execute_wrapper(guard):
        yield


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("third_write_fails")
def test_interrupted_rotation_leaves_every_row_readable(
    settings: Settings,
) -> None:
    owner = make_user()
    for number in range(5):
        make_account(owner, credentials={"token": f"{TOKEN}{number}"})
    settings.INBOXHUB_KEYS = f"{NEW},{OLD}"
    with pytest.raises(ConnectionAbortedError):
        rotate()
    assert [value[:3] for value in stored_credentials()] == ["t2:"] * 2 + ["t1:"] * 3
    assert [a.credentials["token"][-1] for a in Account.objects.all()] == list("01234")


@pytest.mark.django_db
def test_rotation_goes_on_where_it_was_interrupted(settings: Settings) -> None:
    owner = make_user()
    make_account(owner)
    settings.INBOXHUB_KEYS = f"{NEW},{OLD}"
    make_account(owner)  # sealed under the new key already
    first = rotate()[0]
    assert (first["rotated"], first["current"]) == (1, 1)
    assert all(value.startswith("t2:") for value in stored_credentials())


@pytest.mark.django_db
def test_link_that_is_renewed_meanwhile_wins(settings: Settings) -> None:
    account = make_account()
    settings.INBOXHUB_KEYS = f"{NEW},{OLD}"
    renewed = False

    def renew(execute: Callable[..., object], sql: str, *rest: object) -> object:
        nonlocal renewed
        if sql.startswith("UPDATE") and not renewed:
            renewed = True
            account.credentials = {"token": TOKEN}
            account.save(update_fields=["credentials"])
        return execute(sql, *rest)

    with connection.execute_wrapper(renew):
        rotate()
    assert Account.objects.get().credentials == {"token": TOKEN}


@pytest.mark.django_db
def test_missing_old_key_is_named_and_the_row_is_kept(
    settings: Settings,
) -> None:
    make_account()
    before = stored_credentials()
    settings.INBOXHUB_KEYS = NEW
    with pytest.raises(CommandError, match=r"1 value\(s\) could not be opened"):
        rotate()
    assert stored_credentials() == before
    with pytest.raises(CannotOpen, match="'t1' is not in INBOXHUB_KEYS"):
        _ = Account.objects.get().credentials


@pytest.mark.django_db
def test_sealed_value_cannot_be_opened_in_another_row() -> None:
    make_account(make_user("ann"), remote_id="same")
    make_account(make_user("bob"), remote_id="same")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_account SET credentials ="
            " (SELECT credentials FROM accounts_account ORDER BY id LIMIT 1)",
        )
    ann, bob = Account.objects.all()
    assert ann.credentials["token"]
    with pytest.raises(CannotOpen, match="does not belong to this row"):
        _ = bob.credentials
