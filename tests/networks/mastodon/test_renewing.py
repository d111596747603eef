"""Tokens that end: when the next one is got, and how."""

import time
from collections.abc import Mapping

import pytest

from inboxhub.networks.base import Renew
from inboxhub.networks.errors import CredentialsError, ProviderError, TemporaryError
from inboxhub.networks.mastodon import Client
from inboxhub.networks.mastodon.oauth import refresh
from tests.networks.mastodon.accounts import (
    HOST,
    TOKEN,
    UNAUTHORIZED,
    Host,
    Script,
    client_of,
    listing,
    mastodon,
)
from tests.networks.replay import Answer

NEXT = "N3xt-token-canary"
ROWS, ME = "GET /api/v1/conversations", "GET /api/v1/accounts/verify_credentials"
GRANT = "POST /oauth/token"
CLOSED = Answer(403, {"error": "Invalid credentials."})
STORED = {
    "token": TOKEN,
    "scope": "read",
    "client_id": "id",
    "client_secret": "S3cret-canary",
    "refresh_token": "R3fresh-canary",
    "expires_at": "1",
    "host": HOST,
}


class Renewing:
    """Gives the next token, or the trouble instead, and counts."""

    def __init__(self, trouble: ProviderError | None = None) -> None:
        self.trouble, self.count = trouble, 0

    def __call__(self, ended: Mapping[str, str]) -> Mapping[str, str]:
        self.count += 1
        if self.trouble:
            raise self.trouble
        return {**ended, "token": NEXT}


def ending(script: Script, renew: Renew, *, left: float = 3600) -> tuple[Client, Host]:
    moment = str(int(time.time() + left))
    told = {"refresh_token": "again", "expires_at": moment}
    client, host = client_of(script, credentials=told)
    client.renew = renew
    return client, host


def tokens(host: Host, name: str) -> list[str]:
    headers = [call.headers["Authorization"] for call in host.called(name)]
    return [header.removeprefix("Bearer ") for header in headers]


@pytest.mark.parametrize("refusal", [UNAUTHORIZED, CLOSED])
def test_ended_token_is_renewed_once_and_the_call_repeated(refusal: Answer) -> None:
    """Mastodon says 401 to it, Pleroma and Akkoma 403."""
    renew = Renewing()
    client, host = ending({ROWS: [refusal, listing()], ME: refusal}, renew)
    assert client.pull("conversations", None).items == ()
    assert tokens(host, ROWS) == [TOKEN, NEXT]
    assert renew.count == 1


def test_fresh_token_that_is_refused_too_needs_a_sign_in() -> None:
    renew = Renewing()
    client, _ = ending({ROWS: UNAUTHORIZED, ME: UNAUTHORIZED}, renew)
    with pytest.raises(CredentialsError):
        client.pull("conversations", None)
    assert renew.count == 1


def test_refused_call_with_a_good_token_renews_nothing() -> None:
    renew = Renewing()
    client, _ = ending({ROWS: UNAUTHORIZED, ME: mastodon("008")}, renew)
    with pytest.raises(TemporaryError):
        client.pull("conversations", None)
    assert renew.count == 0


@pytest.mark.parametrize(("left", "renewed"), [(-5, True), (60, True), (300, False)])
def test_token_is_renewed_before_it_ends(left: float, *, renewed: bool) -> None:
    renew = Renewing()
    client, host = ending({ROWS: listing()}, renew, left=left)
    client.pull("conversations", None)
    client.pull("conversations", None)
    assert renew.count == renewed
    assert set(tokens(host, ROWS)) == {NEXT if renewed else TOKEN}


def test_token_that_still_lives_is_used_while_renewing_fails() -> None:
    trouble = TemporaryError("no answer", code="deadline-passed")
    client, _ = ending({ROWS: listing()}, Renewing(trouble), left=60)
    assert client.pull("conversations", None).items == ()
    client, host = ending({ROWS: listing()}, Renewing(trouble), left=-5)
    with pytest.raises(TemporaryError):
        client.pull("conversations", None)
    assert host.calls == []


def test_token_without_a_successor_is_not_renewed() -> None:
    renew = Renewing()
    client, _ = client_of({ROWS: UNAUTHORIZED, ME: UNAUTHORIZED})
    client.renew = renew
    with pytest.raises(CredentialsError):
        client.pull("conversations", None)
    assert renew.count == 0


# --- The next token -------------------------------------------------------------------


def test_next_token_comes_with_its_own_successor_and_end() -> None:
    told = {"access_token": NEXT, "refresh_token": "again", "expires_in": 600}
    host = Host({GRANT: Answer(200, told)})
    found = refresh(host, STORED, clock=lambda: 1000.0)
    assert found == {
        **STORED,
        "token": NEXT,
        "refresh_token": "again",
        "expires_at": "1600",
    }
    [call] = host.calls
    assert call.body == {
        "client_id": "id",
        "client_secret": "S3cret-canary",
        "refresh_token": "R3fresh-canary",
        "grant_type": "refresh_token",
    }


@pytest.mark.parametrize("life", [None, 0, -1, True, "600", 3_153_600_000])
def test_next_token_without_a_sensible_end_is_used_till_it_is_refused(
    life: object,
) -> None:
    told = {"access_token": NEXT, "scope": "read write", "expires_in": life}
    found = refresh(Host({GRANT: Answer(200, told)}), STORED)
    assert "expires_at" not in found
    assert found["refresh_token"] == STORED["refresh_token"]
    assert found["scope"] == "read write"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(400, {"error": "invalid_grant"}), CredentialsError),
        (Answer(401, {"error": "invalid_client"}), CredentialsError),
        (Answer(400, {"error": "R3fresh-canary S3cret-canary"}), CredentialsError),
        (Answer(503, "<html>"), TemporaryError),
        (Answer(429, {"error": "later"}), TemporaryError),
        (Answer(200, "<html>"), TemporaryError),
        (Answer(200, {"access_token": "two words"}), TemporaryError),
    ],
    ids=str,
)
def test_refused_renewal_says_what_it_means(
    answer: Answer, error: type[ProviderError]
) -> None:
    with pytest.raises(error) as caught:
        refresh(Host({GRANT: answer}), STORED)
    assert "canary" not in f"{caught.value!r} {caught.value.code}"


@pytest.mark.parametrize("lost", ["refresh_token", "client_id", "host"])
def test_what_cannot_be_renewed_asks_nobody(lost: str) -> None:
    host = Host({})
    with pytest.raises(CredentialsError):
        refresh(host, {**STORED, lost: ""})
    assert host.calls == []
