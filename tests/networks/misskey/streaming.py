"""Streams that listen already, and frames that a host could send them."""

import json
from dataclasses import replace

from inboxhub.networks.misskey.facts import Facts
from inboxhub.networks.misskey.stream import Stream
from inboxhub.networks.stream import StreamAddress
from inboxhub.networks.values import Viewer
from tests.networks.misskey.accounts import FACTS
from tests.networks.misskey.transcripts import stream_of

BOB = "attmpzv5y4y40009"
NOTE = "attn7xxny4y4004k"
Json = dict[str, object]


def frame(kind: str, body: object) -> str:
    return json.dumps({"type": kind, "body": body})


def main_event(kind: str, body: object) -> str:
    return frame("channel", {"id": "inbox", "type": kind, "body": body})


def sent(frames: list[str]) -> list[Json]:
    return [json.loads(text) for text in frames]


def connect(channel: str, channel_id: str, **params: object) -> Json:
    body = {"channel": channel, "id": channel_id, "params": params, "pong": True}
    return {"type": "connect", "body": body}


def listening(version: str = "2025.12", **facts: object) -> Stream:
    known = replace(FACTS[version], **facts)  # type: ignore[arg-type]  # fields of Facts
    stream = stream_of(version, facts=known)
    stream.hello()
    return stream


def nobody() -> Stream:
    viewer = Viewer("", "https://misskey.example", "misskey.example")
    address = StreamAddress("wss://misskey.example/streaming")
    return Stream(
        address, "misskey.example", viewer, Facts(version="2025.12.2"), answering={}
    )
