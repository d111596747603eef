"""A simulated host of the version that a test asks for, and alice's client on it."""

from collections.abc import Iterator

import pytest

from inboxhub.networks.misskey import Client
from simulators import misskey
from simulators.misskey import Simulator
from tests.networks.misskey.writing import PROFILES, client_on


@pytest.fixture
def sim(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    profile = getattr(request, "param", PROFILES[0])
    with misskey.running(profile=profile, delays=0) as sim:
        yield sim


@pytest.fixture
def client(sim: Simulator) -> Client:
    return client_on(sim)
