"""Clients on simulated hosts, and drafts for them."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

import pytest

from inboxhub.lib.http import Http
from inboxhub.networks.base import RemoteAuthor, Target
from inboxhub.networks.budget import Budgets
from inboxhub.networks.mastodon import Client
from inboxhub.networks.writing import Draft
from simulators.mastodon import Simulator

PROFILES = ["4.6", "4.1", "3.5", "gotosocial"]
everywhere = pytest.mark.parametrize("sim", PROFILES, indirect=True)


def client_on(sim: Simulator, scopes: list[str] | None = None) -> Client:
    found = Client(
        Http(private_hosts=[sim.host]),
        sim.host,
        {"token": sim.token("alice", scopes), "scope": " ".join(scopes or [])},
    )
    # On this clock a moment passes with every look, so that no test waits.
    found.budgets = Budgets(count(1000.0, 0.25).__next__, lambda _seconds: None)
    return found


def person(sim: Simulator, acct: str) -> RemoteAuthor:
    handle = f"@{acct}" if "@" in acct else f"@{acct}@{sim.state.domain}"
    return RemoteAuthor(sim.id_of(acct), handle, acct)


def to(status: str, source: str = "direct") -> Target:
    return Target(source, status)


def written(
    client: Client,
    text: str,
    *,
    answers: Target | None = None,
    recipients: tuple[RemoteAuthor, ...] = (),
    visibility: str = "",
    files: tuple[str, ...] = (),
) -> Draft:
    """A draft on its first try."""
    draft = Draft(
        key=str(uuid4()),
        started_at=datetime.now(UTC),
        text=text,
        answers=answers,
        recipients=recipients,
        visibility=visibility,
        file_ids=files,
    )
    return replace(draft, known=client.sent_before(draft))


def received(sim: Simulator, *, by: str = "bob", others: str = "") -> Target:
    """A direct message to alice."""
    return to(str(sim.direct(by, f"alice{others}", "hello?")["id"]))
