"""One thread that ends calls when their time is up.

A `threading.Timer` for each call would cost more than a call to a near host does.
"""

import math
import threading
import time
from collections.abc import Callable

End = Callable[[], None]


class Watchdog:
    """Runs each function once its seconds are over, unless it was forgotten before."""

    def __init__(self) -> None:
        self._due_at: dict[End, float] = {}
        self._wakes_at = math.inf
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def watch(self, end: End, seconds: float) -> None:
        """Call `end` in `seconds`, in a thread of ours; it must not block."""
        due_at = time.monotonic() + seconds
        with self._changed:
            self._due_at[end] = due_at
            # After a fork the thread is gone, though we remember it.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run,
                    name="watchdog",
                    daemon=True,
                )
                self._thread.start()
            elif due_at < self._wakes_at:
                self._changed.notify()

    def forget(self, end: End) -> None:
        """The call came to its end by itself."""
        with self._changed:
            self._due_at.pop(end, None)

    def _run(self) -> None:
        while True:
            for end in self._next_due():
                end()

    def _next_due(self) -> list[End]:
        with self._changed:
            self._wakes_at = min(self._due_at.values(), default=math.inf)
            seconds = self._wakes_at - time.monotonic()
            self._changed.wait(max(seconds, 0) if self._due_at else None)
            now = time.monotonic()
            due = [end for end, due_at in self._due_at.items() if due_at <= now]
            for end in due:
                del self._due_at[end]
            return due
