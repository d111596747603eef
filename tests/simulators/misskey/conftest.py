"""A running host per test, and alice's token on it."""

from collections.abc import Iterator

import pytest

from simulators import misskey
from simulators.misskey import Simulator
from tests.simulators.misskey.scene import Scene


@pytest.fixture
def sim(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """The newest version, or the one that the test names by indirect parametrization."""
    with misskey.running(profile=getattr(request, "param", "2025.12"), delays=0) as sim:
        yield sim


@pytest.fixture
def alice(sim: Simulator) -> Scene:
    """Alice's program with all permissions."""
    return Scene(sim, sim.token("alice"))
