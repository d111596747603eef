"""Creating, deleting, reacting, chatting: effects and refusals."""

import pytest

from simulators.misskey import Simulator
from tests.simulators.misskey.scene import Scene


@pytest.mark.parametrize(
    ("sim", "survives"),
    [("2025.12", True), ("2024.11", False), ("12.110", False)],
    indirect=["sim"],
)
def test_deleting_a_parent_takes_answers_along_before_2025_8(
    sim: Simulator, alice: Scene, survives: bool
) -> None:
    parent = str(sim.note("bob", "hello")["id"])
    body = {"text": "my answer", "replyId": parent}
    mine = alice.post("notes/create", body).json()["createdNote"]["id"]
    sim.delete_note(parent)
    answer = alice.post("notes/show", {"noteId": mine})
    assert (answer.status_code == 200) is survives
    if survives:
        assert answer.json()["reply"] is None
        assert answer.json()["replyId"] == parent


@pytest.mark.parametrize(
    ("sim", "quote_stays"), [("2025.12", True), ("2024.11", False)], indirect=["sim"]
)
def test_renotes_die_with_their_note_and_newer_quotes_stay(
    sim: Simulator, quote_stays: bool
) -> None:
    note = str(sim.note("alice", "hello")["id"])
    renote = str(sim.renote("bob", note)["id"])
    quote = str(sim.note("carol", "look", quote=note)["id"])
    sim.delete_note(note)
    assert sim.find_note(renote) is None
    assert (sim.find_note(quote) is not None) is quote_stays


def test_notifications_of_deleted_notes_are_left_out(
    sim: Simulator, alice: Scene
) -> None:
    note = str(sim.mention("bob", "alice", "hello")["id"])
    sim.delete_note(note)
    listed = alice.post("i/notifications", {"markAsRead": False}).json()
    assert [row["type"] for row in listed] == ["createToken"]


def test_text_is_trimmed(alice: Scene) -> None:
    answer = alice.post("notes/create", {"text": "  hi \n"}).json()
    assert answer["createdNote"]["text"] == "hi"


def test_withheld_note_hides_its_content(sim: Simulator, alice: Scene) -> None:
    note = str(sim.mention("bob", "alice", "hello")["id"])
    sim.withhold_note(note)
    shown = alice.post("notes/show", {"noteId": note}).json()
    assert (shown["text"], shown["isHidden"]) == (None, True)


def test_unknown_emoji_becomes_a_heart_and_known_ones_stay(
    sim: Simulator, alice: Scene
) -> None:
    note = str(sim.note("bob", "hello")["id"])
    for written, kept in ((":nothing:", "❤"), (":blobcat:", ":blobcat@.:")):
        alice.post("notes/reactions/create", {"noteId": note, "reaction": written})
        sim.advance(3)
        shown = alice.post("notes/show", {"noteId": note}).json()
        assert (shown["myReaction"], shown["reactions"]) == (kept, {kept: 1})


def test_young_note_does_not_tell_my_reaction(sim: Simulator, alice: Scene) -> None:
    note = str(sim.note("bob", "hello")["id"])
    alice.post("notes/reactions/create", {"noteId": note, "reaction": "👍"})
    assert "myReaction" not in alice.post("notes/show", {"noteId": note}).json()


@pytest.mark.parametrize("scope", ["mutual", "followers", "none"])
def test_chat_scope_refuses_with_a_500(
    sim: Simulator, alice: Scene, scope: str
) -> None:
    sim.settings("bob", chat_scope=scope)
    body = {"toUserId": sim.id_of("bob"), "text": "may I?"}
    answer = alice.post("chat/messages/create-to-user", body)
    inner = answer.json()["error"]["info"]["e"]
    assert answer.status_code == 500
    assert inner["message"] == f"recipient is cannot chat ({scope})"
    sim.chat("bob", "alice", "you may")
    assert alice.post("chat/messages/create-to-user", body).status_code == 200


def test_chat_policy_refuses_with_a_500(sim: Simulator, alice: Scene) -> None:
    sim.settings("alice", chat_availability="unavailable")
    answer = alice.post("chat/history")
    message = answer.json()["error"]["info"]["e"]["message"]
    assert (answer.status_code, message) == (500, "ROLE_PERMISSION_DENIED")
    policies = alice.post("i").json()["policies"]
    assert policies["chatAvailability"] == "unavailable"


def test_chat_reactions_add_up(sim: Simulator, alice: Scene) -> None:
    message = sim.chat("bob", "alice", "hello")["id"]
    for _ in range(2):
        alice.post("chat/messages/react", {"messageId": message, "reaction": "👍"})
    shown = alice.post("chat/messages/show", {"messageId": message}).json()
    assert len(shown["reactions"]) == 2


def test_accepted_request_becomes_a_following(sim: Simulator, alice: Scene) -> None:
    sim.request_follow("bob", "alice")
    bob = sim.id_of("bob")
    assert alice.post("i").json()["hasPendingReceivedFollowRequest"]
    alice.post("following/requests/accept", {"userId": bob})
    assert alice.post("users/show", {"userId": bob}).json()["isFollowed"]
    assert not alice.post("i").json()["hasPendingReceivedFollowRequest"]


def test_joining_ends_the_invitation(sim: Simulator, alice: Scene) -> None:
    room = str(sim.room("bob", "Readers")["id"])
    sim.invite(room, "alice")
    alice.post("chat/rooms/join", {"roomId": room})
    assert alice.post("chat/rooms/invitations/inbox").json() == []
    sim.room_message("bob", room, "welcome")
    assert sim.chat_unread("alice", room)


def test_blocked_person_is_refused(sim: Simulator, alice: Scene) -> None:
    note = sim.note("bob", "hello")["id"]
    sim.block("bob", "alice")
    answer = alice.post("notes/create", {"text": "x", "replyId": note}).json()
    assert answer["error"]["code"] == "YOU_HAVE_BEEN_BLOCKED"
    assert alice.post("users/notes", {"userId": sim.id_of("bob")}).json() == []


def test_uploaded_file_is_served_and_attached(sim: Simulator, alice: Scene) -> None:
    row = alice.upload("dot.txt", b"hello")
    body = {"fileIds": [row["id"]]}
    note = alice.post("notes/create", body).json()["createdNote"]
    assert note["files"][0]["userId"] == sim.id_of("alice")
    assert alice.get(str(row["url"])).content == b"hello"
