"""The ASGI application; the servers make the keys before they import it."""

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inboxhub.settings")
pages = get_asgi_application()


async def application(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[Mapping[str, Any]]],
    send: Callable[[Mapping[str, Any]], Awaitable[None]],
) -> None:
    """The pages. A web socket, of which there is none here, is refused with 403."""
    if scope["type"] == "websocket":
        # Closed before it is accepted; Django itself would raise.
        await receive()
        await send({"type": "websocket.close"})
        return
    await pages(scope, receive, send)
