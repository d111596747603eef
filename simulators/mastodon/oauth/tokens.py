"""`/oauth/token` and `/oauth/revoke`: codes become tokens, tokens die."""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from simulators.mastodon.calls import ANYBODY, Answer, Call, Endpoint
from simulators.mastodon.oauth import apps, scopes
from simulators.mastodon.profiles import GOTOSOCIAL, MASTODON
from simulators.mastodon.records import App, Grant, Token
from simulators.mastodon.state import State

CODE_LIVES = 600_000  # milliseconds
APP_TOKEN_LIVES = 7_200  # seconds that GoToSocial gives a token without a person
Json = dict[str, object]

WORDS = {
    "invalid_client": "Client authentication failed due to unknown client, no client "
    "authentication included, or unsupported authentication method.",
    "invalid_grant": "The provided authorization grant is invalid, expired, revoked, "
    "does not match the redirection URI used in the authorization request, or was "
    "issued to another client.",
    "invalid_scope": "The requested scope is invalid, unknown, or malformed.",
    "invalid_request": "Missing required parameter: {}.",
    "unsupported_grant_type": "The authorization grant type is not supported by the "
    "authorization server.",
    "unauthorized_client": "You are not authorized to revoke this token",
}
JAPANESE = {
    "invalid_client": "クライアントの認証に失敗しました。",
    "invalid_grant": "認可が無効か、期限切れか、取り消されたか、リダイレクトURIと一致しません。",
    "unauthorized_client": "このトークンを取り消す権限がありません",
}
HINT = (
    "Bad Request: could not get access token: {}: If you arrived at this error during "
    "a sign in/oauth flow, please try clearing your session cookies and signing in "
    "again; if problems persist, make sure you're using the correct credentials"
)


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """An OAuth error; `plain` is what GoToSocial calls it."""

    error: str
    status: int = 400
    plain: str = ""
    plain_status: int = 400
    about: str = ""

    def answer(self, call: Call) -> Answer:
        """Return the error as this server writes it."""
        if call.state.profile.software == GOTOSOCIAL:
            word = self.plain or self.error
            body = {"error": word, "error_description": HINT.format(word)}
            return Answer(body, self.plain_status)
        words = WORDS[self.error].format(self.about)
        if call.language == "ja":
            words = JAPANESE.get(self.error, words)
        headers = {}
        if self.status == 401:
            headers["WWW-Authenticate"] = (
                f'Bearer realm="Doorkeeper", error="{self.error}"'
            )
        body = {"error": self.error, "error_description": words}
        return Answer(body, self.status, headers)


def token(call: Call) -> object:
    """Answer `POST /oauth/token`."""
    try:
        return _exchange(call)
    except Refusal as refusal:
        return refusal.answer(call)


def _exchange(call: Call) -> Json:
    params, state = call.params, call.state
    kind = params.text("grant_type")
    if not kind:
        raise Refusal("invalid_request", about="grant_type")
    app = _client(call)
    match kind:
        case "authorization_code":
            return packed(_by_code(call, app), state)
        case "refresh_token" if state.token_life:
            return packed(_by_refresh(call, app), state)
        case "client_credentials":
            asked = scopes.written(params.text("scope", scopes.DEFAULT))
            if not scopes.allowed(app, asked):
                raise Refusal("invalid_scope")
            made = make(state, app, None, tuple(asked))
            return packed(made, state)
        case _:
            raise Refusal("unsupported_grant_type")


def _client(call: Call) -> App:
    """Return the app that calls, by its parameters or by HTTP basic."""
    client_id = call.params.text("client_id")
    secret = call.params.text("client_secret")
    if not client_id:
        client_id, secret = _basic(call.headers)
    app = apps.by_client(call.state, client_id)
    if app is None or not secrets.compare_digest(app.client_secret, secret):
        raise Refusal("invalid_client", 401)
    return app


def _basic(headers: Mapping[str, str]) -> tuple[str, str]:
    kind, _, written = headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(written).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, secret


def _by_code(call: Call, app: App) -> Token:
    state, params = call.state, call.params
    grant = state.grants.get(params.text("code"))
    if grant is None or grant.used or grant.app_id != app.id:
        raise Refusal("invalid_grant", plain="sql: no rows in result set")
    if state.now - grant.created > CODE_LIVES:
        raise Refusal("invalid_grant", plain="sql: no rows in result set")
    if params.text("redirect_uri") != grant.redirect_uri:
        raise Refusal("invalid_grant", plain="invalid redirect uri", plain_status=403)
    if not _proves(grant, params.text("code_verifier")):
        raise Refusal("invalid_grant")
    grant.used = True
    return make(state, app, grant.user_id, grant.scopes)


def _by_refresh(call: Call, app: App) -> Token:
    """The next token; the one before and its refresh token are void then."""
    word = call.params.text("refresh_token")
    known = [token for token in call.state.tokens.values() if token.refresh]
    for before in known:
        if (before.refresh, before.app_id) == (word, app.id):
            forget(call.state, before)
            return make(call.state, app, before.user_id, before.scopes)
    raise Refusal("invalid_grant")


def _proves(grant: Grant, verifier: str) -> bool:
    if not grant.challenge:
        return True
    digest = hashlib.sha256(verifier.encode()).digest()
    proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return secrets.compare_digest(proof, grant.challenge)


def make(
    state: State, app: App, user_id: str | None, granted: tuple[str, ...]
) -> Token:
    """Make a token; Mastodon gives the one that the person's app already has."""
    ends = bool(user_id) and state.token_life > 0
    if state.profile.software == MASTODON and not ends:
        for known in state.tokens.values():
            same = (known.app_id, known.user_id) == (app.id, user_id)
            if same and set(known.scopes) == set(granted):
                return known
    made = Token(state.word(), state.now, app.id, user_id, granted)
    if ends:
        made.ends, made.refresh = state.now + state.token_life, state.word()
    state.tokens[made.word] = made
    return made


def packed(made: Token, state: State) -> Json:
    """Return a token as the token endpoint does."""
    answer: Json = {
        "access_token": made.word,
        "token_type": "Bearer",
        "scope": " ".join(made.scopes),
        "created_at": made.created // 1000,
    }
    if made.refresh:
        life = (made.ends - made.created) // 1000
        answer |= {"expires_in": life, "refresh_token": made.refresh}
    if state.profile.software == GOTOSOCIAL and made.user_id is None:
        answer["expires_in"] = APP_TOKEN_LIVES
    return answer


def forget(state: State, token: Token) -> None:
    """Let a token die; Mastodon closes its streams at once, GoToSocial does not."""
    del state.tokens[token.word]
    if state.profile.software == MASTODON:
        hub = state.hub
        hub.kill([one for one in hub.of(token.user_id) if one.token is token])


def revoke(call: Call) -> object:
    """Answer `POST /oauth/revoke`: fine also for a dead token, not for a foreign one."""
    state, params = call.state, call.params
    try:
        app = _client(call)
    except Refusal:
        return Refusal("unauthorized_client", 403, plain_status=403).answer(call)
    found = state.tokens.get(params.text("token"))
    if found is not None and found.app_id != app.id:
        return Refusal("unauthorized_client", 403, plain_status=403).answer(call)
    if found is not None:
        forget(state, found)
    return {}


ENDPOINTS = [
    Endpoint("POST", "/oauth/token", token, who=ANYBODY),
    Endpoint("POST", "/oauth/revoke", revoke, who=ANYBODY),
]
