"""With Redis, open pages of one process are told at once what another one did."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from websockets.sync.client import ClientConnection

from messaging.demands import LASTS
from simulators.misskey import Simulator
from tests.processes.pages import Page
from tests.processes.reader import ME, PATIENCE, OnMisskey, on_misskey
from tests.processes.site import Process, beside, ended, free_port, wait_until

SERVER = shutil.which("redis-server")
pytestmark = [
    pytest.mark.wide,
    pytest.mark.skipif(not SERVER, reason="there is no redis-server here"),
]
# Each alone would wait for a look at the log, which comes every five seconds.
IN_TURN, AT_MOST = 15, 4.0


class Redis:
    """A server in memory that can be stopped and started again on its port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: Process | None = None

    def start(self) -> None:
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(  # noqa: S603  found by name above
            [str(SERVER), *words, "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
        )
        wait_until(self._answers)

    def _answers(self) -> bool:
        with redis.Redis(port=self.port) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

    def end(self) -> None:
        if self.process is not None:
            ended(self.process)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Redis]:
    made = Redis(tmp_path)
    made.start()
    yield made
    made.end()


@pytest.fixture
def reader(server: Redis, tmp_path: Path) -> Iterator[OnMisskey]:
    """Pages in one process, the stream of their account in another."""
    with on_misskey(tmp_path, {"REDIS_URL": server.url}) as person:
        person.site.end()
        person.site.start("--no-background")
        with beside(person.site, "streams"):
            person.connected()
            yield person


@pytest.fixture
def sim(reader: OnMisskey) -> Simulator:
    return reader.sim


def told_of(page: ClientConnection, kind: str) -> None:
    wait_until(lambda: kind in str(page.recv(timeout=PATIENCE)), PATIENCE)


def test_pages_are_told_at_once_what_another_process_did(
    sim: Simulator, reader: OnMisskey
) -> None:
    with page_of(reader) as page:
        told_of(page, "message.new")
        ends_at = time.monotonic() + IN_TURN * AT_MOST
        for number in range(IN_TURN):
            sim.direct("taro", ME, f"number {number}")
            told_of(page, "message.new")
        assert time.monotonic() < ends_at


@contextmanager
def page_of(reader: OnMisskey) -> Iterator[ClientConnection]:
    """An open page that has surely been told of something, and so listens."""
    with reader.socket() as page:
        reader.sim.direct("taro", ME, "the first")
        yield page


def test_nothing_is_lost_while_redis_is_away(
    sim: Simulator, server: Redis, reader: OnMisskey
) -> None:
    with page_of(reader) as page:
        told_of(page, "message.new")
        server.end()
        sim.direct("taro", ME, "without Redis")
        told_of(page, "message.new")
        reader.sees("without Redis")
        server.start()
        sim.direct("taro", ME, "with Redis again")
        told_of(page, "message.new")


def test_live_page_reaches_the_process_that_holds_the_stream(
    sim: Simulator, reader: OnMisskey
) -> None:
    with reader.socket() as socket:
        page = Page(socket)
        page.ask(live={"account": int(reader.account), "channel": "local"})
        page.hear(lambda frame: frame.get("state") == "live")
        note = str(sim.note("taro", "seen from another process")["id"])
        page.hear(lambda frame: "seen from another" in str(frame.get("html")))
        sim.await_streams(
            lambda streams: any(note in one.captures for one in streams),
            user=ME,
            seconds=PATIENCE,
        )
    sim.await_streams(
        lambda streams: all(
            "localTimeline" not in one.channels.values() and not one.captures
            for one in streams
        ),
        user=ME,
        seconds=PATIENCE,
    )


def test_stream_goes_on_while_a_page_that_looks_cannot_be_told(
    sim: Simulator, server: Redis, reader: OnMisskey
) -> None:
    with reader.socket() as socket:
        page = Page(socket)
        page.ask(live={"account": int(reader.account), "channel": "local"})
        page.hear(lambda frame: frame.get("state") == "live")
        server.end()
        sim.note("taro", "nobody can be told of this")
        sim.direct("taro", ME, "this is stored")
        reader.sees("this is stored")
        assert reader.heard() == 1
    assert "a stream failed" not in reader.site.log.read_text()


def test_crashed_pages_leave_nothing_behind(sim: Simulator, reader: OnMisskey) -> None:
    with reader.socket() as socket:
        page = Page(socket)
        page.ask(live={"account": int(reader.account), "channel": "local"})
        page.hear(lambda frame: frame.get("state") == "live")
        reader.site.end(signal.SIGKILL)
        # The process that holds the stream lives on, and nobody tells it.
        sim.await_streams(
            lambda streams: (
                bool(streams)
                and all("localTimeline" not in s.channels.values() for s in streams)
            ),
            user=ME,
            seconds=LASTS + PATIENCE,
        )
