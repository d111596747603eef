"""Log lines for people or machines, in which no secret can stand.

Redaction is by value: whatever was ever opened or received as a credential in this
process is replaced wherever it turns up, in messages and in tracebacks alike.
"""

import json
import logging
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime

REDACTED = "[secret]"
SHORTEST_SECRET = 12
# Tokens that end are followed by others for ever; those not seen for so long are dead.
MOST_SECRETS = 10_000
# Sealed beside secrets, and none: "Bearer" in a line tells what stands behind it.
# A client's id is public, and the host chooses it.
NO_SECRETS = {"scheme", "scope", "expires_at", "redirect_uri", "client_id", "host"}

_known: dict[str, None] = {}
_lock = threading.Lock()
# Credentials in an address or a header, should one come along that we never opened.
_shapes = re.compile(
    r"(?i)((?:[?&](?:i|token|code|session|secret|access_token|refresh_token)=)"
    r"|authorization:\s*(?:bearer|oauth)\s+)[^&\s\"']+",
)


_control = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


def remember_secret(value: object) -> None:
    """From now on this value never reaches a log line of ours."""
    if isinstance(value, str) and len(value) >= SHORTEST_SECRET:
        with _lock:
            _known.pop(value, None)
            _known[value] = None
            if len(_known) > MOST_SECRETS:
                del _known[next(iter(_known))]


def remember_secrets(credentials: Mapping[str, object]) -> None:
    """Those of a sealed value's parts that are no common words, which lines may hold."""
    for name, value in credentials.items():
        if name not in NO_SECRETS:
            remember_secret(value)


def redact(text: str) -> str:
    """The text without any secret that this process knows of."""
    text = _shapes.sub(rf"\1{REDACTED}", text)
    with _lock:
        present = [secret for secret in _known if secret in text]
    for secret in sorted(present, key=len, reverse=True):
        text = text.replace(secret, REDACTED)
    return text


def _visible(sign: re.Match[str]) -> str:
    return sign[0].encode("unicode_escape").decode()


class ConsoleFormatter(logging.Formatter):
    """One readable line, the traceback below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the library's
        # A line break in what a stranger sent would look like a line of ours.
        return _control.sub(_visible, super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, name, message, and error with a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "name": record.name,
            # Before the signs that JSON escapes take a secret apart.
            "message": redact(record.getMessage()),
        }
        if record.exc_info:
            line["error"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
