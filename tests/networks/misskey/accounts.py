"""Clients for the accounts of the recorded answers, by the version of their host."""

from collections.abc import Mapping

from inboxhub.networks.base import RemoteMessage, Unreadable
from inboxhub.networks.budget import Budgets
from inboxhub.networks.misskey import Client
from inboxhub.networks.misskey.facts import Facts
from inboxhub.networks.values import Viewer
from tests.networks.replay import Replay, Script

TOKEN = "abcdefghijklmnopqrstuvwxyz012345"

FACTS = {
    "2025.12": Facts(
        id="attmpzsgy4y40006",
        domain="misskey.example",
        version="2025.12.2",
        chat="chat",
        bulk=True,
    ),
    "2024.11": Facts(
        id="6b0148465612243de3caf8bf",
        domain="old.misskey.example",
        version="2024.11.0",
    ),
    "12.110": Facts(
        id="atto3rqyit",
        domain="v12.misskey.example",
        version="12.110.0",
        chat="messaging",
        old_notices=True,
    ),
}
# A second account of the newest version, which recorded the group of three.
GROUP = "attnl4q1c5j00005"


def client_of(
    script: Mapping[str, Script],
    *,
    version: str = "2025.12",
    me: str = "",
    token: str = TOKEN,
    facts: Mapping[str, object] | None = None,
) -> tuple[Client, Replay]:
    """A client on a replayed host, with budgets of its own."""
    known = FACTS[version]
    http = Replay(script)
    client = Client(
        http,
        known.domain,
        {"token": token},
        remote_id=me or known.id,
        facts=known.as_json() if facts is None else facts,
    )
    client.budgets = Budgets()
    return client, http


def viewer_of(version: str, me: str = "") -> Viewer:
    known = FACTS[version]
    return Viewer(me or known.id, f"https://{known.domain}", known.domain)


def messages(
    items: tuple[RemoteMessage | Unreadable, ...],
) -> list[RemoteMessage]:
    """Only what could be read; the test fails when anything could not."""
    found = [item for item in items if isinstance(item, RemoteMessage)]
    assert len(found) == len(items)
    return found
