"""Edited notes are asked for over the stream, and over HTTP where nothing is answered."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from inboxhub.lib.http import Socket
from inboxhub.networks.base import RemoteMessage
from inboxhub.networks.stream import NOTHING, Answer, Heard, Stream, StreamAddress
from messaging.sync import lookups
from messaging.sync.lookups import Items, LookUps

NOON = datetime(2025, 11, 21, 12, tzinfo=UTC)


def item(note_id: str, text: str) -> RemoteMessage:
    return RemoteMessage("note", note_id, "mentions", "post", "k", NOON, text=text)


class Calling(Stream):
    """A stream of a host that is asked by number; `answers` is whether it does."""

    address = StreamAddress("wss://misskey.example/streaming")

    def __init__(self, *, answers: bool = True) -> None:
        self.answers = answers
        self.given_up: list[str] = []

    def hello(self) -> list[str]:
        return []

    def read(self, frame: str) -> Heard:
        return NOTHING

    def ask(
        self, endpoint: str, data: Mapping[str, object]
    ) -> tuple[str, list[str]] | None:
        return ("r1", [f"{endpoint} {data['noteId']}"]) if self.answers else None

    def unanswered(self, request_id: str) -> bool:
        self.given_up.append(request_id)
        self.answers = False
        return True


class Wire(Socket):
    """The host's end: what it got, and what it answers."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.sent: list[str] = []
        self.answer = answer
        self.looking: LookUps | None = None

    async def send(self, text: str) -> None:
        self.sent.append(text)
        if self.looking is not None and self.answer is not None:
            self.looking.answered(self.answer)


def looked_up(stream: Stream, wire: Wire) -> tuple[list[str], list[str]]:
    """The texts found for one note, and the ids that HTTP was asked for."""
    texts: list[str] = []
    asked: list[str] = []

    async def by_http(note_id: str) -> Items:
        asked.append(note_id)
        return [item(note_id, "over HTTP")]

    async def scenario() -> None:
        done = asyncio.Event()

        async def found(note: RemoteMessage) -> None:
            texts.append(note.text)
            done.set()

        wire.looking = looking = LookUps(by_http, found)
        looking.add("n1")
        task = asyncio.ensure_future(looking.keep_looking(stream, wire))
        async with asyncio.timeout(10):
            await done.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(scenario())
    return texts, asked


def test_answer_over_the_stream_is_taken() -> None:
    wire = Wire(Answer("r1", (item("n1", "over the stream"),)))
    assert looked_up(Calling(), wire) == (["over the stream"], [])
    assert wire.sent == ["notes/show n1"]


def test_host_without_calls_is_asked_over_http() -> None:
    wire = Wire()
    assert looked_up(Calling(answers=False), wire) == (["over HTTP"], ["n1"])
    assert wire.sent == []


def test_silence_over_the_stream_ends_in_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "ANSWERS_WITHIN", 0.01)
    stream = Calling()
    assert looked_up(stream, Wire()) == (["over HTTP"], ["n1"])
    assert stream.given_up == ["r1"]
