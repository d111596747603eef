"""`/_sim/`: a page on which a person plays the other side."""

from aiohttp import web

from simulators.misskey.html import page


async def show(request: web.Request) -> web.Response:
    """Show the page."""
    return page("The other side", "")


async def act(request: web.Request) -> web.Response:
    """Do what a form says."""
    raise web.HTTPFound("/_sim/")
