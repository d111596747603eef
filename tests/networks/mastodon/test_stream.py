"""Frames of the stream: recorded ones of real servers, and ones that nobody should send."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from inboxhub.networks.base import RemoteMessage
from inboxhub.networks.errors import CredentialsError, NotSupported
from inboxhub.networks.mastodon.facts import Facts
from inboxhub.networks.mastodon.session import Session
from inboxhub.networks.mastodon.stream import Stream, stream_of
from inboxhub.networks.stream import Heard, StreamAddress
from tests.networks.mastodon import accounts
from tests.networks.mastodon.accounts import HOST, MASTODON, PRIVATE, TOKEN, client_of
from tests.networks.replay import RECORDED, Answer

OF_MASTODON = sorted((RECORDED / "mastodon" / "stream").glob("*.jsonl"))
OF_GOTOSOCIAL = sorted((RECORDED / "gotosocial" / "stream").glob("*.jsonl"))
# Recorded by another account than the other answers.
STREAMED = replace(MASTODON, id="117020617404561855")
GOTOSOCIAL = replace(accounts.GOTOSOCIAL, id="01A83MGSMQF03CC3QP71K2AG2T")
INSTANCE = "GET /api/v2/instance"


def session_of(facts: Facts = STREAMED, *, instance: object = None) -> Session:
    answer = Answer(200, instance or {"version": "4.6.4"})
    client, _host = client_of({INSTANCE: answer}, facts)
    return client._session()


def stream(facts: Facts = STREAMED) -> Stream:
    return Stream(StreamAddress("wss://mastodon.example"), session_of(facts))


def played(path: Path, facts: Facts) -> list[Heard]:
    """What each frame that came says, in order."""
    listening = stream(facts)
    listening.hello()
    lines = map(json.loads, path.read_text("utf-8").splitlines())
    return [
        listening.read(json.dumps(line["data"]))
        for line in lines
        if line["what"] == "recv"
    ]


def messages(heard: list[Heard]) -> list[RemoteMessage]:
    items = [item for one in heard for item in one.items]
    assert all(isinstance(item, RemoteMessage) for item in items)
    return [item for item in items if isinstance(item, RemoteMessage)]


def event(name: str, payload: object) -> str:
    return json.dumps({"stream": ["user"], "event": name, "payload": payload})


def status(**values: object) -> dict[str, object]:
    return {
        "id": "117",
        "created_at": "2026-11-21T07:17:55.000Z",
        "visibility": "public",
        "content": "<p>Hello</p>",
        "account": {"id": "5", "acct": "bob", "username": "bob"},
        "mentions": [],
        **values,
    }


@pytest.mark.parametrize("path", OF_MASTODON, ids=lambda path: path.stem)
def test_recorded_frames_of_mastodon_are_understood(path: Path) -> None:
    unknown = {heard.unknown for heard in played(path, STREAMED)} - {""}
    assert unknown <= {"error"}
    messages(played(path, STREAMED))


@pytest.mark.parametrize("path", OF_GOTOSOCIAL, ids=lambda path: path.stem)
def test_recorded_frames_of_gotosocial_are_understood(path: Path) -> None:
    assert {heard.unknown for heard in played(path, GOTOSOCIAL)} <= {""}
    messages(played(path, GOTOSOCIAL))


def test_direct_status_is_one_message_however_it_is_told() -> None:
    """Notification, conversation, both streams: recorded on 4.6.4."""
    found = messages(played(OF_MASTODON[0], STREAMED))
    direct = [item for item in found if item.source == "direct"]
    ids = Counter(item.remote_id for item in direct)
    assert max(ids.values()) > 1
    for one in ids:
        keys = {item.conversation_key for item in direct if item.remote_id == one}
        assert len(keys) == 1
    assert any(item.conversation_ids for item in direct)


def test_gotosocial_thread_gives_message_answer_edit_and_deletion() -> None:
    """094: bob writes, alice answers, bob edits, answers again and deletes that."""
    heard = played(OF_GOTOSOCIAL[0], GOTOSOCIAL)
    direct = [item for item in messages(heard) if item.source == "direct"]
    assert [item.outgoing for item in direct if item.outgoing] == [True]
    assert [item for item in direct if item.edited_at]
    gone = [key for one in heard for key in one.gone]
    assert {source for source, _id in gone} == {"direct", "status"}
    assert gone[0][1] in {item.remote_id for item in direct}


def test_hello_asks_for_each_thing_once() -> None:
    wanted = [json.loads(frame)["stream"] for frame in stream().hello()]
    assert wanted == ["user", "direct"]


def test_hello_leaves_out_conversations_where_there_are_none() -> None:
    without = replace(STREAMED, missing={"conversations": "off"})
    wanted = [json.loads(frame)["stream"] for frame in stream(without).hello()]
    assert wanted == ["user"]


def test_pleroma_takes_its_one_stream_in_the_address() -> None:
    found = stream_of(session_of(replace(STREAMED, software="akkoma")))
    assert found is not None
    assert found.address.url.endswith("/api/v1/streaming?stream=user")
    assert found.hello() == []


@pytest.mark.parametrize("software", ["pixelfed", "takahe", "sharkey"])
def test_software_without_a_stream_has_none(software: str) -> None:
    assert stream_of(session_of(replace(STREAMED, software=software))) is None


@pytest.mark.parametrize(
    ("told", "url"),
    [
        ("wss://streaming.example", "wss://streaming.example"),
        ("https://streaming.example/", "wss://streaming.example"),
        ("wss://streaming.elsewhere.example", "wss://streaming.elsewhere.example"),
        (f"wss://{HOST}", f"wss://{HOST}"),
        (f"wss://{PRIVATE}", f"wss://{HOST}"),
        ("ws://streaming.example", f"wss://{HOST}"),
        ("wss://me@streaming.example", f"wss://{HOST}"),
        ("wss://[", f"wss://{HOST}"),
        (7, f"wss://{HOST}"),
        ("", f"wss://{HOST}"),
    ],
)
def test_stream_is_where_the_host_says_as_far_as_that_is_safe(
    told: object, url: str
) -> None:
    named = {"version": "4.6", "configuration": {"urls": {"streaming": told}}}
    found = stream_of(session_of(instance=named))
    assert found is not None
    assert found.address.url == f"{url}/api/v1/streaming"
    assert found.address.headers == {"Authorization": f"Bearer {TOKEN}"}
    assert TOKEN not in repr(found.address)


def test_stream_without_a_token_is_refused() -> None:
    client, _host = client_of({}, STREAMED, token="")
    with pytest.raises(CredentialsError):
        client.stream()


def test_mention_that_comes_is_unread() -> None:
    told = {
        "id": "9",
        "type": "mention",
        "created_at": "2026-11-21T07:17:55.000Z",
        "account": {"id": "5", "acct": "bob", "username": "bob"},
        "status": status(mentions=[{"id": STREAMED.id, "acct": "me"}]),
    }
    (item,) = messages([stream().read(event("notification", json.dumps(told)))])
    assert (item.kind, item.unread, item.notification_id) == ("mention", True, "9")


def test_post_of_others_is_no_message_but_shows_on_the_live_page() -> None:
    listening = stream()
    frame = event("update", json.dumps(status()))
    assert listening.read(frame) == Heard()
    listening.join("home", "h1")
    (live,) = listening.read(frame).live
    assert (live.channel_id, live.note.text) == ("h1", "Hello")
    listening.leave("h1")
    assert listening.read(frame) == Heard()


def test_edit_of_a_post_that_nobody_told_us_of_makes_no_message() -> None:
    edited = status(edited_at="2026-11-21T08:00:00.000Z")
    heard = stream().read(event("status.update", json.dumps(edited)))
    assert heard.items == ()
    assert [change.kind for change in heard.changes] == ["edited"]


def test_merged_notifications_ask_for_a_pull() -> None:
    assert stream().read(event("notifications_merged", "1")).pull


def test_announcement_comes_and_goes() -> None:
    told = {
        "id": "8",
        "content": "<p>Maintenance</p>",
        "published_at": "2026-11-21T07:17:55.000Z",
    }
    (item,) = messages([stream().read(event("announcement", json.dumps(told)))])
    assert (item.source, item.box) == ("announcement", "notices")
    heard = stream().read(event("announcement.delete", "8"))
    assert heard.gone == (("announcement", "8"),)


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "pong",
        "null",
        "[]",
        "[" * 10_000,
        '{"event": 7}',
        '{"error": "Unknown stream type", "status": 400}',
        event("dance", "{}"),
        event("update", "{"),
        event("delete", None),
        event("delete", {"id": "1"}),
        event("announcement.delete", {}),
    ],
)
def test_frame_that_means_nothing_is_counted(frame: str) -> None:
    heard = stream().read(frame)
    assert heard.unknown
    assert heard == Heard(unknown=heard.unknown)


@pytest.mark.parametrize(
    "name", ["notification", "conversation", "update", "status.update", "announcement"]
)
@pytest.mark.parametrize(
    "payload", [None, 8, "7", "null", "[]", "{}", '{"id": 7}', '{"id": "7"}', "{" * 999]
)
def test_hostile_payload_never_raises(name: str, payload: object) -> None:
    stream().read(event(name, payload))


def test_idle_events_do_nothing() -> None:
    assert stream().read(event("filters_changed", "")) == Heard()


def test_home_timeline_is_listed_for_a_page_without_a_stream() -> None:
    listed = Answer(200, [status(id="8"), status(id="9"), {"id": 7}])
    client, host = client_of({"GET /api/v1/timelines/home": listed}, STREAMED)
    found = client.timeline("home")
    assert [item.remote_id for item in found[:2]] == ["8", "9"]
    assert len(found) == 3
    with pytest.raises(NotSupported):
        client.timeline("local")
    assert host.names == ["GET /api/v1/timelines/home"]
