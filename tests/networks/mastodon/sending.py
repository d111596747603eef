"""Drafts, and hosts that follow a script when they are sent to."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from inboxhub.lib.http import HttpError
from inboxhub.networks.base import RemoteAuthor, Target
from inboxhub.networks.errors import ProviderError
from inboxhub.networks.mastodon import Client
from inboxhub.networks.values import mapping_of
from inboxhub.networks.writing import Draft
from tests.networks.mastodon.accounts import (
    HOST,
    MASTODON,
    TOKEN,
    Host,
    Script,
    person,
    status,
)
from tests.networks.replay import Answer

ME, ANN = person(MASTODON.id, "me"), person("1002", "ann")
POST, PARENT = "POST /api/v1/statuses", "GET /api/v1/statuses/2001"
OWN = f"GET /api/v1/accounts/{MASTODON.id}/statuses"
VERIFY = "GET /api/v1/accounts/verify_credentials"
START = datetime(2026, 8, 1, 13, 0, tzinfo=UTC)
TO_ANN = RemoteAuthor("1002", f"@ann@{HOST}", "Ann")
GUARDING = replace(MASTODON, guarding=True)

ASKED = status("2001", ANN, ME, visibility="direct")
ANSWER = Draft("key-1", START, "hello", answers=Target("direct", "2001", "1002"))
NEW = Draft("key-1", START, "hello", recipients=(TO_ANN,))


def mine(identifier: str, said: str = "hello", **more: object) -> dict[str, object]:
    """What the host made of an answer of mine to Ann."""
    name = f'<span><a href="https://{HOST}/@ann">@<span>ann</span></a></span>'
    answer: dict[str, object] = {
        "visibility": "direct",
        "in_reply_to_id": "2001",
        "in_reply_to_account_id": "1002",
        "content": f"<p>{name} {said}</p>",
    }
    return status(identifier, ME, ANN, **(answer | more))


def source(identifier: str) -> str:
    return f"GET /api/v1/statuses/{identifier}/source"


def sending(answer: Answer | HttpError, script: Script | None = None) -> Script:
    return {PARENT: Answer(200, ASKED), POST: answer, **(script or {})}


def body_of(host: Host) -> dict[object, object]:
    (call,) = host.called(POST)
    return mapping_of(call.body)


def caught(client: Client, draft: Draft = ANSWER) -> ProviderError:
    with pytest.raises(ProviderError) as error:
        client.send(draft)
    assert TOKEN not in str(error.value)
    return error.value
