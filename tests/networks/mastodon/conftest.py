"""A simulated host of the version that a test asks for, and alice's client on it."""

from collections.abc import Iterator

import pytest

from inboxhub.networks.mastodon import Client
from simulators import mastodon
from simulators.mastodon import Simulator
from tests.networks.mastodon.live import client_on


@pytest.fixture
def sim(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """The newest version, or the one that the test names by indirect parametrization."""
    with mastodon.running(profile=getattr(request, "param", "4.6")) as sim:
        sim.policy("alice", for_private_mentions="accept")
        yield sim


@pytest.fixture
def client(sim: Simulator) -> Client:
    """Alice's."""
    return client_on(sim)
