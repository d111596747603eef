"""The token endpoint, `POST /2/token`: RFC 6749 section 3.2 and mixi's `server_state`."""

import base64
import binascii
import hmac
from urllib.parse import parse_qsl, unquote_plus

from aiohttp import web

from simulators.mixi import oauth
from simulators.mixi.answers import refuse, tell
from simulators.mixi.errors import SPEC, Refusal, invalid_request
from simulators.mixi.keys import STATE
from simulators.mixi.records import Served
from simulators.mixi.state import State

UNCACHED = SPEC | {"Pragma": "no-cache"}
SECRETS = {"client_secret", "code", "refresh_token", "server_state", "code_verifier"}
LARGEST_BODY = 65_536


async def post(request: web.Request) -> web.Response:
    """Answer a call; what is remembered of it holds no secrets."""
    state = request.app[STATE]
    raw = await request.content.read(LARGEST_BODY)
    given: dict[str, str] = {}
    with state.lock:
        try:
            given = _read(request, raw)
            response = tell(_answer(state, request, given), headers=UNCACHED)
        except Refusal as refusal:
            refusal.headers = UNCACHED | refusal.headers
            response = refuse(state, refusal)
        shown = {key: value for key, value in given.items() if key not in SECRETS}
        row = Served("POST", "token", body=shown, status=response.status)
        state.remember(row)
    return response


def _read(request: web.Request, raw: bytes) -> dict[str, str]:
    """Return the parameters; empty ones count as left out, double ones are refused."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise invalid_request("the body must be a form", 400)
    try:
        pairs = parse_qsl(
            raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=50
        )
    except ValueError:
        raise invalid_request("the body cannot be read", 400) from None
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise invalid_request("a parameter is given more than once", 400)
    return {name: value for name, value in pairs if value}


def _answer(state: State, request: web.Request, given: dict[str, str]) -> oauth.Json:
    match given.get("grant_type", ""):
        case "":
            raise invalid_request("grant_type is required", 400)
        case "server_state":
            if given.get("client_id") != state.client.id:
                raise _invalid_client(state)
            return {"server_state": oauth.new_server_state(state)}
        case "authorization_code":
            _check_client(state, request, given)
            return oauth.trade_code(state, given)
        case "refresh_token":
            _check_client(state, request, given)
            return oauth.renew(state, given)
        case _:
            raise Refusal("unsupported_grant_type", "no such grant_type", 400)


def _check_client(state: State, request: web.Request, given: dict[str, str]) -> None:
    client_id, secret = given.get("client_id", ""), given.get("client_secret", "")
    basic = _basic(request) if state.silences.basic else None
    if basic is not None:
        if secret:
            raise invalid_request("two kinds of client authentication", 400)
        client_id, secret = basic
    same = hmac.compare_digest(client_id.encode(), state.client.id.encode())
    known = hmac.compare_digest(secret.encode(), state.client.secret.encode())
    if not same or not known or state.client_refused:
        raise _invalid_client(state)


def _basic(request: web.Request) -> tuple[str, str] | None:
    scheme, _, written = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        pair = base64.b64decode(written, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    client_id, _, secret = pair.partition(":")
    return unquote_plus(client_id), unquote_plus(secret)


def _invalid_client(state: State) -> Refusal:
    status = state.silences.invalid_client_status
    headers = {"WWW-Authenticate": 'Basic realm="mixi"'} if status == 401 else {}
    return Refusal("invalid_client", "client_id or client_secret", status, headers)
