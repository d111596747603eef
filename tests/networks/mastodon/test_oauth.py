"""OAuth 2 of Mastodon's API against scripted hosts: apps, approval, tokens."""

import time
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import pytest

from inboxhub.lib.http import DeadlinePassed, HttpError
from inboxhub.networks.errors import PermanentError, TemporaryError
from inboxhub.networks.mastodon.oauth import (
    ALL_SCOPES,
    PLAIN,
    SCOPES,
    App,
    authorize_url,
    exchange,
    knows,
    register,
    takes,
)
from tests.networks.mastodon.accounts import HOST, Host, Reply, gotosocial, mastodon
from tests.networks.replay import Answer

APPS, TOKEN = "POST /api/v1/apps", "POST /oauth/token"
METADATA = "GET /.well-known/oauth-authorization-server"
BACK = f"https://inbox.example/accounts/mastodon/callback/{HOST}/"
SECRET = "S3cret-canary"
APP = App("client-1", SECRET, BACK, SCOPES)
GOOD = Answer(200, {"access_token": "T0ken-canary", "scope": "read write"})
REFUSED = Answer(422, {"error": "検証に失敗しました: Scopes"})


def registered(
    script: Mapping[str, Reply | list[Reply]],
    *,
    software: str = "mastodon",
    plain: bool = False,
) -> tuple[App, Host]:
    host = Host(script)
    app = register(
        host,
        HOST,
        name="InboxHub",
        website="https://inbox.example",
        redirect_uri=BACK,
        software=software,
        plain=plain,
    )
    return app, host


def forms(host: Host, name: str) -> list[Mapping[str, object]]:
    bodies = [call.body for call in host.called(name)]
    assert all(isinstance(body, dict) for body in bodies)
    return bodies  # type: ignore[return-value]  # checked above


def exchanged(reply: Reply) -> tuple[dict[str, str], Host]:
    host = Host({TOKEN: reply})
    return exchange(host, HOST, APP, "C0de-canary", verifier="v" * 128), host


# --- Registering ----------------------------------------------------------------------


@pytest.mark.parametrize("number", ["006", "023"])
def test_app_gets_all_scopes_that_will_ever_be_asked_for(number: str) -> None:
    app, host = registered({METADATA: mastodon(number), APPS: gotosocial("008")})
    [form] = forms(host, APPS)
    assert form == {
        "client_name": "InboxHub",
        "redirect_uris": BACK,
        "website": "https://inbox.example",
        "scopes": " ".join(ALL_SCOPES),
    }
    assert (app.client_id, app.client_secret) == ("CLIENT_ID", "CLIENT_SECRET")
    assert (app.redirect_uri, app.scopes) == (BACK, SCOPES)
    assert set(SCOPES) < set(ALL_SCOPES)


def test_host_without_metadata_is_asked_for_single_kinds() -> None:
    """Mastodon before 4.3 and GoToSocial know them all the same."""
    app, host = registered({APPS: gotosocial("008")})
    assert app.scopes == SCOPES
    assert host.names == [METADATA, APPS]


@pytest.mark.parametrize("software", ["pixelfed", "takahe"])
def test_software_without_single_kinds_is_not_asked_for_them(software: str) -> None:
    app, host = registered({APPS: gotosocial("008")}, software=software)
    assert app.scopes == PLAIN
    assert [form["scopes"] for form in forms(host, APPS)] == ["read write"]


def test_metadata_without_single_kinds_is_believed() -> None:
    told = Answer(200, {"scopes_supported": ["read", "write", "follow", "push"]})
    app, host = registered({METADATA: told, APPS: gotosocial("008")})
    assert app.scopes == PLAIN
    assert len(host.called(APPS)) == 1


@pytest.mark.parametrize(
    "metadata",
    [
        Answer(200, "<html>"),
        Answer(200, ["read"]),
        Answer(200, {"scopes_supported": "read"[:0]}),
        Answer(200, {"scopes_supported": {"read": 1}}),
        gotosocial("005"),
        Answer(401, {"error": "no"}),
        Answer(302, None, {"location": "https://other.example"}),
        DeadlinePassed("late"),
    ],
    ids=str,
)
def test_metadata_that_cannot_be_read_is_none(metadata: Reply) -> None:
    app, _ = registered({METADATA: metadata, APPS: gotosocial("008")})
    assert app.scopes == SCOPES


def test_refused_scopes_are_tried_plain_once() -> None:
    app, host = registered({APPS: [REFUSED, gotosocial("008")]})
    assert app.scopes == PLAIN
    assert len(host.called(APPS)) == 2


def test_plain_host_is_asked_for_nothing_else() -> None:
    app, host = registered({APPS: gotosocial("008")}, plain=True)
    assert app.scopes == PLAIN
    assert host.names == [APPS]


@pytest.mark.parametrize(
    ("reply", "code", "calls"),
    [
        (REFUSED, "app-refused", 2),
        (gotosocial("011"), "app-refused", 2),
        (Answer(403, {"error": "closed"}), "app-refused", 1),
        (Answer(404, "<html>"), "app-refused", 1),
        (Answer(302, None, {"location": "/login"}), "app-refused", 1),
    ],
    ids=str,
)
def test_host_that_does_not_want_us_says_so(
    reply: Answer, code: str, calls: int
) -> None:
    host = Host({APPS: reply})
    with pytest.raises(PermanentError) as caught:
        register(host, HOST, name="InboxHub", website="", redirect_uri=BACK)
    assert caught.value.code == code
    assert len(host.called(APPS)) == calls


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Answer(429, {"error": "Too many requests"}), "too-many-calls"),
        (Answer(502, "<html>"), "status-502"),
        (Answer(200, "<html>"), "not-json"),
        (Answer(200, None), "not-json"),
        (Answer(200, []), "not-json"),
        (Answer(200, {"client_id": "x"}), "not-json"),
        (Answer(200, {"client_id": "x", "client_secret": "a b"}), "not-json"),
        (Answer(200, {"client_id": True, "client_secret": "x"}), "not-json"),
        (Answer(200, {"client_id": "x" * 9000, "client_secret": "x"}), "not-json"),
        (DeadlinePassed("late"), "deadline-passed"),
    ],
    ids=str,
)
def test_trouble_of_registering_passes(reply: Reply, code: str) -> None:
    with pytest.raises(TemporaryError) as caught:
        registered({APPS: reply})
    assert caught.value.code == code


def test_pause_is_as_long_as_the_host_says() -> None:
    reply = Answer(429, {"error": "x"}, {"retry-after": "90"})
    with pytest.raises(TemporaryError) as caught:
        registered({APPS: reply})
    assert caught.value.retry_after == 90


def test_number_of_an_app_is_its_id() -> None:
    app, _ = registered({APPS: Answer(200, {"client_id": 15, "client_secret": "s"})})
    assert app.client_id == "15"


def test_unknown_website_is_left_out() -> None:
    host = Host({APPS: gotosocial("008")})
    register(host, HOST, name="InboxHub", website="", redirect_uri=BACK)
    assert "website" not in forms(host, APPS)[0]


# --- The page of approval -------------------------------------------------------------


def test_approval_is_asked_with_a_proof_for_any_account() -> None:
    url = authorize_url(
        "https://mastodon.example", APP, state="s&1", challenge="c-1", lang="ja"
    )
    assert url.startswith("https://mastodon.example/oauth/authorize?")
    assert parse_qs(urlsplit(url).query) == {
        "response_type": ["code"],
        "client_id": ["client-1"],
        "redirect_uri": [BACK],
        "scope": [" ".join(SCOPES)],
        "state": ["s&1"],
        "code_challenge": ["c-1"],
        "code_challenge_method": ["S256"],
        "force_login": ["true"],
        "lang": ["ja"],
    }
    assert SECRET not in url


# --- The token ------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["018", "020"])
def test_code_is_exchanged_for_credentials(number: str) -> None:
    found, host = exchanged(gotosocial(number))
    assert found == {
        "token": "ACCESS_TOKEN",
        "scope": "read write:conversations write:notifications write:statuses"
        " write:favourites write:media write:follows write:mutes",
        "client_id": "client-1",
        "client_secret": SECRET,
    }
    assert forms(host, TOKEN) == [
        {
            "grant_type": "authorization_code",
            "code": "C0de-canary",
            "code_verifier": "v" * 128,
            "client_id": "client-1",
            "client_secret": SECRET,
            "redirect_uri": BACK,
        },
    ]
    assert not urlsplit(host.calls[0].url).query


def test_token_that_ends_is_kept_with_what_renews_it() -> None:
    told = {"access_token": "x", "refresh_token": "again", "expires_in": 3600}
    found, _ = exchanged(Answer(200, told))
    assert (found["refresh_token"], found["host"]) == ("again", HOST)
    assert 3500 < int(found["expires_at"]) - time.time() <= 3600


@pytest.mark.parametrize("odd", [None, "", 7, "two words", []])
def test_successor_that_is_none_is_not_kept(odd: object) -> None:
    told = {"access_token": "x", "refresh_token": odd, "expires_in": odd}
    found, _ = exchanged(Answer(200, {**told, "expires_in": "soon"}))
    assert {"refresh_token", "host", "expires_at"}.isdisjoint(found)


@pytest.mark.parametrize("told", [None, "", 7, []])
def test_scope_that_is_not_told_is_what_was_asked_for(told: object) -> None:
    found, _ = exchanged(Answer(200, {"access_token": "x", "scope": told}))
    assert found["scope"] == " ".join(SCOPES)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (gotosocial("017"), "app-unknown"),
        (Answer(401, {"error": "invalid_client"}), "app-unknown"),
        (Answer(401, "<html>"), "app-unknown"),
        (Answer(400, {"error": "invalid_scope"}), "scope-refused"),
        (Answer(400, {"error": "invalid_grant"}), "code-stale"),
        (Answer(403, {"error": "invalid redirect uri"}), "code-stale"),
        (Answer(200, {"error": "invalid_grant"}), "code-stale"),
        (gotosocial("019"), "code-stale"),
    ],
    ids=str,
)
def test_refused_code_says_why(reply: Answer, code: str) -> None:
    with pytest.raises(PermanentError) as caught:
        exchanged(reply)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "reply",
    [
        Answer(503, "<html>"),
        Answer(500, {"error": "x"}),
        Answer(429, {"error": "x"}),
        Answer(200, "<html>"),
        Answer(200, None),
        Answer(200, []),
        Answer(200, {}),
        Answer(200, {"access_token": 5}),
        Answer(200, {"access_token": "two words"}),
        Answer(200, {"access_token": "x" * 5000}),
        Answer(200, {"access_token": "\n"}),
        Answer(404, "<html>"),
        Answer(302, None),
        DeadlinePassed("late"),
    ],
    ids=str,
)
def test_no_token_is_temporary(reply: Reply) -> None:
    with pytest.raises(TemporaryError):
        exchanged(reply)


def test_nothing_secret_is_in_a_text() -> None:
    said = f"{SECRET} C0de-canary {'v' * 128} T0ken-canary"
    replies = (
        Answer(400, {"error": said, "error_description": said}),
        Answer(401, {"error": "invalid_client", "error_description": said}),
        Answer(500, said),
        HttpError(said),
    )
    for reply in replies:
        with pytest.raises((PermanentError, TemporaryError)) as caught:
            exchanged(reply)
        told = f"{caught.value!r} {caught.value.code}"
        assert not any(word in told for word in said.split())
    assert SECRET not in repr(APP)


# --- Whether the app is still known ---------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "known"),
    [
        (gotosocial("021"), True),
        (Answer(401, {"error": "invalid_client"}), False),
        (gotosocial("017"), False),
        (Answer(400, {"error": "unsupported_grant_type"}), True),
        (Answer(503, "<html>"), True),
        (DeadlinePassed("late"), True),
    ],
    ids=str,
)
def test_app_counts_as_forgotten_only_when_the_host_says_so(
    reply: Reply,
    known: bool,
) -> None:
    host = Host({TOKEN: reply})
    assert knows(host, HOST, APP) is known
    assert forms(host, TOKEN)[0]["grant_type"] == "client_credentials"


# --- Whether the host takes our scopes ------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "taken"),
    [
        (gotosocial("021"), True),
        (Answer(400, {"error": "invalid_scope"}), False),
        (Answer(401, {"error": "invalid_client"}), True),
        (Answer(400, {"error": "unsupported_grant_type"}), True),
        (Answer(503, "<html>"), True),
        (DeadlinePassed("late"), True),
    ],
    ids=str,
)
def test_scopes_count_as_refused_only_when_the_host_says_so(
    reply: Reply,
    taken: bool,
) -> None:
    host = Host({TOKEN: reply})
    assert takes(host, HOST, APP) is taken
    [form] = forms(host, TOKEN)
    assert (form["grant_type"], form["scope"]) == (
        "client_credentials",
        " ".join(SCOPES),
    )
