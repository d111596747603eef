"""What an authorize address asks for, whether it may, and the code that answers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from simulators.mastodon.oauth import apps, scopes
from simulators.mastodon.records import App, Grant, User
from simulators.mastodon.state import State

FIELDS = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)


class BadAddress(ValueError):
    """The host shows this on a page of its own; the program is told nothing.

    Its text is one of `client`, `redirect`, `scope`, `method`, `response`.
    """


@dataclass(frozen=True, slots=True)
class Asked:
    """A sound request for a person's permission."""

    app: App
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    challenge: str


def read(state: State, query: Mapping[str, str]) -> Asked:
    """Return what an address asks; raises BadAddress."""
    app = apps.by_client(state, query.get("client_id", ""))
    if app is None:
        raise BadAddress("client")
    redirect_uri = query.get("redirect_uri", "")
    if redirect_uri not in app.redirect_uris:
        raise BadAddress("redirect")
    if query.get("response_type") != "code":
        raise BadAddress("response")
    asked = scopes.written(query.get("scope") or scopes.DEFAULT)
    if not scopes.allowed(app, asked):
        raise BadAddress("scope")
    proved = "pkce" in state.profile.has
    challenge = query.get("code_challenge", "") if proved else ""
    if challenge and query.get("code_challenge_method") != "S256":
        raise BadAddress("method")
    return Asked(app, redirect_uri, tuple(asked), query.get("state", ""), challenge)


def already(state: State, asked: Asked, user: User) -> bool:
    """Say whether the person's app has such a token; the page is skipped then."""
    return any(
        (token.app_id, token.user_id) == (asked.app.id, user.id)
        and set(token.scopes) == set(asked.scopes)
        for token in state.tokens.values()
    )


def approve(
    state: State, asked: Asked, user: User, granted: tuple[str, ...] | None = None
) -> str:
    """Keep a code for one exchange; returns where the browser goes with it."""
    given = scopes.granted(state, asked.scopes) if granted is None else granted
    grant = Grant(
        code=state.word(),
        created=state.now,
        app_id=asked.app.id,
        user_id=user.id,
        scopes=given,
        redirect_uri=asked.redirect_uri,
        challenge=asked.challenge,
    )
    state.grants[grant.code] = grant
    return _back(state, asked, {"code": grant.code})


def deny(state: State, asked: Asked) -> str:
    """Return where the browser goes after a denial."""
    about = "The resource owner or authorization server denied the request."
    return _back(state, asked, {"error": "access_denied", "error_description": about})


def _back(state: State, asked: Asked, told: dict[str, str]) -> str:
    if asked.state:
        told["state"] = asked.state
    if asked.redirect_uri == apps.NOWHERE:
        return f"{state.origin}/oauth/authorize/native?{urlencode(told)}"
    parts = urlsplit(asked.redirect_uri)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *told.items()]
    return parts._replace(query=urlencode(query)).geturl()


def approve_url(
    state: State, url: str, acct: str, granted: tuple[str, ...] | None = None
) -> str:
    """Allow what an authorize address asks; returns the callback's address."""
    query = dict(parse_qsl(urlsplit(url).query))
    with state.lock:
        asked = read(state, query)
        return approve(state, asked, state.by_acct(acct), granted)
