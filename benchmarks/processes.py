"""Programs as processes of their own, and what they take of the machine."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

DEADLINE = 120.0
TICKS = os.sysconf("SC_CLK_TCK")


class Program:
    """A process that has said that it is ready."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._pid = process.pid

    def kibibytes(self) -> int:
        """Memory that would be free without it: its own, and its share of the rest."""
        rollup = Path(f"/proc/{self._pid}/smaps_rollup").read_text(encoding="ascii")
        line = next(row for row in rollup.splitlines() if row.startswith("Pss:"))
        return int(line.split()[1])

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        stat = Path(f"/proc/{self._pid}/stat").read_text(encoding="utf-8")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def load(self, seconds: float) -> float:
        """The share of one core that it takes while nothing happens."""
        before, began = self.cpu(), time.monotonic()
        pause(seconds)
        return (self.cpu() - before) / (time.monotonic() - began)


@contextmanager
def program(*words: str, ready: str, **variables: str) -> Iterator[Program]:
    """Python with these words, until it printed a line that begins with `ready`."""
    process = subprocess.Popen(  # noqa: S603  ourselves
        [sys.executable, *words],
        env={**os.environ, **variables, "INBOXHUB_LOG_LEVEL": "ERROR"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if process.stdout is None or not any(
            line.startswith(ready) for line in process.stdout
        ):
            raise SystemExit(f"{' '.join(words)} ended before it was ready")
        yield Program(process)
    finally:
        process.kill()
        process.communicate()


def pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def wait_until(condition: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > ends_at:
            raise SystemExit("something that was waited for did not happen")
        pause(0.1)


def free_ports(number: int) -> list[int]:
    servers = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [server.getsockname()[1] for server in servers]
    for server in servers:
        server.close()
    return ports
