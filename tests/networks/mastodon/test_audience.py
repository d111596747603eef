"""Answers on simulated hosts reach nobody whom the person was not shown."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from inboxhub.networks.mastodon import Client
from inboxhub.networks.writing import Audience, AudienceChanged, Draft
from simulators import mastodon
from simulators.mastodon import Simulator
from tests.networks.mastodon.live import client_on, to, written


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with mastodon.running() as sim:
        yield sim


@pytest.fixture
def client(sim: Simulator) -> Client:
    return client_on(sim)


def asked(sim: Simulator, client: Client, visibility: str, shown: Audience) -> Draft:
    """An answer of alice's to what bob asked her and carol."""
    status = sim.status("bob", "@alice @carol hello?", visibility=visibility)
    source = "direct" if visibility == "direct" else "status"
    draft = written(client, "hi", answers=to(str(status["id"]), source))
    return replace(draft, shown=shown)


def test_answer_that_was_shown_goes_out(sim: Simulator, client: Client) -> None:
    client.send(asked(sim, client, "direct", Audience(2, "direct")))
    client.send(asked(sim, client, "unlisted", Audience(2, "unlisted")))
    ids = dict.fromkeys([sim.id_of("bob"), sim.id_of("carol")], "")
    client.send(asked(sim, client, "public", Audience(2, "public", ids)))
    assert len(sim.statuses_of("alice")) == 3


@pytest.mark.parametrize(
    ("visibility", "people", "shown"),
    [("direct", 1, "direct"), ("public", 2, "direct"), ("public", 2, "")],
)
def test_answer_to_more_than_that_is_not_sent(
    sim: Simulator, client: Client, visibility: str, people: int, shown: str
) -> None:
    draft = asked(sim, client, visibility, Audience(people, shown))
    with pytest.raises(AudienceChanged) as refused:
        client.send(draft)
    assert (refused.value.now.people, refused.value.now.visibility) == (2, visibility)
    assert not sim.statuses_of("alice")
    client.send(replace(draft, shown=refused.value.now))


def test_answer_to_others_as_many_is_not_sent(sim: Simulator, client: Client) -> None:
    ids = dict.fromkeys([sim.id_of("bob"), "somebody-else"], "")
    with pytest.raises(AudienceChanged):
        client.send(asked(sim, client, "direct", Audience(2, "direct", ids)))
    assert not sim.statuses_of("alice")
