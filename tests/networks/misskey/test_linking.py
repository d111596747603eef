"""MiAuth's page and check, and tokens that people paste."""

from urllib.parse import parse_qs, urlsplit

import pytest

from inboxhub.networks.errors import PermanentError, ProviderError, TemporaryError
from inboxhub.networks.misskey import (
    PERMISSIONS,
    check_token_shape,
    is_native_token,
    miauth_check,
    miauth_url,
)
from tests.networks.replay import Answer, Replay, Script

SESSION = "11111111-2222-4333-8444-555555555555"
CHECK = f"miauth/{SESSION}/check"


def check(answer: Script) -> str:
    return miauth_check(Replay({CHECK: answer}), "misskey.example", SESSION)


def test_approval_page_asks_for_what_we_use_spelled_right() -> None:
    callback = "https://inboxhub.example/accounts/misskey/callback/?state=a&b"
    url = miauth_url(
        "https://misskey.example",
        SESSION,
        name="InboxHub",
        icon="https://inboxhub.example/icon.png",
        callback=callback,
    )
    parts = urlsplit(url)
    query = parse_qs(parts.query, strict_parsing=True)
    assert f"{parts.scheme}://{parts.netloc}" == "https://misskey.example"
    assert parts.path == f"/miauth/{SESSION}"
    assert query["permission"] == [",".join(PERMISSIONS)]
    assert query["callback"] == [callback]
    assert "permisson" not in url


def test_approved_session_gives_its_token() -> None:
    assert check("007") == "TOKEN"
    assert check("301") == "TOKEN"


@pytest.mark.parametrize("number", ["006", "008", "009"])
def test_session_that_is_not_approved_or_was_fetched_is_refused(number: str) -> None:
    with pytest.raises(PermanentError) as caught:
        check(number)
    assert caught.value.code == "miauth-not-approved"


@pytest.mark.parametrize(
    "body",
    [[], "x", {"ok": True}, {"ok": True, "token": 5}, {"ok": "true", "token": "a"}, {}],
)
def test_strange_answer_is_temporary(body: object) -> None:
    with pytest.raises(TemporaryError):
        check(Answer(200, body))


def test_token_of_another_form_is_refused() -> None:
    with pytest.raises(ProviderError):
        check(Answer(200, {"ok": True, "token": "a-b"}))


@pytest.mark.parametrize("session", ["", "../i", "a/b", "a?b"])
def test_session_of_another_form_is_never_sent(session: str) -> None:
    http = Replay({})
    with pytest.raises(PermanentError):
        miauth_check(http, "misskey.example", session)
    assert http.calls == []


def test_pasted_token_loses_blanks_and_line_breaks() -> None:
    assert check_token_shape("  abcDEF\n 012\u3000 ") == "abcDEF012"


@pytest.mark.parametrize(
    "text", ["", "  ", "a-b", '{"i":5}', "ａｂｃ", "a" * 300, "a\x00"]
)
def test_what_is_no_token_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(PermanentError) as caught:
        check_token_shape(text)
    assert caught.value.code == "token-malformed"
    assert not text.strip() or text not in str(caught.value)


def test_native_token_is_told_by_its_length() -> None:
    assert is_native_token("a" * 16)
    assert not is_native_token("a" * 32)
    assert not is_native_token("a" * 64)
