"""No secret that this process knows of reaches a log line, whole or in a traceback."""

import json
import logging
import sys

import pytest

from inboxhub.lib import logs
from inboxhub.lib.logs import (
    ConsoleFormatter,
    JsonFormatter,
    remember_secret,
    remember_secrets,
)

SECRET = "canary9f3Kq7Zp2"


def record(message: str, *arguments: object, error: bool = False) -> logging.LogRecord:
    info = None
    if error:
        try:
            raise ValueError(f"token {SECRET} was refused")
        except ValueError:
            info = sys.exc_info()
    return logging.LogRecord("x", logging.ERROR, "x.py", 1, message, arguments, info)


@pytest.fixture(params=[ConsoleFormatter, JsonFormatter])
def formatter(request: pytest.FixtureRequest) -> logging.Formatter:
    remember_secret(SECRET)
    made: logging.Formatter = request.param()
    return made


def test_secret_is_redacted_in_arguments(formatter: logging.Formatter) -> None:
    line = formatter.format(record("call with %s", SECRET))
    assert SECRET not in line
    assert "[secret]" in line


def test_secret_is_redacted_in_tracebacks(formatter: logging.Formatter) -> None:
    assert SECRET not in formatter.format(record("failed", error=True))


@pytest.mark.parametrize(
    "text",
    [
        "GET /streaming?i=neverSeenBefore1",
        "callback?session=neverSeenBefore1&state=x",
        "Authorization: Bearer neverSeenBefore1",
    ],
)
def test_credentials_are_known_by_their_place(
    text: str,
    formatter: logging.Formatter,
) -> None:
    assert "neverSeenBefore1" not in formatter.format(record(text))


def test_json_line_is_one_object() -> None:
    line = json.loads(JsonFormatter().format(record("hello %s", "世界", error=True)))
    assert line["message"] == "hello 世界"
    assert "ValueError" in line["error"]


def test_json_line_hides_a_secret_that_json_writes_otherwise() -> None:
    secret = 'a secret "with" signs\\'
    remember_secret(secret)
    line = JsonFormatter().format(record(f"hello {secret}"))
    assert "with" not in line


def test_line_break_of_a_stranger_makes_no_line_of_ours(
    formatter: logging.Formatter,
) -> None:
    line = formatter.format(
        record("no %s", "x\n2026 INFO y: all is well\x1b[2J\u2028z")
    )
    assert "\n" not in line
    assert "\x1b" not in line


def test_words_beside_secrets_hide_no_secret(formatter: logging.Formatter) -> None:
    """Where "Bearer" itself was hidden, nothing would tell what stands behind it."""
    remember_secrets({"token": "canary-of-a-mapping", "scheme": "Bearer"})
    line = formatter.format(record("Authorization: Bearer neverSeenBefore2"))
    assert "Bearer [secret]" in line
    assert "canary-of" not in formatter.format(record("canary-of-a-mapping"))


def test_secrets_of_long_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens follow each other for ever; lines are searched for those that live."""
    monkeypatch.setattr(logs, "_known", {})
    monkeypatch.setattr(logs, "MOST_SECRETS", 2)
    for secret in ("first-canary", "second-canary", "first-canary", "third-canary"):
        remember_secret(secret)
    text = logs.redact("first-canary second-canary third-canary")
    assert text == "[secret] second-canary [secret]"
