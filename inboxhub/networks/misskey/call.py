"""One call to a Misskey host, and what its answer means.

Misskey API: every call is a POST with a JSON object, the token in it as `i`. An error
is decided by `error.code` first and by the status second, which differs by version.
"""

import re
from collections.abc import Mapping

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
from inboxhub.networks.misskey.limits import rules_for
from inboxhub.networks.reaching import unreached

DEADLINE = 20.0
UPLOAD_DEADLINE = 30.0
UNTOLD_WAIT = 60.0  # hosts before 2024.5 refuse without saying for how long
LONGEST_WAIT = 3600.0

CODE = re.compile(r"[A-Z][A-Z0-9_]{2,60}")
TOKEN = re.compile(r"[A-Za-z0-9]+")
SIGN_IN = {"AUTHENTICATION_FAILED", "CREDENTIAL_REQUIRED", "YOUR_ACCOUNT_SUSPENDED"}
NO_ENDPOINT = {"UNKNOWN_API_ENDPOINT", "NO_SUCH_ENDPOINT"}

SENTENCES = {
    "AUTHENTICATION_FAILED": "the server refused the token",
    "CREDENTIAL_REQUIRED": "the server asks for a token",
    "YOUR_ACCOUNT_SUSPENDED": "the server has suspended the account",
    "YOUR_ACCOUNT_MOVED": "the account has moved, the server no longer lets it do that",
    "PERMISSION_DENIED": "the token lacks the permission for that",
    "ROLE_PERMISSION_DENIED": "the server's rules do not let the account do that",
    "ACCESS_DENIED": "the server does not allow that",
    "NO_SUCH_NOTE": "the note does not exist any more",
    "NO_SUCH_MESSAGE": "the message does not exist, or is not yours",
    "NO_SUCH_USER": "the person does not exist on the server any more",
    "NO_SUCH_ROOM": "the room does not exist any more",
    "INVALID_PARAM": "the server did not understand the request",
    "YOU_HAVE_BEEN_BLOCKED": "the person has blocked the account",
    "NO_SUCH_REPLY_TARGET": "what is answered does not exist any more",
    "NO_SUCH_FILE": "the picture is not on the server any more",
    "CANNOT_REPLY_TO_A_PURE_RENOTE": "a renote cannot be answered",
    "CANNOT_REPLY_TO_AN_INVISIBLE_NOTE": "the note is not shown to you",
    "CONTAINS_TOO_MANY_MENTIONS": "the server does not let so many be addressed",
    "CONTAINS_PROHIBITED_WORDS": "the server does not allow those words",
    "NO_FREE_SPACE": "there is no space left for files on the server",
}
# Refusals that the hosts report as an internal error (status 500), by their beginning.
FINAL = {
    "recipient is cannot chat": ("CHAT_REFUSED", "the person does not accept chats"),
    "blocked": ("YOU_HAVE_BEEN_BLOCKED", SENTENCES["YOU_HAVE_BEEN_BLOCKED"]),
    "ROLE_PERMISSION_DENIED": (
        "ROLE_PERMISSION_DENIED",
        SENTENCES["ROLE_PERMISSION_DENIED"],
    ),
    "you are not a member of the room": ("NOT_A_MEMBER", "you are not in that room"),
    "cannot react to own message": ("OWN_MESSAGE", "the message is your own"),
    "cannot react to others message": ("NOT_A_MEMBER", "you are not in that chat"),
    "no such emoji": ("NO_SUCH_EMOJI", "the server does not have that emoji"),
    "invalid emoji": ("NO_SUCH_EMOJI", "the server does not know that emoji"),
    "too many reactions": ("TOO_MANY_REACTIONS", "the message has no room for more"),
    "room is full": ("ROOM_IS_FULL", "the room has no seat left"),
    "Note not accessible for you.": ("NOT_ACCESSIBLE", "the note is not shown to you"),
}
# Rows that the host wanted to change and did not find come as an internal error too.
NO_ROW = "Could not find any entity"


class Line:
    """The line to one host for one remote user: budgets, sending, reading answers.

    `factor` is the host's `rateLimitFactor` (0: it has no limits), `old` a host whose
    notices say themselves whether they are read.
    """

    def __init__(
        self,
        http: Http,
        host: str,
        *,
        token: str = "",
        user: str = "",
        factor: float = 1.0,
        old: bool = False,
        budgets: Budgets = BUDGETS,
    ) -> None:
        self.http = http
        self.host = host
        self.token = token
        self.user = user
        self.factor = factor
        self.old = old
        self.budgets = budgets

    @property
    def origin(self) -> str:
        """Where the host's addresses start: scheme and host."""
        try:
            return self.http.origin(self.host)
        except HttpError as error:
            raise unreached(error, self.host) from error

    def call(
        self,
        endpoint: str,
        parameters: Mapping[str, object] | None = None,
        *,
        anonymous: bool = False,
        patient: bool = True,
        file: FilePart | None = None,
    ) -> object:
        """Send and return the answer's JSON, None where it has no value.

        A call waits a moment for its budget, longer when it is `patient`; then it raises
        TemporaryError with `sent` False. With a `file`, all parameters are texts.
        """
        body = dict(parameters or {})
        if not anonymous:
            body["i"] = self._checked_token()
        self._wait_for_budget(endpoint, patient=patient)
        with self.budgets.slot(self.host):
            try:
                return send(self.http, self.host, endpoint, body, file=file)
            except TemporaryError as error:
                if error.code == "RATE_LIMIT_EXCEEDED" and error.retry_after:
                    self.budgets.silence(self._key(endpoint), error.retry_after)
                raise

    def _checked_token(self) -> str:
        """A token of another form is never sent: hosts do not even answer some."""
        if TOKEN.fullmatch(self.token) is None:
            raise CredentialsError("no usable token is stored", code="no-token")
        return self.token

    def _wait_for_budget(self, endpoint: str, *, patient: bool) -> None:
        if self.factor == 0:
            return
        own = tuple(r.scaled(self.factor) for r in rules_for(endpoint, old=self.old))
        claims = (((self.host,), (PACE,)), (self._key(endpoint), own))
        patience = PATIENCE if patient else PATIENCE_OF_CHANGES
        self.budgets.wait(self.host, claims, patience)

    def _key(self, endpoint: str) -> tuple[str, ...]:
        return (self.host, self.user, endpoint)


def send(
    http: Http,
    host: str,
    endpoint: str,
    body: Mapping[str, object],
    *,
    deadline: float = DEADLINE,
    file: FilePart | None = None,
) -> object:
    """The only place that sends to a Misskey host. Raises the ProviderError family."""
    try:
        url = f"{http.origin(host)}/api/{endpoint}"
        if file is None:
            response = http.request("POST", url, json_body=body, deadline=deadline)
        else:
            response = http.request(
                "POST",
                url,
                form={name: str(value) for name, value in body.items()},
                files={"file": file},
                deadline=UPLOAD_DEADLINE,
            )
    except HttpError as error:
        raise unreached(error, host) from error
    return read_answer(response, host, endpoint)


def read_answer(response: Response, host: str, endpoint: str) -> object:
    """The value of an answer, or the error that it is. Nothing of it gets into texts."""
    if response.status < 300 and not response.body:
        return None
    try:
        value = response.json()
    except NotJson:
        raise _not_json(response, host, endpoint) from None
    error = value.get("error") if isinstance(value, dict) else None
    if isinstance(error, dict):
        raise _refusal(error, response, host, endpoint)
    if 200 <= response.status < 300:
        return value
    raise _by_status(response, host, endpoint, framework=isinstance(error, str))


def _refusal(
    error: Mapping[object, object],
    response: Response,
    host: str,
    endpoint: str,
) -> ProviderError:
    """From an API error: `{code, message, id, kind, info}`; `info` is never shown."""
    code = error.get("code")
    code = code if isinstance(code, str) and CODE.fullmatch(code) else ""
    text = f"{host}: {SENTENCES.get(code, 'the server refused the request')}"
    if code in SIGN_IN or (code == "ACCESS_DENIED" and _suspended(error)):
        return CredentialsError(text, code=code)
    if response.status == 429 or code == "RATE_LIMIT_EXCEEDED":
        return _too_many(response, host, endpoint)
    if code == "PROCESSING":
        return TemporaryError(f"{host} is still at it", retry_after=2.0, code=code)
    if response.status >= 500:
        return _internal(error, host, code)
    if code in NO_ENDPOINT:
        return NotSupported(f"{host} does not offer {endpoint}", code=code)
    if code.startswith("NO_SUCH_") or code == "NO_FOLLOW_REQUEST":
        return NotFound(text, code=code)
    return PermanentError(text, code=code or "refused")


def _internal(error: Mapping[object, object], host: str, code: str) -> ProviderError:
    """Some refusals come as status 500; their text is the only way to tell them."""
    match error:
        case {"info": {"e": {"message": str(message)}}}:
            if message.startswith(NO_ROW):
                return NotFound(f"{host}: it does not exist any more", code="gone")
            for start, (final_code, sentence) in FINAL.items():
                if message.startswith(start):
                    return PermanentError(f"{host}: {sentence}", code=final_code)
        case _:
            pass
    return TemporaryError(f"{host} has an internal error", code=code or "host-error")


def _suspended(error: Mapping[object, object]) -> bool:
    """v11 says it so: ACCESS_DENIED with a reason."""
    match error:
        case {"info": {"reason": str(reason)}}:
            return "suspend" in reason.lower()
        case _:
            return False


def _not_json(response: Response, host: str, endpoint: str) -> ProviderError:
    if response.status == 404 and response.body.strip() == b"Not Found":
        return NotSupported(f"{host} does not offer {endpoint}", code="no-endpoint")
    return _by_status(response, host, endpoint, framework=False)


def _by_status(
    response: Response,
    host: str,
    endpoint: str,
    *,
    framework: bool,
) -> ProviderError:
    """What is no API error: the framework in front of it, or a proxy, speaks."""
    status = response.status
    code = f"status-{status}"
    if status == 429:
        return _too_many(response, host, endpoint)
    if framework and status == 404:
        return NotSupported(f"{host} does not offer {endpoint}", code="no-endpoint")
    bare = status == 400 and not response.body  # an upload without its file
    if (framework and 400 <= status < 500) or status == 413 or bare:
        return PermanentError(f"{host} did not accept the request", code=code)
    if status == 405:
        return ProviderError(f"{host} does not answer such calls", code=code)
    if status < 400:
        return TemporaryError(f"{host} gave no readable answer", code="not-json")
    return TemporaryError(f"{host} answered with status {status}", code=code)


def _too_many(response: Response, host: str, endpoint: str) -> TemporaryError:
    """Silence for what the host says and one second; a refused call counts there."""
    told = response.headers.get("retry-after", "")
    if told.isascii() and told.isdigit():
        wait = min(float(told[:9]), LONGEST_WAIT) + 1.0
    else:
        wait = 1.1 if endpoint.endswith("/delete") else UNTOLD_WAIT
    return TemporaryError(
        f"{host} asks for a pause",
        retry_after=wait,
        code="RATE_LIMIT_EXCEEDED",
    )
