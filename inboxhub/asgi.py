"""The ASGI application; the servers make the keys before they import it."""

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inboxhub.settings")
pages = get_asgi_application()

# Only now: these read the settings and the models.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from messaging.routing import websocket_urlpatterns  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

_sockets = AuthMiddlewareStack(URLRouter(websocket_urlpatterns))


async def sockets(scope: Scope, receive: Receive, send: Send) -> None:
    """Our own pages' sockets; those of other sites' pages, and other addresses, get 403."""
    origins = [value for name, value in scope["headers"] if name == b"origin"]
    if origins != [settings.INBOXHUB_URL.encode()] or scope["path"] != "/ws/":
        await receive()
        await send({"type": "websocket.close"})
        return
    await _sockets(scope, receive, send)


application = ProtocolTypeRouter({"http": pages, "websocket": sockets})
