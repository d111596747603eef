"""The door of the API: finds the endpoint, asks who calls, limits, runs, answers."""

import json
import re
from collections.abc import Mapping
from functools import cache
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from simulators.mastodon.calls import ANYBODY, APP, Answer, Call, Endpoint, Upload
from simulators.mastodon.endpoints import ENDPOINTS
from simulators.mastodon.errors import ApiError
from simulators.mastodon.keys import STATE
from simulators.mastodon.limits import Budget
from simulators.mastodon.params import Params, tree
from simulators.mastodon.profiles import GOTOSOCIAL, SHARKEY, Profile
from simulators.mastodon.records import Token
from simulators.mastodon.state import Served, State

PAGING = {"max_id", "min_id", "since_id", "page"}
SECRETS = {"client_secret", "access_token", "token", "code", "code_verifier"}
KEPT_HEADERS = ("User-Agent", "Accept-Language", "Idempotency-Key")
TEAPOT = {"error": "I'm a teapot: no user-agent sent with request"}
_NAME = re.compile(r"\{(\w+)\}")


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(_NAME.sub(r"(?P<\1>[^/]+)", path) + "$")


def find(
    profile: Profile, method: str, path: str
) -> tuple[Endpoint | None, dict[str, str], bool]:
    """Return the endpoint, the names in the path, and whether the path is known."""
    known = False
    for endpoint in ENDPOINTS:
        if endpoint.needs and endpoint.needs not in profile.has:
            continue
        match = _pattern(endpoint.path).match(path)
        if match and endpoint.method == method:
            return endpoint, match.groupdict(), True
        known = known or match is not None
    return None, {}, known


async def answer(request: web.Request) -> web.Response:
    """Answer any call of the API."""
    state = request.app[STATE]
    gotosocial = state.profile.software == GOTOSOCIAL
    if gotosocial and "User-Agent" not in request.headers:
        return web.json_response(TEAPOT, status=418)
    path = request.path
    if path.endswith("/") and len(path) > 1:
        if gotosocial:
            raise web.HTTPMovedPermanently(path.rstrip("/"))
        path = path.rstrip("/")
    endpoint, names, known = find(state.profile, request.method, path)
    if endpoint is None and known and gotosocial:
        return web.Response(status=405, text="405 method not allowed")
    call = await _read(request, state, path, names)
    with state.lock:
        state.work()
        return _serve(call, endpoint)


async def _read(
    request: web.Request, state: State, path: str, names: Mapping[str, str]
) -> Call:
    """Read query and body; a body that is no JSON counts as empty."""
    query = tree(parse_qsl(request.query_string, keep_blank_values=True))
    body: dict[str, object] = {}
    upload = None
    match request.content_type:
        case "application/json":
            body = _parsed(await request.read())
        case "multipart/form-data":
            body, upload = await _multipart(request)
        case _ if request.can_read_body:
            text = (await request.read()).decode("utf-8", "replace")
            body = tree(parse_qsl(text, keep_blank_values=True))
        case _:
            pass
    return Call(
        state=state,
        method=request.method,
        path=path,
        params=Params({**query, **body}),
        names=names,
        headers=request.headers,
        query=query,
        address=request.remote or "",
        upload=upload,
        language=_language(request.headers, query),
    )


def _parsed(raw: bytes) -> dict[str, object]:
    try:
        body = json.loads(raw)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


async def _multipart(request: web.Request) -> tuple[dict[str, object], Upload | None]:
    pairs: list[tuple[str, str]] = []
    upload = None
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.name == "file":
            mime = part.headers.get("Content-Type", "application/octet-stream")
            content = bytes(await part.read())
            upload = Upload(part.filename or "untitled", mime, content)
        elif part.name:
            pairs.append((part.name, await part.text()))
    return tree(pairs), upload


def _language(headers: Mapping[str, str], query: Mapping[str, object]) -> str:
    wanted = str(query.get("lang") or headers.get("Accept-Language", "en"))
    return "ja" if wanted.lower().startswith("ja") else "en"


def _serve(call: Call, endpoint: Endpoint | None) -> web.Response:
    state = call.state
    token = _token(call)
    budget = None
    try:
        budget = state.limiter.take(_keys(call, endpoint, token), state.now)
        if budget is not None and budget.refused:
            raise ApiError("limit")
        if endpoint is None:
            raise ApiError("route")
        _permit(call, endpoint, token)
        given = endpoint.run(call)
        made = given if isinstance(given, Answer) else Answer(given)
    except ApiError as error:
        status, body, headers = error.answer(state.profile, call.language)
        made = Answer(body, status, headers)
    _remember(call, made.status)
    return _response(state, made, budget)


def _token(call: Call) -> Token | None:
    """Return the living token that the call carries, in the header or as parameter."""
    kind, _, word = call.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        word = call.params.text("access_token")
    state, token = call.state, call.state.tokens.get(word.strip())
    if token is None or token.app_id not in state.apps:
        return None
    return None if token.ends and token.ends <= state.now else token


def _keys(
    call: Call, endpoint: Endpoint | None, token: Token | None
) -> list[tuple[str, str]]:
    """Return the limits that this call counts against, and by whom."""
    has, user = call.state.profile.has, token.user_id if token else None
    if call.state.profile.software == GOTOSOCIAL:
        return [("gotosocial", call.address)]
    if not call.path.startswith("/api/") or call.state.profile.software == SHARKEY:
        return []
    named = [name for name in (endpoint.limits if endpoint else ()) if name != "apps"]
    keys = [(name, user or call.address) for name in named]
    if endpoint and "apps" in endpoint.limits and "app_limit" in has:
        keys.append(("apps", call.address))
    if token is None or user is None:
        return [*keys, ("address", call.address)]
    if "token_limit" in has:
        keys += [("token", token.word), ("user", user)]
    else:
        keys.append(("user_before_4.2", user))
    if PAGING & call.query.keys():
        keys.append(("paging", user))
    return keys


def _permit(call: Call, endpoint: Endpoint, token: Token | None) -> None:
    """Let the right callers in; fills in who calls."""
    call.token = token
    if token is not None and token.user_id is not None:
        call.caller = call.state.users[token.user_id]
    if token is None:
        if endpoint.who == ANYBODY:
            return
        raise ApiError("token")
    if endpoint.scopes and not endpoint.accepted() & set(token.scopes):
        raise ApiError("scope")
    if endpoint.who in (ANYBODY, APP):
        return
    if call.caller is None:
        raise ApiError("user")
    if call.caller.disabled:
        raise ApiError("disabled")


def _remember(call: Call, status: int) -> None:
    shown = {key: call.params.given[key] for key in call.params.given.keys() - SECRETS}
    headers = {
        name: call.headers[name] for name in KEPT_HEADERS if name in call.headers
    }
    user = call.caller.username if call.caller else ""
    row = Served(call.method, call.path, shown, status, user, headers)
    call.state.served.append(row)


def _response(state: State, made: Answer, budget: Budget | None) -> web.Response:
    headers = dict(made.headers)
    if budget is not None:
        whole = state.profile.software == GOTOSOCIAL
        headers |= budget.headers(whole_seconds=whole)
        if made.status == 429 and state.limiter.retry_after:
            headers["Retry-After"] = state.limiter.retry_after
    body = json.dumps(made.body, ensure_ascii=False, separators=(",", ":"))
    body += made.tail
    charset = "" if state.profile.software == GOTOSOCIAL else "; charset=utf-8"
    headers.setdefault("Content-Type", f"application/json{charset}")
    return web.Response(body=body.encode(), status=made.status, headers=headers)
