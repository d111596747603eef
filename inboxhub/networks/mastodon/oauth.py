"""OAuth 2 of Mastodon's API: our app on a host, its page of approval, the token.

Mastodon API: `POST /api/v1/apps`, `/oauth/authorize`, `/oauth/token`. Other servers
with this API answer mistakes in ways of their own, so anything but a token means that
the link failed; only the name of the error or a 401 says that the app is unknown there.
"""

import math
import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from inboxhub.lib.http import Http, HttpError, NotJson, Response
from inboxhub.networks.errors import (
    CredentialsError,
    PermanentError,
    ProviderError,
    TemporaryError,
)
from inboxhub.networks.mastodon.call import HEADERS, TOKEN
from inboxhub.networks.mastodon.facts import scopes_of
from inboxhub.networks.mastodon.limits import refused_for, wall_clock
from inboxhub.networks.reaching import unreached
from inboxhub.networks.values import mapping_of, word_of

DEADLINE = 20.0
LOOK_DEADLINE = 4.0
# What this version does, and what an app is registered with, so that later versions
# need no new app: an approval may ask for less than the app has.
SCOPES = (
    *("read", "write:conversations", "write:notifications", "write:statuses"),
    *("write:favourites", "write:media", "write:follows"),
)
ALL_SCOPES = (*SCOPES, "write:bookmarks", "write:mutes")
PLAIN = ("read", "write")
# Without metadata, and known to have no scopes of single kinds.
PLAIN_ONLY = {"pixelfed", "takahe"}

APP_UNKNOWN, APP_REFUSED, STALE = "app-unknown", "app-refused", "code-stale"
SCOPE_REFUSED = "scope-refused"
LONGEST_LIFE = 10 * 365 * 86_400  # longer ones are for ever
NO_TOKEN = "no-token-answer"  # noqa: S105  the code of an error
ID = re.compile(r"[\x21-\x7e]{1,2000}")

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class App:
    """Our app on a host. `scopes` are those that an approval asks for."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    scopes: tuple[str, ...]

    @property
    def form(self) -> dict[str, str]:
        return {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "redirect_uri": self.redirect_uri,
        }


def register(
    http: Http,
    host: str,
    *,
    name: str,
    website: str,
    redirect_uri: str,
    software: str = "",
    plain: bool = False,
) -> App:
    """Make our app known to the host. `plain`: it takes no scopes of single kinds.

    PermanentError with the code `app-refused` when the host does not want us.
    """
    form = {"client_name": name, "redirect_uris": redirect_uri, "website": website}
    given = {key: value for key, value in form.items() if value}
    if not plain and _gives_kinds(http, host, software):
        try:
            answer = _apply(http, host, given, ALL_SCOPES)
            return _read_app(answer, host, redirect_uri, SCOPES)
        except PermanentError as error:
            if error.code != SCOPE_REFUSED:
                raise
    answer = _apply(http, host, given, PLAIN)
    return _read_app(answer, host, redirect_uri, PLAIN)


def authorize_url(
    origin: str,
    app: App,
    *,
    state: str,
    challenge: str,
    lang: str = "",
) -> str:
    """The host's page where the person approves; it comes back with `code` and `state`.

    `force_login` lets the person choose another account than the one signed in there.
    """
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": " ".join(app.scopes),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "force_login": "true",
    }
    if lang:
        query["lang"] = lang
    return f"{origin}/oauth/authorize?{urlencode(query)}"


def exchange(
    http: Http,
    host: str,
    app: App,
    code: str,
    *,
    verifier: str,
    clock: Clock = time.time,
) -> dict[str, str]:
    """The credentials for a code, which the host takes once, within ten minutes.

    PermanentError with the code `app-unknown` when the host has forgotten our app,
    `scope-refused` when it does not know a scope, `code-stale` when it does not take
    the code for any other reason.
    """
    form = {
        **app.form,
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": verifier,
    }
    answer = _ask_token(http, host, form)
    token = answer.get("access_token")
    if not isinstance(token, str) or TOKEN.fullmatch(token) is None:
        raise TemporaryError(f"{host} gave no token this time", code=NO_TOKEN)
    granted = scopes_of(answer.get("scope")) or app.scopes
    return {
        "token": token,
        "scope": " ".join(granted),
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        **_successor(answer, host, clock()),
    }


def refresh(
    http: Http,
    credentials: Mapping[str, str],
    *,
    clock: Clock = time.time,
) -> dict[str, str]:
    """New credentials for ended ones, of hosts whose tokens end: Pleroma, Akkoma.

    CredentialsError where the host gives none any more; after TemporaryError the old
    ones are still to be kept.
    """
    host, names = credentials.get("host", ""), ("client_id", "client_secret")
    form = {name: credentials.get(name, "") for name in (*names, "refresh_token")}
    if not host or not all(form.values()):
        raise CredentialsError("no refresh token is stored", code="no-refresh-token")
    try:
        answer = _ask_token(http, host, {**form, "grant_type": "refresh_token"})
    except PermanentError as error:
        text = f"{host} ended this sign-in; sign in again"
        raise CredentialsError(text, code=error.code) from error
    token = answer.get("access_token")
    if not isinstance(token, str) or TOKEN.fullmatch(token) is None:
        raise TemporaryError(f"{host} gave no token this time", code=NO_TOKEN)
    kept = {name: one for name, one in credentials.items() if name != "expires_at"}
    scopes = scopes_of(answer.get("scope"))
    told = {"scope": " ".join(scopes)} if scopes else {}
    return {**kept, "token": token, **told, **_successor(answer, host, clock())}


def knows(http: Http, host: str, app: App) -> bool:
    """Whether the host still knows our app: old ones forget those that nobody uses.

    True as well where nothing can be found out.
    """
    return _refusal(http, host, app, ("read",)) != APP_UNKNOWN


def takes(http: Http, host: str, app: App) -> bool:
    """Whether the host knows the scopes that an approval by our app asks for.

    True as well where nothing can be found out.
    """
    return _refusal(http, host, app, app.scopes) != SCOPE_REFUSED


def _refusal(http: Http, host: str, app: App, scopes: Collection[str]) -> str:
    """Why the app gets no token for itself (RFC 6749, 4.4); empty when it gets one."""
    form = {**app.form, "grant_type": "client_credentials", "scope": " ".join(scopes)}
    try:
        _ask_token(http, host, form)
    except ProviderError as error:
        return error.code
    return ""


def _gives_kinds(http: Http, host: str, software: str) -> bool:
    """Whether the host knows `write:statuses` and its like.

    RFC 8414, which Mastodon has since 4.3, names them; older hosts without it knew them
    before, but some software with the same API does not.
    """
    try:
        url = f"{http.origin(host)}/.well-known/oauth-authorization-server"
        response = http.request("GET", url, headers=HEADERS, deadline=LOOK_DEADLINE)
        found = mapping_of(response.json() if response.status == 200 else None)
    except HttpError:
        found = {}
    supported = scopes_of(found.get("scopes_supported"))
    if supported:
        return set(SCOPES) <= set(supported)
    return software not in PLAIN_ONLY


def _apply(
    http: Http,
    host: str,
    given: Mapping[str, str],
    scopes: Collection[str],
) -> Mapping[object, object]:
    """Mastodon API: `POST /api/v1/apps`. One text of redirect URIs: some take no list."""
    form = {**given, "scopes": " ".join(scopes)}
    response = _post(http, host, "/api/v1/apps", form)
    if response.status in (200, 201):
        return _object(response)
    _raise_what_passes(response, host)
    # Of 400 and 422 the scopes may be the reason, as long as they are special ones.
    about_scopes = response.status in (400, 422) and scopes != PLAIN
    code = SCOPE_REFUSED if about_scopes else APP_REFUSED
    raise PermanentError(f"{host} does not take our app", code=code)


def _read_app(
    answer: Mapping[object, object],
    host: str,
    redirect_uri: str,
    scopes: tuple[str, ...],
) -> App:
    client_id, secret = (_id(answer.get(n)) for n in ("client_id", "client_secret"))
    if not client_id or not secret:
        raise TemporaryError(f"{host} gave no readable answer", code="not-json")
    return App(client_id, secret, redirect_uri, scopes)


def ends_at(credentials: Mapping[str, str]) -> float:
    """Seconds since 1970, infinite where the host told nothing of an end."""
    told = credentials.get("expires_at", "")
    return float(told) if told.isdecimal() else math.inf


def _successor(
    answer: Mapping[object, object],
    host: str,
    now: float,
) -> dict[str, str]:
    """What the next token is got with, and when it is time; most hosts' never end."""
    again, life = answer.get("refresh_token"), answer.get("expires_in")
    found: dict[str, str] = {}
    if isinstance(again, str) and TOKEN.fullmatch(again):
        found = {"refresh_token": again, "host": host}
    if isinstance(life, int) and not isinstance(life, bool) and 0 < life < LONGEST_LIFE:
        found["expires_at"] = str(int(now) + life)
    return found


def _id(told: object) -> str:
    """Some hosts count their apps and give the number as one."""
    if isinstance(told, int) and not isinstance(told, bool):
        return str(told)
    return told if isinstance(told, str) and ID.fullmatch(told) else ""


def _ask_token(
    http: Http,
    host: str,
    form: Mapping[str, str],
) -> Mapping[object, object]:
    """Mastodon API: `POST /oauth/token`. What the host says besides is not repeated."""
    response = _post(http, host, "/oauth/token", form)
    answer = _object(response)
    name = word_of(answer.get("error"))
    if 200 <= response.status < 300 and not name:
        return answer
    if name == "invalid_client" or response.status == 401:
        raise PermanentError(f"{host} does not know our app", code=APP_UNKNOWN)
    if name == "invalid_scope":
        raise PermanentError(f"{host} does not know a scope", code=SCOPE_REFUSED)
    _raise_what_passes(response, host)
    if not answer:
        raise TemporaryError(f"{host} gave no token this time", code=NO_TOKEN)
    raise PermanentError(f"{host} does not take this approval", code=STALE)


def _post(http: Http, host: str, path: str, form: Mapping[str, str]) -> Response:
    try:
        url = f"{http.origin(host)}{path}"
        return http.request("POST", url, form=form, headers=HEADERS, deadline=DEADLINE)
    except HttpError as error:
        raise unreached(error, host) from error


def _object(response: Response) -> Mapping[object, object]:
    """The JSON object of an answer; empty for everything else."""
    try:
        return mapping_of(response.json())
    except NotJson:
        return {}


def _raise_what_passes(response: Response, host: str) -> None:
    """TemporaryError for what another try may cure."""
    if response.status == 429:
        wait = refused_for(response, wall_clock)
        text = f"{host} asks for a pause"
        raise TemporaryError(text, retry_after=wait, code="too-many-calls")
    if response.status >= 500 or response.status in (408, 425):
        code = f"status-{response.status}"
        raise TemporaryError(f"{host} has an internal error", code=code)
