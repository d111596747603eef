"""A token is nowhere but in a request's body and sealed in its row."""

import logging
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from accounts.clients import client_for
from accounts.models import Account, HostApp, PendingLink
from accounts.providers.mastodon import registering
from inboxhub.lib.logs import ConsoleFormatter
from simulators.mastodon import Simulator as Mastodon
from simulators.misskey import Simulator
from simulators.mixi import Simulator as Mixi
from tests.accounts.flows import (
    Answer,
    approve,
    begin,
    come_back,
    link,
    newest_try,
    signed_in,
)

pytestmark = pytest.mark.django_db

CANARY = "CANARY0123456789abcdefghijklmnop"


def database_as_text() -> str:
    """Every row of every table, and sessions opened."""
    rows: list[object] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  names from the schema
            rows += cursor.fetchall()
    rows += [session.get_decoded() for session in Session.objects.all()]
    return repr(rows)


def log_as_text(log: pytest.LogCaptureFixture) -> str:
    """The records as our formatter prints them, tracebacks and all."""
    return "\n".join(ConsoleFormatter().format(record) for record in log.records)


def test_linked_token_is_sealed_and_nowhere_else(
    sim: Simulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = signed_in()
    account = link(browser, sim)
    token = account.credentials["token"]
    pages = [
        browser.get(f"/accounts/{account.pk}/linked/"),
        browser.get(f"/accounts/{account.pk}/renew/"),
        browser.get(f"/accounts/link/{newest_try().pk}/"),
    ]
    assert token not in database_as_text()
    assert token not in log_as_text(caplog)
    assert not any(token in page.content.decode() for page in pages)
    assert token not in str(account) + repr(account) + str(PendingLink.objects.get())


@pytest.mark.parametrize("endpoint", ["i", "meta", "endpoints", "i/notifications"])
@pytest.mark.parametrize("kind", ["status", "cut", "truncate", "mangle"])
def test_pasted_token_stays_hidden_when_the_host_fails(
    sim: Simulator,
    caplog: pytest.LogCaptureFixture,
    endpoint: str,
    kind: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = signed_in()
    begin(browser, sim.host)
    sim.fault(f"api/{endpoint}", kind)
    address = f"/accounts/link/{newest_try().pk}/token/"
    answer = browser.post(address, {"token": CANARY}, follow=True)
    assert CANARY not in answer.content.decode()
    assert CANARY not in str(answer.redirect_chain)
    assert CANARY not in database_as_text()
    assert CANARY not in log_as_text(caplog)


def test_token_that_is_fetched_in_vain_is_kept_nowhere(
    sim: Simulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = signed_in()
    before = set(sim.state.tokens)
    callback = approve(sim, begin(browser, sim.host))
    sim.fault("api/i", "status")
    answer = come_back(browser, callback)
    [token] = set(sim.state.tokens) - before
    assert token not in answer.content.decode() + database_as_text() + log_as_text(
        caplog
    )
    assert not Account.objects.exists()


def test_fault_of_our_own_shows_no_token(
    sim: Simulator,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Even a bug's traceback on the page of errors and in the log."""

    def broken(*_: object) -> None:
        raise RuntimeError(f"something about {CANARY}")

    monkeypatch.setattr("accounts.linking._check", broken)
    browser = signed_in()
    browser.raise_request_exception = False
    begin(browser, sim.host)
    address = f"/accounts/link/{newest_try().pk}/token/"
    with monkeypatch.context() as patch:
        patch.setattr("inboxhub.networks.misskey.Client.whoami", lambda _self: None)
        answer = browser.post(address, {"token": CANARY})
    assert answer.status_code == 500
    assert CANARY not in answer.content.decode()
    assert "Traceback" in log_as_text(caplog)
    assert CANARY not in log_as_text(caplog)


# --- OAuth 2: several secrets on the way ----------------------------------------------


def test_secrets_of_mastodon_are_sealed_and_nowhere_else(
    mastodon_host: Mastodon,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = signed_in()
    preview = begin(browser, mastodon_host.host)
    callback = approve(mastodon_host, preview)
    code = parse_qs(urlsplit(callback).query)["code"][0]
    answers = [preview, come_back(browser, callback)]
    account = Account.objects.get()
    answers += [
        browser.get(f"/accounts/{account.pk}/linked/"),
        come_back(browser, callback),
        browser.get("/accounts/link/"),
        browser.post(f"/accounts/{account.pk}/renew/", follow=True),
    ]
    details = newest_try().details
    app = HostApp.objects.get()
    secrets = {
        account.credentials["token"],
        app.client["client_secret"],
        details["code_verifier"],
    }
    assert_hidden(secrets, answers, caplog)
    assert code not in database_as_text() + log_as_text(caplog)
    assert app.client["client_secret"] not in f"{app} {app!r} {registering._app(app)!r}"


def test_secrets_of_mixi_are_sealed_and_nowhere_else(
    mixi_host: Mixi,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = signed_in()
    preview = browser.post("/accounts/link/", {"provider": "mixi"}, follow=True)
    callback = approve(mixi_host, preview, "sakura")
    code = parse_qs(urlsplit(callback).query)["code"][0]
    answers = [preview, come_back(browser, callback)]
    account = Account.objects.get()
    first = account.credentials
    mixi_host.expire("sakura")
    client_for(account).whoami()
    second = Account.objects.get().credentials
    answers.append(browser.get(f"/accounts/{account.pk}/linked/"))
    pairs = {
        stored[n] for stored in (first, second) for n in ("token", "refresh_token")
    }
    assert_hidden({*pairs, mixi_host.client.secret}, answers, caplog)
    assert code not in database_as_text() + log_as_text(caplog)


@pytest.mark.parametrize("kind", ["status", "cut", "truncate", "body"])
@pytest.mark.parametrize("where", ["oauth/token", "api/v1/accounts/*", "api/v1/apps"])
def test_secrets_stay_hidden_when_the_host_fails(
    mastodon_host: Mastodon,
    caplog: pytest.LogCaptureFixture,
    where: str,
    kind: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = signed_in()
    callback = approve(mastodon_host, begin(browser, mastodon_host.host))
    details = newest_try().details
    mastodon_host.fault(where, kind)
    answer = come_back(browser, callback)
    code = parse_qs(urlsplit(callback).query)["code"][0]
    assert code not in database_as_text() + log_as_text(caplog)
    secrets = {details["client_secret"], details["code_verifier"]}
    secrets |= {token.word for token in mastodon_host.state.tokens.values()}
    Account.objects.all().delete()
    assert_hidden(secrets, [answer], caplog)


def assert_hidden(
    secrets: set[str],
    answers: list[Answer],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """In no page, no address of ours, no row and no log line."""
    pages = "".join(answer.content.decode() for answer in answers)
    addresses = " ".join(answer.headers.get("Location", "") for answer in answers)
    everywhere = pages + addresses + database_as_text() + log_as_text(caplog)
    assert len(secrets) > 1
    assert [secret for secret in secrets if secret in everywhere] == []
