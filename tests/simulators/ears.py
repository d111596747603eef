"""A program that listens to a simulated host, whichever frames it knows."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from websockets.sync.client import ClientConnection, connect

DEADLINE = 5.0
Json = dict[str, object]


@dataclass
class Listener:
    """One open stream."""

    socket: ClientConnection
    heard: list[Json] = field(default_factory=list)

    def text(self) -> str:
        """The next frame as it came; TimeoutError when none comes."""
        frame = self.socket.recv(timeout=DEADLINE)
        assert isinstance(frame, str)
        return frame

    def next(self) -> Json:
        frame = json.loads(self.text())
        assert isinstance(frame, dict)
        self.heard.append(frame)
        return frame

    def until(self, wanted: Callable[[Json], bool]) -> Json:
        """The first frame that is wanted; the others are in `heard`."""
        while True:
            frame = self.next()
            if wanted(frame):
                return frame


@contextmanager
def socket_to(
    address: str,
    headers: Mapping[str, str],
    *,
    protocol: str = "",
    patience: float = DEADLINE,
) -> Iterator[ClientConnection]:
    """A connection that takes frames of any size and ends at once."""
    with connect(
        address.replace("http", "ws", 1),
        additional_headers=headers,
        subprotocols=[protocol] if protocol else None,  # type: ignore[list-item]  # a NewType of str
        proxy=None,
        open_timeout=patience,
        close_timeout=0.5,
        max_size=None,
    ) as socket:
        yield socket


def named(result: Json) -> str:
    """The id of what an action made."""
    return str(result["id"])
