"""News arrive by themselves: a real server, a simulated host, real sockets between."""

import signal
from collections.abc import Iterator

import pytest

from simulators.misskey import Simulator, running
from tests.processes.reader import ME, PATIENCE, Reader
from tests.processes.site import free_port, site, wait_until


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with running(limits=False, delays=0, port=free_port()) as host:
        yield host


@pytest.fixture
def reader(
    sim: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reader]:
    with site(tmp_path_factory.mktemp("streams"), [sim.host]) as made:
        person = Reader(made, sim)
        person.connected()
        yield person


def test_message_arrives_as_soon_as_it_is_written(
    sim: Simulator, reader: Reader
) -> None:
    sim.direct("taro", ME, "written just now")
    reader.sees("written just now")
    sim.chat("taro", ME, "said just now")
    reader.sees("said just now")
    assert len(reader.heard()) == 1


def test_answer_that_is_told_three_times_is_one_message(
    sim: Simulator, reader: Reader
) -> None:
    mine = sim.note(ME, "what I think")
    sim.note("taro", f"@{ME} what he thinks", reply_to=str(mine["id"]))
    reader.sees("what he thinks")
    found = [line for line in reader.mentions() if "what he thinks" in line]
    assert len(found) == 1


def test_deletion_on_the_host_shows_here(sim: Simulator, reader: Reader) -> None:
    told = sim.chat("taro", ME, "a slip")
    reader.sees("a slip")
    sim.delete_chat(str(told["id"]))
    sim.chat("taro", ME, "what I meant")
    reader.sees("what I meant")


@pytest.mark.parametrize("kind", ["close", "cut"])
def test_what_came_while_nothing_was_connected_is_fetched(
    sim: Simulator, reader: Reader, kind: str
) -> None:
    sim.stream_fault(kind, ME)
    sim.direct("taro", ME, "into the silence")
    reader.sees("into the silence")
    reader.connected()
    sim.direct("taro", ME, "after the silence")
    reader.sees("after the silence")


def test_nonsense_in_the_stream_ends_nothing(sim: Simulator, reader: Reader) -> None:
    sim.stream_junk(ME)
    for frame in ("", "[]", '{"type": "dance", "body": []}', "x" * 1000):
        sim.stream_frame(frame, ME)
    sim.direct("taro", ME, "still here")
    reader.sees("still here")
    assert len(reader.heard()) == 1


def test_frame_of_two_megabytes_is_survived(sim: Simulator, reader: Reader) -> None:
    sim.stream_junk(ME, size=3_000_000)
    sim.direct("taro", ME, "after the giant")
    reader.sees("after the giant")


def test_burst_is_stored_to_the_last_message(sim: Simulator, reader: Reader) -> None:
    sim.flood(ME, 400, by="taro", at_once=True)
    wait_until(lambda: len(reader.mentions()) >= 400, 60)
    assert len(reader.mentions()) == 400


def test_kill_in_the_middle_of_a_burst_loses_nothing(
    sim: Simulator, reader: Reader
) -> None:
    sim.flood(ME, 300, by="taro", at_once=True)
    reader.site.end(signal.SIGKILL)
    sim.flood(ME, 50, by="taro", at_once=True)
    reader.site.start()
    wait_until(lambda: len(reader.mentions()) >= 350, 60)
    assert len(reader.mentions()) == 350


def test_refused_handshake_leads_to_sign_in_again(
    sim: Simulator, reader: Reader
) -> None:
    sim.revoke(ME)
    sim.close_streams(ME)
    reader.sees("Sign in again")


def test_unlinked_account_has_no_connection_any_more(
    sim: Simulator, reader: Reader
) -> None:
    reader.visitor.open(f"/accounts/{reader.account}/unlink/")
    reader.visitor.submit(reader.visitor.form_with("messages"), messages="keep")
    wait_until(lambda: not reader.heard(), PATIENCE)


def test_server_that_ends_closes_its_connections(
    sim: Simulator, reader: Reader
) -> None:
    assert reader.site.end(signal.SIGTERM) == 0
    assert not reader.heard()
    reader.site.start()
    reader.connected()
