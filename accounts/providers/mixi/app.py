"""This site as mixi knows it, and where mixi is: all by the operator's settings."""

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse

from inboxhub.lib.http import Http, canonical_host
from inboxhub.networks import mixi
from inboxhub.networks.errors import PermanentError

VARIABLES = ("MIXI_CLIENT_ID", "MIXI_CLIENT_SECRET")


def is_set_up() -> bool:
    """mixi gives keys to registered partners only; without them nobody can link."""
    return all(getattr(settings, name) for name in VARIABLES)


def redirect_uri() -> str:
    """The address that the operator registers with mixi, to the letter."""
    return f"{settings.INBOXHUB_URL}{reverse('mixi_callback')}"


def host() -> str:
    """Where the Message API is: the host of every mixi account of this site."""
    return canonical_host(settings.MIXI_API_URL)


def told() -> Mapping[str, str]:
    return {"api_url": settings.MIXI_API_URL}


def app() -> mixi.App:
    """PermanentError with the code `operator-key` when there is no key."""
    if not is_set_up():
        raise PermanentError("this site has no key of mixi's", code="operator-key")
    return mixi.App(
        client_id=settings.MIXI_CLIENT_ID,
        client_secret=settings.MIXI_CLIENT_SECRET,
        redirect_uri=redirect_uri(),
        authorize_url=settings.MIXI_AUTHORIZE_URL,
        token_url=settings.MIXI_TOKEN_URL,
    )


def refresh(http: Http, ended: Mapping[str, str]) -> dict[str, str]:
    return mixi.refresh(http, ended, app())
