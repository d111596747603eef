"""A real installation in a folder of its own: `manage.py serve` as a process."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests

from inboxhub.keys import ROOT

DEADLINE = 30.0


class Site:
    """Starts, stops and kills the server; runs commands on the same folder."""

    def __init__(
        self,
        folder: Path,
        hosts: list[str],
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://localhost:{self.port}"
        kept = ("PATH", "HOME", "LANG")
        self.environment = {
            **{name: os.environ[name] for name in kept if name in os.environ},
            "INBOXHUB_VAR": str(folder),
            "INBOXHUB_URL": self.url,
            "INBOXHUB_PRIVATE_HOSTS": ",".join(hosts),
            **(variables or {}),
        }
        self.log = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.command("migrate", "--verbosity", "0")

    def command(
        self,
        *arguments: str,
        text: str = "",
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  ourselves
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=DEADLINE * 2,
            check=False,
        )

    def start(self, *more: str) -> None:
        self.process = self.beside("serve", "--port", str(self.port), *more)
        wait_until(self._answers)

    def beside(self, *arguments: str) -> subprocess.Popen[bytes]:
        """One more process of the program on the same folder."""
        # Where the tests run in the background, SIGINT is ignored, and children inherit
        # that; a handler of ours is not inherited.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603  ourselves
                [sys.executable, "manage.py", *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            answer = requests.get(f"{self.url}/accounts/login/", timeout=5)
        except requests.ConnectionError:
            return False
        return answer.status_code < 500

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait; the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(DEADLINE)


@contextmanager
def site(
    folder: Path,
    hosts: list[str],
    variables: Mapping[str, str] | None = None,
) -> Iterator[Site]:
    """A site that runs, and has ended at the end."""
    made = Site(folder, hosts, variables)
    try:
        made.start()
        yield made
    finally:
        if made.process is not None and made.process.poll() is None:
            made.end(signal.SIGKILL)


def wait_until(condition: Callable[[], bool], deadline: float = DEADLINE) -> None:
    """Look again until the condition holds; fail at the deadline."""
    ends_at = time.monotonic() + deadline
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < ends_at, "the deadline passed"
        pause.wait(0.05)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
