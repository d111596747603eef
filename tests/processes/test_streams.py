"""News arrive by themselves: a real server, a simulated host, real sockets between."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.misskey import Simulator
from tests.processes.reader import ME, PATIENCE, OnMisskey, on_misskey
from tests.processes.site import wait_until


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[OnMisskey]:
    with on_misskey(tmp_path) as person:
        yield person


@pytest.fixture
def sim(reader: OnMisskey) -> Simulator:
    return reader.sim


def test_message_arrives_as_soon_as_it_is_written(
    sim: Simulator, reader: OnMisskey
) -> None:
    sim.direct("taro", ME, "written just now")
    reader.sees("written just now")
    sim.chat("taro", ME, "said just now")
    reader.sees("said just now")
    assert reader.heard() == 1


def test_burst_is_stored_to_the_last_message(reader: OnMisskey) -> None:
    reader.flooded(400)
    wait_until(lambda: reader.has_exactly(400), 60)


def test_unlinked_account_has_no_connection_any_more(reader: OnMisskey) -> None:
    reader.visitor.open(f"/accounts/{reader.account}/unlink/")
    reader.visitor.submit(reader.visitor.form_with("messages"), messages="keep")
    wait_until(lambda: not reader.heard(), PATIENCE)


def test_server_that_ends_closes_its_connections(reader: OnMisskey) -> None:
    assert reader.site.end(signal.SIGTERM) == 0
    wait_until(lambda: not reader.heard())
    reader.site.start()
    reader.connected()
