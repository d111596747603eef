"""Gives every answer the `Date` of the host's own clock."""

from collections.abc import Awaitable, Callable
from email.utils import formatdate

from aiohttp import web

from simulators.mixi.keys import STATE

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def dated(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Set the header on answers that have not begun to leave."""
    now = formatdate(request.app[STATE].now, usegmt=True)
    try:
        answer = await handler(request)
    except web.HTTPException as answered:
        answered.headers["Date"] = now
        raise
    if not answer.prepared:
        answer.headers["Date"] = now
    return answer
