"""What is wrong with the settings of this app, said at the start instead of later."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from inboxhub.lib.fields import key_ring

SIGNUP = ("first", "open", "closed")


def check_settings(
    app_configs: Iterable[AppConfig] | None,
    **options: object,
) -> list[CheckMessage]:
    """The sign-up policy is one of three, the address is one, the key ring is readable."""
    found: list[CheckMessage] = []
    if settings.INBOXHUB_SIGNUP not in SIGNUP:
        found.append(
            Error(
                "INBOXHUB_SIGNUP is none of the known words; nobody can sign up.",
                hint=f"Use one of: {', '.join(SIGNUP)}.",
                id="accounts.E001",
            ),
        )
    address = urlsplit(settings.INBOXHUB_URL)
    web = address.scheme in ("http", "https") and address.hostname
    if not web or address.username or any(address[2:]):
        found.append(
            Error(
                "INBOXHUB_URL is not the address of a site of its own.",
                hint="Give scheme, host and port only, like https://inbox.example.",
                id="accounts.E003",
            ),
        )
    try:
        key_ring()
    except ImproperlyConfigured as error:
        hint = "name:base64 of 32 random bytes, several separated by commas"
        found.append(Error(str(error), hint=hint, id="accounts.E002"))
    return found
