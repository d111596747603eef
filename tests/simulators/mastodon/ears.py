"""Programs that listen to a simulated host, and what was recorded of real ones."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from simulators.mastodon import Simulator
from tests.simulators.ears import DEADLINE, Json, Listener, socket_to
from tests.simulators.mastodon.shapes import FOLDERS, misfits

MARK = "everything was said"
Heard = list[tuple[str, str]]
PING = b"\x89\x00"
HANDSHAKE = (
    "GET /api/v1/streaming?access_token={} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nUser-Agent: raw\r\n"
    "Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng==\r\n\r\n"
)


@dataclass
class Ear(Listener):
    """One open stream of a host."""

    sim: Simulator = field(kw_only=True)
    user: str = ""

    def say(self, **frame: object) -> None:
        self.socket.send(json.dumps(frame))

    def subscribe(self, *streams: str) -> None:
        """Ask for streams and wait until the host knows; it does not say so."""
        for name in streams:
            self.say(type="subscribe", stream=name)
        wanted = set(streams)
        self.sim.await_streams(
            lambda found: any(wanted <= set(one.streams) for one in found),
            user=self.user,
        )

    def event(self, kind: str) -> Json:
        """The payload of the next event of that kind."""
        return payload_of(self.until(lambda frame: frame.get("event") == kind))

    def settled(self) -> Heard:
        """Stream and event of all that came until now, since the last time."""
        return [told(frame) for frame in self.frames()]

    def frames(self) -> list[Json]:
        """All that came until now, since the last time."""
        self.sim.stream_frame(json.dumps({"mark": MARK}))
        self.until(lambda frame: frame.get("mark") == MARK)
        found, self.heard = self.heard[:-1], []
        return [frame for frame in found if "mark" not in frame]


def told(frame: Mapping[str, object]) -> tuple[str, str]:
    """The stream and the event of a frame, a notification with its type."""
    if "error" in frame:
        return "error", str(frame["error"])
    stream = frame["stream"]
    assert isinstance(stream, list)
    event = str(frame["event"])
    if event == "notification":
        event = f"notification {payload_of(frame)['type']}"
    return ":".join(stream), event


def payload_of(frame: Mapping[str, object]) -> Json:
    payload = frame["payload"]
    assert isinstance(payload, str)
    value = json.loads(payload)
    assert isinstance(value, dict)
    return value


@contextmanager
def opened(
    sim: Simulator,
    token: str = "",
    *,
    query: str = "",
    within: str = "header",
    patience: float = DEADLINE,
) -> Iterator[Ear]:
    """A socket with its token in one of three places, or without one."""
    address = f"{sim.url}/api/v1/streaming?{query}"
    in_header = within == "header" and token
    headers = {"Authorization": f"Bearer {token}"} if in_header else {}
    address += f"&access_token={token}" if within == "query" else ""
    before = len(sim.connections())
    protocol = token if within == "protocol" else ""
    with socket_to(address, headers, protocol=protocol, patience=patience) as socket:
        sim.await_streams(lambda found: len(found) > before)
        yield Ear(socket, sim=sim)


@contextmanager
def listening(sim: Simulator, *streams: str, user: str = "alice") -> Iterator[Ear]:
    """A socket of a person that is subscribed to these."""
    with opened(sim, sim.token(user)) as ear:
        ear.user = user
        ear.subscribe(*streams)
        yield ear


# --- What was recorded ----------------------------------------------------------------


def transcript(name: str, server: str = "mastodon") -> list[Json]:
    """The lines of a recorded stream by the beginning of its name."""
    for folder in FOLDERS:
        for file in (folder / server / "stream").glob(f"{name}-*.jsonl"):
            return [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    raise LookupError(name)


def received(name: str, server: str = "mastodon") -> list[Json]:
    """The frames that a recorded program received."""
    lines = transcript(name, server)
    frames = [line["data"] for line in lines if line["what"] == "recv"]
    return [frame for frame in frames if isinstance(frame, dict)]


def shape_errors(heard: list[Json], models: list[Json]) -> list[str]:
    """Where payloads differ from recorded ones of the same event, in keys or types."""
    wrong = []
    for frame in heard:
        alike = [model for model in models if told(model)[1] == told(frame)[1]]
        if not alike:
            wrong.append(f"{told(frame)} was not recorded")
            continue
        tries = [_misfits(model, frame) for model in alike]
        wrong += [] if not all(tries) else sorted(tries, key=len)[0]
    return wrong


def _misfits(model: Json, frame: Json) -> list[str]:
    both = [_read(one["payload"]) for one in (model, frame)]
    found = misfits(list(model), list(frame)) + misfits(*both)
    return [error for error in found if not error.endswith(": empty")]


def _read(payload: object) -> object:
    assert isinstance(payload, str)
    return json.loads(payload) if payload.startswith("{") else payload
