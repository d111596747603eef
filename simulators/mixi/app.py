"""The application of one simulated mixi: which address leads to which handler."""

from aiohttp import web

from simulators.faults import Faults
from simulators.mixi import (
    consent,
    media,
    pages,
    people,
    reading,
    sim_api,
    sim_page,
    tokens,
    writing,
)
from simulators.mixi.dates import dated
from simulators.mixi.door import door
from simulators.mixi.keys import FAULTS, MISHAPS, PLAY, STATE
from simulators.mixi.mishaps import Mishaps
from simulators.mixi.play import Play
from simulators.mixi.scopes import for_people, for_reading, for_writing
from simulators.mixi.state import State
from simulators.serving import other_side

LARGEST_BODY = 4 * 1_048_576


def make_app(state: State, faults: Faults, mishaps: Mishaps) -> web.Application:
    """Return the application that serves one mixi's state."""
    app = web.Application(
        middlewares=[dated, faults.middleware, mishaps.middleware],
        client_max_size=LARGEST_BODY,
    )
    app[STATE] = state
    app[FAULTS] = faults
    app[MISHAPS] = mishaps
    app[PLAY] = Play(state)
    app.router.add_routes([*_pages(), *_api(), *other_side(sim_page, sim_api)])
    return app


def _pages() -> list[web.RouteDef]:
    return [
        web.get("/", pages.home),
        web.get("/connect_authorize.pl", consent.ask),
        web.post("/connect_authorize.pl", consent.decide),
        web.get(consent.HELPER, consent.helper),
        web.get("/redirect_friend_api.pl", pages.redirect),
        web.get("/show_friend.pl", pages.person),
        web.get("/list_apps.pl", pages.apps),
        web.post("/list_apps.pl", pages.revoke),
        web.get("/photo/user/{name}.jpg", media.thumbnail),
        web.get(reading.LOGO, media.logo),
        web.get("/favicon.ico", media.logo),
    ]


def _api() -> list[web.RouteDef]:
    """Return the API's addresses; some old clients write a slash behind them."""
    read, write = "/2/messages/{user}/{box}", "/2/messages/{user}/@self/{box}"
    routes = [
        ("GET", "/2/people/{user}/@self", door(for_people, people.myself)),
        ("GET", "/2/people/{user}/@friends", door(for_people, people.friends)),
        ("GET", read, door(for_reading, reading.everything)),
        ("GET", f"{read}/{{id}}", door(for_reading, reading.one)),
        ("POST", write, door(for_writing, writing.send)),
        ("PUT", f"{write}/{{id}}", door(for_writing, writing.mark)),
        ("DELETE", f"{write}/{{id}}", door(for_writing, writing.delete_one)),
        ("DELETE", write, door(for_writing, writing.delete_many)),
    ]
    return [
        web.post("/2/token", tokens.post),
        *(
            web.route(method, f"{path}{end}", handler)
            for method, path, handler in routes
            for end in ("", "/")
        ),
    ]
