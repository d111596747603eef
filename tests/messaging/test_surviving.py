"""A process that dies at any step: nothing asked for is lost, nothing is done twice."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from accounts import linking
from accounts.clients import CLIENTS, outgoing
from accounts.models import Account
from accounts.providers.table import PROVIDERS
from inboxhub.networks import mastodon, misskey, mixi
from inboxhub.networks.base import Client, Outcome, Target
from inboxhub.networks.budget import Budgets
from messaging import here, running, services
from messaging.models import Message, Operation, OperationItem
from messaging.selection import Selection
from messaging.sync import backoff, engine, outcomes
from messaging.sync import push as pushing
from messaging.sync import turn as turns
from messaging.sync.foreground import pull_now
from messaging.sync.lease import Lease
from simulators.mastodon import running as running_mastodon
from simulators.misskey import running as running_misskey
from simulators.mixi import running as running_mixi
from tests.factories import make_user

pytestmark = pytest.mark.django_db

NUMBER = 4
STEPS = (
    "after the commit",
    "before the call",
    "during the call",
    "after the call, before the row",
    "between items",
    "during pause",
    "during undo",
)


class Killed(BaseException):
    """What `kill -9` is to the code that runs: nothing of it comes after."""


@dataclass
class Network:
    """Some messages of a linked account; `told` are the ids in calls that were made.

    `renew` signs in again.
    """

    sim: Any
    person: str
    account: Account
    renew: Callable[[], Account]
    client: type[Client]
    mine: Callable[[], list[Message]]
    there: Callable[[], int]
    told: list[str]

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

        yield Network(sim, "hana", account, renew, misskey.Client, mine, there, [])


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

        yield Network(sim, "alice", account, renew, mastodon.Client, mine, there, [])


@contextmanager
def on_mixi(settings: Settings) -> Iterator[Network]:
    with running_mixi() as sim:
        settings.INBOXHUB_PRIVATE_HOSTS = [sim.host]
        settings.MIXI_CLIENT_ID = sim.client.id
        settings.MIXI_CLIENT_SECRET = sim.client.secret
        settings.MIXI_API_URL = sim.api_url
        settings.MIXI_AUTHORIZE_URL = sim.authorize_url
        settings.MIXI_TOKEN_URL = sim.token_url
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

        yield Network(sim, "sakura", account, renew, mixi.Client, mine, there, [])


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


def die_at(step: str, network: Network, monkeypatch: pytest.MonkeyPatch) -> Operation:
    """Ask for a deletion, and die at this step of it."""
    owner = network.account.owner
    with monkeypatch.context() as dying:
        # Who is killed releases nothing.
        dying.setattr(Lease, "release", lambda _lease: None)
        operation = services.delete(
            owner, network.selection, undoable=step == "during undo"
        )
        match step:
            case "after the commit":
                return operation
            case "before the call":
                kill(dying, pushing.Push, "_call")
            case "during the call":
                kill(dying, network.client, "delete", done=True)
            case "after the call, before the row":
                kill(dying, pushing, "record")
            case "between items":
                kill(dying, pushing.Push, "_in_flight", at=2)
            case "during pause":
                kill(dying, running, "_tell")
                with pytest.raises(Killed), transaction.atomic():
                    running.pause(operation)
                return operation
            case "during undo":
                kill(dying, here, "tell")
                with pytest.raises(Killed), transaction.atomic():
                    running.undo(operation)
                Operation.objects.update(not_before=timezone.now())
                return operation
            case _:
                raise AssertionError(step)
        _until_killed()
    return operation


def _until_killed() -> None:
    """A batch takes all at once on some networks, and then no second one comes."""
    try:
        engine.drain()
    except Killed:
        return


def start_again() -> None:
    """Another process, after the time of the lease."""
    Account.objects.update(lease_until=None)
    for _round in range(3):
        OperationItem.objects.filter(state="pending").update(not_before=None)
        engine.drain()


@pytest.mark.parametrize("step", STEPS)
def test_delete_is_finished_once_wherever_the_process_dies(
    step: str, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(network.mine()) == network.there() == NUMBER
    operation = die_at(step, network, monkeypatch)
    start_again()
    operation.refresh_from_db()
    assert (operation.state, operation.done) == ("done", NUMBER)
    assert network.there() == 0
    assert all(message.gone_at for message in network.mine())
    told = sorted(network.told)
    ids = sorted(message.remote_id for message in network.mine())
    in_flight = step in ("during the call", "after the call, before the row")
    assert set(told) == set(ids)
    assert in_flight or told == ids
    again = [one for one in ids if told.count(one) > 1]
    assert len(again) <= (NUMBER if network.client is mixi.Client else 1)


def test_what_was_in_flight_at_a_cancel_is_not_begun_again(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = die_at("before the call", network, monkeypatch)
    assert running.cancel(operation)
    start_again()
    operation.refresh_from_db()
    assert (operation.state, operation.done) == ("cancelled", 0)
    assert network.there() == NUMBER
    assert not OperationItem.objects.open().exists()
    assert all(message.hidden_at is None for message in network.mine())


def test_paused_operation_stays_so_after_a_restart(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = die_at("before the call", network, monkeypatch)
    running.pause(operation)
    start_again()
    assert network.there() == NUMBER
    running.resume(operation)
    start_again()
    operation.refresh_from_db()
    assert (operation.state, operation.done) == ("done", NUMBER)


def test_late_answer_to_a_process_that_lost_its_lease_changes_nothing(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease ends while a call is under way, and another process does the rest."""
    operation = services.delete(network.account.owner, network.selection)
    real = outcomes.record
    taken = count()

    def record(lease: Lease, *arguments: Any) -> bool:
        if next(taken) == 0:
            Account.objects.update(lease_until=None)
            assert turns.turn(network.account.pk) is not None
        return real(lease, *arguments)

    monkeypatch.setattr(pushing, "record", record)
    start_again()
    operation.refresh_from_db()
    assert (operation.state, operation.done) == ("done", NUMBER)
    assert network.there() == 0


def test_host_that_is_gone_for_a_while_is_told_when_it_is_back(
    network: Network,
) -> None:
    operation = services.delete(network.account.owner, network.selection)
    network.sim.fault("*", "status", status=503)
    for _round in range(2):
        start_again()
    operation.refresh_from_db()
    assert (operation.state, operation.done, operation.failed) == ("running", 0, 0)
    network.sim.faults.clear()
    backoff.hosts.forget()
    Account.objects.update(next_pull_at=None)
    start_again()
    operation.refresh_from_db()
    assert (operation.state, operation.done) == ("done", NUMBER)
    assert network.there() == 0


def test_revoked_token_stops_it_and_a_new_one_goes_on(network: Network) -> None:
    operation = services.delete(network.account.owner, network.selection)
    network.sim.revoke(network.person)
    start_again()
    account = Account.objects.get()
    assert account.status == Account.Status.SIGN_IN_NEEDED
    (lane,) = running.lanes(operation)
    assert (lane.state, lane.left, lane.failed) == ("sign-in-needed", NUMBER, 0)
    network.renew()
    start_again()
    operation.refresh_from_db()
    assert (operation.state, operation.done) == ("done", NUMBER)
    assert network.there() == 0
