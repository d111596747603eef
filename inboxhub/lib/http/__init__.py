"""The one door to the outside: safe HTTP to hosts that somebody typed.

docs/security.md says what is refused and why. Plain Python, no Django.
"""

from inboxhub.lib.http.client import (
    DEADLINE,
    JSON_CAP,
    MEDIA_CAP,
    FilePart,
    Http,
    Response,
)
from inboxhub.lib.http.errors import (
    BodyTooLarge,
    DeadlinePassed,
    HostRefused,
    HostUnreachable,
    HttpError,
    NotJson,
    TlsFailed,
)
from inboxhub.lib.http.hosts import canonical_host
from inboxhub.lib.http.sockets import Socket, SocketClosed, SocketRefused, open_socket

__all__ = [
    "DEADLINE",
    "JSON_CAP",
    "MEDIA_CAP",
    "BodyTooLarge",
    "DeadlinePassed",
    "FilePart",
    "HostRefused",
    "HostUnreachable",
    "Http",
    "HttpError",
    "NotJson",
    "Response",
    "Socket",
    "SocketClosed",
    "SocketRefused",
    "TlsFailed",
    "canonical_host",
    "open_socket",
]
