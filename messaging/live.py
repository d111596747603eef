"""From a commit to the sockets of the user's browsers, whatever thread committed.

The channel layer in memory belongs to one event loop, that of the web server; the
threads of the engine have none. So the first socket says which loop it is.
"""

import asyncio

from channels.layers import get_channel_layer

_loops: list[asyncio.AbstractEventLoop] = []


def group(owner_id: int) -> str:
    """The channel layer's name for all sockets of a user."""
    return f"user-{owner_id}"


def serve_from_here() -> None:
    """This loop has sockets; events are told in it from now on."""
    _loops[:] = [asyncio.get_running_loop()]


def tell(owner_id: int, seq: int) -> None:
    """Say that the user's event `seq` is in the log. Never blocks, never raises."""
    layer = get_channel_layer()
    if layer is None or not _loops:
        return
    message = {"type": "event.appended", "seq": seq}
    sending = layer.group_send(group(owner_id), message)
    try:
        asyncio.run_coroutine_threadsafe(sending, _loops[0])
    except RuntimeError:
        # The loop was closed; the log is read when the next one begins.
        sending.close()
