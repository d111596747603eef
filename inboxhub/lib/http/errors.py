"""Why a call brought no usable answer, in types, codes and texts without secrets."""

import ssl
from collections.abc import Iterator

import requests
import urllib3

_CERTIFICATE_CODES = {
    # OpenSSL's X509_V_ERR_… numbers
    9: "expired",  # not valid yet
    10: "expired",
    18: "self-signed",
    19: "self-signed",
    62: "wrong-name",
    64: "wrong-name",  # the same for an address
}
_CERTIFICATE_TEXTS = {
    "expired": "is not valid today",
    "self-signed": "is signed by itself",
    "wrong-name": "is for another server",
    "untrusted": "is from nobody that we trust",
}


class HttpError(Exception):
    """A call brought no usable answer. The text holds no query string and no token.

    `code` names the reason within the class, for whoever words it for people. Raised
    as such, it is a request that cannot be made (code `request`), a header with a line
    break for example.
    """

    def __init__(self, message: str = "", *, code: str = "", host: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.host = host


class HostRefused(HttpError):
    """The host is private, reserved, malformed or on a port that is not allowed.

    Codes: `empty`, `spelling`, `scheme`, `userinfo`, `port`, `ip-address`, `local-name`,
    `private-address`, `redirect`.
    """


class HostUnreachable(HttpError):
    """Nothing answers there. Codes: `no-such-name`, `no-answer`, `cut-off`.

    With the first two, `host` (`name[:port]`) is what was called, perhaps after a
    redirect.
    """


class TlsFailed(HttpError):
    """The certificate is not this host's, or not valid. Nothing of a request was sent.

    Codes: `expired`, `self-signed`, `wrong-name`, `untrusted`, `no-tls`.
    """


class DeadlinePassed(HttpError):
    """The whole call took longer than its deadline."""


class BodyTooLarge(HttpError):
    """The decompressed body is larger than the cap."""


class NotJson(HttpError):
    """An answer came, but it is no JSON (a maintenance page, a cut body)."""


def failure_of(error: Exception, host: str, *, spoken: bool = False) -> HttpError:
    """What a library's error means. Its own text is dropped: it may hold the address.

    `spoken`: something of a request was sent, so that TlsFailed would be wrong, which
    says that nothing was.
    """
    causes = list(_causes(error))
    for cause in causes:
        match cause:
            case ssl.SSLError() if spoken:
                break
            case ssl.SSLCertVerificationError():
                code = _CERTIFICATE_CODES.get(cause.verify_code, "untrusted")
                text = f"the certificate of {host} {_CERTIFICATE_TEXTS[code]}"
                return TlsFailed(text, code=code)
            case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
                break
            case ssl.SSLError():
                return TlsFailed(f"{host} does not speak TLS properly", code="no-tls")
            case TimeoutError() | urllib3.exceptions.TimeoutError():
                return DeadlinePassed(f"{host} did not answer in time")
            case _:
                pass
    if isinstance(error, ValueError | requests.exceptions.InvalidJSONError):
        return HttpError(f"the request to {host} cannot be made", code="request")
    return HostUnreachable(f"{host} broke the connection off", code="cut-off")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it wraps; libraries keep the first cause in many places."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [*cause.args, getattr(cause, "reason", None)]
        waiting += [cause.__cause__, cause.__context__]
