"""The application of one simulated host: which address leads to which handler."""

from aiohttp import web

from simulators.faults import Faults
from simulators.mastodon import door, media, pages, sim_api, sim_page
from simulators.mastodon.keys import FAULTS, PLAY, STATE
from simulators.mastodon.oauth import authorize
from simulators.mastodon.play import Play
from simulators.mastodon.state import State
from simulators.mastodon.streaming import door as streaming
from simulators.serving import other_side

LARGEST_UPLOAD = 32 * 1_048_576


def make_app(state: State, faults: Faults) -> web.Application:
    """Return the application that serves one host's state."""
    app = web.Application(
        middlewares=[faults.middleware], client_max_size=LARGEST_UPLOAD
    )
    app[STATE] = state
    app[FAULTS] = faults
    app[PLAY] = Play(state)
    app.cleanup_ctx.append(streaming.on_this_loop)
    app.on_shutdown.append(streaming.close_all)
    app.router.add_routes(
        [
            web.get("/", pages.home),
            web.get("/@{acct}", pages.person),
            web.get("/@{acct}/{id}", pages.status),
            web.get("/@{acct}/statuses/{id}", pages.status),
            web.get("/oauth/authorized_applications", pages.apps),
            web.post("/oauth/authorized_applications", pages.revoke),
            web.get("/avatars/{key}.webp", media.avatar),
            web.get("/headers/{key}.webp", media.header),
            web.get("/media/{id}", media.file),
            web.get("/emoji/{name}.webp", media.emoji),
            web.get("/favicon.ico", media.icon),
            *other_side(sim_page, sim_api),
            web.get("/oauth/authorize", authorize.ask),
            web.post("/oauth/authorize", authorize.decide),
            web.get("/oauth/authorize/native", authorize.native),
            web.get(authorize.SIGN_IN, authorize.sign_in),
            web.post(authorize.SIGN_IN, authorize.signed_in),
            web.get(streaming.PATH, streaming.stream),
            web.get(f"{streaming.PATH}/health", streaming.health),
            web.route("*", "/{path:.*}", door.answer),
        ]
    )
    return app
