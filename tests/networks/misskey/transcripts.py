"""Recorded streams, played to a `Stream` of the version that they come from."""

import json
from collections import Counter
from pathlib import Path

from inboxhub.networks.misskey.facts import Facts
from inboxhub.networks.misskey.stream import Stream
from inboxhub.networks.stream import Heard, StreamAddress
from inboxhub.networks.values import mapping_of
from tests.networks.misskey.accounts import FACTS, GROUP, viewer_of
from tests.networks.replay import RECORDED

FOLDER = RECORDED / "misskey" / "stream"
NAMES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))
TIMELINES = {
    "homeTimeline": "home",
    "localTimeline": "local",
    "hybridTimeline": "social",
    "globalTimeline": "global",
}
# Recorded by the account of the group.
OF_GROUP = {"read-notification", "two-connections-same-channel"}


def stream_of(
    version: str = "2025.12", *, me: str = "", facts: Facts | None = None
) -> Stream:
    """A stream that remembers nothing of other ones."""
    viewer = viewer_of(version, me)
    address = StreamAddress("wss://misskey.example/streaming")
    known = facts or FACTS[version]
    return Stream(address, viewer.domain, viewer, known, answering={})


def played(name: str, facts: Facts | None = None) -> list[Heard]:
    """What each incoming frame of a transcript says, in order."""
    version = "12.110" if name.startswith("v12") else "2025.12"
    version = "2024.11" if name.startswith("v2024") else version
    me = GROUP if name in OF_GROUP else ""
    return Player(stream_of(version, me=me, facts=facts)).play(FOLDER / f"{name}.jsonl")


class Player:
    """Does with a stream what the recorded program did with its socket."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.ids: dict[str, str] = {}
        self.captures: Counter[str] = Counter()

    def play(self, path: Path) -> list[Heard]:
        heard = []
        self.stream.hello()
        for line in path.read_text("utf-8").splitlines():
            entry = json.loads(line)
            if "frame" not in entry:
                continue
            if entry["dir"] == "out":
                self._say(entry["frame"])
            else:
                heard.append(self.stream.read(self._renamed(entry["frame"])))
        return heard

    def _say(self, frame: object) -> None:
        body = mapping_of(mapping_of(frame).get("body"))
        match frame:
            case {"type": "connect"}:
                self._connect(body)
            case {"type": "disconnect", "body": {"id": str(channel)}}:
                self.stream.leave(self.ids.get(channel, channel))
            case {"type": "subNote", "body": {"id": str(note)}}:
                self.captures[note] += 1
                self.stream.capture(note)
            case {"type": "unsubNote", "body": {"id": str(note)}}:
                self.captures[note] -= 1
                if not self.captures[note]:
                    self.stream.release(note)
            case {"type": "api", "body": {"endpoint": str(name), "data": dict(data)}}:
                self.stream.ask(name, data)
            case _:
                pass

    def _connect(self, body: dict[object, object]) -> None:
        channel, asked = body.get("channel"), str(body.get("id"))
        parameters = mapping_of(body.get("params"))
        if channel in ("main", "messagingIndex"):
            self.ids[asked] = "inbox" if channel == "main" else "chats"
        elif channel in TIMELINES:
            self.stream.join(TIMELINES[str(channel)], asked)
        elif "roomId" in parameters:
            self.stream.join_chat(f"room:{parameters['roomId']}", asked)
        else:
            partner = parameters.get("otherId") or parameters.get("otherparty")
            self.stream.join_chat(str(partner), asked)

    def _renamed(self, frame: object) -> str:
        """The frame with our own ids for the channels that we name ourselves."""
        if isinstance(frame, str):
            return frame
        body = mapping_of(mapping_of(frame).get("body"))
        if body.get("id") in self.ids:
            body["id"] = self.ids[str(body["id"])]
        return json.dumps(frame)
