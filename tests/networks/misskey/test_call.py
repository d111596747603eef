"""One call: errors by their code first, silence after a refusal, no secret in a text."""

import logging
from contextlib import suppress

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
from inboxhub.networks.misskey.call import read_answer
from tests.networks.misskey.accounts import TOKEN, client_of
from tests.networks.replay import Answer, recorded

HOST = "misskey.example"


def error_of(answer: Answer, endpoint: str = "i") -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        read_answer(answer.response(), HOST, endpoint)
    return caught.value


def refusal(status: int, code: object, **more: object) -> Answer:
    return Answer(status, {"error": {"code": code, **more}})


@pytest.mark.parametrize("status", [200, 204])
def test_empty_success_is_no_value_and_never_parsed(status: int) -> None:
    assert read_answer(Answer(status, None).response(), HOST, "notes/delete") is None


@pytest.mark.parametrize("status", [400, 401, 403])
def test_dead_token_is_known_by_the_code_whatever_the_status(status: int) -> None:
    assert type(error_of(refusal(status, "AUTHENTICATION_FAILED"))) is CredentialsError


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("body", ["<html>Forbidden</html>", {"message": "no"}, None])
def test_refusal_of_a_proxy_is_no_refusal_of_the_token(
    status: int, body: object
) -> None:
    assert type(error_of(Answer(status, body))) is TemporaryError


@pytest.mark.parametrize("number", ["024", "025", "026", "027", "028", "308"])
def test_missing_permission_is_no_reason_to_sign_in_again(number: str) -> None:
    error = error_of(recorded(number).answer)
    assert type(error) is PermanentError
    assert error.code == "PERMISSION_DENIED"


@pytest.mark.parametrize("number", ["141", "160", "189", "195", "086"])
def test_refusal_dressed_as_internal_error_is_final(number: str) -> None:
    assert type(error_of(recorded(number).answer)) is PermanentError


def test_other_internal_error_is_temporary() -> None:
    info = {"e": {"message": "connect ECONNREFUSED", "stack": "at /srv/x.js"}}
    error = error_of(refusal(500, "INTERNAL_ERROR", info=info))
    assert type(error) is TemporaryError
    assert "ECONN" not in str(error)
    assert "/srv" not in str(error)


def test_error_object_in_a_success_is_an_error() -> None:
    error = error_of(refusal(202, "PROCESSING"))
    assert isinstance(error, TemporaryError)
    assert error.retry_after == 2.0


def test_error_that_is_a_text_is_the_frameworks() -> None:
    body = {"statusCode": 404, "error": "Not Found", "message": "Route not found"}
    assert type(error_of(Answer(404, body))) is NotSupported
    assert type(error_of(Answer(404, "Not Found"))) is NotSupported
    assert type(error_of(Answer(404, "<html>Not Found</html>"))) is TemporaryError


@pytest.mark.parametrize(
    ("told", "wait"),
    [("3", 4.0), ("20", 21.0), ("999999999", 3601.0), ("soon", 60.0), ("", 60.0)],
)
def test_pause_lasts_as_told_and_a_second(told: str, wait: float) -> None:
    answer = refusal(429, "RATE_LIMIT_EXCEEDED").body
    error = error_of(Answer(429, answer, {"retry-after": told}), "i/notifications")
    assert isinstance(error, TemporaryError)
    assert error.retry_after == wait


def test_pause_that_is_not_told_is_short_for_deletes_only() -> None:
    error = error_of(recorded("337").answer, "notes/delete")
    assert isinstance(error, TemporaryError)
    assert error.retry_after == 1.1


def test_pause_asked_by_a_proxy_counts_too() -> None:
    error = error_of(Answer(429, "<html>slow down</html>"))
    assert isinstance(error, TemporaryError)
    assert error.retry_after == 60.0


@pytest.mark.parametrize("body", ["<html></html>", '[{"id": "a', "\x00", "NaN"])
def test_success_that_is_cut_or_html_is_temporary(body: str) -> None:
    assert type(error_of(Answer(200, body))) is TemporaryError


def test_redirect_is_not_followed_with_a_token() -> None:
    assert (
        type(error_of(Answer(301, None, {"location": "https://x"}))) is TemporaryError
    )


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 530, 599])
def test_trouble_of_the_host_is_temporary(status: int) -> None:
    assert type(error_of(Answer(status, "<html>"))) is TemporaryError


@pytest.mark.parametrize("code", ["NO_SUCH_NOTE", "NO_SUCH_MESSAGE", "NO_SUCH_USER"])
@pytest.mark.parametrize("status", [400, 404])
def test_what_does_not_exist_is_not_found(code: str, status: int) -> None:
    assert type(error_of(refusal(status, code))) is NotFound


@pytest.mark.parametrize("code", [None, 5, {}, "a b", "x" * 4000, "<script>"])
def test_senseless_code_is_permanent_and_not_repeated(code: object) -> None:
    error = error_of(refusal(400, code))
    assert type(error) is PermanentError
    assert error.code == "refused"


def test_suspension_by_an_old_host_is_told_by_its_reason() -> None:
    info = {"reason": "Your account has been suspended."}
    assert type(error_of(refusal(400, "ACCESS_DENIED", info=info))) is CredentialsError


def test_moved_account_is_a_permanent_refusal() -> None:
    assert type(error_of(refusal(403, "YOUR_ACCOUNT_MOVED"))) is PermanentError


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
def test_call_without_an_answer_is_temporary_and_keeps_its_cause(
    failure: HttpError,
) -> None:
    client, _ = client_of({"notes/mentions": failure})
    with pytest.raises(TemporaryError) as caught:
        client.pull("mentions", None)
    assert caught.value.__cause__ is failure
    assert caught.value.sent


@pytest.mark.parametrize("token", ["", "5 5", "töken", '{"i":5}', "abc\n", "a-b"])
def test_what_is_no_token_is_never_sent(token: str) -> None:
    client, http = client_of({"notes/mentions": "051"}, token=token)
    with pytest.raises(CredentialsError):
        client.pull("mentions", None)
    assert http.calls == []


def test_hanging_host_ends_by_a_deadline() -> None:
    client, http = client_of({"notes/mentions": "051"})
    client.pull("mentions", None)
    assert 0 < http.deadlines[0] <= 30


def test_host_that_asked_for_a_pause_is_left_alone() -> None:
    client, http = client_of({"i/notifications": "128", "i": "092"})
    with pytest.raises(TemporaryError) as caught:
        client.pull("notifications", None)
    assert caught.value.retry_after == 21.0
    with pytest.raises(TemporaryError) as held:
        client.pull("notifications", None)
    assert not held.value.sent
    assert (held.value.retry_after or 0) > 20
    assert len(http.called("i/notifications")) == 1


def test_token_is_in_no_text_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = Answer(
        400, {"error": {"code": TOKEN, "message": TOKEN, "info": {"i": TOKEN}}}
    )
    html = Answer(500, f"<html>{TOKEN}</html>")
    for answer in (echo, html, Answer(200, TOKEN), Answer(401, {"error": TOKEN})):
        client, _ = client_of({"notes/delete": answer, "notes/show": answer})
        with pytest.raises(ProviderError) as caught:
            client.get(Target("note", "a1"))
        texts = [repr(caught.value), caught.value.code, repr(client)]
        with suppress(ProviderError):
            texts += [
                o.error for o in client.delete([Target("note", "a1", outgoing=True)])
            ]
        assert not [text for text in texts if TOKEN in text]
    assert TOKEN not in caplog.text
