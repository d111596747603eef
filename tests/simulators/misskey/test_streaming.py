"""Streams: who gets in, which channels there are, and what they bring."""

import pytest
import requests
from websockets.exceptions import InvalidStatus

from simulators.misskey import Simulator
from tests.simulators.ears import named
from tests.simulators.misskey.ears import by_channel, listening, main_of, shape_errors

OLD = "12.110"
old = pytest.mark.parametrize("sim", [OLD], indirect=True)


# --- Who gets in ----------------------------------------------------------------------


@pytest.mark.parametrize("bearer", [False, True], ids=["address", "header"])
def test_token_opens_a_stream(sim: Simulator, bearer: bool) -> None:
    with listening(sim, sim.token("alice"), bearer=bearer) as ear:
        ear.join("main", "m1")
        sim.mention("bob", "alice", "hello")
        assert ear.event("mention")["body"]
    assert sim.await_streams(lambda found: not found) == []


@pytest.mark.parametrize("permissions", [None, []], ids=["unknown", "no read:account"])
def test_token_that_may_not_read_the_account_is_refused(
    sim: Simulator, permissions: list[str] | None
) -> None:
    token = "x" * 32 if permissions is None else sim.token("alice", permissions)
    with pytest.raises(InvalidStatus) as refused, listening(sim, token):
        pass
    answer = refused.value.response
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer realm="Misskey", error="invalid_token", '
        'error_description="Failed to authenticate"'
    )
    assert "Content-Length" not in answer.headers


def test_suspended_person_gets_no_stream(sim: Simulator) -> None:
    token = sim.token("alice")
    sim.suspend("alice")
    with pytest.raises(InvalidStatus) as refused, listening(sim, token):
        pass
    assert refused.value.response.status_code == 403


@old
def test_old_host_never_answers_a_wrong_token(sim: Simulator) -> None:
    with pytest.raises(TimeoutError), listening(sim, "w" * 32, patience=0.3):
        pass


@old
def test_old_host_asks_for_no_permission(sim: Simulator) -> None:
    with listening(sim, sim.token("alice", [])) as ear:
        ear.join("main", "m1")


def test_revoked_token_keeps_receiving(sim: Simulator) -> None:
    with main_of(sim) as ear:
        sim.revoke("alice")
        sim.mention("bob", "alice", "you should not see this")
        assert ear.event("mention")


def test_page_of_the_other_side_shows_at_once(sim: Simulator) -> None:
    form = {"me": "alice", "by": "bob", "verb": "mention", "text": "from the page"}
    with main_of(sim) as ear:
        requests.post(f"{sim.url}/_sim/", data=form, timeout=5)
        note = ear.event("mention")["body"]
    assert isinstance(note, dict)
    assert note["text"] == "@alice from the page"


# --- Channels -------------------------------------------------------------------------


def test_wrong_frames_and_channels_are_refused_silently(sim: Simulator) -> None:
    with main_of(sim) as ear:
        for channel in ("noSuchChannel", "main", "admin", "messaging"):
            ear.ask(channel, f"x-{channel}")
        ear.say("connect", channel="homeTimeline", id=5, pong=True)
        ear.say("connect", channel="homeTimeline", id="quiet")
        for text in (
            "this is not json",
            "[]",
            '{"type":"connect"}',
            "ping",
            "[" * 9999,
        ):
            ear.socket.send(text)
        ear.join("chatUser", "c1", otherId="zzz")
        assert [frame["type"] for frame in ear.heard] == ["connected"] * 2


def test_nobody_gets_the_public_channels_only(sim: Simulator) -> None:
    with listening(sim) as ear:
        for channel in ("main", "homeTimeline", "hybridTimeline", "chatUser"):
            ear.ask(channel, channel)
        ear.join("localTimeline", "l1")
        sim.note("bob", "public for anonymous")
        assert ear.event("note")["id"] == "l1"
    kinds = [frame["type"] for frame in ear.heard]
    assert kinds == ["connected", "channel"]


def test_more_than_32_channels_are_refused(sim: Simulator) -> None:
    with listening(sim, sim.token("alice")) as ear:
        for number in range(35):
            ear.ask("chatUser", f"c{number}", otherId="x")
        ear.say("disconnect", id="c0")
        ear.join("chatUser", "last", otherId="x")
        (stream,) = sim.connections("alice")
    assert list(stream.channels) == [f"c{number}" for number in range(1, 32)] + ["last"]


def test_main_goes_on_after_it_was_left(sim: Simulator) -> None:
    with main_of(sim) as ear:
        ear.join("homeTimeline", "h1")
        ear.say("disconnect", id="m1")
        ear.say("disconnect", id="h1")
        ear.settled()
        sim.follow("alice", "bob")
        sim.mention("bob", "alice", "after you left")
        kinds = ear.settled()
    assert "mention" in kinds
    assert "note" not in kinds
    assert [c.listens for c in sim.connections("alice")] in ([], [False])


def test_timelines_bring_what_they_should(sim: Simulator) -> None:
    sim.follow("alice", "bob")
    channels = {
        "ho": "homeTimeline",
        "lo": "localTimeline",
        "hy": "hybridTimeline",
        "gl": "globalTimeline",
    }
    with listening(sim, sim.token("alice")) as ear:
        for channel_id, name in channels.items():
            ear.join(name, channel_id)
        ear.heard.clear()
        sim.note("bob", "to everybody")
        sim.direct("bob", "alice", "only you")
        sim.note("alice", "my own note")
        sim.direct("alice", "bob", "my own dm")
        sim.note("carol", "a stranger's note")
        sim.direct("bob", "carol", "for carol")
        ear.settled()
        assert shape_errors(ear, "timelines") == []
        sim.note("yuki@remote.example", "from elsewhere")
        ear.settled()
    assert by_channel(ear) == {
        "ho": ["to everybody", "only you", "my own note", "my own dm"],
        "lo": ["to everybody", "my own note", "a stranger's note"],
        "hy": [
            *("to everybody", "only you", "my own note", "my own dm"),
            "a stranger's note",
        ],
        "gl": ["to everybody", "my own note", "a stranger's note", "from elsewhere"],
    }


def test_answers_to_others_are_left_out_of_timelines(sim: Simulator) -> None:
    note = named(sim.note("carol", "a question"))
    mine = named(sim.note("alice", "my own note"))
    with listening(sim, sim.token("alice")) as ear:
        ear.join("localTimeline", "l1")
        sim.reply("bob", note, "not to you")
        sim.reply("bob", mine, "to you")
        sim.reply("carol", note, "to herself")
        sim.reply("alice", note, "by you")
        ear.settled()
    assert by_channel(ear)["l1"] == ["to you", "to herself", "by you"]
