"""A server that is killed while it deletes: afterwards the host has what was not chosen."""

import signal
from functools import partial
from pathlib import Path

import pytest

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
from tests.processes.hosts import NETWORKS, opened
from tests.processes.site import wait_until

pytestmark = pytest.mark.wide


@pytest.mark.parametrize("network", NETWORKS)
def test_server_killed_twice_while_it_deletes_leaves_what_was_not_chosen(
    tmp_path: Path, network: str
) -> None:
    with opened(network) as host, doomed(tmp_path, host) as made:
        # The host does it and answers late; then it hears of it and does nothing.
        host.sim.fault(host.deletes, "late", times=1, seconds=60.0)
        host.sim.fault(host.deletes, "hang", times=1)
        delete(made)
        for times in (1, 2):
            wait_until(partial(host.struck, times), PATIENCE)
            made.end(signal.SIGKILL)
            made.start()
        delete_is_done(made, NUMBER, LATER + OUTCOME)
        assert left(host) == [(0, 1)]
