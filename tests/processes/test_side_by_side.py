"""Two processes on one database work off one delete: each message is deleted once."""

import os
import signal
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from tests.processes.bulk import NUMBER, PATIENCE, delete, delete_is_done, doomed, left
from tests.processes.hosts import NETWORKS, Host, opened
from tests.processes.site import Process, Site, beside, free_port, wait_until

pytestmark = pytest.mark.wide

HELD = "SELECT 1 FROM accounts_account WHERE lease_until IS NOT NULL"
A_MINUTE_LATER = """
from datetime import timedelta
from django.db.models import F
from accounts.models import Account
held = Account.objects.exclude(lease_until=None)
held.update(lease_until=F("lease_until") - timedelta(minutes=1))
"""


@contextmanager
def of_all_networks() -> Iterator[list[Host]]:
    with ExitStack() as stack:
        yield [stack.enter_context(opened(network)) for network in NETWORKS]


def named(host: Host) -> Counter[str]:
    """How often the host was told to delete each message."""
    return Counter(one for call in host.deletions() for one in call.ids)


def freeze(process: Process, made: Site, *, at_work: bool = False) -> None:
    """Stop a process for now, when it keeps no other from writing.

    Unless it should be at work, nobody has the lease of an account then.
    """

    def frozen() -> bool:
        process.send_signal(signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        with closing(sqlite3.connect(made.database, timeout=0.1)) as database:
            try:
                database.execute("BEGIN IMMEDIATE")
                held = database.execute(HELD).fetchone() is not None
            except sqlite3.OperationalError:
                held = not at_work
        if held is not at_work:
            process.send_signal(signal.SIGCONT)
        return held is at_work

    wait_until(frozen)


def test_command_and_server_share_a_delete_and_do_each_message_once(
    tmp_path: Path,
) -> None:
    with of_all_networks() as hosts, doomed(tmp_path, *hosts) as made:
        assert made.process is not None
        freeze(made.process, made)
        for host in hosts:
            host.sim.fault(host.deletes, "held", times=1)
        asked = ("operate", "me", "delete", "doomed", "--yes", "--wait")
        with beside(made, *asked) as command:
            wait_until(lambda: any(host.struck() for host in hosts), PATIENCE)
            (first,) = (host for host in hosts if host.struck())
            others = [host for host in hosts if host is not first]
            made.send(signal.SIGCONT)
            for host in others:
                host.sim.faults.clear()
                made.look_at(1 + hosts.index(host))
            wait_until(lambda: left(*others) == [(0, 1)] * 2, PATIENCE)
            assert command.poll() is None
            assert len(first.deletions()) == 1
            first.sim.faults.let_go()
            assert command.wait(PATIENCE) == 0
        delete_is_done(made, NUMBER * 3)
        assert left(*hosts) == [(0, 1)] * 3
        for host in hosts:
            assert sorted(named(host).values()) == [1] * NUMBER


@contextmanager
def two_servers(made: Site, hosts: list[Host]) -> Iterator[Process]:
    """A server in the middle of its calls, and another one that does not run on.

    The hosts have done what they were called for, and have not answered.
    """
    made.end()
    for host in hosts:
        host.sim.fault(host.deletes, "held", times=1)
    with beside(made, "serve", "--port", str(free_port())) as other:
        wait_until(lambda: made.log.read_text().count("Open http") == 2)
        freeze(other, made)
        delete(made)
        made.start()
        wait_until(lambda: all(host.struck() for host in hosts), PATIENCE)
        yield other


def test_killed_server_is_replaced_by_the_other_which_repeats_its_calls_alone(
    tmp_path: Path,
) -> None:
    with of_all_networks() as hosts, doomed(tmp_path, *hosts) as made:
        with two_servers(made, hosts) as other:
            made.end(signal.SIGKILL)
            other.send_signal(signal.SIGCONT)
            delete_is_done(made, NUMBER * 3)
            assert other.poll() is None
        assert left(*hosts) == [(0, 1)] * 3
        for host in hosts:
            again = host.deletions()[0].ids
            assert named(host) == Counter([*named(host), *again])


def test_answer_that_comes_after_the_lease_was_lost_changes_nothing(
    tmp_path: Path,
) -> None:
    with opened("misskey") as host, doomed(tmp_path, host) as made:
        with two_servers(made, [host]) as other:
            assert made.process is not None
            freeze(made.process, made, at_work=True)
            made.run(A_MINUTE_LATER)
            other.send_signal(signal.SIGCONT)
            delete_is_done(made, NUMBER)
        host.sim.faults.let_go()
        made.send(signal.SIGCONT)
        # Only when its call has come back can it go on with the account.
        done = made.command("operate", "me", "delete", "kept", "--yes")
        assert done.returncode == 0, done.stderr
        delete_is_done(made, 1)
        assert left(host) == [(0, 0)]
        assert sorted(named(host).values()) == [1] * NUMBER + [2]
        assert outcomes(made) == ["done 6 0", "done 1 0"]


def outcomes(made: Site) -> list[str]:
    """The state of each operation, how many are done and how many failed."""
    text = made.run(
        "from messaging.models import Operation\n"
        "for one in Operation.objects.order_by('pk'):\n"
        "    print('operation', one.state, one.done, one.failed)"
    )
    lines = [line.partition(" ") for line in text.splitlines()]
    return [said for word, _, said in lines if word == "operation"]
