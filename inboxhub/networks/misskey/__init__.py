from inboxhub.networks.misskey.client import Client
from inboxhub.networks.misskey.linking import (
    PERMISSIONS,
    check_token_shape,
    is_native_token,
    miauth_check,
    miauth_url,
)

__all__ = [
    "PERMISSIONS",
    "Client",
    "check_token_shape",
    "is_native_token",
    "miauth_check",
    "miauth_url",
]
