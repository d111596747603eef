"""`manage.py streams`: only the streams, in a process of their own."""

import asyncio
import signal

from django.core.management.base import BaseCommand

from inboxhub.lib.schema import refuse_old_database
from messaging import live
from messaging.sync.listen import Listeners


class Command(BaseCommand):
    """Runs until SIGINT or SIGTERM. Any number of them share the accounts.

    What was missed between two connections is pulled by whoever runs the background: a
    `serve`. Open pages of other processes are told at once over Redis, otherwise within
    seconds.
    """

    help = "Hold the streams of linked accounts, beside `serve --no-background`."

    def handle(self, **options: object) -> None:
        refuse_old_database()
        asyncio.run(self._listen())

    async def _listen(self) -> None:
        live.serve_from_here()
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ended.set)
        listeners = Listeners()
        listeners.start()
        self.stdout.write("Listening (Ctrl-C stops)")
        self.stdout.flush()
        try:
            await ended.wait()
        finally:
            await listeners.stop()
