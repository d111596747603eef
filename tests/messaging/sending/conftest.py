"""A question to answer on each network, or on those that a test is about."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.messaging.letters import NETWORKS, Letters, letters


@pytest.fixture(params=NETWORKS)
def post(
    request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Letters]:
    with letters(request.param, settings, monkeypatch) as made:
        yield made


@pytest.fixture
def mixi(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Letters]:
    """The one network that is enough where all are the same."""
    with letters("mixi", settings, monkeypatch) as made:
        yield made


@pytest.fixture(params=["misskey", "mastodon"])
def gallery(
    request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Letters]:
    """The networks that take pictures."""
    with letters(request.param, settings, monkeypatch) as made:
        yield made
