"""From a commit to the sockets of the user's browsers, whatever thread committed.

The channel layer in memory belongs to one event loop, that of the web server; the
threads of the engine have none. So the first socket says which loop it is. Over Redis
any loop will do; a process without one makes its own.
"""

import asyncio
import logging
import threading
import time
from concurrent.futures import Future

from channels.layers import get_channel_layer
from django.conf import settings

logger = logging.getLogger(__name__)

MOST_UNDER_WAY = 500
"""Messages that may wait for the layer; more are left to the sockets' own look."""
LONGEST_FRAME = 4_000
COMPLAIN_EVERY = 60.0

_loops: list[asyncio.AbstractEventLoop] = []
_making = threading.Lock()
_under_way: set[Future[None]] = set()
_complained_at = [-COMPLAIN_EVERY]


def group(owner_id: int) -> str:
    """The channel layer's name for all sockets of a user."""
    return f"user-{owner_id}"


def serve_from_here() -> None:
    """Events are told in this loop from now on: it has the sockets, if any."""
    _loops[:] = [asyncio.get_running_loop()]


def tell(owner_id: int, seq: int, frame: str) -> None:
    """Say that the user's event `seq` is in the log. Never blocks, never raises.

    `frame` is what a browser is told of it, so that a socket which told the event
    before needs no look at the log. One that is too long is left in the log.
    """
    layer, loop = get_channel_layer(), _loop()
    if layer is None or loop is None or len(_under_way) >= MOST_UNDER_WAY:
        return
    told = frame if len(frame) <= LONGEST_FRAME else ""
    message = {"type": "event.appended", "seq": seq, "frame": told}
    sending = layer.group_send(group(owner_id), message)
    try:
        telling = asyncio.run_coroutine_threadsafe(sending, loop)
    except RuntimeError:
        # The loop was closed; the log is read when the next one begins.
        sending.close()
        return
    _under_way.add(telling)
    telling.add_done_callback(_told)


def _loop() -> asyncio.AbstractEventLoop | None:
    if not settings.REDIS_URL or (_loops and not _loops[0].is_closed()):
        return _loops[0] if _loops else None
    with _making:
        if not _loops or _loops[0].is_closed():
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="live", daemon=True).start()
            _loops[:] = [loop]
    return _loops[0]


def _told(telling: Future[None]) -> None:
    _under_way.discard(telling)
    if telling.cancelled() or telling.exception() is None:
        return
    # Sockets look at the log by themselves; a line for each event helps nobody.
    if time.monotonic() > _complained_at[0] + COMPLAIN_EVERY:
        _complained_at[0] = time.monotonic()
        logger.warning("open pages are told late: %s", telling.exception())
