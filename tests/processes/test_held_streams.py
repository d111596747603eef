"""Connections that others hold, that clocks confuse, whose token ended or that flood."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.misskey import Simulator
from tests.processes.reader import ME, PATIENCE, OnMisskey, on_misskey
from tests.processes.site import wait_until

pytestmark = pytest.mark.wide

PING = {"INBOXHUB_STREAM_PING": "3"}  # seconds; a busy machine needs more than one
ELSEWHERE = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import Account
until = timezone.now() + timedelta(days={days})
Account.objects.update(stream_holder="elsewhere", stream_until=until)
"""


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[OnMisskey]:
    with on_misskey(tmp_path, PING) as person:
        yield person


@pytest.fixture
def sim(reader: OnMisskey) -> Simulator:
    return reader.sim


def test_token_that_ended_is_found_though_the_connection_goes_on(
    sim: Simulator, reader: OnMisskey
) -> None:
    sim.revoke(ME)
    assert reader.site.command("sync").returncode == 1
    reader.sees("Sign in again")
    wait_until(lambda: not reader.heard(), PATIENCE)
    sim.direct("taro", ME, "said to nobody")
    reader.visitor.link(sim.host, ME)
    reader.connected()
    reader.sees("said to nobody")


def test_clock_that_was_put_back_locks_no_stream(reader: OnMisskey) -> None:
    reader.site.end()
    reader.site.run(ELSEWHERE.format(days=1))
    reader.site.start()
    reader.connected()


def test_stream_that_another_process_took_is_let_go_and_taken_when_free(
    sim: Simulator, reader: OnMisskey
) -> None:
    reader.site.run(ELSEWHERE.format(days=-1))
    sim.direct("taro", ME, "while nobody knew who listens")
    reader.sees("while nobody knew who listens")
    sim.await_streams(lambda open_: len(open_) == 1, user=ME, seconds=PATIENCE)
    sim.direct("taro", ME, "now one does")
    reader.sees("now one does")


def test_host_that_sends_without_end_fills_no_disk(
    sim: Simulator, reader: OnMisskey
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

    wait_until(said, 90)  # it is read to the end before
    sim.direct("taro", ME, "found by the next check")
    reader.visitor.open("/accounts/")
    assert "found by the next check" not in reader.listed()
    assert reader.site.command("sync").returncode == 0
    reader.sees("found by the next check")
