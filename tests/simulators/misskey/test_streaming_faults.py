"""Faults of open streams, and bursts."""

from contextlib import ExitStack

import pytest
import requests
from websockets.exceptions import ConnectionClosed, InvalidStatus

from simulators import misskey
from simulators.misskey import Simulator
from tests.simulators.misskey.ears import (
    body_of,
    by_channel,
    kind_of,
    listening,
    main_of,
)


def test_stream_is_closed_with_the_code(sim: Simulator) -> None:
    with main_of(sim) as ear:
        assert sim.close_streams("alice", code=4000) == {"count": 1}
        with pytest.raises(ConnectionClosed) as closed:
            ear.next()
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 4000
    assert sim.await_streams(lambda found: not found) == []


def test_stream_is_cut_in_a_frame(sim: Simulator) -> None:
    with main_of(sim) as ear:
        sim.mention("bob", "alice", "whole")
        sim.stream_fault("cut")
        assert ear.event("mention")
        with pytest.raises(ConnectionClosed) as closed:
            ear.until(lambda frame: False)
        assert closed.value.rcvd is None


def test_half_open_stream_says_nothing_and_answers_no_ping(sim: Simulator) -> None:
    with main_of(sim) as ear:
        ear.socket.close_timeout = 0.1
        sim.stream_fault("half-open")
        sim.mention("bob", "alice", "into the void")
        pong = ear.socket.ping()
        assert not pong.wait(0.2)
        with pytest.raises(TimeoutError):
            ear.socket.recv(timeout=0.1)
        assert len(sim.connections("alice")) == 1


@pytest.mark.parametrize(
    ("kind", "order"),
    [("reverse", ["c", "b", "a", "d"]), ("twice", ["a", "a", "b", "b", "c", "c", "d"])],
)
def test_frames_come_out_of_order(sim: Simulator, kind: str, order: list[str]) -> None:
    with listening(sim) as ear:
        ear.join("localTimeline", "l1")
        sim.stream_fault(kind, count=3)
        for text in "abcd":
            sim.note("bob", text)
        ear.settled()
    assert by_channel(ear)["l1"] == order


def test_delay_holds_all_that_follows(sim: Simulator) -> None:
    with main_of(sim) as ear:
        sim.stream_fault("delay", seconds=0.3)
        sim.mention("bob", "alice", "late")
        with pytest.raises(TimeoutError):
            ear.socket.recv(timeout=0.1)
        assert ear.event("mention")


def test_junk_and_a_huge_frame_come_between(sim: Simulator) -> None:
    with main_of(sim) as ear:
        sim.stream_junk("alice")
        sim.stream_junk("alice", size=500_000)
        sim.stream_frame("of my own")
        texts = [ear.text()]
        while texts[-1] != "of my own":
            texts.append(ear.text())
        assert max(map(len, texts)) > 500_000
        assert "this is not JSON" in texts
        assert [text for text in texts if '"id": "m1", "type": "moonPhase"' in text]


def test_burst_arrives_whole_and_in_order(sim: Simulator) -> None:
    with main_of(sim) as ear:
        ear.heard.clear()
        sim.flood("alice", 2_000, by="bob")
        ear.settled()
    texts = [
        note["text"]
        for frame in ear.heard
        if kind_of(frame) == "mention"
        and isinstance(note := body_of(frame)["body"], dict)
    ]
    assert texts == [f"@alice number {n} of 2000" for n in range(1, 2_001)]


def test_server_that_stops_says_goodbye_and_may_come_back() -> None:
    host = ExitStack()
    sim = host.enter_context(misskey.running(delays=0))
    port = int(sim.host.partition(":")[2])
    with main_of(sim) as ear:
        host.close()
        with pytest.raises(ConnectionClosed) as closed:
            ear.next()
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 1001
    with misskey.running(delays=0, port=port) as sim, main_of(sim) as ear:
        sim.mention("bob", "alice", "again")
        assert ear.event("mention")


def test_handshake_has_faults_like_any_call(sim: Simulator) -> None:
    sim.fault("streaming", status=503, times=1)
    token = sim.token("alice")
    with pytest.raises(InvalidStatus), listening(sim, token):
        pass
    with listening(sim, token) as ear:
        ear.join("main", "m1")


def test_streams_are_seen_and_struck_from_outside(sim: Simulator) -> None:
    with main_of(sim) as ear:
        state = requests.get(f"{sim.url}/_sim/state", timeout=5).json()
        assert state["streams"] == [
            {"user": "alice", "channels": {"m1": "main"}, "captures": {}}
        ]
        url = f"{sim.url}/_sim/api/stream-fault"
        order = {"kind": "close", "user": "alice", "code": 4001}
        answer = requests.post(url, json=order, timeout=5)
        assert answer.json() == {"count": 1}
        with pytest.raises(ConnectionClosed):
            ear.next()
    refused = requests.post(url, json={"kind": "explode"}, timeout=5)
    assert refused.status_code == 400
