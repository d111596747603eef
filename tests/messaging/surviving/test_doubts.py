"""A call that was under way at a cancel, and broke off: the host is asked about it."""

import csv
import io
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db.models import Q
from django.test import Client as Browser

from accounts.models import Account
from inboxhub.networks import mastodon, mixi
from inboxhub.networks.base import Client, Outcome
from inboxhub.networks.errors import TemporaryError
from messaging import running, services
from messaging.models import Message, Operation, OperationItem
from messaging.selection import Selection
from messaging.sync import engine
from messaging.sync.lease import Lease
from tests.messaging.surviving.conftest import NUMBER, Killed, Network, start_again

pytestmark = pytest.mark.django_db

Breaks = Callable[[], BaseException]


def broken_off(
    network: Network,
    monkeypatch: pytest.MonkeyPatch,
    *,
    reached: bool,
    by: Breaks = Killed,
) -> Operation:
    """Asked for, cancelled during the first call, which then comes to no answer."""
    operation = services.delete(network.account.owner, network.selection)
    real = network.client.delete

    def delete(client: Client, targets: list[object]) -> list[Outcome]:
        if reached:
            real(client, targets)  # type: ignore[arg-type]  # as the caller gave them
        assert running.cancel(operation)
        raise by()

    with monkeypatch.context() as breaking:
        breaking.setattr(network.client, "delete", delete)
        breaking.setattr(Lease, "release", lambda _lease: None)
        with suppress(Killed):
            engine.drain()
    network.told.clear()
    return operation


def in_the_call(network: Network) -> int:
    return NUMBER if network.client is mixi.Client else 1


def states(operation: Operation) -> list[str]:
    return list(operation.items.order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize(
    "by", [Killed, lambda: TemporaryError("timed out")], ids=["killed", "timed out"]
)
def test_what_the_host_did_before_the_cancel_is_told_as_done(
    network: Network, monkeypatch: pytest.MonkeyPatch, by: Breaks
) -> None:
    operation = broken_off(network, monkeypatch, reached=True, by=by)
    start_again()
    operation.refresh_from_db()
    done = in_the_call(network)
    assert (operation.state, operation.done) == ("cancelled", done)
    assert operation.skipped == NUMBER - done
    assert states(operation) == ["done"] * done + ["skipped"] * (NUMBER - done)
    assert network.told == []
    assert network.there() == NUMBER - done
    shown = [message for message in network.mine() if message.hidden_at is None]
    assert len(shown) == NUMBER - done
    assert all(
        (message.gone_at is None) == (message in shown) for message in network.mine()
    )


def test_what_the_host_never_heard_of_is_shown_again(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = broken_off(network, monkeypatch, reached=False)
    Account.objects.update(lease_until=None)
    engine.drain()
    asked = in_the_call(network)
    # Nothing is said before the host was asked, twice.
    assert states(operation)[:asked] == ["unknown"] * asked
    start_again()
    operation.refresh_from_db()
    assert (operation.state, operation.done) == ("cancelled", 0)
    assert network.told == []
    assert network.there() == NUMBER
    assert not OperationItem.objects.open().exists()
    assert all(message.hidden_at is None for message in network.mine())


def test_report_says_what_was_done_before_the_cancel(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = broken_off(network, monkeypatch, reached=True)
    client = Browser(headers={"host": "localhost:8000"})
    client.force_login(operation.owner)
    Account.objects.update(lease_until=None)
    engine.drain()
    address = f"/operations/{operation.pk}/"
    assert "is asked what became of it" in client.get(address).text
    assert "is asked whether it was done" in " ".join(reasons(client, operation))
    start_again()
    late = "It was done before the cancellation reached it."
    assert reasons(client, operation).count(late) == in_the_call(network)


def reasons(client: Browser, operation: Operation) -> list[str]:
    answer = client.get(f"/operations/{operation.pk}/report.csv")
    text = answer.getvalue().decode("utf-8-sig")
    return [line[5] for line in csv.reader(io.StringIO(text))]


def test_host_that_is_away_is_asked_when_it_is_back(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = broken_off(network, monkeypatch, reached=True)
    with network.away():
        start_again()
        assert "unknown" in states(operation)
    start_again()
    operation.refresh_from_db()
    assert operation.done == in_the_call(network)


def test_unlink_in_the_middle_of_a_doubt_says_so(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = broken_off(network, monkeypatch, reached=True)
    Account.objects.update(lease_until=None)
    engine.drain()
    services.unlink(network.account, erase=False)
    failed = operation.items.filter(state="failed")
    assert set(failed.values_list("error", flat=True)) == {"unlinked-in-doubt"}
    assert failed.count() == in_the_call(network)
    assert not OperationItem.objects.open().exists()


@pytest.mark.parametrize("network", ["mastodon"], indirect=True)
@pytest.mark.parametrize(
    ("which", "error"),
    [(Q(source="status"), ""), (Q(source="direct"), "cancelled-in-doubt")],
    ids=["notice", "conversation"],
)
def test_removal_is_looked_up_where_it_shows(
    network: Network, monkeypatch: pytest.MonkeyPatch, which: Q, error: str
) -> None:
    """Of a conversation that left the list the messages stay, so nobody can tell."""
    message = Message.objects.filter(which).latest("pk")
    chosen = Selection.messages([message.pk])
    operation = services.remove(network.account.owner, chosen)
    real = mastodon.Client.remove

    def remove(client: mastodon.Client, targets: list[object]) -> list[Outcome]:
        real(client, targets)  # type: ignore[arg-type]  # as the caller gave them
        running.cancel(operation)
        raise TemporaryError("timed out")

    with monkeypatch.context() as breaking:
        breaking.setattr(mastodon.Client, "remove", remove)
        engine.drain()
    start_again()
    assert {item.state for item in operation.items.all()} == {
        "skipped" if error else "done"
    }
    assert {item.error for item in operation.items.all()} == {error}
