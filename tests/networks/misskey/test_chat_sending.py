"""Chat messages that are sent to simulated hosts, and looked for afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inboxhub.networks.base import Target
from inboxhub.networks.errors import OutcomeUnknown, PermanentError, TemporaryError
from inboxhub.networks.misskey import Client
from inboxhub.networks.writing import Draft, Upload
from simulators import pictures
from simulators.misskey import Simulator
from simulators.misskey.records import ChatMessage
from tests.networks.misskey.writing import chat, draft, people, told

chats = pytest.mark.parametrize("sim", ["2025.12", "12.110"], indirect=True)
CREATE = {
    "2025.12": "chat/messages/create-to-user",
    "12.110": "messaging/messages/create",
}


def create(sim: Simulator) -> str:
    return f"api/{CREATE[sim.state.profile.name]}"


def received(sim: Simulator, text: str = "are you there?") -> Target:
    return chat(sim.chat("bob", "alice", text), sim.id_of("bob"))


def mine(sim: Simulator) -> list[ChatMessage]:
    me = sim.id_of("alice")
    return [row for row in sim.state.chats.values() if row.user_id == me]


def prepared(client: Client, new: Draft) -> Draft:
    """As it is before its first try."""
    return replace(new, known=client.sent_before(new))


def found(client: Client, look: Draft) -> list[str]:
    return [sent.remote_id for sent in client.find_sent(look)]


@chats
def test_answer_goes_to_the_other_one(sim: Simulator, client: Client) -> None:
    asked = received(sim)
    sent = client.send(draft(" yes\0 ", answers=asked))
    assert [(row.text, row.to_user_id) for row in mine(sim)] == [
        ("yes", sim.id_of("bob"))
    ]
    message = told(sent.message)
    assert (message.remote_id, message.outgoing) == (sent.remote_id, True)
    assert message.conversation_key == asked.conversation_key
    assert [one.name for one in message.participants] == ["Bob"]


@chats
def test_sending_and_looking_mark_nothing_read(sim: Simulator, client: Client) -> None:
    asked = received(sim)
    new = prepared(client, draft("yes", answers=asked))
    client.send(new)
    client.find_sent(new)
    assert sim.chat_unread("alice", "bob")


def test_answer_in_a_room_goes_to_the_room(sim: Simulator, client: Client) -> None:
    room = str(sim.room("bob", "Readers", members=["alice"])["id"])
    asked = chat(sim.room_message("bob", room, "who reads?"), f"room:{room}")
    new = prepared(client, draft("I do", answers=asked))
    sim.room_message("bob", room, "I do")
    assert found(client, new) == []
    sent = client.send(new)
    assert [(row.text, row.to_room_id) for row in mine(sim)] == [("I do", room)]
    assert told(sent.message).conversation_title == "Readers"
    assert found(client, new) == [sent.remote_id]
    assert sim.chat_unread("alice", room)


@chats
def test_new_chat_is_with_one_person_of_the_host(
    sim: Simulator, client: Client
) -> None:
    to_bob = draft("hi", visibility="chat", recipients=people(sim, ["bob"]))
    sent = client.send(to_bob)
    assert [row.id for row in mine(sim)] == [sent.remote_id]
    assert found(client, to_bob) == [sent.remote_id]
    for accts, code in (
        (["bob", "carol"], "too-many-people"),
        (["yuki@remote.example"], "chat-elsewhere"),
    ):
        new = draft("hi", visibility="chat", recipients=people(sim, accts))
        with pytest.raises(PermanentError) as refused:
            client.send(new)
        assert refused.value.code == code
    assert len(mine(sim)) == 1


@chats
@pytest.mark.parametrize("kind", ["cut", "lost", "truncate"])
def test_lost_answer_is_found_once(sim: Simulator, client: Client, kind: str) -> None:
    new = prepared(client, draft("yes\nof course", answers=received(sim)))
    sim.fault(create(sim), kind, times=1)
    with pytest.raises(OutcomeUnknown):
        client.send(new)
    assert found(client, new) == [row.id for row in mine(sim)]
    assert len(mine(sim)) == 1


@chats
@pytest.mark.parametrize("kind", ["drop", "status"])
def test_what_never_arrived_is_not_found(
    sim: Simulator, client: Client, kind: str
) -> None:
    new = prepared(client, draft("yes", answers=received(sim)))
    sim.fault(create(sim), kind, times=1)
    with pytest.raises(OutcomeUnknown):
        client.send(new)
    assert found(client, new) == []
    assert found(client, new) == []
    sent = client.send(new)
    assert found(client, new) == [sent.remote_id]


@chats
def test_equal_message_of_a_moment_ago_is_another_one(
    sim: Simulator, client: Client
) -> None:
    asked = received(sim, "ok")  # of the other one, and so no candidate
    first = client.send(draft("ok", answers=asked))
    second = prepared(client, draft("ok", answers=asked))
    assert first.remote_id in second.known
    assert found(client, second) == []
    sent = client.send(second)
    assert found(client, second) == [sent.remote_id]


@chats
@pytest.mark.parametrize("hours", [9, -9])
@pytest.mark.parametrize("words", ["ok", ""])
def test_message_is_found_whatever_our_clock_says(
    sim: Simulator, client: Client, hours: int, words: str
) -> None:
    asked = received(sim)
    data = pictures.webp("cat-blob", (8, 8))
    file_id = client.upload(Upload("cat.webp", "image/webp", data))
    for _earlier in range(2):
        new = draft(words, answers=asked, file_ids=(file_id,))
        wrong = replace(new, started_at=new.started_at + timedelta(hours=hours))
        mine = prepared(client, wrong)
        assert found(client, mine) == []
        sent = client.send(mine)
        assert found(client, mine) == [sent.remote_id]


@chats
def test_picture_without_words_is_found_by_itself(
    sim: Simulator, client: Client
) -> None:
    asked = received(sim)
    data = pictures.webp("cat-blob", (8, 8))
    file_id = client.upload(Upload("cat.webp", "image/webp", data, "a cat"))
    new = prepared(client, draft("", answers=asked, file_ids=(file_id,)))
    assert found(client, new) == []
    sim.fault(create(sim), "cut", times=1)
    with pytest.raises(OutcomeUnknown):
        client.send(new)
    assert [row.file_id for row in mine(sim)] == [file_id]
    assert found(client, new) == [row.id for row in mine(sim)]
    assert sim.chat_unread("alice", "bob")


def test_nobody_is_told_wrong_where_only_marking_read_would_tell(
    sim: Simulator, client: Client
) -> None:
    asked = received(sim)
    data = pictures.webp("cat-blob", (8, 8))
    file_id = client.upload(Upload("cat.webp", "image/webp", data))
    new = prepared(client, draft("", answers=asked, file_ids=(file_id,)))
    received(sim, "hello?")
    with pytest.raises(TemporaryError) as unsure:
        client.find_sent(new)
    assert unsure.value.code == "chat-went-on"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"text": ""}, "empty"),
        ({"text": "x" * 2_001}, "too-long"),
        ({"file_ids": ("a", "b")}, "too-many-files"),
    ],
    ids=str,
)
def test_message_that_does_not_fit_is_not_sent(
    sim: Simulator, client: Client, values: dict[str, object], code: str
) -> None:
    new = draft(answers=received(sim))
    with pytest.raises(PermanentError) as refused:
        client.send(replace(new, **values))  # type: ignore[arg-type]  # a table
    assert refused.value.code == code
    assert mine(sim) == []


@pytest.mark.parametrize("scope", ["none", "followers", "following", "mutual"])
def test_person_who_takes_no_chats_is_a_final_answer(
    sim: Simulator, client: Client, scope: str
) -> None:
    sim.settings("carol", chat_scope=scope)
    new = draft("hi", visibility="chat", recipients=people(sim, ["carol"]))
    with pytest.raises(PermanentError) as refused:
        client.send(new)
    assert refused.value.code == "CHAT_REFUSED"
    assert client.find_sent(new) == ()


def test_other_refusals_of_chats_are_final_too(sim: Simulator, client: Client) -> None:
    room = str(sim.room("bob", "Readers")["id"])
    outside = chat(sim.room_message("bob", room, "just us"), f"room:{room}")
    asked, gone = received(sim), Target("chat", "a1", "attn3j42y4y40018")
    sim.block("bob", "alice")
    for target, code in (
        (outside, "NOT_A_MEMBER"),
        (asked, "YOU_HAVE_BEEN_BLOCKED"),
        (gone, "NO_SUCH_USER"),
        (Target("chat", "a1", "self"), "no-chat"),
        (Target("notification", "a1"), "not-offered"),
    ):
        with pytest.raises(PermanentError) as refused:
            client.send(draft("hello?", answers=target))
        assert refused.value.code == code
    sim.settings("alice", chat_availability="readonly")
    with pytest.raises(PermanentError) as refused:
        client.send(draft("hello?", answers=asked))
    assert refused.value.code == "ROLE_PERMISSION_DENIED"
    assert mine(sim) == []


@pytest.mark.parametrize("sim", ["2024.11"], indirect=True)
def test_host_without_chat_takes_none(sim: Simulator, client: Client) -> None:
    new = draft("hi", visibility="chat", recipients=people(sim, ["bob"]))
    with pytest.raises(PermanentError) as refused:
        client.send(new)
    assert refused.value.code == "no-chat"
