"""The door `/api/…`: reads the body, asks who calls, checks, limits, answers."""

import asyncio
import json
import uuid
from collections.abc import Mapping

from aiohttp import BodyPartReader, web

from simulators.misskey import errors
from simulators.misskey.calls import Call, Endpoint, Upload
from simulators.misskey.endpoints import ENDPOINTS
from simulators.misskey.errors import ApiError
from simulators.misskey.limits import LIMITS, UNLIMITED_BEFORE_13
from simulators.misskey.params import Params, check
from simulators.misskey.records import Token
from simulators.misskey.state import Served, State

STATE = web.AppKey("state", State)
UNCACHED = {"Cache-Control": "private, max-age=0, must-revalidate"}
LARGEST_BODY = 1_048_576
Body = dict[str, object]


class FrameworkError(Exception):
    """A refusal by the HTTP framework below Misskey, with its own JSON."""

    def __init__(self, status: int, code: str, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {
            "statusCode": status,
            "code": code,
            "error": reason,
            "message": message,
        }


async def post(request: web.Request) -> web.Response:
    """Answer `POST /api/{endpoint}`."""
    state = request.app[STATE]
    name = request.match_info["endpoint"]
    if name not in state.profile.endpoints:
        return _unknown(state, name)
    upload = None
    try:
        if name == "drive/files/create":
            body, upload = await _read_upload(request)
        else:
            body = await read_body(request)
    except FrameworkError as error:
        return web.json_response(error.body, status=error.status, headers=UNCACHED)
    token = _written_token(state, request, body)
    if token is not None and not isinstance(token, str):
        await asyncio.Event().wait()  # the real host never answers either
    word = token if isinstance(token, str) else None
    try:
        answer = call(state, name, body, word, upload)
    except ApiError as error:
        response = refuse(state, error)
    else:
        response = _answer(answer)
    remember(state, name, body, response.status)
    return response


async def get(request: web.Request) -> web.Response:
    """Answer `GET /api/{endpoint}`, which no endpoint here allows."""
    state = request.app[STATE]
    if request.match_info["endpoint"] in state.profile.endpoints:
        return web.Response(status=405, headers=UNCACHED)
    if not state.profile.modern:
        return web.Response(status=404, text="Not Found", headers=UNCACHED)
    return refuse(state, errors.unknown_endpoint())


def call(
    state: State, name: str, body: Body, token: str | None, upload: Upload | None = None
) -> object:
    """Run an endpoint as one step; raises ApiError for every refusal."""
    endpoint = ENDPOINTS.get(name)
    if endpoint is None:
        raise errors.internal(f"{name} is not simulated", str(uuid.uuid4()))
    with state.lock:
        key = _authenticate(state, token)
        caller = state.users[key.user_id] if key else None
        if endpoint.secure and (key is None or not key.native):
            raise errors.secure_endpoint()
        if caller is not None:
            _limit(state, name, caller.id)
        if endpoint.credential and caller is None:
            raise errors.no_token()
        if endpoint.credential and caller is not None and caller.suspended:
            raise errors.suspended()
        _permit(state, endpoint, key)
        if endpoint.check:
            endpoint.check(body)
        check(body, endpoint.schema, endpoint.required)
        return endpoint.run(Call(state, Params(body), caller, key, upload))


def _authenticate(state: State, token: str | None) -> Token | None:
    if token is None:
        return None
    if token not in state.tokens:
        raise errors.wrong_token(modern=state.profile.modern)
    return state.tokens[token]


def _limit(state: State, name: str, user_id: str) -> None:
    limit = LIMITS.get(name)
    if limit is None or (not state.profile.modern and name in UNLIMITED_BEFORE_13):
        return
    factor = state.users[user_id].rate_limit_factor
    refusal = state.limiter.refuse(user_id, name, limit, factor, state.now)
    if refusal:
        seconds = refusal.seconds(state.now)
        modern = state.profile.modern
        raise errors.too_many(refusal.until, refusal.total, seconds, modern=modern)


def _permit(state: State, endpoint: Endpoint, key: Token | None) -> None:
    if not endpoint.kind or key is None or key.native:
        return
    if endpoint.kind_from_13 and not state.profile.modern:
        return
    if endpoint.kind not in key.permissions:
        raise errors.no_permission(modern=state.profile.modern)


async def read_body(request: web.Request) -> Body:
    """Return the JSON object of a body, or raise what the framework answers."""
    raw = await request.content.read(LARGEST_BODY + 1)
    while len(raw) <= LARGEST_BODY and not request.content.at_eof():
        raw += await request.content.read(LARGEST_BODY + 1)
    if len(raw) > LARGEST_BODY:
        raise FrameworkError(
            413,
            "FST_ERR_CTP_BODY_TOO_LARGE",
            "Payload Too Large",
            "Request body is too large",
        )
    written = request.headers.get("Content-Type")
    if written is None and not raw:
        return {}
    if request.content_type != "application/json":
        raise FrameworkError(
            415,
            "FST_ERR_CTP_INVALID_MEDIA_TYPE",
            "Unsupported Media Type",
            f"Unsupported Media Type: {written}",
        )
    return _parse(raw)


def _parse(raw: bytes) -> Body:
    if not raw:
        raise FrameworkError(
            400,
            "FST_ERR_CTP_EMPTY_JSON_BODY",
            "Bad Request",
            "Body cannot be empty when content-type is set to 'application/json'",
        )
    try:
        body = json.loads(raw)
    except ValueError:
        raise FrameworkError(
            400,
            "FST_ERR_CTP_INVALID_JSON_BODY",
            "Bad Request",
            "Body is not valid JSON but content-type is set to 'application/json'",
        ) from None
    return body if isinstance(body, dict) else {}


async def _read_upload(request: web.Request) -> tuple[Body, Upload | None]:
    if request.content_type != "multipart/form-data":
        return await read_body(request), None
    body: Body = {}
    upload = None
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.name == "file":
            mime = part.headers.get("Content-Type", "application/octet-stream")
            content = bytes(await part.read())
            upload = Upload(part.filename or "untitled", mime, content)
        elif part.name:
            body[part.name] = await part.text()
    return body, upload


def _written_token(state: State, request: web.Request, body: Body) -> object:
    header = request.headers.get("Authorization", "")
    if state.profile.modern and header.startswith("Bearer "):
        return header.removeprefix("Bearer ")
    return body.get("i")


def _answer(answer: object) -> web.Response:
    if answer is None:
        return web.Response(status=204, headers=UNCACHED)
    return web.json_response(answer, headers=UNCACHED, dumps=dumps)


def dumps(value: object) -> str:
    """Write JSON as these hosts do: real letters, no escapes beyond the needed."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def refuse(state: State, error: ApiError) -> web.Response:
    """Turn a refusal into the answer of this version."""
    if not error.code:
        return web.Response(status=error.status, headers=UNCACHED)
    headers = UNCACHED | error.headers
    challenge = error.authenticate_header()
    if challenge and state.profile.modern:
        headers["WWW-Authenticate"] = challenge
    return web.json_response(error.answer(), status=error.status, headers=headers)


def _unknown(state: State, name: str) -> web.Response:
    if not state.profile.modern:
        return web.Response(status=404, text="Not Found", headers=UNCACHED)
    body = {
        "message": f"Route POST:/api/{name} not found",
        "error": "Not Found",
        "statusCode": 404,
    }
    return web.json_response(body, status=404)


def remember(state: State, name: str, body: Mapping[str, object], status: int) -> None:
    """Keep a call for those who ask what was called, without its token."""
    shown = {key: value for key, value in body.items() if key != "i"}
    with state.lock:
        state.served.append(Served(name, shown, status))
