"""Fixtures for the tests of linking: the site's address, a host to link."""

from collections.abc import Iterator
from itertools import count

import pytest
from pytest_django import Settings

from accounts.clients import outgoing
from inboxhub.networks import mastodon, misskey, mixi
from inboxhub.networks.budget import Budgets
from simulators.mastodon import Simulator as Mastodon
from simulators.mastodon import running as mastodon_running
from simulators.misskey import Simulator, running
from simulators.mixi import Simulator as Mixi
from simulators.mixi import running as mixi_running


@pytest.fixture(autouse=True)
def address_of_the_site(settings: Settings) -> None:
    """That of Django's test client."""
    settings.INBOXHUB_URL = "http://testserver"


@pytest.fixture
def free_budgets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute passes between any two calls, so that no test waits for its budget."""
    clock = count(step=60).__next__
    monkeypatch.setattr(misskey.Client, "budgets", Budgets(clock))
    monkeypatch.setattr(mastodon.Client, "budgets", Budgets(clock))
    monkeypatch.setattr(mixi.Client, "budgets", Budgets(clock))


@pytest.fixture(scope="session")
def sim_of_the_session() -> Iterator[Simulator]:
    """One host for all tests: starting it takes longer than most of them."""
    with running(limits=False) as sim:
        yield sim


@pytest.fixture
def sim(
    sim_of_the_session: Simulator,
    settings: Settings,
    free_budgets: None,
) -> Iterator[Simulator]:
    """A host with the owners alice, hana and taro; its faults go with the test."""
    settings.INBOXHUB_PRIVATE_HOSTS = [sim_of_the_session.host]
    outgoing.cache_clear()
    yield sim_of_the_session
    sim_of_the_session.faults.clear()
    sim_of_the_session.duplicate_checks(0)
    outgoing.cache_clear()


@pytest.fixture
def mastodon_host(settings: Settings, free_budgets: None) -> Iterator[Mastodon]:
    """A fresh host with the owners alice, yuki and kai."""
    with mastodon_running(limits=False) as host:
        settings.INBOXHUB_PRIVATE_HOSTS = [host.host]
        outgoing.cache_clear()
        yield host
    outgoing.cache_clear()


@pytest.fixture
def mixi_host(settings: Settings, free_budgets: None) -> Iterator[Mixi]:
    """A fresh mixi that knows this site, with the owners sakura and ren."""
    back = "http://testserver/accounts/mixi/callback/"
    with mixi_running(redirect_uri=back) as host:
        settings.INBOXHUB_PRIVATE_HOSTS = [host.host]
        for name, value in host.settings.items():
            setattr(settings, name, value)
        outgoing.cache_clear()
        yield host
    outgoing.cache_clear()
