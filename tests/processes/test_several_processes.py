"""Several processes on one database: each stream is held once, by whoever lives."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from simulators.misskey import Simulator
from tests.processes.reader import ME, PATIENCE, OnMisskey, on_misskey
from tests.processes.site import DEADLINE, Process, beside, free_port, wait_until

pytestmark = pytest.mark.wide

Another = Callable[..., Process]
HOLDER = """
from accounts.models import Account
print("held by", *Account.objects.values_list("stream_holder", flat=True))
"""
A_MINUTE_LATER = """
from datetime import timedelta
from django.db.models import F
from accounts.models import Account
later = timedelta(minutes=1)
Account.objects.exclude(stream_until=None).update(stream_until=F("stream_until") - later)
Account.objects.exclude(lease_until=None).update(lease_until=F("lease_until") - later)
"""


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[OnMisskey]:
    """A linked account, and a server for pages only."""
    with on_misskey(tmp_path) as person:
        person.site.end()
        person.site.start("--no-background")
        yield person


@pytest.fixture
def sim(reader: OnMisskey) -> Simulator:
    return reader.sim


@pytest.fixture
def another(reader: OnMisskey) -> Iterator[Another]:
    """Starts processes beside the server; none is left at the end."""
    with ExitStack() as stack:
        yield lambda *words: stack.enter_context(beside(reader.site, *words))


def holder(reader: OnMisskey) -> int:
    """The id of the process that holds the stream."""
    lines = reader.site.run(HOLDER).splitlines()
    words = next(line for line in lines if line.startswith("held by")).split()
    return int(words[3])


def test_server_without_background_holds_no_stream_and_streams_does(
    sim: Simulator, reader: OnMisskey, another: Another
) -> None:
    assert not sim.connections(ME)
    streams = another("streams")
    reader.connected()
    sim.direct("taro", ME, "heard by the other process")
    reader.sees("heard by the other process")
    streams.send_signal(signal.SIGTERM)
    assert streams.wait(DEADLINE) == 0
    wait_until(lambda: not sim.connections(ME))


def test_each_account_is_held_once_by_several_processes(
    sim: Simulator, reader: OnMisskey, another: Another
) -> None:
    held = [another("streams") for _ in range(3)]
    reader.connected()
    assert holder(reader) in [process.pid for process in held]
    sim.direct("taro", ME, "told to all, heard by one")
    reader.sees("told to all, heard by one")
    assert len(sim.connections(ME)) == 1


def test_process_that_is_killed_is_replaced_by_another(
    sim: Simulator, reader: OnMisskey, another: Another
) -> None:
    pair = [another("serve", "--port", str(free_port())) for _ in range(2)]
    reader.connected()
    os.kill(holder(reader), signal.SIGKILL)
    sim.await_streams(lambda found: not found, user=ME, seconds=PATIENCE)
    sim.direct("taro", ME, "into the silence")
    reader.site.run(A_MINUTE_LATER)
    reader.sees("into the silence")
    reader.connected()
    (alive,) = [process for process in pair if process.poll() is None]
    assert holder(reader) == alive.pid


def test_event_of_another_process_reaches_an_open_page(
    sim: Simulator, reader: OnMisskey, another: Another
) -> None:
    another("streams")
    reader.connected()
    with reader.socket() as page:
        sim.direct("taro", ME, "from elsewhere")
        wait_until(lambda: "message.new" in str(page.recv(timeout=PATIENCE)), PATIENCE)
