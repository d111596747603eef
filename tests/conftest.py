"""Fixtures for all tests: plain static files, cheap passwords, nothing left in caches."""

import sys
from collections.abc import Iterator

import pytest
from django.conf import settings as global_settings
from django.core.cache import cache
from django.db import connections
from pytest_django import Settings


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """A file, as in life: threads that share a database in memory lock each other out."""
    database = connections["default"]
    if database.vendor == "sqlite":
        name = global_settings.VAR / "tests.sqlite3"
        database.settings_dict["TEST"]["NAME"] = str(name)


@pytest.fixture(autouse=True)
def quick_settings(settings: Settings) -> None:
    # With hashed names the first page asks for a manifest that only `install` makes.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def empty_caches() -> Iterator[None]:
    yield
    cache.clear()
    if clients := sys.modules.get("accounts.clients"):
        clients.outgoing.cache_clear()
