"""OAuth 2 of mixi: the page that asks the person, the first token, its successors.

mixi Graph API: "認証認可手順" and "OAuth 2.0の仕様差分". Keys are given to registered
partners only; where everything is, the operator says.
"""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from inboxhub.lib.http import Http, HttpError, Response
from inboxhub.networks.errors import (
    CredentialsError,
    PermanentError,
    ProviderError,
    TemporaryError,
)
from inboxhub.networks.mixi.call import error_of, json_of, paused
from inboxhub.networks.mixi.credentials import SCOPES, TOKEN, credentials_of
from inboxhub.networks.reaching import unreached
from inboxhub.networks.values import mapping_of

__all__ = [
    "SCOPES",
    "App",
    "authorize_url",
    "exchange",
    "fetch_server_state",
    "read_pasted",
    "refresh",
]

DEADLINE = 20.0
STATE_DEADLINE = 5.0
LONGEST_PASTE = 20_000
LONGEST_STATE = 1_000
OPERATOR, STALE = "operator-key", "code-stale"
# What mixi says to a wrong key of the site: the operator's matter, not the person's.
OF_THE_KEY = {"invalid_client", "unauthorized_client"}

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class App:
    """This site as mixi knows it. `redirect_uri` is the registered one, to the letter."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    authorize_url: str = "https://mixi.jp/connect_authorize.pl"
    token_url: str = "https://secure.mixi-platform.com/2/token"  # noqa: S105  an address


def authorize_url(app: App, state: str, *, server_state: str = "") -> str:
    """Where the person allows it; mixi comes back with `code` and `state`."""
    query = {
        "client_id": app.client_id,
        "response_type": "code",
        "scope": " ".join(SCOPES),
        "state": state,
        "redirect_uri": app.redirect_uri,
    }
    if server_state:
        query["server_state"] = server_state
    mark = "&" if urlsplit(app.authorize_url).query else "?"
    return app.authorize_url + mark + urlencode(query)


def fetch_server_state(http: Http, app: App) -> str:
    """A value of mixi's own against forged requests; empty when it gives none.

    mixi wants it only for other permissions than ours, so a link goes on without it.
    """
    form = {"grant_type": "server_state", "client_id": app.client_id}
    with suppress(ProviderError):
        found = mapping_of(_ask(http, app, form, STATE_DEADLINE)).get("server_state")
        if isinstance(found, str) and len(found) <= LONGEST_STATE:
            return found
    return ""


def exchange(
    http: Http,
    app: App,
    code: str,
    *,
    server_state: str = "",
    clock: Clock = time.time,
) -> dict[str, str]:
    """The credentials for a code; mixi takes a code once, within three minutes.

    PermanentError with the code `code-stale` when it is too old or was used, with
    `operator-key` when mixi does not know the site's key.
    """
    form = {
        "grant_type": "authorization_code",
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "code": code,
        "redirect_uri": app.redirect_uri,
    }
    if server_state:
        form["server_state"] = server_state
    try:
        answer = _ask(http, app, form, DEADLINE)
    except CredentialsError as error:
        raise PermanentError(
            "mixi no longer takes this approval; it was used or is too old",
            code=STALE,
        ) from error
    found = credentials_of(answer, now=clock())
    if found is None:
        raise _no_token()
    return found


def refresh(
    http: Http,
    credentials: Mapping[str, str],
    app: App,
    *,
    clock: Clock = time.time,
) -> dict[str, str]:
    """New credentials, to be stored before their first use: the old ones may be void.

    One refresher per account at a time, under a lock: mixi may give a refresh token
    only once. CredentialsError only when mixi refuses it; after TemporaryError the old
    pair is still to be kept, and tried again. `operator-key` as for `exchange`.
    """
    token = credentials.get("refresh_token", "")
    if TOKEN.fullmatch(token) is None:
        raise CredentialsError("no refresh token is stored", code="no-refresh-token")
    form = {
        "grant_type": "refresh_token",
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "refresh_token": token,
    }
    answer = _ask(http, app, form, DEADLINE)
    found = credentials_of(answer, now=clock(), before=credentials)
    if found is None:
        raise _no_token()
    return found


def read_pasted(text: str, *, clock: Clock = time.time) -> dict[str, str]:
    """Credentials from a token answer that somebody pasted as JSON.

    Without its refresh token it would end within minutes: PermanentError, with the code
    `token-malformed`.
    """
    answer: object = None
    if len(text) <= LONGEST_PASTE:
        with suppress(ValueError, RecursionError):
            answer = json.loads(text)
    found = credentials_of(answer, now=clock())
    if found is None or "refresh_token" not in found:
        # Raised out here: the parser's own error carries the whole text.
        raise PermanentError(
            "paste the whole JSON answer of mixi, with both of its tokens",
            code="token-malformed",
        )
    return found


def _ask(http: Http, app: App, form: Mapping[str, str], deadline: float) -> object:
    """The only place that sends to the token endpoint."""
    try:
        response = http.request("POST", app.token_url, form=form, deadline=deadline)
    except HttpError as error:
        raise unreached(error, urlsplit(app.token_url).netloc) from error
    readable, value = json_of(response)
    if readable and 200 <= response.status < 300 and "error" not in mapping_of(value):
        return value
    raise _refusal(response, error_of(value)[0])


def _refusal(response: Response, name: str) -> ProviderError:
    """RFC 6749, 5.2. What is said besides the name is not repeated: it may hold a key."""
    if name == "invalid_grant":
        return CredentialsError("mixi ended this sign-in; sign in again", code=name)
    if name in OF_THE_KEY:
        return PermanentError("mixi refused this site's key", code=OPERATOR)
    if response.status in (429, 503):
        return paused(response)
    if name and response.status < 500:
        return PermanentError("mixi refused to give a token", code=name)
    return TemporaryError("mixi gave no token this time", code="no-token-answer")


def _no_token() -> TemporaryError:
    return TemporaryError("mixi gave no token this time", code="no-token-answer")
