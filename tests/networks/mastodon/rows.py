"""Rows of conversations on hosts that follow a script: who is in them, and the calls."""

from tests.networks.mastodon.accounts import HOST, MASTODON, person

ME, ANN, BEN = person(MASTODON.id, "me"), person("1002", "ann"), person("1003", "ben")
ROWS = "GET /api/v1/conversations"
LINK = f"https://{HOST}/api/v1/conversations?limit=40&max_id=2001"


def read(identifier: str) -> str:
    return f"POST /api/v1/conversations/{identifier}/read"


def unread(identifier: str) -> str:
    return f"POST /api/v1/conversations/{identifier}/unread"


def removed(identifier: str) -> str:
    return f"DELETE /api/v1/conversations/{identifier}"
