from inboxhub.networks.mixi.client import Client
from inboxhub.networks.mixi.oauth import (
    SCOPES,
    App,
    authorize_url,
    exchange,
    fetch_server_state,
    read_pasted,
    refresh,
)
from inboxhub.networks.mixi.sending import UNKNOWN, Draft

__all__ = [
    "SCOPES",
    "UNKNOWN",
    "App",
    "Client",
    "Draft",
    "authorize_url",
    "exchange",
    "fetch_server_state",
    "read_pasted",
    "refresh",
]
