"""Someone who is signed in, under the address that Django's test client uses."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from tests.factories import make_user


@pytest.fixture(autouse=True)
def own_address(settings: Settings) -> None:
    settings.INBOXHUB_URL = "http://testserver"


@pytest.fixture
def user(client: Client, db: None) -> User:
    """The owner of the session that `client` uses."""
    user = make_user("hana")
    client.force_login(user)
    return user
