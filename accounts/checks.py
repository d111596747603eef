"""What is wrong with the settings of this app, said at the start instead of later."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from inboxhub.lib.fields import key_ring
from inboxhub.lib.http import HostRefused, canonical_host
from inboxhub.lib.http.dial import trust
from inboxhub.lib.http.hosts import private_origins

SIGNUP = ("first", "open", "closed")


def check_settings(
    app_configs: Iterable[AppConfig] | None,
    **options: object,
) -> list[CheckMessage]:
    """Sign-up policy, address, private hosts and key ring are such as can be used."""
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
    found += _check_private_hosts()
    found += _check_mixi()
    found += _check_streams()
    try:
        key_ring()
    except ImproperlyConfigured as error:
        hint = "name:base64 of 32 random bytes, several separated by commas"
        found.append(Error(str(error), hint=hint, id="accounts.E002"))
    return found


def _check_private_hosts() -> list[CheckMessage]:
    """Said now: later every call of every account would break on it."""
    found: list[CheckMessage] = []
    try:
        private_origins(settings.INBOXHUB_PRIVATE_HOSTS)
    except ValueError as error:
        hint = "host:port or https://host:port, several separated by commas"
        text = f"INBOXHUB_PRIVATE_HOSTS: {error}"
        found.append(Error(text, hint=hint, id="accounts.E004"))
    try:
        trust(settings.INBOXHUB_CA_FILE)
    except OSError as error:
        hint = "the path of a file of certificates in PEM form"
        text = f"INBOXHUB_CA_FILE cannot be read: {error.strerror or error}"
        found.append(Error(text, hint=hint, id="accounts.E005"))
    return found


def _check_streams() -> list[CheckMessage]:
    """What several processes share must be where all of them can see it."""
    found: list[CheckMessage] = []
    if settings.INBOXHUB_STREAM_PING <= 0:
        hint = "Give the seconds between two pings, like 45."
        text = "INBOXHUB_STREAM_PING is not a number of seconds."
        found.append(Error(text, hint=hint, id="accounts.E007"))
    if not settings.REDIS_URL:
        return found
    if urlsplit(settings.REDIS_URL).scheme not in ("redis", "rediss", "unix"):
        hint = "Give a whole address, like redis://localhost:6379/0."
        text = "REDIS_URL is not the address of a Redis server."
        found.append(Error(text, hint=hint, id="accounts.E008"))
    if ":memory:" in str(settings.DATABASES["default"].get("NAME")):
        hint = "Set DATABASE_URL to a file or a server, or leave REDIS_URL out."
        text = "REDIS_URL is for several processes, which share no database in memory."
        found.append(Error(text, hint=hint, id="accounts.E009"))
    return found


def _check_mixi() -> list[CheckMessage]:
    """Addresses that could never be called, and a key of which one half is missing."""
    found: list[CheckMessage] = []
    for name in ("MIXI_API_URL", "MIXI_AUTHORIZE_URL", "MIXI_TOKEN_URL"):
        try:
            address = getattr(settings, name)
            canonical_host(address)
        except HostRefused as error:
            hint = "Give a whole address, like https://api.mixi-platform.com/2."
            text = f"{name} is not the address of a server: {error}"
            found.append(Error(text, hint=hint, id="accounts.E006"))
            continue
        if not address.startswith(("https://", "http://")):
            hint = "Begin it with https://."
            found.append(Error(f"{name} has no scheme.", hint=hint, id="accounts.E006"))
    if bool(settings.MIXI_CLIENT_ID) != bool(settings.MIXI_CLIENT_SECRET):
        found.append(
            checks.Warning(
                "Of MIXI_CLIENT_ID and MIXI_CLIENT_SECRET only one is set, so no mixi"
                " account can be linked.",
                hint="Set both, or neither.",
                id="accounts.W001",
            ),
        )
    return found
