"""Sockets for browsers by channels and daphne, and nothing else: `… PORT`."""

import sys

from channels.generic.websocket import AsyncWebsocketConsumer
from daphne.server import Server
from django.conf import settings


class Consumer(AsyncWebsocketConsumer):
    """Accepts everybody and says nothing, but could be told something."""


class Listening(Server):
    def listen_success(self, port: object) -> None:
        super().listen_success(port)
        print("ready", flush=True)


if __name__ == "__main__":
    layer = {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    settings.configure(DATABASES={}, CHANNEL_LAYERS={"default": layer})
    endpoint = f"tcp:port={sys.argv[1]}:interface=127.0.0.1"
    Listening(Consumer.as_asgi(), endpoints=[endpoint], verbosity=0).run()
