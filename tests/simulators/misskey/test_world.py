"""The demo world: enough of everything, equal for equal seeds, nothing in the future."""

import time
from collections import Counter

import pytest

from simulators import misskey
from simulators.misskey import Simulator
from simulators.misskey.profiles import PROFILES
from simulators.misskey.records import SPECIFIED
from simulators.misskey.state import State

DAY = 86_400_000


def conversations(state: State, me: str) -> int:
    """Count the sets of people that direct notes and chats were exchanged with."""
    people = {frozenset({partner}) for partner in state.partners[me]}
    mine = state.notes_by[me].walk(None, None, ascending=True)
    named = state.mentions_of[me].walk(None, None, ascending=True)
    for note in (state.notes[note_id] for note_id in (*mine, *named)):
        if note.visibility == SPECIFIED:
            people.add(frozenset({note.user_id, *note.visible_user_ids} - {me}))
    return len(people)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("owner", ["hana", "taro", "proj"])
def test_every_owner_has_enough_to_read(profile: str, owner: str) -> None:
    with misskey.running(profile=profile, world="demo") as sim:
        me = sim.id_of(owner)
        notes = [
            sim.state.notes[row]
            for row in sim.state.mentions_of[me].walk(None, None, ascending=True)
        ]
        kinds = Counter(row.type for row in sim.notifications_of(owner))
        assert conversations(sim.state, me) >= 25
        assert sum(1 for note in notes if note.visibility != SPECIFIED) >= 40
        assert sum(kinds.values()) - kinds["mention"] - kinds["reply"] >= 60
        assert sim.unread_notifications(owner) >= 5


def test_newest_direct_message_is_unread_and_old_ones_are_not() -> None:
    with misskey.running(world="demo") as sim:
        rows = sim.notifications_of("hana")
        assert not rows[-1].read
        assert all(row.read for row in rows if row.created < sim.state.now - 2 * DAY)


def test_nothing_lies_in_the_future_and_all_within_ninety_days() -> None:
    with misskey.running(world="demo") as sim:
        now = time.time() * 1000
        moments = [note.created for note in sim.state.notes.values()]
        moments += [chat.created for chat in sim.state.chats.values()]
        assert max(moments) <= now
        assert min(moments) >= now - 92 * DAY


def texts(sim: Simulator) -> list[str]:
    return sorted(note.text or "" for note in sim.notes_of("hana"))


def test_equal_seeds_make_equal_worlds() -> None:
    found = []
    for seed in (1, 1, 2):
        with misskey.running(world="demo", seed=seed) as sim:
            found.append(texts(sim))
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_no_text_has_an_unfilled_word() -> None:
    with misskey.running(world="demo") as sim:
        written = [note.text or "" for note in sim.state.notes.values()]
        written += [chat.text or "" for chat in sim.state.chats.values()]
        for text in written:
            assert "{me" not in text
            assert "{pic" not in text
            assert "{place" not in text
            assert "\\u" not in text


def test_world_holds_hostile_and_rich_messages() -> None:
    with misskey.running(world="demo") as sim:
        notes = list(sim.state.notes.values())
        everything = "\n".join(note.text or "" for note in notes)
        assert "<script>" in everything
        assert "\u202e" in everything
        assert "```python" in everything
        assert max(len(note.text or "") for note in notes) > 7_000
        assert any(note.cw for note in notes)
        assert any(note.poll for note in notes)
        assert any(file.comment for file in sim.state.files.values())
