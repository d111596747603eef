"""The door of the API: who calls, with which scope, how often; then the call itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import formatdate
from math import ceil

from aiohttp import web

from simulators.mixi.answers import refuse, tell
from simulators.mixi.bodies import shown
from simulators.mixi.errors import Refusal, access_denied, challenge, invalid_request
from simulators.mixi.keys import STATE
from simulators.mixi.records import AccessToken, Person, Served
from simulators.mixi.state import State

TOKEN_NAMES = ("access_token", "oauth_token")
SCHEMES = ("bearer", "oauth")
MINUTE = 60.0
Handler = Callable[[web.Request], Awaitable[web.Response]]
Scopes = Callable[[State, web.Request], set[str]]


@dataclass(frozen=True, slots=True)
class Call:
    """One permitted call; `raw` and `content_type` are its body, unread."""

    state: State
    person: Person
    path: dict[str, str]
    query: dict[str, str]
    raw: bytes
    content_type: str


def door(scopes: Scopes, run: Callable[[Call], object]) -> Handler:
    """Return the handler of one kind of call; a call is one step."""

    async def handle(request: web.Request) -> web.Response:
        raw = await request.read()
        state = request.app[STATE]
        with state.lock:
            try:
                response = tell(run(_admit(state, request, raw, scopes)))
            except Refusal as refusal:
                response = refuse(state, refusal)
            _remember(state, request, raw, response.status)
        return response

    return handle


def _admit(state: State, request: web.Request, raw: bytes, scopes: Scopes) -> Call:
    _limit(state, "client")
    token = _authenticate(state, request)
    _limit(state, token.person)
    missing = scopes(state, request) - set(token.scopes)
    if missing:
        description = f"the token lacks {' '.join(sorted(missing))}"
        raise _challenged(state, "insufficient_scope", description, 403)
    person = state.person(token.person)
    if request.match_info["user"] not in ("@me", person.id):
        raise access_denied("only the authorized user can be read")
    path = dict(request.match_info)
    content_type = request.headers.get("Content-Type", "")
    return Call(state, person, path, dict(request.query), raw, content_type)


def _authenticate(state: State, request: web.Request) -> AccessToken:
    words = _words(request)
    if len(words) > 1:
        raise invalid_request("more than one token", 400)
    if not words:
        raise _challenged(state, "", "", 401)
    token = state.access.get(words[0])
    if token is None or state.person(token.person).left:
        raise _challenged(state, "invalid_token", "The access token is unknown", 401)
    if token.until < state.now:
        raise _challenged(state, "expired_token", "The access token expired", 401)
    return token


def _words(request: web.Request) -> list[str]:
    """Return the tokens of a call: in the header, or the query of both methods."""
    found = [request.query[name] for name in TOKEN_NAMES if request.query.get(name)]
    scheme, _, word = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() in SCHEMES:
        found.append(word.strip())
    return found


def _challenged(state: State, error: str, description: str, status: int) -> Refusal:
    silences = state.silences
    headers = challenge(silences.challenge, error, description)
    return Refusal(error, description, status, headers, silences.challenge_body)


def _limit(state: State, who: str) -> None:
    """Refuse one call too many, or any while the host is said to be busy."""
    silences = state.silences
    if who == "client" and state.busy > 0:
        state.busy -= 1
        raise _busy(state, MINUTE)
    if not silences.calls_per_minute:
        return
    if (silences.limit_per == "client") != (who == "client"):
        return
    recent = state.recent_calls[who]
    while recent and recent[0] <= state.now - MINUTE:
        recent.popleft()
    if len(recent) >= silences.calls_per_minute:
        raise _busy(state, recent[0] + MINUTE - state.now)
    recent.append(state.now)


def _busy(state: State, seconds: float) -> Refusal:
    headers: dict[str, str] = {}
    match state.silences.retry_after:
        case "seconds":
            headers["Retry-After"] = str(ceil(seconds))
        case "date":
            headers["Retry-After"] = formatdate(state.now + seconds, usegmt=True)
        case "none":
            pass
    form = state.silences.limit_body
    return Refusal("service_unavailable", "try again later", 503, headers, form)


def _remember(state: State, request: web.Request, raw: bytes, status: int) -> None:
    query = {k: v for k, v in request.query.items() if k not in TOKEN_NAMES}
    words = _words(request)
    token = state.access.get(words[0]) if words else None
    state.remember(
        Served(
            request.method,
            request.path.removeprefix("/2/"),
            query,
            shown(raw, request.headers.get("Content-Type", "")),
            status,
            token.person if token else "",
        )
    )
