"""Programs that listen to a simulated host, and what was recorded of real ones."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from simulators.misskey import Simulator
from tests.simulators.ears import DEADLINE, Json, Listener, socket_to
from tests.simulators.misskey.shapes import RECORDED, misfits


@dataclass
class Ear(Listener):
    """One open stream."""

    def say(self, kind: str, **body: object) -> None:
        self.socket.send(json.dumps({"type": kind, "body": body}))

    def join(self, channel: str, channel_id: str, **params: object) -> None:
        """Join a channel and wait until the host says so."""
        self.ask(channel, channel_id, **params)
        self.until(lambda frame: frame == connected(channel_id))

    def ask(self, channel: str, channel_id: str, **params: object) -> None:
        """Ask for a channel that the host may refuse without a word."""
        self.say("connect", channel=channel, id=channel_id, params=params, pong=True)

    def event(self, kind: str) -> Json:
        """The body of the next event of that kind, in any channel."""
        body = self.until(lambda frame: kind_of(frame) == kind)["body"]
        assert isinstance(body, dict)
        return body

    def settled(self) -> list[str]:
        """The kinds of all events that came until the host had nothing to say.

        A channel that is joined now is confirmed after everything before it; this one
        brings nothing, since nobody here shows pictures.
        """
        before = len(self.heard)
        self.join("localTimeline", f"mark{before}", withFiles=True)
        self.say("disconnect", id=f"mark{before}")
        return [kind_of(frame) for frame in self.heard[before:-1]]


def kind_of(frame: Json) -> str:
    body = frame.get("body")
    inner = body.get("type") if isinstance(body, dict) else None
    return str(inner or frame["type"])


def body_of(frame: Json) -> Json:
    body = frame["body"]
    assert isinstance(body, dict)
    return body


def connected(channel_id: str) -> Json:
    return {"type": "connected", "body": {"id": channel_id}}


@contextmanager
def listening(
    sim: Simulator, token: str = "", *, bearer: bool = False, patience: float = DEADLINE
) -> Iterator[Ear]:
    """A stream with a token in the address or in the header, or without one."""
    address = f"{sim.url}/streaming"
    headers = {"Authorization": f"Bearer {token}"} if bearer else {}
    address += f"?i={token}" if token and not bearer else ""
    with socket_to(address, headers, patience=patience) as socket:
        yield Ear(socket)


@contextmanager
def main_of(sim: Simulator, user: str = "alice") -> Iterator[Ear]:
    """A stream of a person that has joined `main`."""
    with listening(sim, sim.token(user)) as ear:
        ear.join("main", "m1")
        yield ear


def recorded_events(*names: str) -> dict[str, list[object]]:
    """The bodies of all incoming events of transcripts, by kind."""
    found: dict[str, list[object]] = {}
    files = [RECORDED / "stream" / f"{name}.jsonl" for name in names]
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    for line in lines:
        entry = json.loads(line)
        frame = entry.get("frame")
        if entry.get("dir") == "in" and isinstance(frame, dict):
            body = frame["body"]
            inner = body.get("body") if frame["type"] == "channel" else body
            found.setdefault(kind_of(frame), []).append(inner)
    return found


def by_channel(ear: Ear) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for frame in ear.heard:
        body = body_of(frame)
        note = body.get("body")
        if kind_of(frame) == "note" and isinstance(note, dict):
            found.setdefault(str(body["id"]), []).append(str(note["text"]))
    return found


def shape_errors(ear: Ear, *names: str) -> list[str]:
    """Where what was heard differs from what was recorded, in keys or types."""
    recorded, wrong = recorded_events(*names), []
    for frame in ear.heard:
        kind, body = kind_of(frame), body_of(frame)
        inner = body.get("body") if frame["type"] == "channel" else body
        if kind == "connected":
            continue
        if kind not in recorded:
            wrong.append(f"{kind} was not recorded")
            continue
        tries = [misfits(model, inner, kind) for model in recorded[kind]]
        wrong += [] if not all(tries) else sorted(tries, key=len)[0]
    return [error for error in wrong if not error.endswith(": empty")]
