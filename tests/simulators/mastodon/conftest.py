"""A running host per test, and alice's program on it."""

from collections.abc import Iterator

import pytest

from simulators import mastodon
from simulators.mastodon import Simulator
from tests.simulators.mastodon.scene import Scene


@pytest.fixture
def sim(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """The newest version, or the one that the test names by indirect parametrization."""
    with mastodon.running(profile=getattr(request, "param", "4.6")) as sim:
        yield sim


@pytest.fixture
def alice(sim: Simulator) -> Scene:
    """Alice's program with all scopes."""
    return Scene(sim, sim.token("alice"))
