"""Whole recorded scenes once more: the same happens, and the same is told."""

from collections.abc import Callable
from contextlib import ExitStack

import pytest

from simulators.mastodon import Simulator
from tests.simulators.ears import Json
from tests.simulators.mastodon.ears import (
    Ear,
    listening,
    opened,
    received,
    shape_errors,
    told,
    transcript,
)
from tests.simulators.mastodon.scene import Scene

HIDES: Json = {
    "title": "quiet",
    "context": ["notifications"],
    "filter_action": "hide",
    "keywords_attributes": [{"keyword": "secret", "whole_word": True}],
}


def mastodon_scene(sim: Simulator, alice: Scene) -> None:
    """What transcript 312 tells of, in its order, up to the announcements."""
    sim.policy("alice", for_private_mentions="accept")
    alice.name("first", sim.direct("bob", "alice", "hello"))
    sim.read_row(sim.rows_of("alice")[0].id)
    sim.edit_status(alice.names["first"], "@alice hello you")
    sim.delete_status(alice.names["first"])
    alice.call("POST /api/v2/filters", HIDES)
    sim.policy("alice", for_private_mentions="filter")
    sim.mention("carol", "alice", "unasked", visibility="direct")
    sim.edit_status(sim.statuses_of("carol")[0].id, "@alice unasked, still")
    request = sim.requests_of("alice")[0].id
    alice.call(f"POST /api/v1/notifications/requests/{request}/accept")
    alice.name("news", sim.announce("<p>maintenance</p>"))
    sim.react_to_announcement("bob", alice.names["news"], "🤔")
    sim.take_down(alice.names["news"])


def test_mastodon_tells_what_it_told(sim: Simulator, alice: Scene) -> None:
    """`user` and `user:notification` together bring every notification twice."""
    sim.follow("alice", "bob")
    with listening(sim, "user", "user:notification", "direct") as ear:
        mastodon_scene(sim, alice)
        frames = ear.frames()
    assert [told(frame) for frame in frames] == [
        ("user", "update"),
        ("user", "notification mention"),
        ("user:notification", "notification mention"),
        ("direct", "conversation"),  # the new message
        ("direct", "conversation"),  # read elsewhere
        ("user", "status.update"),  # at home
        ("user", "status.update"),  # and as one who is mentioned
        ("user:notification", "status.update"),
        ("user", "delete"),  # from home
        ("user", "delete"),  # and as one who is mentioned; the row goes silently
        ("user", "status.update"),  # of a stranger whose words wait
        ("user:notification", "status.update"),
        ("direct", "conversation"),  # the stranger is let in
        ("user", "notifications_merged"),
        ("user:notification", "notifications_merged"),
        ("user", "announcement"),
        ("user", "announcement.reaction"),
        ("user", "announcement.delete"),
    ]
    # Only one's own statuses tell of pins, and those of the transcript were her own.
    wrong = shape_errors(frames, received("312"))
    assert set(wrong) <= {"$: pinned is missing"}


def test_own_status_has_the_recorded_shape(sim: Simulator) -> None:
    with listening(sim, "user") as ear:
        sim.direct("alice", "bob", "mine")
        sim.edit_status(sim.statuses_of("alice")[0].id, "@bob mine, better")
        frames = ear.frames()
    assert [told(frame) for frame in frames] == [
        ("user", "update"),
        ("user", "status.update"),
    ]
    assert shape_errors(frames, received("312")) == []


def test_events_of_mastodon_are_those_that_were_recorded(
    sim: Simulator, alice: Scene
) -> None:
    sim.follow("alice", "bob")
    with listening(sim, "user", "user:notification", "direct") as ear:
        mastodon_scene(sim, alice)
        kinds = set(ear.settled())
    assert kinds == {told(frame) for frame in received("312")}


# --- GoToSocial -----------------------------------------------------------------------


def gotosocial_actions(
    sim: Simulator, alice: Scene, whole: Ear
) -> dict[str, Callable[[], object]]:
    """What each line of the transcripts 094 to 097 stands for."""
    names = alice.names

    def reply() -> Json:
        return sim.reply("bob", names["answer"], "fine")

    def again() -> Json:
        whole.say(type="unsubscribe", stream="direct")
        sim.await_streams(lambda found: found[0].streams == ("user",), user="alice")
        return sim.direct("bob", "alice", "again")

    def row() -> str:
        return sim.rows_of("alice")[0].id

    return {
        "bob posts a direct status that mentions alice": lambda: alice.name(
            "dm", sim.direct("bob", "alice", "lunch?")
        ),
        "alice answers it (direct)": lambda: alice.name(
            "answer", sim.reply("alice", names["dm"], "yes")
        ),
        "bob edits the first status": lambda: sim.edit_status(
            names["dm"], "@alice lunch at noon?"
        ),
        "alice marks the conversation as read over REST": lambda: alice.call(
            f"POST /api/v1/conversations/{row()}/read"
        ),
        "alice removes the conversation over REST": lambda: alice.call(
            f"DELETE /api/v1/conversations/{row()}"
        ),
        "bob answers in the same thread": lambda: alice.name("reply", reply()),
        "bob deletes that answer": lambda: sim.delete_status(names["reply"]),
        "carol mentions alice in public": lambda: sim.mention("carol", "alice", "hi"),
        "alice posts in public": lambda: alice.name("mine", sim.status("alice", "tea")),
        "carol favourites it": lambda: sim.favourite("carol", names["mine"]),
        "carol boosts it": lambda: sim.reblog("carol", names["mine"]),
        "carol takes the favourite back": lambda: Scene(sim, sim.token("carol")).call(
            f"POST /api/v1/statuses/{names['mine']}/unfavourite"
        ),
        "erin asks to follow alice": lambda: sim.request_follow(
            "erin@remote.example", "alice"
        ),
        "carol sends a direct status to alice and bob": lambda: sim.direct(
            "carol", "alice,bob", "both of you"
        ),
        "alice adds a filter": lambda: alice.call("POST /api/v2/filters", HIDES),
        "bob sends a direct status that the filter hides": lambda: sim.direct(
            "bob", "alice", "a secret"
        ),
        "bob sends again (the multiplexed socket has unsubscribed direct)": again,
        "alice clears her notifications": lambda: alice.call(
            "POST /api/v1/notifications/clear"
        ),
    }


@pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
def test_gotosocial_tells_what_it_told(sim: Simulator, alice: Scene) -> None:
    """Four programs of two people, all that happened, in its order."""
    alice.headers["User-Agent"] = "test"
    with ExitStack() as stack:
        open_one = stack.enter_context
        by_query = [("095", "stream=user"), ("096", "stream=user:notification")]
        ears = {
            "094": open_one(listening(sim, "user", "direct")),
            "097": open_one(listening(sim, "user", "direct", user="bob")),
            **{
                name: open_one(opened(sim, sim.token("alice"), query=query))
                for name, query in by_query
            },
        }
        sim.await_streams(lambda found: len([1 for one in found if one.listens]) == 4)
        actions = gotosocial_actions(sim, alice, ears["094"])
        for line in transcript("094", "gotosocial"):
            if line["what"] == "rest":
                actions[str(line["data"])]()
        heard = {name: ear.frames() for name, ear in ears.items()}
    for name, frames in heard.items():
        recorded = received(name, "gotosocial")
        assert [told(one) for one in frames] == [told(one) for one in recorded], name
        wrong = shape_errors(frames, recorded)
        # The alice of the transcripts was the host's administrator.
        assert {error.rpartition(": ")[2] for error in wrong} <= {"roles is missing"}
