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

__all__ = [
    "SCOPES",
    "App",
    "Client",
    "authorize_url",
    "exchange",
    "fetch_server_state",
    "read_pasted",
    "refresh",
]
