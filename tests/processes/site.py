"""A real installation in a folder of its own: `manage.py serve` as a process."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import requests

from inboxhub.keys import ROOT
from simulators.visitor import Form, Visitor

Process = subprocess.Popen[bytes]
DEADLINE = 30.0
DATABASE = "inboxhub.sqlite3"


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
        self.database = folder / DATABASE
        self.visitor = Visitor(self.url)
        self.process: Process | None = None
        if "DATABASE_URL" in self.environment:
            migrate(self.environment)
        else:
            shutil.copy(empty_database(), self.database)

    def command(
        self,
        *arguments: str,
        text: str = "",
    ) -> subprocess.CompletedProcess[str]:
        return manage(self.environment, *arguments, text=text)

    def run(self, code: str) -> str:
        """Let the installation's own shell run it; what it printed."""
        done = self.command("shell", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *more: str) -> None:
        self.process = self.beside("serve", "--port", str(self.port), *more)
        wait_until(self._answers, DEADLINE * 2)

    def beside(self, *arguments: str) -> Process:
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
        except (requests.ConnectionError, requests.Timeout):
            return False
        return answer.status_code < 500

    def look_at(self, account: int) -> None:
        """Press "Sync now": the server works for the visitor's account at once."""
        self.visitor.open("/accounts/")
        token = self.visitor.form_with("csrfmiddlewaretoken").values
        form = Form(f"/accounts/{account}/sync/", "post", dict(token))
        self.visitor.submit(form)

    def send(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait; the exit code."""
        self.send(number)
        assert self.process is not None
        return self.process.wait(DEADLINE)


def manage(
    environment: Mapping[str, str], *arguments: str, text: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  ourselves
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        input=text,
        capture_output=True,
        text=True,
        timeout=DEADLINE * 2,
        check=False,
    )


def migrate(environment: Mapping[str, str]) -> None:
    done = manage(environment, "migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr


@cache
def empty_database() -> Path:
    """The file of a database as `migrate` makes it, once for all sites of a run."""
    folder = Path(tempfile.mkdtemp(prefix="inboxhub-site-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrate({"PATH": os.environ["PATH"], "INBOXHUB_VAR": str(folder)})
    return folder / DATABASE


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
        if made.process is not None:
            ended(made.process)


@contextmanager
def beside(made: Site, *arguments: str) -> Iterator[Process]:
    """One more process on the site's folder, which has ended at the end."""
    process = made.beside(*arguments)
    try:
        yield process
    finally:
        ended(process)


def ended(process: Process) -> None:
    process.kill()
    process.wait(DEADLINE)


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
