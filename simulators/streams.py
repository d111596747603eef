"""What is done to the open streams of any host, and how tests wait for them."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from simulators.sockets import Socket, SocketFault

Seen = TypeVar("Seen")


class Listener(Protocol):
    """One open connection."""

    @property
    def socket(self) -> Socket: ...


class StreamFaults(ABC):
    """Actions on one host's open streams; `user` names whose, "" means all."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock

    @abstractmethod
    def _streams(self, user: str) -> Sequence[Listener]: ...

    def stream_fault(
        self,
        kind: str,
        user: str = "",
        *,
        code: int = 1001,
        seconds: float = 0,
        count: int = 0,
    ) -> dict[str, object]:
        """Let a fault strike the open streams of a person, or all; see `SocketFault`."""
        fault = SocketFault(kind, code, seconds, count)
        with self._lock:
            found = self._streams(user)
            for listener in found:
                listener.socket.strike(fault)
        return {"count": len(found)}

    def close_streams(self, user: str = "", *, code: int = 1001) -> dict[str, object]:
        """Close the open streams of a person, or all; 1005 is a frame without a code."""
        return self.stream_fault("close", user, code=code)


def awaited(
    changed: threading.Condition,
    look: Callable[[], list[Seen]],
    check: Callable[[list[Seen]], bool],
    seconds: float,
) -> list[Seen]:
    """Wait until the open streams are as wanted; TimeoutError when they are not."""
    with changed:
        if not changed.wait_for(lambda: check(look()), seconds):
            raise TimeoutError(f"the streams are {look()}")
        return look()
