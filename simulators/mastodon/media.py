"""Pictures of the simulated host: faces, attachments, custom emojis, its own icon."""

import asyncio

from aiohttp import web

from simulators import pictures
from simulators.mastodon.keys import STATE

AVATAR = (128, 128)
HEADER = (600, 200)
EMOJI = (96, 96)
KEPT = {"Cache-Control": "max-age=31536000, immutable"}


async def _webp(key: str, size: tuple[int, int]) -> web.Response:
    body = await asyncio.to_thread(pictures.webp, key, size)
    return web.Response(body=body, content_type="image/webp", headers=KEPT)


async def avatar(request: web.Request) -> web.Response:
    """Draw somebody's picture by its key."""
    return await _webp(request.match_info["key"], AVATAR)


async def header(request: web.Request) -> web.Response:
    """Draw the picture behind somebody's name."""
    return await _webp(request.match_info["key"], HEADER)


async def file(request: web.Request) -> web.Response:
    """Serve an attachment: a drawn picture, or the bytes that were uploaded."""
    state = request.app[STATE]
    with state.lock:
        row = state.media.get(request.match_info["id"])
    if row is None:
        raise web.HTTPNotFound
    if row.picture:
        return await _webp(row.picture, (row.width, row.height))
    return web.Response(body=row.content, content_type=row.mime, headers=KEPT)


async def emoji(request: web.Request) -> web.Response:
    """Draw a custom emoji."""
    state = request.app[STATE]
    with state.lock:
        key = state.emojis.get(request.match_info["name"])
    if key is None:
        raise web.HTTPNotFound
    return await _webp(key, EMOJI)


async def icon(request: web.Request) -> web.Response:
    """Draw the host's own icon."""
    return await _webp(f"initials-{request.app[STATE].name}", AVATAR)
