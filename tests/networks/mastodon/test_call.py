"""One call: the status decides, a token is refused only when it surely is."""

import logging
from datetime import timedelta

import pytest

from inboxhub.lib.http import (
    BodyTooLarge,
    DeadlinePassed,
    HostRefused,
    HostUnreachable,
    HttpError,
    TlsFailed,
)
from inboxhub.networks.base import Target
from inboxhub.networks.errors import (
    CredentialsError,
    NotFound,
    NotSupported,
    PermanentError,
    ProviderError,
    TemporaryError,
)
from inboxhub.networks.mastodon.call import VERIFY, Refused, read_answer
from tests.networks.mastodon.accounts import (
    HOST,
    NOW,
    TOKEN,
    UNAUTHORIZED,
    client_of,
    gotosocial,
    mastodon,
)
from tests.networks.replay import Answer

ME = f"GET {VERIFY}"
ROWS = "GET /api/v1/conversations"
STATUS = "GET /api/v1/statuses/1"
ONE = Target("status", "1")
FORBIDDEN = Answer(403, {"error": "この操作は許可されていません"})
HTML = "<html><body>maintenance</body></html>"


def error_of(answer: Answer) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        read_answer(answer.response(), HOST, now=lambda: NOW)
    return caught.value


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (400, Refused),
        (401, CredentialsError),
        (403, PermanentError),
        (404, NotFound),
        (405, NotSupported),
        (406, NotSupported),
        (408, TemporaryError),
        (409, TemporaryError),
        (410, Refused),
        (413, Refused),
        (418, NotSupported),
        (422, Refused),
        (425, TemporaryError),
        (429, TemporaryError),
        (500, TemporaryError),
        (501, NotSupported),
        (502, TemporaryError),
        (503, TemporaryError),
        (522, TemporaryError),
    ],
)
@pytest.mark.parametrize("text", ["Record not found", "エラー", "", "x" * 9000])
def test_status_decides_and_never_the_text(
    status: int, wanted: type[ProviderError], text: str
) -> None:
    assert type(error_of(Answer(status, {"error": text}))) is wanted


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize(
    "body", [HTML, {"message": "no"}, [1], '{"error": 5}', '{"err']
)
def test_refusal_of_a_proxy_says_nothing_about_us(status: int, body: object) -> None:
    assert type(error_of(Answer(status, body))) is TemporaryError


def test_empty_404_is_a_call_that_is_not_offered() -> None:
    assert type(error_of(mastodon("082"))) is NotSupported


def test_error_with_two_documents_in_a_row_is_read() -> None:
    assert type(error_of(Answer(404, '{"error": "Not Found"}{}'))) is NotFound


@pytest.mark.parametrize("body", [HTML, '[{"id": "a', "\x00", "NaN", '{"a":1}{}'])
def test_success_that_is_cut_or_html_is_temporary(body: str) -> None:
    assert type(error_of(Answer(200, body))) is TemporaryError


@pytest.mark.parametrize("status", [301, 302, 303])
def test_redirect_is_not_followed_with_a_token(status: int) -> None:
    answer = Answer(status, None, {"location": "https://evil.example/"})
    client, host = client_of({STATUS: answer})
    with pytest.raises(TemporaryError):
        client.get(ONE)
    assert len(host.calls) == 1


def test_refused_token_is_asked_about_before_it_is_believed() -> None:
    client, host = client_of({ROWS: mastodon("070"), ME: mastodon("218")})
    with pytest.raises(CredentialsError) as caught:
        client.pull("conversations", None)
    assert caught.value.code == "token-refused"
    assert host.names == [ROWS, ME]


def test_401_with_a_good_token_does_not_sign_out() -> None:
    client, host = client_of(
        {ROWS: UNAUTHORIZED, STATUS: UNAUTHORIZED, ME: mastodon("008")}
    )
    for call in (lambda: client.pull("conversations", None), lambda: client.get(ONE)):
        with pytest.raises(TemporaryError) as caught:
            call()
        assert caught.value.code == "call-refused"
    assert host.names.count(ME) == 1  # believed for a while


def test_trouble_while_asking_about_the_token_decides_nothing() -> None:
    client, _ = client_of({ROWS: UNAUTHORIZED, ME: Answer(502, HTML)})
    with pytest.raises(TemporaryError):
        client.pull("conversations", None)


def test_missing_scope_is_no_reason_to_sign_in_again() -> None:
    client, _ = client_of({STATUS: FORBIDDEN, ME: mastodon("008")})
    with pytest.raises(PermanentError) as caught:
        client.get(ONE)
    assert caught.value.code == "not-allowed"


@pytest.mark.parametrize("status", [403, 422])
def test_account_that_is_not_let_in_must_sign_in(status: int) -> None:
    """Disabled, not confirmed, or an app's token: the texts are in any language."""
    client, _ = client_of({STATUS: FORBIDDEN, ME: Answer(status, FORBIDDEN.body)})
    with pytest.raises(CredentialsError) as caught:
        client.get(ONE)
    assert caught.value.code == "account-refused"


@pytest.mark.parametrize("number", ["022", "023", "024"])
def test_gotosocial_refuses_every_bad_token_alike(number: str) -> None:
    client, _ = client_of({ROWS: gotosocial(number), ME: gotosocial("023")})
    with pytest.raises(CredentialsError):
        client.pull("conversations", None)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, 60.0),
        ({"retry-after": "30"}, 30.0),
        ({"retry-after": "Sat, 21 Nov 2026 07:21:00 GMT"}, 60.0),
        ({"x-ratelimit-reset": "2026-11-21T07:24:02.000Z"}, 242.0),
        ({"x-ratelimit-reset": "2026-11-21T07:20:00.380263Z"}, 1.0),
        (
            {"x-ratelimit-reset": "2026-11-21T07:20:10Z", "retry-after": "90"},
            90.0,
        ),
        ({"x-ratelimit-reset": "2027-01-01T00:00:00Z"}, 10_800.0),
        ({"x-ratelimit-reset": "2020-01-01T00:00:00Z"}, 60.0),
        ({"x-ratelimit-reset": "12", "retry-after": "soon"}, 60.0),
        (
            {
                "x-ratelimit-reset": "2026-11-21T08:00:30Z",
                "date": "Sat, 21 Nov 2026 08:00:00 GMT",
            },
            30.0,
        ),
    ],
)
def test_pause_is_the_longer_of_what_is_told(
    headers: dict[str, str], wait: float
) -> None:
    error = error_of(Answer(429, {"error": "Too many requests"}, headers))
    assert isinstance(error, TemporaryError)
    assert error.retry_after == pytest.approx(wait)


def test_only_the_refused_kind_of_call_pauses() -> None:
    reset = (NOW + timedelta(days=3650)).isoformat()
    refused = Answer(429, {"error": "x"}, {"x-ratelimit-reset": reset})
    delete = "DELETE /api/v1/statuses/1"
    client, host = client_of({delete: refused, STATUS: mastodon("054")})
    own = [Target("status", "1", outgoing=True)]
    with pytest.raises(TemporaryError) as caught:
        client.delete(own)
    assert caught.value.sent
    with pytest.raises(TemporaryError) as held:
        client.delete(own)
    assert not held.value.sent
    client.get(ONE)
    assert host.names == [delete, STATUS]


@pytest.mark.parametrize(
    "failure",
    [
        HostRefused("refused"),
        HostUnreachable("down"),
        TlsFailed("certificate"),
        DeadlinePassed("hang"),
        BodyTooLarge("bomb"),
        HttpError("other"),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_call_without_an_answer_is_temporary(failure: HttpError) -> None:
    client, _ = client_of({ROWS: failure})
    with pytest.raises(TemporaryError) as caught:
        client.pull("conversations", None)
    assert caught.value.__cause__ is failure


@pytest.mark.parametrize("token", ["", "a b", "töken", "abc\n", "a\x00b", "a" * 5000])
def test_what_is_no_token_is_never_sent(token: str) -> None:
    client, host = client_of({ROWS: mastodon("010")}, token=token)
    with pytest.raises(CredentialsError):
        client.pull("conversations", None)
    assert host.calls == []


def test_every_call_says_what_it_wants_and_who_asks() -> None:
    client, host = client_of({STATUS: mastodon("054")})
    client.get(ONE)
    headers = host.calls[0].headers
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert headers["Accept"] == "application/json"
    assert TOKEN not in host.calls[0].url


def test_token_is_in_no_text_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = {"error": TOKEN, "error_description": TOKEN}
    texts = []
    for answer in (Answer(s, echo) for s in (400, 401, 403, 404, 422, 500)):
        client, _ = client_of({STATUS: answer, ROWS: answer})
        with pytest.raises(ProviderError) as caught:
            client.get(ONE)
        texts += [f"{caught.value!r} {caught.value.code} {client!r}"]
        with pytest.raises(ProviderError) as caught:
            client.pull("conversations", None)
        texts += [f"{caught.value!r} {caught.value.code}"]
    assert not [text for text in texts if TOKEN in text]
    assert TOKEN not in caplog.text
