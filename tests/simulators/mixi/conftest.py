"""A running mixi per test, and sakura's program on it."""

from collections.abc import Iterator

import pytest

from simulators import mixi
from simulators.mixi import Simulator
from tests.simulators.mixi.scene import CALLBACK, Scene


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """A mixi where nothing has been said yet."""
    with mixi.running(redirect_uri=CALLBACK) as sim:
        yield sim


@pytest.fixture
def sakura(sim: Simulator) -> Scene:
    """Sakura's program with all scopes."""
    return Scene(sim, sim.token("sakura"))
