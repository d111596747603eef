"""One call to a host with Mastodon's API, and what its answer means.

The status decides; error texts are in the host's language and never looked at. A token
counts as refused only when `verify_credentials` refuses it too: some hosts answer 401
for every trouble of their own.
"""

import json
import math
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from inboxhub.lib.http import FilePart, Http, HttpError, NotJson, Response
from inboxhub.networks.budget import (
    BUDGETS,
    PACE,
    PATIENCE,
    PATIENCE_OF_CHANGES,
    Budgets,
)
from inboxhub.networks.errors import (
    CredentialsError,
    NotFound,
    NotSupported,
    PermanentError,
    ProviderError,
    TemporaryError,
)
from inboxhub.networks.mastodon.limits import (
    ALL_CALLS,
    CHANGE,
    EVERYTHING,
    READ,
    RULES,
    Now,
    pause_after,
    refused_for,
    wall_clock,
)
from inboxhub.networks.reaching import unreached
from inboxhub.networks.values import line_of, mapping_of

DEADLINE = 20.0
SLOW_DEADLINE = 30.0  # with a file
EARLY = 120.0  # a token is renewed when it has so few seconds left
BELIEVED = 60.0  # seconds for which a confirmed token is not asked about again

TOKEN = re.compile(r"[\x21-\x7e]{1,4096}")
VERIFY = "/api/v1/accounts/verify_credentials"
HEADERS = {"Accept": "application/json", "Accept-Language": "en"}
NOT_OFFERED = {405, 406, 418, 501}
PASSING = {408, 425}
CONFLICT = "changed-meanwhile"


class Refused(PermanentError):
    """The host did not like what it was sent; `told` is the JSON that it answered."""

    def __init__(self, message: str, told: object) -> None:
        super().__init__(message, code="refused")
        self.told = told


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: its JSON (None where it has none) and its `Link` header."""

    value: object
    link: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Form:
    """A multipart body: a file, and the fields beside it."""

    file: FilePart
    fields: Mapping[str, str] = field(default_factory=dict)


Body = Mapping[str, object] | Form | None


class Line:
    """The line to one host for one remote user: budgets, sending, reading answers.

    `shared` is a host that counts by our address, so all its accounts have one budget.
    `renew` gives the next token where tokens end, at the moment `ends_at` (seconds since
    1970) as far as the host tells.
    """

    def __init__(
        self,
        http: Http,
        host: str,
        *,
        token: str = "",
        user: str = "",
        shared: bool = False,
        budgets: Budgets = BUDGETS,
        now: Now = wall_clock,
        renew: Callable[[], str] | None = None,
        ends_at: float = math.inf,
    ) -> None:
        self.http = http
        self.host = host
        self.token = token
        self.owner = "" if shared else user
        self.budgets = budgets
        self.now = now
        self.renew = renew
        self.ends_at = ends_at
        self.believed_until = 0.0

    @property
    def origin(self) -> str:
        """Where the host's addresses start: scheme and host."""
        try:
            return self.http.origin(self.host)
        except HttpError as error:
            raise unreached(error, self.host) from error

    def get(self, address: str, *, kind: str = READ, anonymous: bool = False) -> Answer:
        return self.call("GET", address, kind=kind, anonymous=anonymous)

    def call(
        self,
        method: str,
        address: str,
        body: Body = None,
        *,
        kind: str = CHANGE,
        anonymous: bool = False,
        patience: float | None = None,
        key: str = "",
    ) -> Answer:
        """Send and return the answer. `address` is path and query.

        `key` makes several tries one, on hosts that know it (`Idempotency-Key`). A call
        waits for its budget for `patience` seconds at most, otherwise a moment, longer
        when it only reads; then it raises TemporaryError with `sent` False. An ended
        token is renewed once.
        """
        if patience is None:
            patience = PATIENCE if kind == READ else PATIENCE_OF_CHANGES
        headers = {**HEADERS, "Idempotency-Key": key} if key else dict(HEADERS)
        once = partial(self._once, method, address, body, headers, kind, patience)
        if anonymous:
            return once()
        if self.renew is None:
            return once(signed=True)
        self._renew_early(self.renew)
        try:
            return once(signed=True)
        except CredentialsError:
            self.token = self.renew()
        return once(signed=True)

    def _once(
        self,
        method: str,
        address: str,
        body: Body,
        headers: Mapping[str, str],
        kind: str,
        patience: float,
        *,
        signed: bool = False,
    ) -> Answer:
        token = {"Authorization": f"Bearer {self._checked_token()}"} if signed else {}
        try:
            self._wait_for_budget(kind, patience)
            return self._sent(method, address, body, {**headers, **token}, kind)
        except (CredentialsError, PermanentError) as error:
            settled = self._settled(error, address) if signed else error
        raise settled

    def _renew_early(self, renew: Callable[[], str]) -> None:
        left = self.ends_at - time.time()
        if left > EARLY:
            return
        try:
            self.token, self.ends_at = renew(), math.inf
        except TemporaryError:
            if left <= 0:
                raise

    def worded(self, error: Refused) -> PermanentError:
        """The refusal in the host's own words, where it has some that can be shown."""
        words = line_of(mapping_of(error.told).get("error"), 200)
        if not words or self.token in words:
            return error
        return PermanentError(words)

    def _settled(self, error: ProviderError, address: str) -> ProviderError:
        """What a refusal means in the end, once the token itself was asked about."""
        host, code = self.host, error.code
        if address == VERIFY:
            if code not in {"not-allowed", "refused"}:
                return error
            text = f"{host} does not let the account in"
            return CredentialsError(text, code="account-refused")
        if code == "token-refused":
            self._confirm_token()
            text = f"{host} refused the call, though not the token"
            return TemporaryError(text, code="call-refused")
        if code == "not-allowed":
            self._confirm_token()
        return error

    def _confirm_token(self) -> None:
        """CredentialsError when the host refuses the token altogether."""
        if self.budgets.clock() < self.believed_until:
            return
        self._once("GET", VERIFY, None, HEADERS, READ, PATIENCE, signed=True)
        self.believed_until = self.budgets.clock() + BELIEVED

    def _sent(
        self,
        method: str,
        address: str,
        body: Body,
        headers: Mapping[str, str],
        kind: str,
    ) -> Answer:
        form = body if isinstance(body, Form) else None
        with self.budgets.slot(self.host):
            try:
                response = self.http.request(
                    method,
                    f"{self.origin}{address}",
                    json_body=None if isinstance(body, Form) else body,
                    form=form.fields if form else None,
                    files={"file": form.file} if form else None,
                    headers=headers,
                    deadline=SLOW_DEADLINE if form else DEADLINE,
                )
            except HttpError as error:
                raise unreached(error, self.host) from error
        return self._read(response, kind)

    def _read(self, response: Response, kind: str) -> Answer:
        try:
            value = read_answer(response, self.host, now=self.now)
        except TemporaryError as error:
            if response.status == 429 and error.retry_after:
                self.budgets.silence(self._key(kind), error.retry_after)
            raise
        wait = pause_after(response, kind, self.now)
        if wait:
            self.budgets.silence(self._key(kind), wait)
        return Answer(value, response.headers.get("link", ""), response.status)

    def _checked_token(self) -> str:
        """What is no token is never sent."""
        if TOKEN.fullmatch(self.token) is None:
            raise CredentialsError("no usable token is stored", code="no-token")
        return self.token

    def _wait_for_budget(self, kind: str, patience: float) -> None:
        claims = (
            ((self.host,), (PACE,)),
            (self._key(EVERYTHING), (ALL_CALLS,)),
            (self._key(kind), RULES[kind]),
        )
        self.budgets.wait(self.host, claims, patience)

    def _key(self, kind: str) -> tuple[str, ...]:
        return (self.host, self.owner, f"mastodon:{kind}")


def read_answer(response: Response, host: str, *, now: Now = wall_clock) -> object:
    """The value of an answer, or the error that it is. Nothing of it gets into texts."""
    if 200 <= response.status < 300:
        if not response.body.strip():
            return None
        try:
            return response.json()
        except NotJson:
            pass
        # Raised out here: a maintenance page, or an answer that was cut off.
        raise TemporaryError(f"{host} gave no readable answer", code="not-json")
    raise _error(response, host, now)


def _error(response: Response, host: str, now: Now) -> ProviderError:
    status, code = response.status, f"status-{response.status}"
    if status == 429:
        wait = refused_for(response, now)
        text = f"{host} asks for a pause"
        return TemporaryError(text, retry_after=wait, code="too-many-calls")
    if status in NOT_OFFERED:
        return NotSupported(f"{host} does not offer that", code="not-offered")
    if status in {401, 403, 404}:
        return _refusal(response, host)
    if status == 409:
        text = f"{host} was changed by somebody else meanwhile"
        return TemporaryError(text, retry_after=0.0, code=CONFLICT)
    if 400 <= status < 500 and status not in PASSING:
        return Refused(f"{host} did not accept the request", told_by(response))
    if 300 <= status < 400:
        return TemporaryError(f"{host} sends its callers elsewhere", code="redirect")
    return TemporaryError(f"{host} answered with status {status}", code=code)


def told_by(response: Response) -> object:
    """The JSON of an answer, None for what is none."""
    with suppress(NotJson):
        return response.json()
    return None


def _refusal(response: Response, host: str) -> ProviderError:
    """401, 403 and 404 count only from the API itself: proxies say them too."""
    status = response.status
    if not _speaks_api(response.body):
        if status == 404 and not response.body.strip():
            return NotSupported(f"{host} does not offer that", code="not-offered")
        text = f"{host} answered with status {status}"
        return TemporaryError(text, code=f"status-{status}")
    match status:
        case 401:
            return CredentialsError(f"{host} refused the token", code="token-refused")
        case 403:
            return PermanentError(f"{host} does not allow that", code="not-allowed")
        case _:
            return NotFound(f"{host} does not have it any more", code="gone")


def _speaks_api(body: bytes) -> bool:
    """Whether it is an error object; GoToSocial may send two documents in a row."""
    with suppress(ValueError, RecursionError):
        value, _end = json.JSONDecoder().raw_decode(body[:65_536].decode().lstrip())
        return isinstance(value, dict) and isinstance(value.get("error"), str)
    return False
