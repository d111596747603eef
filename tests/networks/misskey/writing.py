"""Clients on simulated hosts, and drafts for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from inboxhub.lib.http import Http
from inboxhub.networks.base import RemoteAuthor, RemoteMessage, Target
from inboxhub.networks.budget import Budgets
from inboxhub.networks.misskey import Client
from inboxhub.networks.writing import Draft
from simulators.misskey import Simulator

PROFILES = ("2025.12", "2024.11", "12.110")


def client_on(
    sim: Simulator, user: str = "alice", permissions: list[str] | None = None
) -> Client:
    """Somebody's client, with budgets of its own."""
    credentials = {"token": sim.token(user, permissions)}
    http = Http(private_hosts=(sim.host,))
    client = Client(http, sim.host, credentials, remote_id=sim.id_of(user))
    client.budgets = Budgets()
    return client


def draft(text: str = "hello", **values: object) -> Draft:
    new = Draft(key=str(uuid4()), started_at=datetime.now(UTC), text=text)
    return replace(new, **values)  # type: ignore[arg-type]  # as the tests name them


def person(sim: Simulator, acct: str) -> RemoteAuthor:
    domain = sim.state.uri.partition("://")[2]
    handle = f"@{acct}" if "@" in acct else f"@{acct}@{domain}"
    return RemoteAuthor(sim.id_of(acct), handle, acct)


def people(sim: Simulator, accts: Sequence[str]) -> tuple[RemoteAuthor, ...]:
    return tuple(person(sim, acct) for acct in accts)


def note(made: dict[str, object], *, outgoing: bool = False) -> Target:
    return Target("note", str(made["id"]), outgoing=outgoing)


def chat(made: dict[str, object], key: str, *, outgoing: bool = False) -> Target:
    return Target("chat", str(made["id"]), key, outgoing=outgoing)


def told(message: RemoteMessage | None) -> RemoteMessage:
    """The message that came back with what was sent."""
    assert message is not None
    return message
