"""What goes wrong with connections in life: afterwards everything is here, once."""

import json
from collections.abc import Iterator

import pytest

from simulators.misskey import Simulator, running
from tests.processes.reader import ME, PATIENCE, Reader
from tests.processes.site import free_port, site, wait_until

PING = {"INBOXHUB_STREAM_PING": "1"}
ELSEWHERE = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import Account
until = timezone.now() + timedelta(days={days})
Account.objects.update(stream_holder="elsewhere", stream_until=until)
"""
STORED = """
from messaging.models import Message
found = Message.objects.filter(box="mentions", gone_at=None)
print("stored", *found.values_list("remote_id", flat=True))
"""
STILL_SHOWN = """
from messaging.models import Conversation, Message
counted = sum(Conversation.objects.values_list("message_count", flat=True))
print("counted", counted - Message.objects.filter(hidden_at=None).count())
"""


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with running(limits=False, delays=0, port=free_port()) as host:
        yield host


@pytest.fixture
def reader(
    sim: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reader]:
    with site(tmp_path_factory.mktemp("faults"), [sim.host], PING) as made:
        person = Reader(made, sim)
        person.connected()
        yield person


def stored(reader: Reader) -> set[str]:
    """The ids of all mentions that are stored."""
    return set(told(reader, STORED))


def told(reader: Reader, code: str) -> list[str]:
    """The words of the line that the code prints, but the first."""
    lines = [line.split() for line in reader.run(code).splitlines()]
    return next(words[1:] for words in lines if words[:1] in (["stored"], ["counted"]))


def written(sim: Simulator) -> set[str]:
    return {note.id for note in sim.notes_of("taro")}


def test_connection_that_is_dead_without_a_word_is_opened_anew(
    sim: Simulator, reader: Reader
) -> None:
    assert sim.stream_fault("half-open", ME)["count"] == 1
    sim.direct("taro", ME, "said to nobody")
    reader.sees("said to nobody")
    reader.connected()
    sim.direct("taro", ME, "said to me again")
    reader.sees("said to me again")


@pytest.mark.parametrize("kind", ["reverse", "twice"])
def test_news_out_of_order_or_twice_are_the_same_messages(
    sim: Simulator, reader: Reader, kind: str
) -> None:
    sim.stream_fault(kind, ME, count=30)
    sim.flood(ME, 30, by="taro", at_once=True)
    wait_until(lambda: stored(reader) == written(sim), PATIENCE)
    assert len(reader.mentions()) == 30
    assert told(reader, STILL_SHOWN) == ["0"]


def test_token_that_ended_is_found_though_the_connection_goes_on(
    sim: Simulator, reader: Reader
) -> None:
    sim.revoke(ME)
    assert reader.site.command("sync").returncode == 1
    reader.sees("Sign in again")
    wait_until(lambda: not reader.heard(), PATIENCE)
    sim.direct("taro", ME, "said to nobody")
    reader.visitor.link(sim.host, ME)
    reader.connected()
    reader.sees("said to nobody")


def test_clock_that_was_put_back_locks_no_stream(
    sim: Simulator, reader: Reader
) -> None:
    reader.site.end()
    reader.run(ELSEWHERE.format(days=1))
    reader.site.start()
    reader.connected()


def test_stream_that_another_process_took_is_let_go_and_taken_when_free(
    sim: Simulator, reader: Reader
) -> None:
    reader.run(ELSEWHERE.format(days=-1))
    sim.direct("taro", ME, "while nobody knew who listens")
    reader.sees("while nobody knew who listens")
    sim.await_streams(lambda open_: len(open_) == 1, user=ME, seconds=PATIENCE)
    sim.direct("taro", ME, "now one does")
    reader.sees("now one does")


def test_host_that_sends_without_end_fills_no_disk(
    sim: Simulator, reader: Reader
) -> None:
    """The same message again and again, so that only its size counts."""
    note = {
        "id": "same",
        "createdAt": "2026-11-21T07:00:00.000Z",
        "user": {"id": sim.id_of("taro"), "username": "taro"},
        "userId": sim.id_of("taro"),
        "text": "x" * 1_900_000,
        "visibility": "public",
        "mentions": [sim.id_of(ME)],
    }
    (channel,) = sim.connections(ME)[0].channels
    body = {"id": channel, "type": "mention", "body": note}
    for _time in range(55):
        sim.stream_frame(json.dumps({"type": "channel", "body": body}), ME)

    def said() -> bool:
        reader.visitor.open(f"/accounts/{reader.account}/")
        return "sends more than InboxHub takes" in reader.visitor.answer.text

    wait_until(said, PATIENCE)
    sim.direct("taro", ME, "found by the next check")
    reader.visitor.open("/accounts/")
    assert "found by the next check" not in reader.listed()
    assert reader.site.command("sync").returncode == 0
    reader.sees("found by the next check")


@pytest.mark.wide
def test_burst_of_ten_thousand_is_stored_while_the_connection_breaks(
    sim: Simulator, reader: Reader
) -> None:
    sim.flood(ME, 4_000, by="taro", at_once=True)
    sim.stream_fault("cut", ME)
    sim.flood(ME, 6_000, by="taro", at_once=True)
    wait_until(lambda: len(stored(reader)) >= 10_000, 240)
    assert stored(reader) == written(sim)
    assert told(reader, STILL_SHOWN) == ["0"]
