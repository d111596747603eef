"""Wakes the engine after a commit. The ring carries no data: the rows are the truth.

A lost ring costs at most one sweep. Whoever runs work in this process listens; where
nobody does, the ring is for the sweep of another process.
"""

from collections.abc import Callable

from django.db import transaction

Listener = Callable[[int], None]

_listeners: list[Listener] = []


def ring(account_id: int) -> None:
    """Say that there may be work for an account, once the current change is committed."""
    transaction.on_commit(lambda: _tell(account_id))


def listen(listener: Listener) -> None:
    """Call `listener(account_id)` at each ring, in the thread that rings; be quick."""
    _listeners.append(listener)


def stop_listening(listener: Listener) -> None:
    _listeners.remove(listener)


def listeners() -> tuple[Listener, ...]:
    """Who listens in this process."""
    return tuple(_listeners)


def _tell(account_id: int) -> None:
    for listener in listeners():
        listener(account_id)
