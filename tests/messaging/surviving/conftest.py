"""An account with some messages of its own on each network, and a process that dies."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts import linking
from accounts.clients import CLIENTS, outgoing
from accounts.models import Account
from accounts.providers.table import PROVIDERS
from inboxhub.networks import mastodon, misskey, mixi
from inboxhub.networks.base import Client, Outcome, Target
from inboxhub.networks.budget import Budgets
from messaging.models import Message, OperationItem
from messaging.selection import Selection
from messaging.sync import backoff, engine
from messaging.sync.foreground import pull_now
from simulators.mastodon import running as running_mastodon
from simulators.misskey import running as running_misskey
from simulators.mixi import running as running_mixi
from tests.factories import make_user

NUMBER = 4


class Killed(BaseException):
    """What `kill -9` is to the code that runs: nothing of it comes after."""


@dataclass
class Network:
    """Some messages of a linked account; `told` are the ids in calls that were made.

    `renew` signs in again. `write` lets somebody write to the person.
    """

    sim: Any
    person: str
    account: Account
    renew: Callable[[], Account]
    client: type[Client]
    mine: Callable[[], list[Message]]
    there: Callable[[], int]
    write: Callable[[str], object]
    told: list[str]

    @contextmanager
    def away(self) -> Iterator[None]:
        """The host does not answer."""
        self.sim.fault("*", "status", status=503)
        yield
        self.sim.faults.clear()
        backoff.hosts.forget()
        Account.objects.update(next_pull_at=None)

    @property
    def selection(self) -> Selection:
        return Selection.messages(message.pk for message in self.mine())


def linked(provider: str, host: str, credentials: Mapping[str, str]) -> Account:
    account = linking.complete(make_user("me"), provider, host, credentials).account
    for part in pull_now(account, full=False):
        assert part.error == ""
    account.refresh_from_db()
    return account


@contextmanager
def on_misskey(settings: Settings) -> Iterator[Network]:
    with running_misskey(limits=False) as sim:
        settings.INBOXHUB_PRIVATE_HOSTS = [sim.host]
        outgoing.cache_clear()
        first = sim.direct("taro", "hana", "question")
        for number in range(NUMBER):
            sim.direct("hana", "taro", f"mine {number}", reply_to=str(first["id"]))

        def renew() -> Account:
            return linked("misskey", sim.host, {"token": sim.token("hana")})

        account = renew()

        def mine() -> list[Message]:
            return list(account.messages.filter(text__contains="mine"))

        def there() -> int:
            return sum(sim.find_note(one.remote_id) is not None for one in mine())

        def write(text: str) -> None:
            sim.direct("taro", "hana", text)

        client = misskey.Client
        yield Network(sim, "hana", account, renew, client, mine, there, write, [])


@contextmanager
def on_mastodon(settings: Settings) -> Iterator[Network]:
    with running_mastodon(limits=False) as sim:
        settings.INBOXHUB_PRIVATE_HOSTS = [sim.host]
        outgoing.cache_clear()
        sim.policy("alice", for_private_mentions="accept")
        first = sim.direct("bob", "alice", "question")
        for number in range(NUMBER):
            text = f"@bob mine {number}"
            sim.direct("alice", "bob", text, reply_to=str(first["id"]))
        sim.mention("bob", "alice", "look")

        def renew() -> Account:
            return linked("mastodon", sim.host, {"token": sim.token("alice")})

        account = renew()

        def mine() -> list[Message]:
            return list(account.messages.filter(text__contains="mine"))

        def there() -> int:
            return sum(sim.find_status(one.remote_id) is not None for one in mine())

        def write(text: str) -> None:
            sim.direct("bob", "alice", text)

        client = mastodon.Client
        yield Network(sim, "alice", account, renew, client, mine, there, write, [])


@contextmanager
def on_mixi(settings: Settings) -> Iterator[Network]:
    with running_mixi() as sim:
        settings.INBOXHUB_PRIVATE_HOSTS = [sim.host]
        for name, value in sim.settings.items():
            setattr(settings, name, value)
        outgoing.cache_clear()
        for number in range(NUMBER):
            sim.message("mika", "sakura", f"letter {number}", "text")

        def renew() -> Account:
            answer = json.dumps(sim.token_answer("sakura"))
            return linked("mixi", sim.host, PROVIDERS["mixi"].credentials(answer))

        account = renew()

        def mine() -> list[Message]:
            return list(account.messages.filter(source="inbox"))

        def there() -> int:
            return len(sim.inbox("sakura"))

        def write(text: str) -> None:
            sim.message("mika", "sakura", "news", text)

        client = mixi.Client
        yield Network(sim, "sakura", account, renew, client, mine, there, write, [])


NETWORKS = {"misskey": on_misskey, "mastodon": on_mastodon, "mixi": on_mixi}


@pytest.fixture(params=list(NETWORKS))
def network(
    request: pytest.FixtureRequest,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Network]:
    client = CLIENTS[request.param].client
    # A minute passes between two calls, so that no budget holds one back.
    monkeypatch.setattr(client, "budgets", Budgets(count(step=60).__next__))
    with ExitStack() as stack:
        found = stack.enter_context(NETWORKS[request.param](settings))
        real = client.delete

        def delete(self: Client, targets: Sequence[Target]) -> list[Outcome]:
            found.told.extend(target.remote_id for target in targets)
            return real(self, targets)

        monkeypatch.setattr(client, "delete", delete)
        yield found
    outgoing.cache_clear()


def kill(
    monkeypatch: pytest.MonkeyPatch,
    place: Any,
    name: str,
    *,
    at: int = 1,
    done: bool = False,
) -> None:
    """Die when this is called for the `at`th time; `done`: right after it."""
    real, calls = getattr(place, name), count(1)

    def dies(*arguments: Any, **named: Any) -> Any:
        fatal = next(calls) == at
        if fatal and not done:
            raise Killed
        answer = real(*arguments, **named)
        if fatal:
            raise Killed
        return answer

    monkeypatch.setattr(place, name, dies)


def start_again() -> None:
    """Another process, after the time of the lease."""
    Account.objects.update(lease_until=None)
    for _round in range(3):
        OperationItem.objects.open().update(not_before=None)
        engine.drain()


class Clock:
    """What the program knows of time, which a test moves."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.waited = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        return time.monotonic() + self.waited

    def goes_on(self, **length: float) -> None:
        self.jumps(**length)
        self.waited += timedelta(**length).total_seconds()

    def jumps(self, **length: float) -> None:
        """Somebody sets the wall clock."""
        self.ahead += timedelta(**length)


@pytest.fixture
def clock(network: Network, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """For all that the program knows of time; the hosts have their own."""
    made, steps = Clock(), count(step=60)
    budgets = Budgets(lambda: next(steps) + made.waited)
    monkeypatch.setattr(network.client, "budgets", budgets)
    monkeypatch.setattr(timezone, "now", made.now)
    rests = backoff.HostRest(made.monotonic)
    monkeypatch.setattr(backoff, "hosts", rests)
    return made
