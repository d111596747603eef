"""The ASGI application; the servers make the keys before they import it."""

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inboxhub.settings")
pages = get_asgi_application()

# Only now: these read the settings and the models.
from channels.db import database_sync_to_async  # noqa: E402
from channels.routing import ProtocolTypeRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user  # noqa: E402
from django.contrib.auth.models import AnonymousUser, User  # noqa: E402
from django.http import HttpRequest, parse_cookie  # noqa: E402

from inboxhub.lib.sessions import SessionStore  # noqa: E402
from messaging.routing import SOCKETS  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


async def sockets(scope: Scope, receive: Receive, send: Send) -> None:
    """Our own pages' sockets; those of other sites' pages, and other addresses, get 403."""
    origins = [value for name, value in scope["headers"] if name == b"origin"]
    socket = SOCKETS.get(scope["path"])
    if socket is None or origins != [settings.INBOXHUB_URL.encode()]:
        await receive()
        await send({"type": "websocket.close"})
        return
    # By hand: each layer of channels' own stack keeps a copy for as long as a page is open.
    written = [value for name, value in scope["headers"] if name == b"cookie"]
    scope["cookies"] = parse_cookie(b"; ".join(written).decode("latin-1"))
    key = scope["cookies"].get(settings.SESSION_COOKIE_NAME, "")
    scope["session"], scope["user"] = await _visitor(key)
    await socket(scope, receive, send)


@database_sync_to_async
def _visitor(session_key: str) -> tuple[SessionStore, User | AnonymousUser]:
    request = HttpRequest()
    request.session = SessionStore(session_key)
    return request.session, get_user(request)


application = ProtocolTypeRouter({"http": pages, "websocket": sockets})
