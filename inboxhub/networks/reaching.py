"""What it means for an account that no usable answer came from its host."""

from inboxhub.lib.http import (
    BodyTooLarge,
    DeadlinePassed,
    HostRefused,
    HostUnreachable,
    HttpError,
    TlsFailed,
)
from inboxhub.networks.errors import TemporaryError

TOO_LARGE = "body-too-large"
UNREACHED: dict[type[HttpError], tuple[str, str]] = {
    HostRefused: ("host-refused", "the address is not allowed"),
    HostUnreachable: ("host-unreachable", "nothing answers at the server's address"),
    TlsFailed: ("tls-failed", "the server's certificate is not valid"),
    DeadlinePassed: ("deadline-passed", "the server did not answer in time"),
    BodyTooLarge: (TOO_LARGE, "the server's answer was too large"),
}
CUT_OFF = "cut-off"
# The codes that say that not a byte of a request has reached the host.
NEVER_LEFT = {"host-refused", "host-unreachable", "tls-failed"}


def unreached(error: HttpError, host: str) -> TemporaryError:
    """No usable answer came at all."""
    code, sentence = UNREACHED.get(type(error), ("no-answer", "no usable answer came"))
    if error.code == CUT_OFF:
        # Unlike the others of its class: whatever was sent may have arrived.
        code, sentence = CUT_OFF, "the connection broke off"
    return TemporaryError(f"{host}: {sentence}", code=code)
