"""`manage.py serve`: the web pages and the background work in one process."""

import sys
from argparse import ArgumentParser
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from inboxhub.asgi import application
from inboxhub.lib.schema import refuse_old_database
from inboxhub.server import InboxServer, PortTaken
from messaging.sync.engine import Engine
from messaging.sync.listen import Listeners

# A thread that stores keeps the loop that tells open pages waiting for so many seconds.
LONGEST_AT_ONCE = 0.001


class Command(BaseCommand):
    """Serves until Ctrl-C. A second start on the same folder goes on where one died."""

    help = "Serve the pages and do the background work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=_port())
        parser.add_argument("--no-background", action="store_true")

    def handle(self, **options: object) -> None:
        host, port = str(options["host"]), int(str(options["port"]))
        refuse_old_database()
        if _is_local() and port != urlsplit(settings.INBOXHUB_URL).port:
            # The address in callbacks must be the one that the browser uses.
            settings.INBOXHUB_URL = f"http://localhost:{port}"
        background = None if options["no_background"] else (Engine(), Listeners())
        sys.setswitchinterval(LONGEST_AT_ONCE)
        server = InboxServer(application, host, port, background, self._ready)
        try:
            server.run()
        except PortTaken as error:
            raise CommandError(
                f"{host}:{port} can't be used: {error} Choose another with --port or"
                " --host, or in INBOXHUB_URL.",
            ) from None

    def _ready(self) -> None:
        self.stdout.write(f"Open {settings.INBOXHUB_URL}/ (Ctrl-C stops)")
        self.stdout.flush()


def _is_local() -> bool:
    hostname = urlsplit(settings.INBOXHUB_URL).hostname
    return hostname in ("localhost", "127.0.0.1", "::1")


def _port() -> int:
    """That of the public address; behind a proxy, which speaks for us, 8000."""
    given = urlsplit(settings.INBOXHUB_URL).port if _is_local() else None
    return given or 8000
