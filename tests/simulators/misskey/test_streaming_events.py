"""Events of streams: in the recorded shapes, as late as on real hosts, or not at all."""

import pytest
import requests

from simulators import misskey
from simulators.misskey import Simulator, chatting, notifying, writing
from tests.simulators.ears import Json, named
from tests.simulators.misskey.ears import (
    body_of,
    connected,
    kind_of,
    listening,
    main_of,
    recorded_events,
    shape_errors,
)

OLD = "12.110"
old = pytest.mark.parametrize("sim", [OLD], indirect=True)
middle = pytest.mark.parametrize("sim", ["2024.11"], indirect=True)


# --- Events in their recorded shapes --------------------------------------------------


def test_direct_answer_comes_four_times_as_recorded(sim: Simulator) -> None:
    mine = named(sim.note("alice", "say something"))
    with main_of(sim) as ear:
        ear.heard.clear()
        sim.note(
            "bob", "in private", visibility="specified", to=["alice"], reply_to=mine
        )
        kinds = ear.settled()
        assert kinds == ["mention", "reply", "notification", "unreadNotification"]
        assert shape_errors(ear, "main-dm-reply") == []


def test_events_of_main_have_the_recorded_shapes(sim: Simulator) -> None:
    sim.bell("alice", "bob")
    sim.follow("alice", "bob")
    mine = named(sim.note("alice", "say something"))
    with main_of(sim) as ear:
        ear.heard.clear()
        sim.mention("bob", "alice", "hello from the other side")
        sim.note("bob", "worth reading", quote=mine)
        sim.renote("carol", mine)
        sim.react("carol", mine)
        sim.follow("bob", "alice")
        sim.unfollow("alice", "bob")
        sim.follow("alice", "bob")
        sim.note("alice", "answer to myself", reply_to=mine)
        sim.describe("alice", name="Aya ✨")
        sim.notice("alice", "app", body="app notice", header="InboxHub", icon="i")
        _post(sim, "notifications/mark-all-as-read")
        _post(sim, "notifications/flush")
        kinds = ear.settled()
        # the app notice was read before it could be told again in the one transcript
        assert shape_errors(ear, "main-events", "main-chat") == []
    expected = set(recorded_events("main-events")) - {"connected"}
    assert expected == set(kinds)


def _post(sim: Simulator, endpoint: str, **body: object) -> Json:
    named = {"i": sim.token("alice", native=True), **body}
    answer = requests.post(f"{sim.url}/api/{endpoint}", json=named, timeout=5)
    assert answer.ok, answer.text
    found = answer.json() if answer.content else {}
    return found if isinstance(found, dict) else {}


@middle
def test_version_2024_has_marks_of_notes(sim: Simulator) -> None:
    mine = named(sim.note("alice", "say something"))
    with main_of(sim) as ear:
        ear.heard.clear()
        sim.note("bob", "that", visibility="specified", to=["alice"], reply_to=mine)
        sim.mention("bob", "alice", "public")
        kinds = ear.settled()
        _post(sim, "notes/mentions")
        _post(sim, "notifications/mark-all-as-read")
        kinds += ear.settled()
        assert shape_errors(ear, "v2024.11-main") == []
    assert {"unreadSpecifiedNote", "unreadMention"} <= set(kinds)
    assert kinds[-3:] == [
        "readAllUnreadMentions",
        "readAllUnreadSpecifiedNotes",
        "readAllNotifications",
    ]


@old
def test_version_12_hides_the_answer_and_has_the_old_chat(sim: Simulator) -> None:
    mine = named(sim.note("alice", "say something"))
    with main_of(sim) as ear:
        ear.heard.clear()
        sim.direct("bob", "alice", "@alice private", reply_to=mine)
        sim.chat("bob", "alice", "on the stream")
        ear.settled()
        _post(sim, "notes/mentions")
        ear.settled()
        assert shape_errors(ear, "v12.110-main") == []
    bodies = {kind_of(frame): body_of(frame).get("body") for frame in ear.heard}
    expected = set(recorded_events("v12.110-main"))
    assert expected == set(bodies)
    reply = bodies["reply"]
    assert isinstance(reply, dict)
    assert (reply["text"], reply["isHidden"]) == (None, True)


def test_other_events_are_told(sim: Simulator) -> None:
    with main_of(sim) as ear:
        sim.request_follow("carol", "alice")
        sim.regenerate("alice")
        sim.announce("Maintenance", "On Sunday")
        room = named(sim.room("bob", "Project room"))
        sim.invite(room, "alice")
        kinds = ear.settled()
    for kind in ("receiveFollowRequest", "myTokenRegenerated", "announcementCreated"):
        assert kind in kinds
    assert kinds.count("notification") == 2


# --- Delays ---------------------------------------------------------------------------


def test_notification_that_was_read_meanwhile_is_not_told_again(sim: Simulator) -> None:
    with main_of(sim) as ear:
        ear.heard.clear()
        with sim.state.lock:  # nothing late happens before both are done
            sim.mention("bob", "alice", "hello")
            notifying.read_all(sim.state, sim.state.by_acct("alice"))
        assert ear.settled() == ["mention", "notification", "readAllNotifications"]


@middle
def test_mark_of_a_note_that_was_listed_meanwhile_is_not_told(sim: Simulator) -> None:
    alice = sim.state.by_acct("alice")
    with main_of(sim) as ear:
        ear.heard.clear()
        with sim.state.lock:
            note = named(sim.mention("bob", "alice", "hello"))
            writing.clear_dots(sim.state, alice, [sim.state.notes[note]])
        assert "unreadMention" not in ear.settled()


def test_chat_that_was_read_meanwhile_is_not_told(sim: Simulator) -> None:
    key = chatting.pair_key(sim.id_of("alice"), sim.id_of("bob"))
    with main_of(sim) as ear:
        ear.heard.clear()
        with sim.state.lock:
            sim.chat("bob", "alice", "first")
            chatting.read(sim.state, sim.state.by_acct("alice"), key)
        assert ear.settled() == []
        sim.chat("bob", "alice", "second")
        assert ear.settled() == ["newChatMessage"]
        body = body_of(ear.heard[-2])["body"]
    assert isinstance(body, dict)
    assert body["text"] == "second"


def test_late_events_are_late_and_find_connections_made_meanwhile() -> None:
    with misskey.running(delays=0.1) as sim:
        sim.mention("bob", "alice", "before you came")
        with main_of(sim) as ear:
            body = ear.event("unreadNotification")["body"]
    assert isinstance(body, dict)
    assert body["type"] == "mention"


# --- Chats ----------------------------------------------------------------------------


def test_chat_comes_at_once_in_its_channel_and_then_on_main(sim: Simulator) -> None:
    with main_of(sim) as ear:
        ear.join("chatUser", "c1", otherId=sim.id_of("bob"))
        ear.heard.clear()
        first = named(sim.chat("bob", "alice", "on the stream"))
        kinds = ear.settled()
        mine = named(sim.chat("alice", "bob", "seen"))
        _react(sim, "bob", mine)
        ear.say("channel", id="c1", type="read", body={})
        kinds += ear.settled()
        assert not sim.chat_unread("alice", "bob")
        sim.delete_chat(first)
        kinds += ear.settled()
        assert shape_errors(ear, "main-chat") == []
    assert kinds == ["message", "newChatMessage", "message", "react", "deleted"]
    assert body_of(ear.heard[-2])["body"] == first


def _react(sim: Simulator, user: str, message: str) -> None:
    body = {"i": sim.token(user), "messageId": message, "reaction": "👍"}
    url = f"{sim.url}/api/chat/messages/react"
    assert requests.post(url, json=body, timeout=5).status_code == 204


def test_room_is_heard_by_those_inside(sim: Simulator) -> None:
    room = named(sim.room("bob", "Project room", members=["alice"]))
    with main_of(sim) as ear, main_of(sim, "hana") as stranger:
        ear.join("chatRoom", "r1", roomId=room)
        stranger.ask("chatRoom", "r1", roomId=room)
        for one in (ear, stranger):
            one.heard.clear()
        message = named(sim.room_message("bob", room, "room on the stream"))
        assert ear.settled() == ["message", "newChatMessage"]
        assert shape_errors(ear, "chat-room") == []
        _react(sim, "alice", message)
        reacted = ear.event("react")["body"]
        assert stranger.settled() == []
    assert isinstance(reacted, dict)
    assert reacted["user"]


def test_chat_channel_needs_its_permission(sim: Simulator) -> None:
    with listening(sim, sim.token("alice", ["read:account"])) as ear:
        ear.join("main", "m1")
        ear.ask("chatUser", "c1", otherId=sim.id_of("bob"))
        sim.chat("bob", "alice", "no chat permission")
        assert ear.event("newChatMessage")
    assert connected("c1") not in ear.heard


@old
def test_old_chat_has_a_channel_and_an_index(sim: Simulator) -> None:
    with listening(sim, sim.token("alice")) as ear:
        ear.join("messaging", "g1", otherparty=sim.id_of("bob"))
        ear.join("messagingIndex", "i1")
        ear.heard.clear()
        message = named(sim.chat("bob", "alice", "direct channel"))
        ear.say("channel", id="g1", type="read", body={"id": message})
        ear.until(lambda frame: kind_of(frame) == "read")
        sim.delete_chat(message)
        ear.settled()
        assert shape_errors(ear, "v12.110-messaging") == []
    told = [(body_of(f)["id"], kind_of(f)) for f in ear.heard if f["type"] == "channel"]
    assert told == [
        ("g1", "message"),
        ("i1", "message"),
        ("i1", "read"),
        ("g1", "deleted"),
    ]
