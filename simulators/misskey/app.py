"""The application of one simulated host: which address leads to which handler."""

from aiohttp import web

from simulators.faults import Faults
from simulators.misskey import api, media, miauth, nodeinfo, pages, sim_api, sim_page
from simulators.misskey.keys import FAULTS, PLAY
from simulators.misskey.play import Play
from simulators.misskey.state import State
from simulators.misskey.streaming import door
from simulators.serving import other_side

LARGEST_UPLOAD = 32 * 1_048_576


def make_app(state: State, faults: Faults) -> web.Application:
    """Return the application that serves one host's state."""
    app = web.Application(
        middlewares=[faults.middleware], client_max_size=LARGEST_UPLOAD
    )
    app[api.STATE] = state
    app[FAULTS] = faults
    app[PLAY] = Play(state)
    app.cleanup_ctx.append(door.on_this_loop)
    app.on_shutdown.append(door.close_all)
    app.router.add_routes(
        [
            web.get("/", pages.home),
            web.get("/notes/{note}", pages.note),
            web.get("/@{acct}", pages.person),
            web.get("/chat/{kind}/{id}", pages.private),
            web.get("/my/messaging/{acct}", pages.private),
            web.get("/my/notifications", pages.private),
            web.get("/api-doc", pages.docs),
            web.get("/settings/apps", pages.apps),
            web.post("/settings/apps", pages.revoke),
            web.get("/miauth/{session}", miauth.ask),
            web.post("/miauth/{session}", miauth.decide),
            web.get("/streaming", door.stream),
            web.post("/api/miauth/{session}/check", miauth.check),
            web.post("/api/{endpoint:.+}", api.post),
            web.get("/api/{endpoint:.+}", api.get),
            web.get("/.well-known/nodeinfo", nodeinfo.links),
            web.get("/nodeinfo/{version}", nodeinfo.nodeinfo),
            web.get("/identicon/{name:.+}", media.identicon),
            web.get("/files/{name}", media.file),
            web.get("/emoji/{name}.webp", media.emoji),
            web.get("/static-assets/icon.webp", media.icon),
            web.get("/favicon.ico", media.icon),
            *other_side(sim_page, sim_api),
        ]
    )
    return app
