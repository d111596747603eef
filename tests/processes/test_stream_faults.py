"""What goes wrong with connections in life: afterwards everything is here, once."""

import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.processes.reader import PATIENCE, Reader, on_mastodon, on_misskey
from tests.processes.site import wait_until

pytestmark = pytest.mark.wide

PING = {"INBOXHUB_STREAM_PING": "3"}  # seconds; a busy machine needs more than one
NONSENSE = (
    "",
    "[]",
    '{"type": "dance", "body": []}',
    '{"event": "dance", "payload": "{}"}',
    "x" * 1000,
)
HUGE = 3_000_000


@pytest.fixture(params=["misskey", "mastodon"])
def reader(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Reader]:
    on: AbstractContextManager[Reader] = (
        on_misskey(tmp_path, PING)
        if request.param == "misskey"
        else on_mastodon(tmp_path, PING)
    )
    with on as person:
        yield person


@pytest.mark.parametrize("kind", ["close", "cut", "drop", "half-open"])
def test_what_came_while_nothing_was_connected_is_fetched(
    reader: Reader, kind: str
) -> None:
    assert reader.sim.stream_fault(kind, reader.person)["count"] == 1
    reader.told("into the silence")
    reader.sees("into the silence")
    reader.connected()
    reader.told("after the silence")
    reader.sees("after the silence")


@pytest.mark.parametrize("kind", ["reverse", "twice"])
def test_news_out_of_order_or_twice_are_the_same_messages(
    reader: Reader, kind: str
) -> None:
    reader.sim.stream_fault(kind, reader.person, count=30)
    reader.flooded(30)
    wait_until(lambda: reader.has_exactly(30), PATIENCE)
    assert reader.counts_are_right()


def test_nonsense_in_the_stream_ends_nothing(reader: Reader) -> None:
    reader.sim.stream_junk(reader.person)
    for frame in NONSENSE:
        reader.sim.stream_frame(frame, reader.person)
    reader.told("still here")
    reader.sees("still here")
    assert reader.heard() == 1


def test_frame_of_megabytes_is_survived(reader: Reader) -> None:
    reader.sim.stream_junk(reader.person, size=HUGE)
    reader.told("after the giant")
    reader.sees("after the giant")


def test_kill_in_the_middle_of_a_burst_loses_nothing(reader: Reader) -> None:
    reader.flooded(200)
    reader.site.end(signal.SIGKILL)
    reader.flooded(50)
    reader.site.start()
    # For a minute the stream may still be the dead server's.
    wait_until(lambda: reader.has_exactly(200, 50), 120)


def test_answer_that_is_told_several_times_is_one_message(reader: Reader) -> None:
    reader.answered("what they think")
    reader.sees("what they think")
    found = [text for text in reader.mentions() if "what they think" in text]
    assert len(found) == 1


def test_token_that_is_refused_leads_to_sign_in_again(reader: Reader) -> None:
    reader.sim.revoke(reader.person)
    reader.sim.close_streams(reader.person)
    reader.sees("Sign in again")


@pytest.mark.parametrize(
    ("reader", "first", "then"),
    [("misskey", 4_000, 6_000), ("mastodon", 800, 1_200)],
    indirect=["reader"],
)
def test_burst_of_thousands_is_stored_while_the_connection_breaks(
    reader: Reader, first: int, then: int
) -> None:
    reader.flooded(first)
    reader.sim.stream_fault("cut", reader.person)
    reader.flooded(then)
    wait_until(lambda: reader.has_exactly(first, then), 240)
    assert reader.counts_are_right()
