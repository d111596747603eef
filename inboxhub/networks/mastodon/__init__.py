from inboxhub.networks.mastodon.call import TOKEN
from inboxhub.networks.mastodon.client import Client
from inboxhub.networks.mastodon.oauth import (
    APP_UNKNOWN,
    PLAIN,
    SCOPE_REFUSED,
    SCOPES,
    App,
    authorize_url,
    exchange,
    knows,
    refresh,
    register,
    takes,
)

__all__ = [
    "APP_UNKNOWN",
    "PLAIN",
    "SCOPES",
    "SCOPE_REFUSED",
    "TOKEN",
    "App",
    "Client",
    "authorize_url",
    "exchange",
    "knows",
    "refresh",
    "register",
    "takes",
]
