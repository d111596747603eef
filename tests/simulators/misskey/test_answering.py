"""What programs do to answer: looking for people, files, reactions, refusals."""

from collections.abc import Mapping

import pytest

from simulators.misskey import Simulator
from tests.simulators.misskey.scene import Json, Scene

PROFILES = ["2025.12", "2024.11", "12.110"]
profiles = pytest.mark.parametrize("sim", PROFILES, indirect=True)


def error(
    alice: Scene, endpoint: str, body: Mapping[str, object]
) -> tuple[int, str, str]:
    """The status and code of a refusal, and the reason inside of an internal error."""
    answer = alice.post(endpoint, body)
    found = answer.json()["error"]
    reason = found.get("info", {}).get("e", {}).get("message", "")
    return answer.status_code, found["code"], reason


def ids(answer: object) -> list[str]:
    assert isinstance(answer, list)
    return [row["id"] for row in answer]


# --- People ---------------------------------------------------------------------------


@profiles
def test_people_are_found_by_the_beginning_of_their_handle(
    sim: Simulator, alice: Scene
) -> None:
    sim.person("yukiko")
    sim.follow("alice", "yuki@remote.example")
    search = "users/search-by-username-and-host"
    here, there = sim.id_of("yukiko"), sim.id_of("yuki@remote.example")
    assert ids(alice.post(search, {"username": "YUK"}).json()) == [there, here]
    local = alice.post(search, {"username": "yuki", "host": "."}).json()
    assert ids(local) == [here]
    away = alice.post(search, {"username": "yuki", "host": "remote"}).json()
    assert ids(away) == [there]
    assert alice.post(search, {"username": "alice"}).json() == []


@profiles
def test_people_are_found_by_parts_of_their_name(sim: Simulator, alice: Scene) -> None:
    short = {"query": "花", "detail": False}
    found = alice.post("users/search", short).json()
    assert ids(found) == [sim.id_of("hana")]
    assert "description" not in found[0]
    assert ids(alice.post("users/search", {"query": "@han"}).json()) == ids(found)


# --- Notes ----------------------------------------------------------------------------


def test_direct_note_is_for_the_listed_whoever_else_it_names(
    sim: Simulator, alice: Scene
) -> None:
    bob, carol = sim.id_of("bob"), sim.id_of("carol")
    body = {"text": "ask @carol", "visibility": "specified", "visibleUserIds": [bob]}
    note = alice.post("notes/create", body).json()["createdNote"]
    assert note["visibleUserIds"] == [bob]
    assert set(note["mentions"]) == {bob, carol}
    assert not sim.state.may_see(carol, sim.state.notes[note["id"]])


def test_note_from_elsewhere_is_for_all_whom_it_names(sim: Simulator) -> None:
    made = sim.direct("yuki@remote.example", "alice", "@alice @bob hi")
    note = sim.state.notes[str(made["id"])]
    assert set(note.visible_user_ids) == {sim.id_of("alice"), sim.id_of("bob")}


def test_answer_in_a_channel_is_public_whatever_was_asked(
    sim: Simulator, alice: Scene
) -> None:
    parent = sim.note("bob", "hello", channel="c1")["id"]
    body = {"text": "psst", "visibility": "specified", "replyId": parent}
    note = alice.post("notes/create", body).json()["createdNote"]
    assert (note["visibility"], note["localOnly"]) == ("public", True)
    assert (note["channelId"], "visibleUserIds" in note) == ("c1", False)


def test_public_answer_to_a_narrow_note_is_for_home(
    sim: Simulator, alice: Scene
) -> None:
    sim.follow("alice", "bob")
    for visibility in ("home", "followers"):
        parent = sim.note("bob", "hello", visibility=visibility)["id"]
        body = {"text": "hi", "visibility": "public", "replyId": parent}
        note = alice.post("notes/create", body).json()["createdNote"]
        assert note["visibility"] == "home"


def test_answer_to_a_local_note_is_local(sim: Simulator, alice: Scene) -> None:
    parent = sim.note("bob", "hello", local_only=True)["id"]
    body = {"text": "hi", "replyId": parent}
    assert alice.post("notes/create", body).json()["createdNote"]["localOnly"]


def test_forbidden_words_are_refused(sim: Simulator, alice: Scene) -> None:
    sim.prohibit("casino")
    refused = error(alice, "notes/create", {"text": "my casino"})
    assert refused == (400, "CONTAINS_PROHIBITED_WORDS", "")
    assert sim.notes_of("alice") == []


def test_renotes_of_a_note_are_taken_back(sim: Simulator, alice: Scene) -> None:
    note = str(sim.note("bob", "hello")["id"])
    mine, other = sim.renote("alice", note)["id"], sim.renote("carol", note)["id"]
    assert alice.post("notes/unrenote", {"noteId": note}).status_code == 204
    assert sim.find_note(str(mine)) is None
    assert sim.find_note(str(other)) is not None


# --- Chats and requests ---------------------------------------------------------------


def test_reaction_to_a_chat_is_taken_back_whole(sim: Simulator, alice: Scene) -> None:
    message = sim.chat("bob", "alice", "hello")["id"]
    for reaction in ("❤️", "❤", "🎉"):
        alice.post("chat/messages/react", {"messageId": message, "reaction": reaction})
    body = {"messageId": message, "reaction": "❤️"}
    for _ in range(2):
        assert alice.post("chat/messages/unreact", body).status_code == 204
    shown = alice.post("chat/messages/show", {"messageId": message}).json()
    assert [row["reaction"] for row in shown["reactions"]] == ["🎉"]


def test_reactions_to_chats_are_refused_in_the_hosts_words(
    sim: Simulator, alice: Scene
) -> None:
    message = sim.chat("bob", "alice", "hello")["id"]
    between = sim.chat("bob", "carol", "hello")["id"]
    for target, reaction, reason in (
        (message, "like", "invalid emoji"),
        (message, ":nothing:", "no such emoji"),
        (between, "👍", "cannot react to others message"),
        ("9zzzzzzzzzzzzzzz", "👍", "Could not find any entity"),
    ):
        body = {"messageId": target, "reaction": reaction}
        status, code, told = error(alice, "chat/messages/react", body)
        assert (status, code) == (500, "INTERNAL_ERROR")
        assert told.startswith(reason)


def test_text_with_nul_breaks_chats_too(sim: Simulator, alice: Scene) -> None:
    body = {"toUserId": sim.id_of("bob"), "text": "a\0b"}
    status, code, _ = error(alice, "chat/messages/create-to-user", body)
    assert (status, code) == (500, "INTERNAL_ERROR")
    assert not sim.state.chats


@pytest.mark.parametrize("call", ["chat/rooms/join", "chat/rooms/invitations/ignore"])
def test_invitation_that_is_not_there_is_an_internal_error(
    sim: Simulator, alice: Scene, call: str
) -> None:
    for room in (str(sim.room("bob", "Readers")["id"]), "9zzzzzzzzzzzzzzz"):
        status, code, reason = error(alice, call, {"roomId": room})
        assert (status, code) == (500, "INTERNAL_ERROR")
        assert "MiChatRoomInvitation" in reason


@pytest.mark.parametrize(
    "call",
    [
        "chat/messages/delete",
        "chat/messages/react",
        "chat/rooms/join",
        "chat/rooms/invitations/ignore",
    ],
)
def test_person_who_may_only_read_chats_changes_nothing(
    sim: Simulator, alice: Scene, call: str
) -> None:
    sim.settings("alice", chat_availability="readonly")
    body: Json = {"messageId": "a1", "roomId": "a1", "reaction": "👍"}
    assert error(alice, call, body)[2] == "ROLE_PERMISSION_DENIED"
    assert alice.post("chat/history").status_code == 200


def test_own_follow_request_is_taken_back_once(sim: Simulator, alice: Scene) -> None:
    sim.request_follow("alice", "bob")
    body: Json = {"userId": sim.id_of("bob")}
    assert alice.post("following/requests/cancel", body).status_code == 204
    refused = error(alice, "following/requests/cancel", body)
    assert refused[:2] == (400, "FOLLOW_REQUEST_NOT_FOUND")


# --- Files and emoji ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a/b.txt", "..", "x" * 201])
def test_file_name_that_is_none_is_refused(alice: Scene, name: str) -> None:
    refused = alice.upload(name, b"hello")["error"]
    assert isinstance(refused, dict)
    assert refused["code"] == "INVALID_FILE_NAME"


def test_file_is_deleted_by_its_owner_only(sim: Simulator, alice: Scene) -> None:
    mine = alice.upload("dot.txt", b"hello")["id"]
    stranger = Scene(sim, sim.token("hana"))
    refused = error(stranger, "drive/files/delete", {"fileId": mine})
    assert refused[:2] == (400, "ACCESS_DENIED")
    assert alice.post("drive/files/delete", {"fileId": mine}).status_code == 204
    again = error(alice, "drive/files/delete", {"fileId": mine})
    assert again[:2] == (400, "NO_SUCH_FILE")


def test_emoji_of_the_host_is_shown(alice: Scene) -> None:
    shown = alice.post("emoji", {"name": "blobcat"}).json()
    assert alice.get(shown["url"]).status_code == 200
    assert error(alice, "emoji", {"name": "nothing"})[0] == 500
