"""What it means for an account that no usable answer came from its host."""

from inboxhub.lib.http import (
    BodyTooLarge,
    DeadlinePassed,
    HostRefused,
    HostUnreachable,
    HttpError,
    TlsFailed,
)
from inboxhub.networks.base import TemporaryError

UNREACHED: dict[type[HttpError], tuple[str, str]] = {
    HostRefused: ("host-refused", "the address is not allowed"),
    HostUnreachable: ("host-unreachable", "nothing answers at the server's address"),
    TlsFailed: ("tls-failed", "the server's certificate is not valid"),
    DeadlinePassed: ("deadline-passed", "the server did not answer in time"),
    BodyTooLarge: ("body-too-large", "the server's answer was too large"),
}


def unreached(error: HttpError, host: str) -> TemporaryError:
    """No usable answer came at all."""
    code, sentence = UNREACHED.get(type(error), ("no-answer", "no usable answer came"))
    return TemporaryError(f"{host}: {sentence}", code=code)
