"""MiAuth and pasted tokens: how an account gets its token.

Misskey API: "Getting an access token"; `/miauth/{session}`, `miauth/{session}/check`.
"""

import re
from urllib.parse import urlencode

from inboxhub.lib.http import Http
from inboxhub.networks.errors import PermanentError, TemporaryError
from inboxhub.networks.misskey.call import TOKEN, send
from inboxhub.networks.values import mapping_of

# Only what is used: what comes later is asked for by a new sign-in. The old chat's
# `*:messaging` serve hosts up to 13.6; a host drops what it does not know.
PERMISSIONS = (
    "read:account",
    "read:notifications",
    "write:notifications",
    "write:notes",
    "read:reactions",
    "write:reactions",
    "read:chat",
    "write:chat",
    "read:messaging",
    "write:messaging",
    "read:drive",
    "write:drive",
    "read:following",
    "write:following",
)
LONGEST_TOKEN = 256
NATIVE_LENGTH = 16
SESSION = re.compile(r"[0-9A-Za-z-]{1,64}")


def miauth_url(
    origin: str,
    session: str,
    *,
    name: str,
    icon: str,
    callback: str,
) -> str:
    """The host's page where the person approves us; it comes back with `session`.

    The parameter is `permission`: what is spelled otherwise, or unknown to the host, is
    dropped there without a word.
    """
    query = urlencode(
        {
            "name": name,
            "icon": icon,
            "callback": callback,
            "permission": ",".join(PERMISSIONS),
        },
    )
    return f"{origin}/miauth/{_checked(session)}?{query}"


def miauth_check(http: Http, host: str, session: str) -> str:
    """The token of an approved session. The host gives it out once: never ask twice.

    PermanentError with the code `miauth-not-approved` when the person has not approved,
    or when somebody fetched it before.
    """
    answer = send(http, host, f"miauth/{_checked(session)}/check", {})
    match answer:
        case {"ok": True, "token": str(token)}:
            return check_token_shape(token)
        case {"ok": False}:
            raise PermanentError(
                f"{host} says that the link was not approved",
                code="miauth-not-approved",
            )
        case _:
            raise TemporaryError(f"{host} gave no readable answer", code="not-json")


def check_token_shape(text: str) -> str:
    """The token without the blanks and line breaks of a paste; PermanentError otherwise.

    What is no token must never be sent: hosts leave some of it without any answer.
    """
    token = "".join(text.split())
    if len(token) > LONGEST_TOKEN or TOKEN.fullmatch(token) is None:
        raise PermanentError(
            "a token has letters and digits only",
            code="token-malformed",
        )
    return token


def is_native_token(token: str) -> bool:
    """The account's own token (16 characters) may do everything, an app's may not."""
    return len(token) == NATIVE_LENGTH


def token_of(credentials: object) -> str:
    """From stored credentials: `{"token": …}`."""
    token = mapping_of(credentials).get("token")
    return token if isinstance(token, str) else ""


def _checked(session: str) -> str:
    """A session stands in a path; ours are UUIDs."""
    if SESSION.fullmatch(session) is None:
        raise PermanentError("no MiAuth session", code="miauth-not-approved")
    return session
