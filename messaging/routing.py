"""The one socket of the site."""

from messaging.consumers import Browser

SOCKETS = {"/ws/": Browser.as_asgi()}
