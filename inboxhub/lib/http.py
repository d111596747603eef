"""The one door to the outside: safe HTTP to hosts that somebody typed.

See docs/security.md for what is refused and why.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

JSON_CAP = 4 * 1024 * 1024
MEDIA_CAP = 10 * 1024 * 1024
DEADLINE = 30.0


class HttpError(Exception):
    """A call brought no usable answer. The text holds no query string and no token."""


class HostRefused(HttpError):
    """The host is private, reserved, malformed or on a port that is not allowed."""


class HostUnreachable(HttpError):
    """Nothing answers there: no such name, refused, reset, cut off."""


class TlsFailed(HttpError):
    """The certificate is not this host's, or not valid."""


class DeadlinePassed(HttpError):
    """The whole call took longer than its deadline."""


class BodyTooLarge(HttpError):
    """The decompressed body is larger than the cap."""


class NotJson(HttpError):
    """An answer came, but it is no JSON (a maintenance page, a cut body)."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of any status. Header names are lower-case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> object:
        """The parsed body; NotJson when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise NotJson("the answer is not JSON") from None


class Http:
    """Outgoing HTTP with one set of rules. Safe to share between threads."""

    def origin(self, host: str) -> str:
        """`https://host`, or `http://host:port` for a private host that is allowed."""
        raise NotImplementedError

    def request(
        self,
        method: str,
        url: str,
        *,
        json_body: Mapping[str, object] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        deadline: float = DEADLINE,
        cap: int = JSON_CAP,
        redirects: int = 0,
    ) -> Response:
        raise NotImplementedError
