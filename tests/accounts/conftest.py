"""Fixtures for the tests of linking: the site's address is that of the test client."""

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def address_of_the_site(settings: Settings) -> None:
    settings.INBOXHUB_URL = "http://testserver"
