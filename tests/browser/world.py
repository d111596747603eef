"""One installation with one simulated host, and as many readers as there are tests."""

import itertools
import json
import random
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

from playwright.sync_api import Browser, BrowserContext

from simulators.misskey import Simulator, running
from simulators.visitor import Form, Visitor
from tests.browser.looks import Look
from tests.processes.site import Site, site, wait_until

SESSION = "sessionid"
ZONE = "Asia/Tokyo"
PASSWORD = "a long enough password"
# Signing up is a test of its own; here the users come all at once, signed in.
MAKE_READERS = """
import json
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.test import Client
password = make_password({password!r})
users = [User(username=f"reader{{n}}", password=password) for n in range({readers})]
sessions = []
for user in User.objects.bulk_create(users):
    browser = Client()
    browser.force_login(user)
    sessions.append(browser.cookies["{session}"].value)
print("sessions", json.dumps(sessions))
"""


class Reader:
    """A user of the site who is also a person on the host, under the same name."""

    def __init__(self, made: Site, sim: Simulator, name: str, session: str) -> None:
        self.site, self.sim, self.name = made, sim, name
        self.session = session
        self.visitor = Visitor(made.url)
        self.visitor.session.cookies.set(SESSION, session)
        self.account = 0
        sim.person(name, owner=True)

    @property
    def handle(self) -> str:
        return f"@{self.name}@{self.sim.host}"

    def link(self, person: str = "") -> int:
        """Link an account without a browser, with all its messages; its number here."""
        self.visitor.link(self.sim.host, person or self.name)
        self.account = int(urlsplit(self.visitor.answer.url).path.split("/")[2])
        wait_until(self._history_is_here)
        return self.account

    def _history_is_here(self) -> bool:
        self.visitor.open(f"/accounts/{self.account}/progress/")
        return "hx-get" not in self.visitor.answer.text

    def post(self, address: str, **values: str) -> None:
        """Send a form of ours, as a page with that form would."""
        self.visitor.open("/accounts/")
        token = self.visitor.form_with("csrfmiddlewaretoken").values
        self.visitor.submit(Form(address, "post", dict(token)), **values)

    def fetch(self, *texts: str, query: str = "") -> None:
        """Pull now, and wait until the list shows each of the texts."""
        self.post(f"/accounts/{self.account}/sync/")
        wait_until(self._pull_is_done)
        self.wait_for(*texts, query=query)

    def _pull_is_done(self) -> bool:
        self.visitor.open(f"/accounts/{self.account}/")
        return "checking again now" not in self.visitor.answer.text

    def wait_for(self, *texts: str, query: str = "") -> None:
        wait_until(lambda: all(text in self.listed(query) for text in texts))

    def listed(self, query: str = "") -> str:
        """The list as a page without scripts has it; `query` is the address's."""
        self.visitor.open(f"/?{query}")
        return self.visitor.answer.text

    def enter(self, context: BrowserContext) -> None:
        """Sign in there, without the form."""
        enter(context, self.site.url, self.session)


def enter(context: BrowserContext, address: str, session: str) -> None:
    """Be signed in; the sign-in page would have told the browser's clock, too."""
    cookies = {SESSION: session, "time_zone": quote(ZONE, safe="")}
    for name, value in cookies.items():
        context.add_cookies([{"name": name, "value": value, "url": address}])


def window(browser: Browser, look: Look, *, scripts: bool = True) -> BrowserContext:
    """A browser profile that was never used."""
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        locale=look.locale,
        timezone_id=ZONE,
        color_scheme="dark" if look.theme == "dark" else "light",
        java_script_enabled=scripts,
    )
    context.set_default_timeout(15_000)
    return context


class World:
    """The installation; everyone who asks gets a new reader with a host of their own.

    A host of their own, since the program spares a host: five calls a second in all.
    """

    def __init__(self, made: Site, ports: Sequence[int]) -> None:
        self.site = made
        self._ports = iter(ports)
        self._number = itertools.count()
        self._sessions = _sessions(made, len(ports))

    @contextmanager
    def reader(self, *, host_name: str = "Misskey Example") -> Iterator[Reader]:
        """Somebody who can link an account."""
        number, port = next(self._number), next(self._ports)
        with running(limits=False, name=host_name, port=port) as sim:
            yield Reader(self.site, sim, f"reader{number}", self._sessions[number])


def _sessions(made: Site, readers: int) -> list[str]:
    program = MAKE_READERS.format(password=PASSWORD, readers=readers, session=SESSION)
    done = made.command("shell", "-c", program)
    assert done.returncode == 0, done.stderr
    line = next(row for row in done.stdout.splitlines() if row.startswith("sessions "))
    sessions: list[str] = json.loads(line.removeprefix("sessions "))
    return sessions


@contextmanager
def world(folder: Path, readers: int) -> Iterator[World]:
    """Start the site, which knows so many readers and their hosts; end it."""
    ports = list(itertools.islice(free_ports(), readers))
    with site(folder, [f"127.0.0.1:{port}" for port in ports]) as made:
        yield World(made, ports)


def free_ports() -> Iterator[int]:
    """Ports that nobody listens on, below those that the system gives away."""
    first = random.randrange(20_000, 30_000)  # noqa: S311  no secret
    for port in itertools.count(first):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                yield port
