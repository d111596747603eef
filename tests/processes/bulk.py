"""A delete of everything that says `doomed`, as the tests of bulk ask for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.processes.hosts import Host, linked
from tests.processes.site import Site, wait_until

NUMBER = 6
PATIENCE = 60.0
STORED = """
from messaging.models import Message
print("stored", Message.objects.filter(folded__contains="doomed").count())
"""
OUTCOME = """
from messaging.models import Operation
found = Operation.objects.latest("pk")
print("state", found.state, found.total, found.done, found.failed)
"""
LATER = """
from messaging.models import OperationItem
OperationItem.objects.filter(state="pending").update(not_before=None)
"""


@contextmanager
def doomed(folder: Path, *hosts: Host, number: int = NUMBER) -> Iterator[Site]:
    """A server that has all of the hosts' messages: on each, one is to be kept."""
    for host in hosts:
        host.filled("doomed", number)
        host.filled("kept", 1)
    with linked(folder, *hosts) as made:
        wanted = f"stored {number * len(hosts)}\n"
        wait_until(lambda: wanted in made.run(STORED), PATIENCE)
        yield made


def delete(made: Site) -> None:
    """Ask for it; the server does the work."""
    done = made.command("operate", "me", "delete", "doomed", "--yes")
    assert done.returncode == 0, done.stderr


def delete_is_done(made: Site, total: int, code: str = OUTCOME) -> None:
    """Wait until everything is done and nothing failed."""
    said = f"state done {total} {total} 0\n"
    wait_until(lambda: said in made.run(code), PATIENCE)


def left(*hosts: Host) -> list[tuple[int, int]]:
    """How many are left of what is to go, and of what is to stay, on each host."""
    return [(host.count("doomed"), host.count("kept")) for host in hosts]
