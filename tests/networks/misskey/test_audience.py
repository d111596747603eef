"""Answers on simulated hosts reach nobody whom the person was not shown."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from inboxhub.networks.misskey import Client
from inboxhub.networks.writing import Audience, AudienceChanged, Draft
from simulators import misskey
from simulators.misskey import Simulator
from tests.networks.misskey.writing import client_on, draft, note, people


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with misskey.running(delays=0) as sim:
        yield sim


@pytest.fixture
def client(sim: Simulator) -> Client:
    return client_on(sim)


def asked(sim: Simulator, shown: Audience) -> Draft:
    """An answer of alice's to what bob asked her and carol."""
    parent = sim.direct("bob", "alice, carol", "lunch?")
    return replace(draft("gladly", answers=note(parent)), shown=shown)


def test_answer_that_was_shown_goes_out(sim: Simulator, client: Client) -> None:
    ids = dict.fromkeys([sim.id_of("bob"), sim.id_of("carol")], "")
    client.send(asked(sim, Audience(2, "specified", ids)))
    added = replace(
        asked(sim, Audience(2, "specified", ids)),
        recipients=people(sim, ["yuki@remote.example"]),
    )
    client.send(added)
    assert len(sim.notes_of("alice")) == 2


@pytest.mark.parametrize("known", [False, True])
def test_answer_to_more_than_that_is_not_sent(
    sim: Simulator, client: Client, *, known: bool
) -> None:
    ids = dict.fromkeys([sim.id_of("bob"), "9z"] if known else [], "")
    asking = asked(sim, Audience(2 if known else 1, "specified", ids))
    with pytest.raises(AudienceChanged) as refused:
        client.send(asking)
    now = refused.value.now
    assert (now.people, now.visibility) == (2, "specified")
    assert all(now.handles.values())
    assert not sim.notes_of("alice")
    client.send(replace(asking, shown=now))


def test_answer_that_more_could_see_is_not_sent(sim: Simulator, client: Client) -> None:
    parent = sim.note("bob", "@alice what now?")
    answer = replace(
        draft("wait", answers=note(parent)), shown=Audience(1, "specified")
    )
    with pytest.raises(AudienceChanged):
        client.send(answer)
    assert not sim.notes_of("alice")
