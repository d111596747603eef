"""One call to mixi, and what its answer means.

mixi Message API: refusals are `{"error", "error_description"}` with a status of 400 to
599 that is not told for each; so the name decides first, the number second.
"""

import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from inboxhub.lib.http import Http, HttpError, NotJson, Response, canonical_host
from inboxhub.networks.base import Renew
from inboxhub.networks.budget import BUDGETS, PATIENCE, Budgets, Key
from inboxhub.networks.errors import (
    CredentialsError,
    NotFound,
    PermanentError,
    ProviderError,
    TemporaryError,
)
from inboxhub.networks.headers import date_of, retry_after
from inboxhub.networks.mixi.credentials import Access
from inboxhub.networks.mixi.limits import OF_ACCOUNT, OF_SITE
from inboxhub.networks.reaching import unreached
from inboxhub.networks.values import line_of, mapping_of

DEADLINE = 20.0
# A page of 50 long messages, each sign of them written as an escape.
CAP = 16 * 1024 * 1024
DESCRIPTION_CAP = 300
# A token is renewed when it has so few seconds left.
EARLY = 120.0
API_PATH = "/2"

ACCESS_DENIED, NOT_FOUND, CONFLICT = "access_denied", "not_found", "status_conflicted"
INSUFFICIENT = "insufficient_scope"
PAUSE = "pause"
TOKEN_ERRORS = {"invalid_token", "expired_token"}
# A refusal for good, whatever its number.
NOT_WELL_MADE = "invalid_request"
SENTENCES = {
    ACCESS_DENIED: "mixi does not allow that",
    NOT_FOUND: "the message no longer exists on mixi",
    CONFLICT: "mixi does not let the message go back to that status",
}
CHALLENGE = re.compile(r"\berror\s*=\s*[\"']?([a-z_]{1,40})")
# A name of another form might be anything, a token too.
NAME = re.compile(r"[a-z][a-z_]{1,40}")
CHARSET = re.compile(r"[A-Za-z0-9._-]{1,40}")


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON of an answer, and mixi's own clock when it was given."""

    value: object
    at: datetime


@dataclass(frozen=True, slots=True)
class Ask:
    """What to send. `scope` is the permission that mixi wants for it."""

    method: str
    path: str
    scope: str
    query: Mapping[str, str] | None = None
    body: Mapping[str, object] | None = None


class Line:
    """The line to mixi for one account: budgets, sending, renewing, reading answers.

    `person` is how paths name the account: `@me` or its own id. `charset` is the one
    that requests declare; the bytes are ASCII, which is the same in all that mixi knows.
    """

    def __init__(
        self,
        http: Http,
        host: str,
        credentials: Mapping[str, str],
        *,
        person: str = "@me",
        charset: str = "utf-8",
        user: str = "",
        budgets: Budgets = BUDGETS,
        renew: Renew | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.http = http
        self.host = host
        self.credentials = credentials
        self.person = person
        self.charset = charset if CHARSET.fullmatch(charset) else "utf-8"
        self.user = user
        self.budgets = budgets
        self.renew = renew
        self.clock = clock

    def call(self, ask: Ask, *, patience: float = PATIENCE) -> Answer:
        """Send it and return the answer. An ended token is renewed once.

        A call waits for its budget for `patience` seconds at most; then it raises
        TemporaryError with `sent` False.
        """
        self._renew_early()
        try:
            return self._once(ask, patience)
        except CredentialsError as error:
            if self.renew is None or error.code == INSUFFICIENT:
                raise
        self.credentials = self.renew(self.credentials)
        return self._once(ask, max(patience, PATIENCE))

    def _renew_early(self) -> None:
        left = Access.of(self.credentials).expires_at - self.clock()
        if self.renew is None or left > EARLY:
            return
        try:
            self.credentials = self.renew(self.credentials)
        except TemporaryError:
            if left <= 0:
                raise

    def _once(self, ask: Ask, patience: float) -> Answer:
        access = Access.of(self.credentials)
        url = self._api() + ask.path
        self._wait_for_budget(patience)
        headers = {"Authorization": f"{access.scheme} {access.token}"}
        if ask.method != "GET":
            headers["Content-Type"] = f"application/json; charset={self.charset}"
        if ask.query:
            url += "?" + urlencode(ask.query, errors="replace")
        try:
            response = self.http.request(
                ask.method,
                url,
                json_body=ask.body,
                headers=headers,
                deadline=DEADLINE,
                cap=CAP,
            )
        except HttpError as error:
            raise unreached(error, self.host) from error
        return self._read(response, ask, access)

    def _read(self, response: Response, ask: Ask, access: Access) -> Answer:
        try:
            value = read_answer(response, ask, access)
        except TemporaryError as error:
            if error.code == PAUSE:
                error.retry_after = self.budgets.refused(self._site, error.retry_after)
            raise
        self.budgets.answered(self._site)
        return Answer(value, moment_of_answer(response))

    def _api(self) -> str:
        """Where the API is: as the operator says, at the account's own host only."""
        told = self.credentials.get("api_url", "").rstrip("/")
        try:
            if told and canonical_host(told) == canonical_host(self.host):
                return self.http.origin(self.host) + urlsplit(told).path
            if told:
                raise PermanentError(
                    "the address of mixi's API is not the account's host",
                    code="other-host",
                )
            return self.http.origin(self.host) + API_PATH
        except HttpError as error:
            raise unreached(error, self.host) from error

    @property
    def _site(self) -> Key:
        return (self.host, "mixi:site")

    def _wait_for_budget(self, patience: float) -> None:
        account = (self.host, self.user, "mixi:account")
        claims = ((account, (OF_ACCOUNT,)), (self._site, (OF_SITE,)))
        self.budgets.wait(self.host, claims, patience)


def read_answer(response: Response, ask: Ask, access: Access) -> object:
    """The value of an answer, or the error that it is. No token gets into any text."""
    readable, value = json_of(response)
    name, description = error_of(value)
    status = response.status
    if status == 401 or name in TOKEN_ERRORS:
        raise CredentialsError(
            "mixi refused the access token",
            code=name or _challenge(response) or "unauthorized",
        )
    if status == 429:
        raise paused(response)
    if name in SENTENCES:
        raise _refusal(name, description, access)
    if 200 <= status < 300:
        if readable:
            return value
        raise TemporaryError("mixi gave no readable answer", code="not-json")
    if status >= 500 and name != NOT_WELL_MADE:
        raise paused(response) if status == 503 else _trouble(response)
    if status == 403:
        raise _forbidden(response, name, description, ask, access)
    if status in (404, 409):
        raise _refusal(NOT_FOUND if status == 404 else CONFLICT, description, access)
    raise PermanentError(
        _with(f"mixi did not accept the request ({status})", description, access),
        code=name or f"status-{status}",
    )


def json_of(response: Response) -> tuple[bool, object]:
    """Whether the body is JSON, and its value."""
    with suppress(NotJson):
        return True, response.json()
    return False, None


def error_of(value: object) -> tuple[str, str]:
    """The name and the description of `{"error", "error_description"}`."""
    raw = mapping_of(value)
    name = raw.get("error")
    if not isinstance(name, str) or NAME.fullmatch(name) is None:
        name = ""
    return name, line_of(raw.get("error_description"), 2_000)


def paused(response: Response) -> TemporaryError:
    """mixi Graph API, common specification: 503 to whoever asks too often."""
    return TemporaryError(
        "mixi asks for a pause",
        retry_after=_wait(response),
        code=PAUSE,
    )


def moment_of_answer(response: Response) -> datetime:
    """The answer's `Date`; our own clock where it has none."""
    return date_of(response) or datetime.now(UTC)


def _wait(response: Response) -> float | None:
    told = retry_after(response, datetime.now(UTC))
    return None if told is None else max(1.0, told)


def _trouble(response: Response) -> TemporaryError:
    return TemporaryError(
        f"mixi has an internal error ({response.status})",
        retry_after=_wait(response),
        code=f"status-{response.status}",
    )


def _refusal(name: str, description: str, access: Access) -> ProviderError:
    text = _with(SENTENCES[name], description, access)
    return (NotFound if name == NOT_FOUND else PermanentError)(text, code=name)


def _forbidden(
    response: Response,
    name: str,
    description: str,
    ask: Ask,
    access: Access,
) -> ProviderError:
    """403: for want of a permission, if it says so or if something is to be read."""
    name = name or _challenge(response)
    about_scope = name == INSUFFICIENT or (not name and ask.method == "GET")
    if not about_scope:
        text = _with(SENTENCES[ACCESS_DENIED], description, access)
        return PermanentError(text, code=name or "status-403")
    text = f"mixi wants the permission {ask.scope} for that"
    if ask.scope not in access.scopes:
        return CredentialsError(text, code=INSUFFICIENT)
    return PermanentError(text, code=INSUFFICIENT)


def _with(sentence: str, description: str, access: Access) -> str:
    """mixi's own words behind ours, cut short."""
    words = description.replace(access.token, "…")[:DESCRIPTION_CAP]
    return f"{sentence}: “{words}”" if words else sentence


def _challenge(response: Response) -> str:
    """The error in WWW-Authenticate, in any quotes: mixi's old form has single ones."""
    found = CHALLENGE.search(response.headers.get("www-authenticate", "")[:2_000])
    return found[1] if found else ""
