"""Somebody with an account on a simulated host, a message to answer, and what arrives."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from accounts import linking
from accounts.clients import outgoing
from accounts.models import Account
from accounts.providers.table import PROVIDERS
from inboxhub.networks import base, mastodon, misskey, mixi
from inboxhub.networks.budget import Budgets
from messaging import drafts
from messaging.models import Draft, Message, Operation, OperationItem
from messaging.sync import engine
from messaging.sync.foreground import pull_now
from simulators import mastodon as simulated_mastodon
from simulators import misskey as simulated_misskey
from simulators import mixi as simulated_mixi
from tests.factories import make_user

NETWORKS = ("misskey", "mastodon", "mixi")
QUESTION = "are you coming?"


@dataclass(frozen=True, slots=True)
class Letters:
    """`texts` are those of all that the host has from the account, the oldest first.

    `fault` lets one of the simulator's faults strike the call that sends. `again` gives
    the account a new token, `revoke` ends it on the host.
    """

    account: Account
    client: type[base.Client]
    host: str
    other: str
    texts: Callable[[], list[str]]
    fault: Callable[..., None]
    revoke: Callable[[], object]
    again: Callable[[], object]

    @property
    def user(self) -> User:
        return self.account.owner

    @property
    def question(self) -> Message:
        return self.account.messages.get(text__contains=QUESTION)

    def answer(self, text: str) -> Draft:
        """A draft that answers the question, ready to be sent."""
        draft = drafts.open_draft(self.user, self.account, self.question)
        return typed(draft, text)

    def arrived(self, text: str) -> int:
        """How often the host has it."""
        return sum(text in one for one in self.texts())


def typed(draft: Draft, text: str) -> Draft:
    """The draft with that text, and else as it is."""
    return drafts.save(
        draft,
        text=text,
        title=draft.title,
        content_warning=draft.content_warning,
        visibility=draft.visibility,
        recipients=drafts.people(draft),
    )


def later() -> None:
    """All that waits for a time has waited for it."""
    OperationItem.objects.update(not_before=None)
    Operation.objects.filter(state="waiting").update(not_before=timezone.now())


def settle(operation: Operation, *, rounds: int = 12) -> Operation:
    """Turns, with time passing between them, until it is over or nothing happens."""
    for _round in range(rounds):
        later()
        engine.drain()
        operation.refresh_from_db()
        if operation.state in ("done", "cancelled") or drafts.undecided(operation):
            break
    return operation


@contextmanager
def letters(
    network: str, settings: Settings, patch: pytest.MonkeyPatch
) -> Iterator[Letters]:
    """A host of that network with the question in the account's inbox."""
    open_host = {"misskey": _misskey, "mastodon": _mastodon, "mixi": _mixi}[network]
    with open_host(settings, patch) as made:
        pull_now(made.account, full=False)
        made.account.refresh_from_db()
        yield made
    outgoing.cache_clear()


@contextmanager
def _misskey(settings: Settings, _patch: pytest.MonkeyPatch) -> Iterator[Letters]:
    with simulated_misskey.running(limits=False) as sim:
        for name in ("hana", "taro"):
            sim.settings(name, rate_limit_factor=0)
        _allow(settings, sim.host)
        sim.direct("taro", "hana", QUESTION)

        def link() -> Account:
            told = {"token": sim.token("hana")}
            return linking.complete(make_user("me"), "misskey", sim.host, told).account

        yield Letters(
            account=link(),
            client=misskey.Client,
            host=sim.host,
            other="taro",
            texts=lambda: [note.text or "" for note in sim.notes_of("hana")],
            fault=lambda kind, **more: sim.fault("api/notes/create", kind, **more),
            revoke=lambda: sim.revoke("hana"),
            again=link,
        )


@contextmanager
def _mastodon(settings: Settings, patch: pytest.MonkeyPatch) -> Iterator[Letters]:
    patch.setattr(mastodon.Client, "budgets", Budgets(count(step=60).__next__))
    with simulated_mastodon.running(limits=False) as sim:
        _allow(settings, sim.host)
        sim.policy("alice", for_private_mentions="accept")
        sim.direct("bob", "alice", QUESTION)

        def link() -> Account:
            told = {"token": sim.token("alice")}
            return linking.complete(make_user("me"), "mastodon", sim.host, told).account

        yield Letters(
            account=link(),
            client=mastodon.Client,
            host=sim.host,
            other="bob",
            texts=lambda: [status.text for status in sim.statuses_of("alice")],
            fault=lambda kind, **more: sim.fault("api/v1/statuses", kind, **more),
            revoke=lambda: sim.revoke("alice"),
            again=link,
        )


@contextmanager
def _mixi(settings: Settings, patch: pytest.MonkeyPatch) -> Iterator[Letters]:
    patch.setattr(mixi.Client, "budgets", Budgets(count(step=60).__next__))
    with simulated_mixi.running() as sim:
        _allow(settings, sim.host)
        for name, value in sim.settings.items():
            setattr(settings, name, value)
        sim.message("mika", "sakura", "a question", QUESTION)

        def link() -> Account:
            answer = json.dumps(sim.token_answer("sakura"))
            told = PROVIDERS["mixi"].credentials(answer)
            return linking.complete(make_user("me"), "mixi", sim.host, told).account

        path = "2/messages/@me/@self/@outbox"
        yield Letters(
            account=link(),
            client=mixi.Client,
            host=sim.host,
            other="みか",
            texts=lambda: [row.body for row in sim.outbox("sakura")],
            fault=lambda kind, **more: sim.fault(path, kind, **more),
            revoke=lambda: (sim.expire("sakura"), sim.expire_refresh("sakura")),
            again=link,
        )


def _allow(settings: Settings, host: str) -> None:
    settings.INBOXHUB_PRIVATE_HOSTS = [host]
    outgoing.cache_clear()
