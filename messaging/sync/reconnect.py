"""A connection that is opened again whenever it ends, and what such ones have in common."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from inboxhub.lib.http import Socket
from inboxhub.networks.stream import Stream

KEEP_ALIVE_EVERY = 45.0
HEALTHY_AFTER, LONGEST_WAIT = 60.0, 300.0


async def again_and_again(once: Callable[[], Awaitable[float]]) -> None:
    """Call `once`, which says how many seconds to wait at least before the next time.

    What does not last a minute is tried more and more rarely. Ends with what it raises.
    """
    tries = 0
    while True:
        began = time.monotonic()
        wait = await once()
        tries = 0 if time.monotonic() - began > HEALTHY_AFTER else tries + 1
        longest = min(LONGEST_WAIT, 2.0**tries)
        # Jitter: after a host's restart not all come back at once.
        await asyncio.sleep(max(wait, random.uniform(0.1, 1) * longest))  # noqa: S311


async def first_end(*parts: Coroutine[Any, Any, None]) -> None:
    """Run them together; the first that fails ends all, and its error is raised."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        done, _others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def keep_alive(stream: Stream, opened: Socket) -> None:
    """Send what the stream wants sent now and then."""
    while True:
        await asyncio.sleep(KEEP_ALIVE_EVERY)
        for frame in stream.keep_alive():
            await opened.send(frame)
