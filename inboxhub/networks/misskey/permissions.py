"""What the token may write: asked by calls that every host refuses before doing anything.

Misskey looks at the token's permissions first and at the parameters after that, so a
call without what it is about tells whether the permission is there.
"""

from inboxhub.networks.errors import CredentialsError, ProviderError
from inboxhub.networks.misskey.call import Line
from inboxhub.networks.misskey.linking import is_native_token

# Permission → a call that needs it, and also the one parameter that it does not get: the
# note, the person, the room that it is about.
ASKED = {
    "write:notes": "notes/unrenote",
    "write:reactions": "notes/reactions/create",
    "write:notifications": "notifications/create",
    "write:drive": "drive/files/delete",
    "write:following": "following/requests/cancel",
    "write:chat": "chat/rooms/leave",
    "write:messaging": "messaging/messages/read",
}


def not_granted(line: Line, names: frozenset[str]) -> tuple[str, ...]:
    """The permissions that the token lacks; `names` are the host's endpoints."""
    if is_native_token(line.token):
        return ()
    return tuple(
        permission
        for permission, endpoint in ASKED.items()
        if endpoint in names and _is_denied(line, endpoint)
    )


def _is_denied(line: Line, endpoint: str) -> bool:
    """Where the host does not say so now, the first real call tells."""
    try:
        line.call(endpoint)
    except CredentialsError:
        raise
    except ProviderError as error:
        return error.code == "PERMISSION_DENIED"
    return False
