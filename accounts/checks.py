"""What is wrong with the settings of this app, said at the start instead of later."""

from collections.abc import Iterable

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
    """The sign-up policy is one of three, and the key ring can be read."""
    found: list[CheckMessage] = []
    if settings.INBOXHUB_SIGNUP not in SIGNUP:
        found.append(
            Error(
                "INBOXHUB_SIGNUP is none of the known words; nobody can sign up.",
                hint=f"Use one of: {', '.join(SIGNUP)}.",
                id="accounts.E001",
            ),
        )
    try:
        key_ring()
    except ImproperlyConfigured as error:
        hint = "name:base64 of 32 random bytes, several separated by commas"
        found.append(Error(str(error), hint=hint, id="accounts.E002"))
    return found
