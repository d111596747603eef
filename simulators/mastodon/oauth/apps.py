"""Registration of programs, and what an app learns of itself."""

from urllib.parse import urlsplit

from simulators.mastodon.calls import ANYBODY, APP, Call, Endpoint
from simulators.mastodon.errors import ApiError, invalid
from simulators.mastodon.oauth import scopes
from simulators.mastodon.pack.moments import iso
from simulators.mastodon.profiles import GOTOSOCIAL
from simulators.mastodon.records import App
from simulators.mastodon.state import State

NOWHERE = "urn:ietf:wg:oauth:2.0:oob"
REFUSED = {"javascript", "data", "vbscript"}
Json = dict[str, object]


def register(call: Call) -> Json:
    """Answer `POST /api/v1/apps`: an app with its secret."""
    state, params = call.state, call.params
    if state.profile.software == GOTOSOCIAL:
        _check_as_gotosocial(call)
    name = params.text("client_name").strip()
    if not name:
        raise invalid("name")
    uris = _redirect_uris(call)
    asked = scopes.written(params.text("scopes", scopes.DEFAULT))
    if not scopes.known(state, asked):
        raise invalid("scopes")
    moment = state.now
    app = App(
        id=state.ids.count("app", moment),
        created=moment,
        name=name,
        website=params.text("website") or None,
        redirect_uris=uris,
        scopes=asked,
        client_id=state.word(),
        client_secret=state.word(),
    )
    state.apps[app.id] = app
    return packed(state, app, secret=True)


def _check_as_gotosocial(call: Call) -> None:
    if isinstance(call.params.given.get("redirect_uris"), list):
        raise invalid(
            "json: cannot unmarshal array into Go struct field "
            "ApplicationCreateRequest.redirect_uris of type string"
        )
    if not call.params.text("client_name"):
        raise invalid(
            "Key: 'ApplicationCreateRequest.ClientName' Error:Field validation for "
            "'ClientName' failed on the 'required' tag"
        )


def _redirect_uris(call: Call) -> list[str]:
    """Return the addresses; several are lines, or an array from 4.3 on."""
    lines = [
        uri
        for given in call.params.texts("redirect_uris")
        for uri in given.split("\n")
        if uri.strip()
    ]
    if call.state.profile.software == GOTOSOCIAL:
        return lines or [NOWHERE]
    if not lines:
        raise invalid("redirect_blank")
    for uri in lines:
        scheme = urlsplit(uri).scheme.lower()
        if not scheme or scheme in REFUSED:
            raise invalid("redirect")
    return lines


def packed(state: State, app: App, *, secret: bool = False) -> Json:
    """Return an app as JSON; its secret only when it was just made."""
    built: Json = {
        "id": app.id,
        "created_at": iso(app.created),
        "name": app.name,
        "website": app.website,
        "scopes": app.scopes,
        "redirect_uri": "\n".join(app.redirect_uris),
        "redirect_uris": app.redirect_uris,
        "vapid_key": "BCk-QqERU0q-CfYZjcuB6lnyyOYfJ2AifKqfeGIm7Z-HiTU5T9eTG5GxVA0_O",
    }
    if secret:
        built |= {"client_id": app.client_id, "client_secret": app.client_secret}
        built["client_secret_expires_at"] = 0
    answer = state.profile.pick("app", built)
    if state.profile.software == GOTOSOCIAL and app.website is None:
        del answer["website"]
    return answer


def by_client(state: State, client_id: str) -> App | None:
    """Return the app of a client id, if the host still knows it."""
    for app in state.apps.values():
        if app.client_id == client_id:
            return app
    return None


def verify(call: Call) -> Json:
    """Answer `GET /api/v1/apps/verify_credentials`."""
    if call.token is None:
        raise ApiError("token")
    app = call.state.apps[call.token.app_id]
    return packed(call.state, app)


ENDPOINTS = [
    Endpoint("POST", "/api/v1/apps", register, who=ANYBODY, limits=("apps",)),
    Endpoint("GET", "/api/v1/apps/verify_credentials", verify, who=APP),
]
