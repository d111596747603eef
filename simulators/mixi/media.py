"""Pictures of people and mixi's own logo, drawn when they are asked for."""

import asyncio
import io

from aiohttp import web
from PIL import Image

from simulators import pictures
from simulators.mixi.keys import STATE

THUMBNAIL = (76, 76)
KEPT = {"Cache-Control": "private, max-age=600"}


def _drawn(key: str, form: str) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(pictures.webp(key, THUMBNAIL))) as picture:
        picture.convert("RGB").save(out, form)
    return out.getvalue()


async def thumbnail(request: web.Request) -> web.Response:
    """Draw somebody's picture."""
    state = request.app[STATE]
    with state.lock:
        person = state.by_id.get(request.match_info["name"].partition("_")[0])
        if person is None or person.left:
            raise web.HTTPNotFound
        key = person.picture
    body = await asyncio.to_thread(_drawn, key, "JPEG")
    return web.Response(body=body, content_type="image/jpeg", headers=KEPT)


async def logo(_request: web.Request) -> web.Response:
    """Draw the picture that stands beside notices."""
    body = await asyncio.to_thread(_drawn, "initials-mixi", "GIF")
    return web.Response(body=body, content_type="image/gif", headers=KEPT)
