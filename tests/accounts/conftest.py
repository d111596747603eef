"""Fixtures for the tests of linking: the site's address, a host to link."""

from collections.abc import Iterator
from itertools import count

import pytest
from pytest_django import Settings

from accounts.clients import outgoing
from inboxhub.networks import misskey
from inboxhub.networks.budget import Budgets
from simulators.misskey import Simulator, running


@pytest.fixture(autouse=True)
def address_of_the_site(settings: Settings) -> None:
    """That of Django's test client."""
    settings.INBOXHUB_URL = "http://testserver"


@pytest.fixture(scope="session")
def sim_of_the_session() -> Iterator[Simulator]:
    """One host for all tests: starting it takes longer than most of them."""
    with running(limits=False) as sim:
        yield sim


@pytest.fixture
def sim(
    sim_of_the_session: Simulator,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Simulator]:
    """A host with the owners alice, hana and taro; its faults go with the test."""
    settings.INBOXHUB_PRIVATE_HOSTS = [sim_of_the_session.host]
    outgoing.cache_clear()
    # A minute passes between any two calls, so that no test waits for its budget.
    clock = count(step=60).__next__
    monkeypatch.setattr(misskey.Client, "budgets", Budgets(clock))
    yield sim_of_the_session
    sim_of_the_session.faults.clear()
    sim_of_the_session.duplicate_checks(0)
    outgoing.cache_clear()
