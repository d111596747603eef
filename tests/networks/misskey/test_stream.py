"""The Misskey stream: where it connects, what it sends, and what comes of that."""

from dataclasses import replace

import pytest

from inboxhub.networks.base import RemoteAuthor, RemoteMessage
from inboxhub.networks.errors import CredentialsError
from inboxhub.networks.misskey import Client
from inboxhub.networks.misskey.facts import Facts
from inboxhub.networks.misskey.stream import Stream
from inboxhub.networks.stream import NOTHING, Heard, NoteChange, StreamAddress
from tests.networks.misskey.accounts import FACTS, TOKEN, client_of, viewer_of
from tests.networks.misskey.streaming import (
    BOB,
    NOTE,
    Json,
    connect,
    frame,
    listening,
    main_event,
    nobody,
    sent,
)
from tests.networks.misskey.transcripts import stream_of
from tests.networks.replay import Replay, recorded

# --- The address ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "bearer"),
    [
        (FACTS["2025.12"], True),
        (FACTS["2024.11"], True),
        (FACTS["12.110"], False),
        (Facts(version="13.13.0"), True),
        (Facts(version="13.12.9"), False),
        (Facts(version="2025.4.1-io.5"), True),
        (Facts(version="14.0.0-calckey", old_notices=True), False),
        (Facts(version="of our own"), False),
    ],
    ids=lambda value: getattr(value, "version", None),
)
def test_token_stands_in_a_header_where_the_host_reads_it_there(
    facts: Facts, bearer: bool
) -> None:
    client, _ = client_of({}, facts=replace(facts, id="a1").as_json())
    address = client.stream().address
    start = "wss://misskey.example/streaming"
    assert address.url == (start if bearer else f"{start}?i={TOKEN}")
    headers = {"Authorization": f"Bearer {TOKEN}"} if bearer else {}
    assert dict(address.headers) == headers
    assert TOKEN not in repr(address)


def test_private_host_without_tls_has_a_plain_stream() -> None:
    http = Replay({}, origin="http://127.0.0.1:5001")
    facts = FACTS["2025.12"].as_json()
    client = Client(http, "127.0.0.1:5001", {"token": TOKEN}, facts=facts)
    assert client.stream().address.url == "ws://127.0.0.1:5001/streaming"


@pytest.mark.parametrize("token", ["", "two words", "a&i=b", "é"])
def test_account_without_a_usable_token_has_no_stream(token: str) -> None:
    client, http = client_of({}, token=token)
    with pytest.raises(CredentialsError):
        client.stream()
    assert http.calls == []


def test_client_of_nobody_has_the_public_channels() -> None:
    http = Replay({"meta": "001"})
    stream = Client(http, "misskey.example", {}).stream()
    assert stream.address == StreamAddress("wss://misskey.example/streaming")
    assert stream.channels == ("local", "global")
    assert stream.hello() == []
    assert stream.join("home", "h1") == []
    assert sent(stream.join("local", "l1")) == [connect("localTimeline", "l1")]
    assert [name for name, _ in http.calls] == ["meta"]


# --- Channels -------------------------------------------------------------------------


def test_hello_joins_main_and_probes_the_host_once() -> None:
    answering: dict[str, bool] = {}
    address, viewer = (
        StreamAddress("wss://misskey.example/streaming"),
        viewer_of("2025.12"),
    )
    first, second = (
        Stream(
            address, "misskey.example", viewer, FACTS["2025.12"], answering=answering
        )
        for _ in range(2)
    )
    probe = {"id": "r1", "endpoint": "ping", "data": {}}
    main = connect("main", "inbox")
    assert sent(first.hello()) == [main, {"type": "api", "body": probe}]
    assert sent(second.hello()) == [main]


def test_hello_of_an_old_host_joins_all_its_chats() -> None:
    found = sent(stream_of("12.110").hello())
    assert found == [connect("main", "inbox"), connect("messagingIndex", "chats")]


def test_hello_begins_anew_on_a_new_connection() -> None:
    stream = listening()
    stream.join("home", "h1")
    assert sent(stream.hello())[0] == connect("main", "inbox")
    assert stream.read(frame("connected", {"id": "h1"})) == NOTHING
    assert stream.join("home", "h1")


@pytest.mark.parametrize(
    ("channel", "remote"),
    [
        ("home", "homeTimeline"),
        ("local", "localTimeline"),
        ("social", "hybridTimeline"),
        ("global", "globalTimeline"),
    ],
)
def test_timeline_is_joined_and_left_by_its_id(channel: str, remote: str) -> None:
    stream = listening()
    assert sent(stream.join(channel, "t1")) == [connect(remote, "t1")]
    assert stream.read(frame("connected", {"id": "t1"})) == Heard(joined="t1")
    assert sent(stream.leave("t1")) == [{"type": "disconnect", "body": {"id": "t1"}}]
    assert stream.leave("t1") == []
    assert stream.join("everything", "t2") == []


@pytest.mark.parametrize(
    ("version", "key", "expected"),
    [
        ("2025.12", BOB, connect("chatUser", "c", otherId=BOB)),
        ("2025.12", "room:r1", connect("chatRoom", "c", roomId="r1")),
        ("12.110", BOB, connect("messaging", "c", otherparty=BOB)),
        ("12.110", "room:g1", connect("messaging", "c", group="g1")),
    ],
)
def test_open_chat_is_joined_by_its_conversation(
    version: str, key: str, expected: Json
) -> None:
    assert sent(listening(version).join_chat(key, "c")) == [expected]


@pytest.mark.parametrize("key", ["", "self", "many:abc", "a,b", "room:", "note:abc"])
def test_conversation_that_is_no_chat_is_not_joined(key: str) -> None:
    assert listening().join_chat(key, "c") == []
    assert listening(chat="none").join_chat(BOB, "c") == []


def test_more_channels_than_the_host_takes_are_not_asked_for() -> None:
    stream = listening()
    joined = [stream.join("home", f"h{number}") for number in range(40)]
    assert [bool(frames) for frames in joined] == [True] * 31 + [False] * 9
    stream.leave("h0")
    assert stream.join("home", "h99")


def test_own_chat_message_gets_the_name_that_the_caller_knows() -> None:
    stream = listening()
    me = viewer_of("2025.12").me
    people = [RemoteAuthor(one, "@x@misskey.example", "x") for one in (me, BOB)]
    stream.join_chat(BOB, "c1", people)
    body = {"id": "attn88w7y4y40057", "fromUserId": me, "toUserId": BOB, "text": "hi"}
    heard = stream.read(frame("channel", {"id": "c1", "type": "message", "body": body}))
    (item,) = heard.items
    assert isinstance(item, RemoteMessage)
    assert item.author
    assert item.author.remote_id == me
    assert [person.remote_id for person in item.participants] == [BOB]


def test_hidden_note_of_a_timeline_is_not_shown() -> None:
    stream = listening()
    stream.join("home", "h1")
    body = {"id": NOTE, "userId": BOB, "text": None, "isHidden": True}
    event = {"id": "h1", "type": "note", "body": body}
    assert stream.read(frame("channel", event)) == NOTHING


def test_nobody_has_an_inbox_for_what_a_host_sends() -> None:
    stream = nobody()
    stream.join("local", "l1")
    body = {"id": NOTE, "userId": BOB, "text": "x", "visibility": "specified"}
    event = {"id": "l1", "type": "note", "body": body}
    heard = stream.read(frame("channel", event))
    assert heard.items == ()
    assert [live.note.remote_id for live in heard.live] == [NOTE]


# --- Captures -------------------------------------------------------------------------


def test_note_is_captured_until_it_is_released() -> None:
    stream = listening()
    assert sent(stream.capture(NOTE)) == [{"type": "subNote", "body": {"id": NOTE}}]
    deleted = frame("noteUpdated", {"id": NOTE, "type": "deleted", "body": {}})
    assert stream.read(deleted).changes == (NoteChange(NOTE, "deleted"),)
    assert sent(stream.release(NOTE)) == [{"type": "unsubNote", "body": {"id": NOTE}}]
    assert stream.read(deleted) == NOTHING
    assert stream.release(NOTE) == []
    assert stream.capture("no id") == []


@pytest.mark.parametrize(
    ("reaction", "emoji", "value", "picture"),
    [
        ("👍", None, "👍", ""),
        (":blob@.:", None, ":blob:", "https://misskey.example/emoji/blob.webp"),
        (
            ":blob@away.example:",
            {"name": "blob@away.example", "url": "https://media.example/b.png"},
            ":blob@away.example:",
            "https://media.example/b.png",
        ),
        (
            ":blob@away.example:",
            {"url": "javascript:alert(1)"},
            ":blob@away.example:",
            "https://misskey.example/emoji/blob@away.example.webp",
        ),
    ],
)
def test_reaction_has_its_picture(
    reaction: str, emoji: object, value: str, picture: str
) -> None:
    stream = listening()
    stream.capture(NOTE)
    body = {"reaction": reaction, "emoji": emoji, "userId": BOB}
    event = {"id": NOTE, "type": "reacted", "body": body}
    expected = NoteChange(NOTE, "reacted", value, picture, BOB)
    assert stream.read(frame("noteUpdated", event)).changes == (expected,)


def test_edit_on_a_fork_asks_for_a_look() -> None:
    stream = listening()
    stream.capture(NOTE)
    event = {"id": NOTE, "type": "updated", "body": {"cw": None, "text": "new"}}
    heard = stream.read(frame("noteUpdated", event))
    assert heard.changes == (NoteChange(NOTE, "edited"),)
    assert heard.changes[0].note is None


# --- Calls over the stream ------------------------------------------------------------


def test_call_is_asked_of_an_old_host_only() -> None:
    assert listening().ask("notes/show", {"noteId": NOTE}) is None
    request = listening("12.110").ask("notes/show", {"noteId": NOTE})
    assert request
    request_id, frames = request
    body = {"id": request_id, "endpoint": "notes/show", "data": {"noteId": NOTE}}
    assert sent(frames) == [{"type": "api", "body": body}]


def test_answered_probe_opens_calls_on_a_new_host() -> None:
    stream = listening()
    assert stream.read(frame("api:r1", {"res": {"pong": 1}})) == NOTHING
    assert stream.ask("notes/show", {"noteId": NOTE})


def test_what_changes_something_is_never_asked() -> None:
    stream = listening("12.110")
    for endpoint in ("notes/create", "notes/delete", "i", "notes/mentions", "ping"):
        assert stream.ask(endpoint, {}) is None


def test_silent_host_is_not_asked_again_and_its_late_answer_is_dropped() -> None:
    stream = listening("12.110")
    request_id, _ = stream.ask("notes/show", {"noteId": NOTE}) or ("", [])
    assert stream.unanswered(request_id)
    assert not stream.unanswered(request_id)
    assert stream.ask("notes/show", {"noteId": NOTE}) is None
    late = frame(f"api:{request_id}", {"res": recorded("065").body})
    assert stream.read(late) == NOTHING


def test_answers_come_to_their_requests_in_any_order() -> None:
    stream = listening("12.110")
    first, second = (stream.ask("notes/children", {"noteId": NOTE}) for _ in range(2))
    assert first
    assert second
    replies = [recorded("065").body, recorded("066").body, None, 7]
    later = stream.read(frame(f"api:{second[0]}", {"res": replies})).answer
    earlier = stream.read(frame(f"api:{first[0]}", {})).answer
    assert later
    assert earlier
    assert (later.request_id, len(later.items)) == (second[0], 2)
    assert (earlier.request_id, earlier.items, earlier.error) == (first[0], (), "")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"error": {"code": "NO_SUCH_NOTE"}}, "NO_SUCH_NOTE"),
        ({"e": {"code": "NO_SUCH_NOTE", "info": {"stack": "x"}}}, "NO_SUCH_NOTE"),
        ({"e": {}}, "refused"),
        ({"error": "no"}, "refused"),
        ({"error": {"code": ["x"]}}, "refused"),
    ],
)
def test_refused_call_says_why(body: object, error: str) -> None:
    stream = listening("12.110")
    request_id, _ = stream.ask("notes/show", {"noteId": NOTE}) or ("", [])
    answer = stream.read(frame(f"api:{request_id}", body)).answer
    assert answer
    assert answer.error == error


# --- Staying alive --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "words"), [("2025.12", []), ("2024.11", []), ("12.110", ["ping"])]
)
def test_old_hosts_want_a_word(version: str, words: list[str]) -> None:
    assert stream_of(version).keep_alive() == words


def test_new_native_token_raises_doubt() -> None:
    assert listening().read(main_event("myTokenRegenerated", None)) == Heard(doubt=True)


def test_follow_request_is_a_line_and_asks_for_the_list() -> None:
    user = {"id": BOB, "username": "bob", "host": None}
    heard = listening().read(main_event("receiveFollowRequest", user))
    assert heard == Heard(
        activity=("follow-request", "@bob@misskey.example"), pull=True
    )
    stream = listening(missing=("read:following",))
    assert not stream.read(main_event("receiveFollowRequest", user)).pull


def test_somebody_elses_profile_is_not_mine() -> None:
    user = {"id": BOB, "username": "bob", "host": None}
    assert listening().read(main_event("meUpdated", user)) == NOTHING
