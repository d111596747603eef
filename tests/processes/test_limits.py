"""A delete of many at hosts that ask for pauses or are away: it waits, and all is done."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from simulators import mastodon, mixi
from simulators.mastodon.limits import SECOND, Limit
from tests.processes.bulk import (
    LATER,
    NUMBER,
    OUTCOME,
    PATIENCE,
    delete,
    delete_is_done,
    doomed,
    left,
)
from tests.processes.hosts import NETWORKS, Host, opened
from tests.processes.site import Site, wait_until

pytestmark = pytest.mark.wide

WINDOW, TOLD = 8, 10  # seconds
TRIED = """
from messaging.models import OperationItem
print("tried", OperationItem.objects.filter(state="pending", attempts__gt=0).exists())
"""


@contextmanager
def first_call_held(made: Site, host: Host) -> Iterator[None]:
    """The host has done what it was called for first; it answers afterwards."""
    host.sim.fault(host.deletes, "held", times=1)
    delete(made)
    wait_until(host.struck, PATIENCE)
    yield
    host.sim.faults.let_go()


def asked_until_refused(ask: Callable[[], requests.Response]) -> None:
    """Another program of the same person uses up what the host allows."""
    wait_until(lambda: ask().status_code in (429, 503))


def test_mastodon_is_asked_again_when_its_window_and_retry_after_allow_it(
    tmp_path: Path,
) -> None:
    """What is left is told by the headers, so the later windows refuse nothing."""
    with opened("mastodon") as host, doomed(tmp_path, host) as made:
        sim = host.sim
        assert isinstance(sim, mastodon.Simulator)
        limiter = sim.state.limiter
        limiter.limits["deleting"] = Limit(3, WINDOW * SECOND)
        limiter.on, limiter.retry_after = True, str(TOLD)
        headers = {"Authorization": f"Bearer {host.credentials}"}

        def asks() -> requests.Response:
            url = f"{sim.url}/api/v1/statuses/1"
            return requests.delete(url, headers=headers, timeout=5)

        with first_call_held(made, host):
            # Most of a window is left for the call that it is to refuse.
            wait_until(lambda: time.time() % WINDOW < 1)
            asked_until_refused(asks)
            before, began = len(host.deletions()), time.monotonic()
        wait_until(lambda: len(host.deletions()) > before + 1, PATIENCE)
        assert time.monotonic() > began + TOLD
        delete_is_done(made, NUMBER)
        assert left(host) == [(0, 1)]
        ours = [call.status for call in host.deletions()[before:]]
        assert ours == [429, *[200] * (NUMBER - 1)]


def test_mixi_is_asked_again_when_its_pause_is_over(tmp_path: Path) -> None:
    with opened("mixi") as host, doomed(tmp_path, host, number=120) as made:
        sim = host.sim
        assert isinstance(sim, mixi.Simulator)
        headers = {"Authorization": f"Bearer {sim.token('sakura')}"}

        def asks() -> requests.Response:
            url = f"{sim.api_url}/messages/@me/@inbox"
            return requests.get(url, headers=headers, timeout=5)

        with first_call_held(made, host):
            sim.state.silences.change(calls_per_minute=20, retry_after="seconds")
            asked_until_refused(asks)
            sim.advance(60 - WINDOW)
            told, began = int(asks().headers["Retry-After"]), time.monotonic()
            before = len(sim.calls())
        wait_until(lambda: len(host.deletions()) > 2, PATIENCE)
        assert time.monotonic() > began + told - 1
        delete_is_done(made, 120)
        assert left(host) == [(0, 1)]
        ours = [call.status for call in sim.calls()[before:]]
        assert ours == [503, *[200] * (len(ours) - 1)]


@pytest.mark.parametrize("network", NETWORKS)
def test_host_that_was_away_gets_its_calls_when_it_is_back(
    tmp_path: Path, network: str
) -> None:
    with opened(network) as host, doomed(tmp_path, host) as made:
        host.sim.fault("*", "drop")
        delete(made)
        wait_until(lambda: "tried True" in made.run(TRIED), PATIENCE)
        assert host.deletions() == []
        host.sim.faults.clear()
        delete_is_done(made, NUMBER, LATER + OUTCOME)
        assert left(host) == [(0, 1)]
        ids = [one for call in host.deletions() for one in call.ids]
        assert len(ids) == len(set(ids)) == NUMBER
