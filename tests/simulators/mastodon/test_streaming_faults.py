"""Faults of open streams, their heartbeat, and bursts."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic

import pytest
import requests
from websockets.exceptions import ConnectionClosed, InvalidStatus

from simulators import mastodon
from simulators.mastodon import Simulator
from tests.simulators.ears import DEADLINE
from tests.simulators.mastodon.ears import (
    HANDSHAKE,
    PING,
    listening,
    opened,
    payload_of,
)

MENTION = ("user", "notification mention")


def test_stream_is_closed_with_the_code(sim: Simulator) -> None:
    with listening(sim, "user") as ear:
        assert sim.close_streams("alice", code=4000) == {"count": 1}
        with pytest.raises(ConnectionClosed) as closed:
            ear.next()
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 4000
    assert sim.await_streams(lambda found: not found) == []


@pytest.mark.parametrize("kind", ["cut", "drop"])
def test_stream_ends_without_a_word_after_what_was_on_its_way(
    sim: Simulator, kind: str
) -> None:
    with listening(sim, "user") as ear:
        sim.mention("bob", "alice", "whole")
        sim.stream_fault(kind)
        assert ear.event("notification")
        with pytest.raises(ConnectionClosed) as closed:
            ear.next()
        assert closed.value.rcvd is None


def test_half_open_stream_says_nothing_and_answers_no_ping(sim: Simulator) -> None:
    with listening(sim, "user") as ear:
        ear.socket.close_timeout = 0.1
        sim.stream_fault("half-open")
        sim.mention("bob", "alice", "into the void")
        sim.ping_streams()
        sim.ping_streams()
        assert not ear.socket.ping().wait(0.2)
        assert len(sim.connections("alice")) == 1


@pytest.mark.parametrize(
    ("kind", "order"),
    [("reverse", "cbad"), ("twice", "aabbccd")],
)
def test_frames_come_out_of_order(sim: Simulator, kind: str, order: str) -> None:
    sim.follow("alice", "bob")
    with listening(sim, "user") as ear:
        sim.stream_fault(kind, count=3)
        for text in "abcd":
            sim.status("bob", text)
        contents = [str(payload_of(frame)["content"]) for frame in ear.frames()]
    assert contents == [f"<p>{text}</p>" for text in order]


def test_delay_holds_all_that_follows(sim: Simulator) -> None:
    with listening(sim, "user") as ear:
        begun = monotonic()
        sim.stream_fault("delay", seconds=0.2)
        sim.mention("bob", "alice", "late")
        assert ear.event("notification")
        assert monotonic() - begun >= 0.2


def test_junk_and_a_huge_frame_come_between(sim: Simulator) -> None:
    with listening(sim, "user") as ear:
        sim.stream_junk("alice")
        sim.stream_junk("alice", size=2_000_000)
        sim.stream_frame("of my own")
        texts = [ear.text()]
        while texts[-1] != "of my own":
            texts.append(ear.text())
    assert max(map(len, texts)) > 2_000_000
    assert "this is not JSON" in texts
    assert [text for text in texts if '"event": "moon_phase"' in text]


def test_huge_status_is_told_whole(sim: Simulator) -> None:
    with listening(sim, "user") as ear:
        sim.status("bob", "@alice", html=f"<p>{'x' * 2_000_000}</p>")
        assert len(str(ear.event("notification")["status"])) > 2_000_000


def test_burst_arrives_whole_and_in_order(sim: Simulator) -> None:
    sim.policy("alice", for_private_mentions="accept")
    with listening(sim, "user", "direct") as ear:
        sim.flood("alice", 1_000, by="bob", direct=True)
        frames = ear.frames()
    found = [payload_of(frame) for frame in frames if frame["event"] == "notification"]
    contents = [str(row["status"]) for row in found]
    assert len(frames) == 2_000
    for number, content in enumerate(contents, 1):
        assert f"number {number} of 1000" in content


def test_server_that_stops_says_goodbye_and_may_come_back() -> None:
    host = ExitStack()
    sim = host.enter_context(mastodon.running())
    port = int(sim.host.partition(":")[2])
    with listening(sim, "user") as ear:
        host.close()
        with pytest.raises(ConnectionClosed) as closed:
            ear.next()
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 1001
    with mastodon.running(port=port) as sim, listening(sim, "user") as ear:
        sim.mention("bob", "alice", "again")
        assert ear.settled() == [MENTION]


def test_handshake_has_faults_like_any_call(sim: Simulator) -> None:
    sim.fault("api/v1/streaming", status=503, times=1)
    token = sim.token("alice")
    with pytest.raises(InvalidStatus), opened(sim, token):
        pass
    with opened(sim, token) as ear:
        ear.subscribe("user")


def test_streams_are_seen_and_struck_from_outside(sim: Simulator) -> None:
    with listening(sim, "user") as ear:
        state = requests.get(f"{sim.url}/_sim/state", timeout=5).json()
        assert state["streams"] == [{"user": "alice", "streams": ["user"]}]
        url = f"{sim.url}/_sim/api/stream-fault"
        order = {"kind": "close", "user": "alice", "code": 4001}
        assert requests.post(url, json=order, timeout=5).json() == {"count": 1}
        with pytest.raises(ConnectionClosed):
            ear.next()
    refused = requests.post(url, json={"kind": "explode"}, timeout=5)
    assert refused.status_code == 400


# --- The heartbeat --------------------------------------------------------------------


@contextmanager
def raw(sim: Simulator) -> Iterator[socket.socket]:
    """A program that shakes hands and never answers anything."""
    name, _, port = sim.host.partition(":")
    with socket.create_connection((name, int(port)), timeout=DEADLINE) as line:
        line.sendall(HANDSHAKE.format(sim.token("alice"), sim.host).encode())
        heard = b""
        while not heard.endswith(b"\r\n\r\n"):
            heard += line.recv(1)
        sim.await_streams()
        yield line


def test_unanswered_ping_ends_the_stream_at_the_next_one(sim: Simulator) -> None:
    with raw(sim) as line:
        sim.ping_streams()
        assert line.recv(16) == PING
        sim.ping_streams()
        assert line.recv(16) == b""


def test_pings_of_programs_are_answered(sim: Simulator) -> None:
    with listening(sim, "user") as ear:
        assert ear.socket.ping().wait(DEADLINE)


def test_answered_pings_keep_the_stream(sim: Simulator) -> None:
    with listening(sim, "user") as ear:
        for name in ("direct", "public", "public:local"):
            sim.ping_streams()
            assert ear.settled() == []  # the program has seen the ping
            ear.subscribe(name)  # the host has seen its answer
        assert len(sim.connections()) == 1


def test_heart_beats_by_itself() -> None:
    with mastodon.running(pings=0.05) as sim, raw(sim) as line:
        assert line.recv(16) == PING
        assert line.recv(16) == b""
