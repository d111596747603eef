"""Wrong settings are named at the start, with a hint."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings


@pytest.mark.parametrize(
    ("name", "value", "identifier"),
    [
        ("INBOXHUB_SIGNUP", "friends", "accounts.E001"),
        ("INBOXHUB_KEYS", "", "accounts.E002"),
        ("INBOXHUB_KEYS", "k1:short", "accounts.E002"),
        ("INBOXHUB_URL", "inbox.example", "accounts.E003"),
        ("INBOXHUB_URL", "https://inbox.example/mail", "accounts.E003"),
        ("INBOXHUB_URL", "https://me@inbox.example", "accounts.E003"),
        ("INBOXHUB_PRIVATE_HOSTS", ["localhost"], "accounts.E004"),
        ("INBOXHUB_PRIVATE_HOSTS", ["ftp://localhost:21"], "accounts.E004"),
        ("INBOXHUB_CA_FILE", "/nowhere/ca.pem", "accounts.E005"),
        ("INBOXHUB_STREAM_PING", 0.0, "accounts.E007"),
        ("REDIS_URL", "localhost:6379", "accounts.E008"),
        ("REDIS_URL", "https://localhost:6379", "accounts.E008"),
        ("MIXI_API_URL", "api.mixi-platform.com/2", "accounts.E006"),
        ("MIXI_API_URL", "https://", "accounts.E006"),
        ("MIXI_AUTHORIZE_URL", "javascript://mixi.jp/%0a", "accounts.E006"),
        ("MIXI_TOKEN_URL", "https://me@mixi.example/token", "accounts.E006"),
    ],
)
def test_wrong_setting_stops_the_start(
    settings: Settings,
    name: str,
    value: object,
    identifier: str,
) -> None:
    setattr(settings, name, value)
    with pytest.raises(SystemCheckError, match=identifier):
        call_command("check")


def test_redis_with_a_database_that_nobody_else_sees_stops_the_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://localhost:6379/0"
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", ":memory:")
    with pytest.raises(SystemCheckError, match=r"accounts\.E009"):
        call_command("check")


def test_key_that_is_refused_is_not_printed(settings: Settings) -> None:
    settings.INBOXHUB_KEYS = "k1:c2VjcmV0LXNlY3JldA=="
    with pytest.raises(SystemCheckError) as failure:
        call_command("check")
    assert "c2VjcmV0" not in str(failure.value)


@pytest.mark.parametrize("name", ["MIXI_CLIENT_ID", "MIXI_CLIENT_SECRET"])
def test_half_a_key_of_mixi_is_warned_of(
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    setattr(settings, name, "canary-of-the-key")
    call_command("check")
    told = capsys.readouterr().err
    assert "accounts.W001" in told
    assert "canary-of-the-key" not in told
