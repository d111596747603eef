"""The door of streams, and what programs may say there."""

import json

import pytest
import requests
from websockets.exceptions import ConnectionClosed, InvalidStatus

from simulators import mastodon
from simulators.mastodon import Simulator
from tests.simulators.mastodon.ears import listening, opened, received, transcript

GOTOSOCIAL = pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
OLD = pytest.mark.parametrize("sim", ["4.1", "3.5"], indirect=True)
BOTH = pytest.mark.parametrize("sim", ["4.6", "gotosocial"], indirect=True)
ALL = {"user", "user:notification", "direct"}


@BOTH
@pytest.mark.parametrize("within", ["header", "query", "protocol"])
def test_token_opens_the_door_in_each_of_its_places(
    sim: Simulator, within: str
) -> None:
    with opened(sim, sim.token("alice"), within=within) as ear:
        ear.subscribe("user", "direct")
        assert [one.user for one in sim.connections()] == ["alice"]


def test_token_as_protocol_is_echoed(sim: Simulator) -> None:
    token = sim.token("alice")
    with opened(sim, token, within="protocol") as ear:
        assert ear.socket.subprotocol == token


@pytest.mark.parametrize(("name", "token"), [("315", ""), ("316", "garbage")])
def test_wrong_token_is_refused_as_recorded(
    sim: Simulator, name: str, token: str
) -> None:
    with pytest.raises(InvalidStatus) as refused, opened(sim, token):
        pass
    answer = refused.value.response
    recorded = transcript(name)[1]["data"]
    assert isinstance(recorded, dict)
    assert answer.status_code == recorded["status"]
    assert {key: answer.headers[key] for key in recorded["headers"]} == (
        recorded["headers"]
    )
    assert answer.body == b""


@GOTOSOCIAL
@pytest.mark.parametrize(("name", "token"), [("098", "garbage"), ("099", "")])
def test_gotosocial_refuses_in_json(sim: Simulator, name: str, token: str) -> None:
    with pytest.raises(InvalidStatus) as refused, opened(sim, token):
        pass
    recorded = transcript(name, "gotosocial")[1]["data"]
    assert isinstance(recorded, dict)
    assert refused.value.response.status_code == recorded["status"]
    assert json.loads(refused.value.response.body) == json.loads(recorded["body"])


@GOTOSOCIAL
def test_gotosocial_asks_for_scopes_outside_of_the_header_only(sim: Simulator) -> None:
    token = sim.token("alice", ["read:statuses"])
    with pytest.raises(InvalidStatus) as refused, opened(sim, token, within="query"):
        pass
    assert refused.value.response.status_code == 403
    with opened(sim, token) as ear:
        ear.subscribe("user")


def test_disabled_person_is_refused(sim: Simulator) -> None:
    token = sim.token("alice")
    sim.disable("alice")
    with pytest.raises(InvalidStatus), opened(sim, token):
        pass


def test_instance_names_the_address(sim: Simulator) -> None:
    answer = requests.get(f"{sim.url}/api/v2/instance", timeout=5).json()
    named = answer["configuration"]["urls"]["streaming"]
    assert named == sim.url.replace("http", "ws")


@BOTH
def test_health_and_calls_without_upgrade(sim: Simulator) -> None:
    base = f"{sim.url}/api/v1/streaming"
    asked = [requests.get(url, timeout=5) for url in (f"{base}/health", base)]
    found = [(answer.status_code, answer.text) for answer in asked]
    if sim.state.profile.software == "mastodon":
        assert found[0] == (200, "OK")
    else:
        assert found[0][0] == 404
        assert found[1] == (400, "Bad Request\n")


def test_handshake_is_among_the_calls_without_its_token(sim: Simulator) -> None:
    token = sim.token("alice")
    with opened(sim, token, query="stream=user", within="query"):
        sim.await_streams()
    (call,) = sim.calls("GET /api/v1/streaming")
    assert (call.status, call.user, call.params) == (101, "alice", {"stream": "user"})


def test_stream_in_the_address_is_subscribed(sim: Simulator) -> None:
    with opened(sim, sim.token("alice"), query="stream=user:notification") as ear:
        sim.await_streams(lambda found: found[0].listens if found else False)
        sim.mention("bob", "alice", "hello")
        assert ear.settled() == [("user:notification", "notification mention")]


def test_unknown_stream_in_the_address_is_an_error_inside(sim: Simulator) -> None:
    with opened(sim, sim.token("alice"), query="stream=banana") as ear:
        assert [ear.next()] == received("317")


def test_wrong_frames_are_answered_as_recorded(sim: Simulator) -> None:
    sim.direct("alice", "bob", "one row")
    (row,) = sim.rows_of("alice")
    with opened(sim, sim.token("alice")) as ear:
        for line in transcript("318"):
            if line["what"] == "send":
                data = line["data"]
                ear.socket.send(data if isinstance(data, str) else json.dumps(data))
        sim.await_streams(lambda found: found[0].streams == ("direct",))
        sim.read_row(row.id)
        ear.event("conversation")
    recorded = received("318")
    assert ear.heard[:-1] == recorded[:-1]
    assert ear.heard[-1].keys() == recorded[-1].keys()


@pytest.mark.parametrize("name", [[], {}, [["user"]], 7, None, True])
def test_names_of_other_types_are_unknown(sim: Simulator, name: object) -> None:
    with opened(sim, sim.token("alice")) as ear:
        ear.say(type="subscribe", stream=name)
        assert ear.next()["error"] == "Unknown stream type"


def test_small_token_hears_what_was_recorded(sim: Simulator) -> None:
    sim.policy("alice", for_private_mentions="accept")
    sim.follow("alice", "bob")
    with opened(sim, sim.token("alice", ["read:statuses"])) as ear:
        ear.subscribe("user", "direct")
        ear.say(type="subscribe", stream="user:notification")
        assert [ear.next()] == received("314")[:1]
        ear.heard.clear()
        sim.direct("bob", "alice", "only the row tells of it")
        assert ear.settled() == [("user", "update"), ("direct", "conversation")]


def test_subscribing_twice_is_once_and_unsubscribing_ends_it(sim: Simulator) -> None:
    with listening(sim, "user:notification") as ear:
        ear.subscribe("user:notification", "direct")
        sim.mention("bob", "alice", "once")
        assert ear.settled() == [("user:notification", "notification mention")]
        ear.say(type="unsubscribe", stream="user:notification")
        sim.await_streams(lambda found: found[0].streams == ("direct",))
        sim.mention("bob", "alice", "not any more")
        assert ear.settled() == []


def test_binary_frame_is_refused_with_a_code(sim: Simulator) -> None:
    with listening(sim, "user") as ear:
        ear.socket.send(b"\x00\x01")
        with pytest.raises(ConnectionClosed) as closed:
            ear.next()
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 1003


@GOTOSOCIAL
@pytest.mark.parametrize(
    "frame",
    ["this is not JSON", b"\x00", "[]", "7", '{"type":"subscribe","stream":[]}'],
)
def test_gotosocial_hangs_up_on_what_it_cannot_read(
    sim: Simulator, frame: str | bytes
) -> None:
    if isinstance(frame, str) and frame.endswith("[]}"):
        frame = frame.replace("[]", '["direct"]')
    with listening(sim, "user") as ear:
        ear.socket.send(frame)
        with pytest.raises(ConnectionClosed) as closed:
            ear.next()
        assert closed.value.rcvd is None


@GOTOSOCIAL
def test_gotosocial_passes_over_what_it_does_not_know(sim: Simulator) -> None:
    with opened(sim, sim.token("alice"), query="stream=banana") as ear:
        ear.say(type="subscribe", stream="user:notification")
        ear.say(type="dance", stream="user")
        ear.say(type="subscribe", stream="hashtag", tag="tea")
        ear.socket.send("null")
        ear.subscribe("direct")
        assert sim.connections()[0].streams == ("banana", "direct")
        assert ear.settled() == []


@OLD
def test_older_hosts_let_nobody_in_for_public_streams(sim: Simulator) -> None:
    with opened(sim) as ear:
        ear.subscribe("public:local")
        sim.status("bob", "to all")
        assert ear.settled() == [("public:local", "update")]
        ear.say(type="subscribe", stream="user")
        assert ear.next()["status"] == 401


def test_public_streams_are_fed(sim: Simulator) -> None:
    with listening(sim, "public", "public:remote", "public:local") as ear:
        ear.say(type="subscribe", stream="hashtag", tag="Tea")
        sim.await_streams(lambda found: "hashtag:Tea" in found[0].streams)
        told = sim.status("erin@remote.example", "from afar #tea")
        sim.status("bob", "not for all", visibility="unlisted")
        sim.delete_status(str(told["id"]))
        heard = ear.settled()
    assert sorted(heard) == sorted(
        (name, event)
        for name in ("public", "public:remote", "hashtag:Tea")
        for event in ("update", "delete")
    )


def test_connections_are_told_apart_by_person(sim: Simulator) -> None:
    with listening(sim, *ALL), listening(sim, "direct", user="kai"):
        assert set(sim.connections("alice")[0].streams) == ALL
        assert sim.connections("kai")[0].streams == ("direct",)
        assert len(sim.connections()) == 2
    assert sim.await_streams(lambda found: not found) == []


def test_sharkey_has_no_stream() -> None:
    with mastodon.running(profile="sharkey") as sim:
        token = sim.token("alice")
        with pytest.raises(InvalidStatus) as refused, opened(sim, token):
            pass
        assert refused.value.response.status_code == 401
