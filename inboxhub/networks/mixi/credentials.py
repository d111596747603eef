"""What is stored of a sign-in: the token pair, its end, what it may, where it goes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from inboxhub.networks.errors import CredentialsError
from inboxhub.networks.values import mapping_of

READ, WRITE, PROFILE = "r_message", "w_message", "r_profile"
SCOPES = (PROFILE, READ, WRITE)
USUAL_LIFE = 900
LONGEST_LIFE = 10 * 365 * 86_400
TOKEN = re.compile(r"[\x21-\x7e]{1,2048}")
SCOPE = re.compile(r"[\x21-\x7e]{1,100}")


@dataclass(frozen=True, slots=True)
class Access:
    """The stored credentials, understood. `expires_at`: seconds since 1970, or never."""

    token: str = field(repr=False)
    scheme: str
    expires_at: float
    scopes: frozenset[str]

    @classmethod
    def of(cls, credentials: Mapping[str, str]) -> Self:
        token = credentials.get("token", "")
        if TOKEN.fullmatch(token) is None:
            raise CredentialsError("no usable token is stored", code="no-token")
        scopes = credentials.get("scope", " ".join(SCOPES)).split()
        return cls(
            token=token,
            scheme="Bearer" if credentials.get("scheme") == "Bearer" else "OAuth",
            expires_at=_number(credentials.get("expires_at", "")),
            scopes=frozenset(scopes),
        )


def credentials_of(
    answer: object,
    *,
    now: float,
    asked: Iterable[str] = SCOPES,
    before: Mapping[str, str] | None = None,
) -> dict[str, str] | None:
    """A token answer in the form that is stored; None when it is none.

    Without a new refresh token the one of `before` stays, and so does everything else
    that was stored there and is not a part of the answer.
    """
    raw = mapping_of(answer)
    token = raw.get("access_token")
    if not isinstance(token, str) or TOKEN.fullmatch(token) is None:
        return None
    kept = dict(before or {})
    again = raw.get("refresh_token")
    if isinstance(again, str) and TOKEN.fullmatch(again):
        kept["refresh_token"] = again
    kind = raw.get("token_type")
    bearer = isinstance(kind, str) and kind.lower() == "bearer"
    return kept | {
        "token": token,
        "scheme": "Bearer" if bearer else "OAuth",
        "expires_at": str(int(now) + _life(raw.get("expires_in"))),
        "scope": _scope(raw.get("scope")) or kept.get("scope") or " ".join(asked),
    }


def _life(told: object) -> int:
    """Seconds; mixi's usual ones where the answer has nonsense or nothing."""
    if isinstance(told, str) and told.isascii() and told.isdigit():
        told = int(told[:18])
    if isinstance(told, bool) or not isinstance(told, int | float):
        return USUAL_LIFE
    return int(told) if 0 < told <= LONGEST_LIFE else USUAL_LIFE


def _scope(told: object) -> str:
    if not isinstance(told, str):
        return ""
    return " ".join(n for n in told[:2_000].split() if SCOPE.fullmatch(n))


def _number(text: str) -> float:
    digits = text.isascii() and text.isdigit() and len(text) < 18
    return float(text) if digits else float("inf")
