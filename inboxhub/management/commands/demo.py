"""`manage.py demo`: the whole product with simulated networks, in a folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from inboxhub.lib.http import Http, HttpError

NAME, PASSWORD = "demo", "inbox-of-everything"
START_DEADLINE = 60.0
LOG = "server.log"


@dataclass(frozen=True)
class Simulated:
    """A simulated host: its network and profile, its domain, who of it is linked."""

    network: str
    profile: str
    domain: str
    people: tuple[str, ...]

    def arguments(self, port: int, site: str) -> tuple[str, ...]:
        words = ["--port", str(port), "--world", "demo"]
        if self.network == "mixi":
            back = f"{site}{reverse('mixi_callback')}"
            return (*words, "--redirect-uri", back, *MIXI_KEY)
        named = ["--name", self.domain, "--uri", f"https://{self.domain}"]
        return (*words, "--profile", self.profile, *named)


HOSTS = (
    Simulated("misskey", "2025.12", "misskey.example", ("hana", "proj")),
    Simulated("mastodon", "4.6", "mastodon.example", ("yuki", "kai")),
    Simulated("mixi", "", "mixi.example", ("sakura",)),
    Simulated("misskey", "12.110", "old.misskey.example", ("taro",)),
)
# mixi gives its key to registered partners; the simulated one takes what is agreed on.
MIXI_KEY = ("--client-id", "demo-key", "--client-secret", "demo-secret")


class Command(BaseCommand):
    """Starts fresh each time: the simulated networks keep nothing either."""

    help = "Start simulated networks and an InboxHub with a demo user linked to them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--folder", type=Path, default=settings.VAR / "demo")

    def handle(self, **options: object) -> None:
        port, folder = int(str(options["port"])), Path(str(options["folder"]))
        _refuse_taken(port)
        _empty(folder)
        site = f"http://localhost:{port}"
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with ExitStack() as running:
            hosts = [running.enter_context(_simulator(one, site)) for one in HOSTS]
            environment = _environment(folder, site, hosts)
            _run(environment, "manage.py", "migrate", "--verbosity", "0")
            log = running.enter_context((folder / LOG).open("wb"))
            serve = ("manage.py", "serve", "--port", str(port))
            server = running.enter_context(_process(environment, *serve, log=log))
            _wait_for(site, server)
            self._link(environment, site, hosts)
            self._say(site, hosts, log.name)
            try:
                server.wait()
            except KeyboardInterrupt:
                self.stdout.write("Stopping.")

    def _link(self, environment: dict[str, str], site: str, hosts: list[str]) -> None:
        links = [
            f"{host}={person}"
            for host, simulated in zip(hosts, HOSTS, strict=True)
            for person in simulated.people
        ]
        visit = ("-m", "simulators.visitor", site, NAME, PASSWORD, *links)
        _run(environment, *visit)

    def _say(self, site: str, hosts: list[str], log: str) -> None:
        self.stdout.write(f"\nOpen {site}/\n  name      {NAME}\n  password  {PASSWORD}")
        for host, simulated in zip(hosts, HOSTS, strict=True):
            other = f"{simulated.domain}: http://{host}/_sim/"
            self.stdout.write(f"  the other side of {other}")
        self.stdout.write(f"  the server's log: {log}\nCtrl-C stops everything.")
        self.stdout.flush()


def _refuse_taken(port: int) -> None:
    """Before anything begins: who answers there could be somebody's real InboxHub."""
    example = "choose another, for example manage.py demo --port 8001."
    # 0 would be any free port, which the page's own address could not name.
    if not 0 < port < 65536:
        raise CommandError(f"Port {port} does not exist; {example}")
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise CommandError(f"Port {port} can't be used ({reason}); {example}") from None


def _empty(folder: Path) -> None:
    """A fresh folder; what an earlier demo left there goes, and nothing else."""
    if folder.exists() and any(folder.iterdir()) and not (folder / LOG).exists():
        raise CommandError(
            f"{folder} holds something else than a demo; choose another --folder.",
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _environment(folder: Path, site: str, hosts: list[str]) -> dict[str, str]:
    ours = ("INBOXHUB_", "MIXI_", "SECRET_KEY", "DATABASE_URL", "REDIS_URL")
    at = next(n for n, host in enumerate(HOSTS) if host.network == "mixi")
    mixi = f"http://{hosts[at]}"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    return {
        **kept,
        "INBOXHUB_VAR": str(folder),
        "INBOXHUB_URL": site,
        "INBOXHUB_PRIVATE_HOSTS": ",".join(hosts),
        "MIXI_CLIENT_ID": MIXI_KEY[1],
        "MIXI_CLIENT_SECRET": MIXI_KEY[3],
        "MIXI_API_URL": f"{mixi}/2",
        "MIXI_AUTHORIZE_URL": f"{mixi}/connect_authorize.pl",
        "MIXI_TOKEN_URL": f"{mixi}/2/token",
    }


@contextmanager
def _simulator(simulated: Simulated, site: str) -> Iterator[str]:
    """A simulated host with its believable world; gives its `host:port`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = ("-m", f"simulators.{simulated.network}")
    command = (*program, *simulated.arguments(port, site))
    with _process(dict(os.environ), *command, read=True) as process:
        line = process.stdout.readline() if process.stdout else b""
        if not line.startswith(b"ready"):
            raise CommandError(f"The simulated {simulated.domain} did not start.")
        yield f"127.0.0.1:{port}"


@contextmanager
def _process(
    environment: dict[str, str],
    *arguments: str,
    read: bool = False,
    log: IO[bytes] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603  our own programs
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE if read else log,
        stderr=log,
        # Ctrl-C is ours to pass on, in order.
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(START_DEADLINE)
        except subprocess.TimeoutExpired:
            process.kill()


def _run(environment: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603  our own programs
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        check=False,
    )
    if done.returncode:
        raise CommandError(f"{' '.join(arguments[:2])} failed.")


def _wait_for(site: str, server: subprocess.Popen[bytes]) -> None:
    http = Http(private_hosts=(site.removeprefix("http://"),))
    tick = threading.Event()
    for _number in range(int(START_DEADLINE / 0.1)):
        if server.poll() is not None:
            raise CommandError("The server did not start; is the port in use? (--port)")
        try:
            http.request("GET", f"{site}/accounts/login/", deadline=5)
        except HttpError:
            tick.wait(0.1)
        else:
            return
    raise CommandError("The server did not answer in time.")
