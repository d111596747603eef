"""The approval page, codes, tokens and their successors."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from inboxhub.lib.http import DeadlinePassed, HostUnreachable, HttpError
from inboxhub.networks.errors import CredentialsError, PermanentError, TemporaryError
from inboxhub.networks.mixi import (
    App,
    authorize_url,
    exchange,
    fetch_server_state,
    read_pasted,
    refresh,
)
from tests.networks.mixi.host import REFRESH, TOKEN, Host, Script, body_of
from tests.networks.replay import Answer

SECRET = "SECRET-canary"
APP = App("client-1", SECRET, "https://inboxhub.example/accounts/mixi/callback/?a=b&c")
POST = "POST /token"
OLD = {"token": TOKEN, "refresh_token": REFRESH, "scope": "r_profile", "kept": "yes"}
NOW = 1_700_000_000
NO_TOKEN: list[Script] = [
    DeadlinePassed("late"),
    HostUnreachable("away", code="no-answer"),
    Answer(500, ""),
    Answer(502, "<html>"),
    Answer(503, ""),
    Answer(200, "<html>"),
    Answer(200, '{"access_token": "A'),
    Answer(200, {}),
    Answer(200, []),
    Answer(200, {"access_token": 5}),
    Answer(200, {"access_token": "two words"}),
    Answer(401, ""),
    Answer(404, "<html>"),
]


def clock() -> float:
    return NOW + 0.7


def exchanged(script: Script, server_state: str = "") -> tuple[dict[str, str], Host]:
    host = Host({POST: script})
    return exchange(host, APP, "CODE", server_state=server_state, clock=clock), host


def refreshed(script: Script) -> tuple[dict[str, str], Host]:
    host = Host({POST: script})
    return refresh(host, OLD, APP, clock=clock), host


def test_approval_page_asks_for_what_we_use() -> None:
    url = authorize_url(APP, "state&1")
    parts = urlsplit(url)
    query = parse_qs(parts.query, strict_parsing=True)
    assert url.startswith("https://mixi.jp/connect_authorize.pl?")
    assert query == {
        "client_id": ["client-1"],
        "response_type": ["code"],
        "scope": ["r_profile r_message w_message"],
        "state": ["state&1"],
        "redirect_uri": [APP.redirect_uri],
    }
    assert SECRET not in url


def test_approval_page_carries_the_server_state() -> None:
    query = parse_qs(urlsplit(authorize_url(APP, "s", server_state="a b")).query)
    assert query["server_state"] == ["a b"]


def test_page_of_the_operator_may_have_a_query_of_its_own() -> None:
    app = App("c", "s", "r", authorize_url="http://localhost:9/page?x=1")
    assert authorize_url(app, "s").startswith(
        "http://localhost:9/page?x=1&client_id=c&"
    )


def test_server_state_is_fetched_with_the_client_id_alone() -> None:
    host = Host({POST: "server-state"})
    assert fetch_server_state(host, APP) == "a1b2c3"
    assert host.calls[0].form == {"grant_type": "server_state", "client_id": "client-1"}


@pytest.mark.parametrize(
    "script", [*NO_TOKEN, Answer(200, {"server_state": "x" * 2000})]
)
def test_link_goes_on_without_a_server_state(script: Script) -> None:
    assert fetch_server_state(Host({POST: script}), APP) == ""


def test_code_is_exchanged_for_credentials() -> None:
    found, host = exchanged("token", server_state="a1b2c3")
    assert found == {
        "token": "ACCESS2",
        "refresh_token": "REFRESH2",
        "scheme": "Bearer",
        "expires_at": str(NOW + 900),
        "scope": "r_profile r_message w_message",
    }
    (call,) = host.calls
    assert call.url == "https://secure.mixi-platform.com/2/token"
    assert call.form == {
        "grant_type": "authorization_code",
        "client_id": "client-1",
        "client_secret": SECRET,
        "code": "CODE",
        "redirect_uri": APP.redirect_uri,
        "server_state": "a1b2c3",
    }


def test_server_state_that_was_not_used_is_left_out() -> None:
    _, host = exchanged("token")
    assert "server_state" not in host.calls[0].form


def test_answer_of_the_old_form_means_the_old_scheme() -> None:
    assert exchanged("old-token")[0]["scheme"] == "OAuth"


@pytest.mark.parametrize("kind", ["bearer", "BEARER", "Bearer"])
def test_bearer_is_bearer_in_any_case(kind: str) -> None:
    answer = Answer(200, body_of("token") | {"token_type": kind})
    assert exchanged(answer)[0]["scheme"] == "Bearer"


@pytest.mark.parametrize(
    ("told", "life"),
    [
        *((900, 900), ("901", 901), (60, 60), ("3600", 3600), (900.5, 900)),
        *((0, 900), (-5, 900), (None, 900), ("soon", 900), (10**12, 900), (True, 900)),
        *(([], 900), ("9" * 500, 900), ("", 900), ("²", 900)),
    ],
)
def test_life_of_a_token(told: object, life: int) -> None:
    answer = Answer(200, body_of("token") | {"expires_in": told})
    assert exchanged(answer)[0]["expires_at"] == str(NOW + life)


@pytest.mark.parametrize(
    ("told", "scope"),
    [
        ("r_profile r_message", "r_profile r_message"),
        ("  r_profile \n", "r_profile"),
        (None, "r_profile r_message w_message"),
        (7, "r_profile r_message w_message"),
        ("", "r_profile r_message w_message"),
    ],
)
def test_permissions_are_those_told_or_those_asked_for(
    told: object, scope: str
) -> None:
    answer = Answer(200, body_of("token") | {"scope": told})
    assert exchanged(answer)[0]["scope"] == scope


def test_stale_code_says_so() -> None:
    with pytest.raises(PermanentError) as caught:
        exchanged(Answer(400, {"error": "invalid_grant"}))
    assert caught.value.code == "code-stale"


def test_refresh_takes_the_new_pair_and_keeps_what_else_is_stored() -> None:
    found, host = refreshed("token")
    assert found == OLD | {
        "token": "ACCESS2",
        "refresh_token": "REFRESH2",
        "scheme": "Bearer",
        "expires_at": str(NOW + 900),
        "scope": "r_profile r_message w_message",
    }
    assert host.calls[0].form == {
        "grant_type": "refresh_token",
        "client_id": "client-1",
        "client_secret": SECRET,
        "refresh_token": REFRESH,
    }


@pytest.mark.parametrize("told", [None, "", 5, "two words"])
def test_refresh_without_a_new_refresh_token_keeps_the_old_one(told: object) -> None:
    body = body_of("token") | {"refresh_token": told, "scope": None}
    found, _ = refreshed(Answer(200, body))
    assert found["refresh_token"] == REFRESH
    assert found["scope"] == "r_profile"


def test_refused_refresh_token_needs_a_sign_in() -> None:
    with pytest.raises(CredentialsError):
        refreshed(Answer(401, {"error": "invalid_grant", "error_description": REFRESH}))


def test_account_without_a_refresh_token_needs_a_sign_in_and_asks_nothing() -> None:
    host = Host({POST: "token"})
    with pytest.raises(CredentialsError):
        refresh(host, {"token": TOKEN}, APP)
    assert host.calls == []


@pytest.mark.parametrize("script", NO_TOKEN)
def test_no_answer_to_a_refresh_is_temporary(script: Script) -> None:
    with pytest.raises(TemporaryError):
        refreshed(script)
    with pytest.raises(TemporaryError):
        exchanged(script)


@pytest.mark.parametrize("name", ["invalid_client", "unauthorized_client"])
@pytest.mark.parametrize("status", [400, 401])
def test_refused_key_is_the_operators_matter(name: str, status: int) -> None:
    for ask in (refreshed, exchanged):
        with pytest.raises(PermanentError) as caught:
            ask(Answer(status, {"error": name}))
        assert caught.value.code == "operator-key"


@pytest.mark.parametrize("name", ["invalid_request", "unsupported_grant_type"])
def test_other_refusals_are_final(name: str) -> None:
    with pytest.raises(PermanentError):
        refreshed(Answer(400, {"error": name}))


def test_nothing_secret_is_in_a_text() -> None:
    described = {"error": "invalid_client", "error_description": f"{SECRET} {REFRESH}"}
    answers = [Answer(400, described), Answer(500, f"{SECRET} {REFRESH}")]
    for answer in answers:
        with pytest.raises((PermanentError, TemporaryError)) as caught:
            refreshed(answer)
        for secret in (SECRET, REFRESH):
            assert secret not in f"{caught.value!r} {caught.value.code}"
    assert SECRET not in repr(APP)


@pytest.mark.parametrize("failure", [DeadlinePassed("late"), HttpError("odd")])
def test_failure_names_the_host_only(failure: HttpError) -> None:
    with pytest.raises(TemporaryError, match=r"^secure\.mixi-platform\.com: "):
        refreshed(failure)


def test_pasted_answer_is_read() -> None:
    found = read_pasted(json.dumps(body_of("token"), indent=2) + "\n", clock=clock)
    assert (found["token"], found["refresh_token"]) == ("ACCESS2", "REFRESH2")
    assert found["expires_at"] == str(NOW + 900)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ACCESS2",
        "[]",
        '{"access_token": "A"}',
        '{"refresh_token": "R"}',
        "[" * 15_000,
        '{"access_token": "A", "refresh_token": "' + "x" * 30_000 + '"}',
        '{"access_token": "A", "refresh_token": "\\u0000"}',
    ],
    ids=["empty", "bare", "list", "no-refresh", "no-token", "deep", "long", "control"],
)
def test_paste_that_is_no_whole_answer_is_refused(text: str) -> None:
    with pytest.raises(PermanentError) as caught:
        read_pasted(text)
    assert caught.value.code == "token-malformed"
    assert "ACCESS2" not in repr(caught.value)
