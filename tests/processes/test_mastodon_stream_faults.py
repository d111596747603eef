"""What goes wrong with Mastodon's connections: afterwards everything is here, once."""

import signal
from collections.abc import Iterator

import pytest

from simulators.mastodon import Simulator, running
from tests.processes.mastodon_reader import ME, PATIENCE, Reader
from tests.processes.site import free_port, site, wait_until

PING = {"INBOXHUB_STREAM_PING": "1"}


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with running(limits=False, port=free_port()) as host:
        host.policy(ME, for_private_mentions="accept")
        yield host


@pytest.fixture
def reader(
    sim: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reader]:
    with site(tmp_path_factory.mktemp("faults"), [sim.host], PING) as made:
        person = Reader(made, sim)
        person.connected()
        yield person


def all_here(reader: Reader, number: int) -> bool:
    """Whether each of so many numbered mentions is stored once, and nothing else."""
    wanted = [f"@{ME} number {place + 1} of {number}" for place in range(number)]
    return sorted(reader.mentions()) == sorted(wanted)


@pytest.mark.parametrize("kind", ["close", "cut", "drop", "half-open"])
def test_what_came_while_nothing_was_connected_is_fetched(
    sim: Simulator, reader: Reader, kind: str
) -> None:
    assert sim.stream_fault(kind, ME)["count"] == 1
    sim.direct("bob", ME, "into the silence")
    reader.sees("into the silence")
    reader.connected()
    sim.direct("bob", ME, "after the silence")
    reader.sees("after the silence")


@pytest.mark.parametrize("kind", ["reverse", "twice"])
def test_news_out_of_order_or_twice_are_the_same_messages(
    sim: Simulator, reader: Reader, kind: str
) -> None:
    sim.stream_fault(kind, ME, count=30)
    sim.flood(ME, 30, by="bob")
    wait_until(lambda: all_here(reader, 30), PATIENCE)


def test_nonsense_in_the_stream_ends_nothing(sim: Simulator, reader: Reader) -> None:
    sim.stream_junk(ME)
    for frame in ("", "[]", '{"event": "dance", "payload": "{}"}', "x" * 1000):
        sim.stream_frame(frame, ME)
    sim.direct("bob", ME, "still here")
    reader.sees("still here")
    assert len(sim.connections(ME)) == 1


def test_frame_of_three_megabytes_is_survived(sim: Simulator, reader: Reader) -> None:
    sim.stream_junk(ME, size=3_000_000)
    sim.direct("bob", ME, "after the giant")
    reader.sees("after the giant")


def test_kill_in_the_middle_of_a_burst_loses_nothing(
    sim: Simulator, reader: Reader
) -> None:
    sim.flood(ME, 200, by="bob")
    reader.site.end(signal.SIGKILL)
    reader.site.start()
    wait_until(lambda: all_here(reader, 200), 60)


def test_answer_that_is_told_as_post_and_notification_is_one_message(
    sim: Simulator, reader: Reader
) -> None:
    mine = sim.status(ME, "what I think")
    sim.follow(ME, "bob")
    sim.reply("bob", str(mine["id"]), "what he thinks")
    reader.sees("what he thinks")
    assert len([text for text in reader.mentions() if "what he thinks" in text]) == 1


@pytest.mark.wide
def test_burst_of_thousands_is_stored_while_the_connection_breaks(
    sim: Simulator, reader: Reader
) -> None:
    sim.flood(ME, 800, by="bob")
    sim.stream_fault("cut", ME)
    sim.flood(ME, 1_200, by="carol")
    texts = [f"@{ME} number {n + 1} of 800" for n in range(800)]
    texts += [f"@{ME} number {n + 1} of 1200" for n in range(1_200)]
    wait_until(lambda: sorted(reader.mentions(20_000)) == sorted(texts), 240)
