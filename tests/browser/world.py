"""One installation with one simulated host, and as many readers as there are tests."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext

from simulators.misskey import Simulator, running
from simulators.visitor import Form, Visitor
from tests.browser.looks import Look
from tests.processes.site import Site, site, wait_until

READERS = 200
SESSION = "sessionid"
# Signing up is a test of its own; here the users come all at once, signed in.
MAKE_READERS = f"""
import json
from django.contrib.auth.models import User
from django.test import Client
users = [User(username=f"reader{{n}}", password="!") for n in range({READERS})]
sessions = []
for user in User.objects.bulk_create(users):
    browser = Client()
    browser.force_login(user)
    sessions.append(browser.cookies["{SESSION}"].value)
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
        """Link an account of the host without a browser; its number here."""
        self.visitor.link(self.sim.host, person or self.name)
        self.account = int(urlsplit(self.visitor.answer.url).path.split("/")[2])
        return self.account

    def post(self, address: str, **values: str) -> None:
        """Send a form of ours, as a page with that form would."""
        self.visitor.open("/accounts/")
        token = self.visitor.form_with("csrfmiddlewaretoken").values
        self.visitor.submit(Form(address, "post", dict(token)), **values)

    def fetch(self, *texts: str, box: str = "") -> None:
        """Pull now, and wait until the list shows each of the texts."""
        self.post(f"/accounts/{self.account}/sync/")
        self.wait_for(*texts, box=box)

    def wait_for(self, *texts: str, box: str = "") -> None:
        wait_until(lambda: all(text in self.listed(box) for text in texts))

    def listed(self, box: str = "") -> str:
        """The list as a page without scripts has it."""
        self.visitor.open(f"/?box={box}" if box else "/")
        return self.visitor.answer.text

    def enter(self, context: BrowserContext) -> None:
        """Sign in there, without the form."""
        context.add_cookies(
            [{"name": SESSION, "value": self.session, "url": self.site.url}],
        )


def window(browser: Browser, look: Look, *, scripts: bool = True) -> BrowserContext:
    """A browser profile that was never used."""
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        locale=look.locale,
        timezone_id="Asia/Tokyo",
        color_scheme="dark" if look.theme == "dark" else "light",
        java_script_enabled=scripts,
    )
    context.set_default_timeout(15_000)
    return context


class World:
    """The installation, the host, and a new reader for everyone who asks."""

    def __init__(self, made: Site, sim: Simulator) -> None:
        self.site, self.sim = made, sim
        self._number = itertools.count()
        self._sessions = _sessions(made)

    def reader(self, *, linked: bool = True) -> Reader:
        number = next(self._number)
        name = f"reader{number}"
        reader = Reader(self.site, self.sim, name, self._sessions[number])
        if linked:
            reader.link()
        return reader


def _sessions(made: Site) -> list[str]:
    done = made.command("shell", "-c", MAKE_READERS)
    assert done.returncode == 0, done.stderr
    line = next(row for row in done.stdout.splitlines() if row.startswith("sessions "))
    sessions: list[str] = json.loads(line.removeprefix("sessions "))
    return sessions


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """Start both, end both."""
    with running(limits=False) as sim, site(folder, [sim.host]) as made:
        yield World(made, sim)
