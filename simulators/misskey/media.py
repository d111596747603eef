"""Pictures of the simulated host: faces, attachments, custom emojis, its own icon."""

import asyncio
from urllib.parse import unquote

from aiohttp import web

from simulators import pictures
from simulators.misskey.api import STATE

AVATAR = (128, 128)
EMOJI = (96, 96)
KEPT = {"Cache-Control": "max-age=31536000, immutable"}


async def _webp(key: str, size: tuple[int, int]) -> web.Response:
    body = await asyncio.to_thread(pictures.webp, key, size)
    return web.Response(body=body, content_type="image/webp", headers=KEPT)


async def identicon(request: web.Request) -> web.Response:
    """Draw the picture of somebody who has none."""
    return await _webp(f"shapes-{unquote(request.match_info['name'])}", AVATAR)


async def file(request: web.Request) -> web.Response:
    """Serve a drawn picture by its key, or an uploaded file by its id."""
    state = request.app[STATE]
    name = request.match_info["name"]
    key, dot, _ = name.partition(".")
    with state.lock:
        row = state.files.get(name)
        drawn = [item for item in state.files.values() if item.picture == key]
    if row is not None:
        return web.Response(body=row.content, content_type=row.mime, headers=KEPT)
    if not dot or "-" not in key:
        raise web.HTTPNotFound
    size = (drawn[0].width, drawn[0].height) if drawn else AVATAR
    return await _webp(key, size)


async def emoji(request: web.Request) -> web.Response:
    """Draw a custom emoji; unknown local names are 404, remote ones are all known."""
    state = request.app[STATE]
    name, _, host = request.match_info["name"].partition("@")
    with state.lock:
        key = state.emojis.get(name)
    if host and host != ".":
        key = key or f"cat-{name}"
    if key is None:
        raise web.HTTPNotFound
    return await _webp(key, EMOJI)


async def icon(request: web.Request) -> web.Response:
    """Draw the host's own icon."""
    return await _webp(f"initials-{request.app[STATE].name}", AVATAR)
