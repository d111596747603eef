"""What mixi refuses with: an error's name, a description, an HTTP number, headers."""

from dataclasses import dataclass, field

REALM = "api.mixi-platform.com"
SPEC = {"Cache-Control": "no-store", "X-MIXI-GRAPH-API-SPEC": "131072"}
HTML = (
    "<!doctype html><title>Error</title><h1>Error</h1><p>しばらくお待ちください。</p>"
)


@dataclass(slots=True)
class Refusal(Exception):
    """A refusal; `status` 0 lets the switches say the number of a named error."""

    error: str
    description: str = ""
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    form: str = "json"  # or "empty" or "html"

    def answer(self) -> dict[str, str]:
        """Return the JSON body, as the Message API and RFC 6749 write it."""
        told = {"error": self.error}
        if self.description:
            told["error_description"] = self.description
        return told


def invalid_request(description: str, status: int = 0) -> Refusal:
    """Return the refusal of a call that is not well made."""
    return Refusal("invalid_request", description, status)


def not_found(description: str = "message not found") -> Refusal:
    """Return the refusal of something that is not there, in the document's words."""
    return Refusal("not_found", description)


def status_conflicted() -> Refusal:
    """Return the refusal of a status change, in the document's words."""
    return Refusal("status_conflicted", "status cannot be changed")


def access_denied(description: str = "your account is temporary prohibited") -> Refusal:
    """Return the refusal of what a person may not do, first in the document's words."""
    return Refusal("access_denied", description)


def challenge(form: str, error: str, description: str) -> dict[str, str]:
    """Return the WWW-Authenticate header of a 401 or 403 in one of its forms.

    `old` has single quotes and mixi's own `expired_token`; `rfc` is RFC 6750 section 3,
    where an expired token is an invalid one.
    """
    match form:
        case "old":
            code = f"error='{error}'," if error else ""
            return {"WWW-Authenticate": f"OAuth {code}realm='{REALM}'"}
        case "rfc":
            told = f'Bearer realm="{REALM}"'
            if error:
                code = "invalid_token" if error == "expired_token" else error
                told += f', error="{code}", error_description="{description}"'
            return {"WWW-Authenticate": told}
        case _:
            return {}
