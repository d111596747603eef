"""Reacting and taking it back on simulated hosts: notes, chats, rooms."""

import pytest

from inboxhub.networks.base import Outcome, Target
from inboxhub.networks.errors import NotSupported, TemporaryError
from inboxhub.networks.misskey import Client
from simulators.misskey import Simulator
from tests.networks.misskey.accounts import client_of
from tests.networks.misskey.writing import PROFILES, chat, note
from tests.networks.replay import Answer, Script, body_of

DONE, GONE = Outcome("done"), Outcome("gone")
GONE_ID = "attn3j42y4y40018"
profiles = pytest.mark.parametrize("sim", PROFILES, indirect=True)


def given(sim: Simulator, target: Target) -> list[str]:
    """What alice has given to a note or a chat message."""
    me = sim.id_of("alice")
    if target.source == "note":
        found = sim.find_note(target.remote_id)
        assert found is not None
        return [row.reaction for row in found.reactions.values() if row.user_id == me]
    message = sim.find_chat(target.remote_id)
    assert message is not None
    return [reaction for who, reaction in message.reactions if who == me]


@profiles
def test_note_gets_one_reaction_and_loses_it(sim: Simulator, client: Client) -> None:
    target = note(sim.note("bob", "hello"))
    assert client.react(target, "👍") == DONE
    assert client.react(target, "👍") == DONE
    assert given(sim, target) == ["👍"]
    assert client.react(target, ":blobcat:") == DONE
    assert given(sim, target) == [":blobcat:"]
    sim.advance(10)
    client.budgets.counts.clear()
    assert client.unreact(target, ":blobcat:") == DONE
    sim.advance(10)
    client.budgets.counts.clear()
    assert client.unreact(target, ":blobcat:") == DONE
    assert given(sim, target) == []


def test_taking_back_keeps_the_pace_of_the_host(sim: Simulator, client: Client) -> None:
    target = note(sim.note("bob", "hello"))
    assert client.unreact(target, "👍") == DONE
    with pytest.raises(TemporaryError) as held:
        client.unreact(target, "👍")
    assert (held.value.code, held.value.sent) == ("budget", False)


@pytest.mark.parametrize("reaction", [":nothing:", ":cat@other.example:", "like", ""])
def test_emoji_that_the_host_does_not_have_is_refused_before(
    sim: Simulator, client: Client, reaction: str
) -> None:
    target = note(sim.note("bob", "hello"))
    assert client.react(target, reaction) == Outcome("failed", "NO_SUCH_EMOJI")
    assert given(sim, target) == []
    assert not any(call.body for call in sim.calls("notes/reactions/create"))


def test_reaction_that_the_host_changed_is_told() -> None:
    """Recorded: an emoji that the host does not take becomes ❤ without a word."""
    script = {"notes/reactions/create": "082", "notes/show": "083"}
    client, _ = client_of(script)
    changed = client.react(Target("note", "attn3ix9y4y4000r"), "🐈")
    assert changed == Outcome("failed", "reaction-changed")
    assert client.react(Target("note", "attn3ix9y4y4000r"), "❤️") == DONE


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        ("079", DONE),
        ("080", DONE),
        ("324", DONE),
        ("084", GONE),
        ("085", Outcome("failed", "CANNOT_REACT_TO_RENOTE")),
        ("086", Outcome("failed", "NOT_ACCESSIBLE")),
        ("187", Outcome("failed", "YOU_HAVE_BEEN_BLOCKED")),
    ],
)
def test_recorded_answers_to_a_reaction(number: str, outcome: Outcome) -> None:
    shown = body_of("065")
    assert isinstance(shown, dict)
    young = {key: value for key, value in shown.items() if key != "myReaction"}
    script: dict[str, Script] = {
        "notes/reactions/create": number,
        "notes/show": Answer(200, young),
    }
    client, http = client_of(script)
    assert client.react(Target("note", "attn3ix9y4y4000r"), "👍") == outcome
    assert http.called("notes/reactions/create")[0]["reaction"] == "👍"


@pytest.mark.parametrize("number", ["087", "089"])
def test_recorded_answers_to_taking_back(number: str) -> None:
    client, _ = client_of({"notes/reactions/delete": number, "notes/show": "065"})
    assert client.unreact(Target("note", "attn3ix9y4y4000r"), "👍") == DONE


def test_reaction_that_took_its_place_is_left_alone(
    sim: Simulator, client: Client
) -> None:
    target = note(sim.note("bob", "hello", minutes_ago=1))
    client.react(target, "🎉")
    assert client.unreact(target, "👍") == DONE
    assert given(sim, target) == ["🎉"]
    assert client.unreact(target, "🎉") == DONE
    assert given(sim, target) == []


def test_chat_message_gets_a_reaction_once(sim: Simulator, client: Client) -> None:
    target = chat(sim.chat("bob", "alice", "hello"), sim.id_of("bob"))
    for reaction in ("❤️", "❤", ":blobcat:", ":blobcat@.:"):
        assert client.react(target, reaction) == DONE
    assert given(sim, target) == ["❤", ":blobcat:"]
    assert sim.chat_unread("alice", "bob")
    assert client.unreact(target, "❤️") == DONE
    assert client.unreact(target, "❤️") == DONE
    assert given(sim, target) == [":blobcat:"]


def test_reaction_given_twice_elsewhere_is_taken_back_whole() -> None:
    """Recorded: 👍 stands there twice, both mine."""
    script = {"chat/messages/show": "162", "chat/messages/unreact": "163"}
    client, http = client_of(script)
    target = Target("chat", "attn7to3y4y40044", "attmpzv5y4y40009")
    assert client.unreact(target, "👍") == DONE
    assert len(http.called("chat/messages/unreact")) == 2
    assert client.unreact(target, "🎉") == DONE
    assert len(http.called("chat/messages/unreact")) == 2
    assert client.react(target, "👍") == DONE
    assert http.called("chat/messages/react") == []


@pytest.mark.parametrize("last", [True, False], ids=["last", "earlier"])
def test_room_message_of_others_gets_a_reaction_once(
    sim: Simulator, client: Client, last: bool
) -> None:
    room = str(sim.room("bob", "Readers", members=["alice"])["id"])
    target = chat(sim.room_message("bob", room, "who reads?"), f"room:{room}")
    if not last:
        sim.room_message("bob", room, "nobody?")
    for _ in range(2):
        assert client.react(target, "👍") == DONE
    assert given(sim, target) == ["👍"]
    assert sim.chat_unread("alice", room) is last
    assert client.unreact(target, "👍") == DONE
    assert given(sim, target) == []


def test_chat_messages_that_take_no_reaction_say_so(
    sim: Simulator, client: Client
) -> None:
    bob = sim.id_of("bob")
    own = chat(sim.chat("alice", "bob", "hello"), bob, outgoing=True)
    other = chat(sim.chat("bob", "alice", "hello"), bob)
    assert client.react(own, "👍") == Outcome("failed", "OWN_MESSAGE")
    assert client.react(other, ":nothing:") == Outcome("failed", "NO_SUCH_EMOJI")
    assert client.react(Target("chat", GONE_ID, bob), "👍") == GONE
    assert client.unreact(Target("chat", GONE_ID, bob), "👍") == GONE
    for _ in range(100):
        carol = sim.state.by_acct("carol").id
        sim.state.chats[other.remote_id].reactions.append((carol, "👍"))
    assert client.react(other, "🎉") == Outcome("failed", "TOO_MANY_REACTIONS")


@pytest.mark.parametrize("sim", ["2024.11", "12.110"], indirect=True)
def test_older_chats_take_no_reactions(sim: Simulator, client: Client) -> None:
    with pytest.raises(NotSupported):
        client.react(Target("chat", GONE_ID, sim.id_of("bob")), "👍")
