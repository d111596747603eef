"""A simulated Misskey host, and accounts linked to it with real tokens."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from accounts import linking
from accounts.clients import outgoing
from accounts.models import Account
from messaging.sync import backoff
from simulators.misskey import Simulator, running
from tests.factories import make_user

Link = Callable[..., Account]


@pytest.fixture
def sim(settings: Settings) -> Iterator[Simulator]:
    with running(limits=False) as host:
        host.settings("hana", rate_limit_factor=0)
        host.settings("taro", rate_limit_factor=0)
        settings.INBOXHUB_PRIVATE_HOSTS = [host.host]
        outgoing.cache_clear()
        yield host


@pytest.fixture(autouse=True)
def rested_hosts() -> None:
    """Ports are used again: no host is still resting from another test."""
    backoff.hosts.forget()


@pytest.fixture
def link(sim: Simulator, db: None) -> Link:
    """Links `person` of the host to `user` (their names); full rights unless named."""

    def make(
        user: str = "me",
        person: str = "hana",
        permissions: list[str] | None = None,
    ) -> Account:
        token = sim.token(person, permissions)
        credentials = {"token": token}
        return linking.complete(
            make_user(user),
            "misskey",
            sim.host,
            credentials,
        ).account

    return make
