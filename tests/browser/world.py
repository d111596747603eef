"""One installation with simulated networks, and as many readers as there are tests."""

import itertools
import json
import random
import socket
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from urllib.parse import quote, urlsplit

from playwright.sync_api import Browser, BrowserContext

from simulators import mastodon, misskey, mixi
from simulators.misskey.simulator import Connection
from simulators.visitor import Form, Visitor
from tests.browser.looks import Look
from tests.processes.site import Site, site, wait_until

# Seconds: the machine may be busy. Well below the time after which a pull would bring the
# same; a fresh link has more to fetch.
PATIENCE, HISTORY = 30.0, 60.0
SESSION = "sessionid"
ZONE = "Asia/Tokyo"
PASSWORD = "a long enough password"
MIXI_KEY = ("a-key-of-mixi", "a-secret-of-mixi")
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
# What begins later than in a minute would count as asked by a clock that jumped.
WAIT_LONGER = """
UPDATE messaging_operation SET not_before = ?
WHERE state = 'waiting' AND owner_id = (SELECT id FROM auth_user WHERE username = ?)
"""
LONGER = timedelta(seconds=50)


class Reader:
    """A user of the site who is also a person on each network, under the same name.

    `sim` is their own Misskey; `mastodon` and `mixi` begin when they are first asked
    for.
    """

    def __init__(
        self,
        world: "World",
        name: str,
        session: str,
        sim: misskey.Simulator,
        opened: ExitStack,
    ) -> None:
        self.site, self.sim, self.name = world.site, sim, name
        self.session = session
        self.visitor = Visitor(world.site.url)
        self.visitor.session.cookies.set(SESSION, session)
        self.account = 0
        self._world, self._opened = world, opened
        sim.person(name, owner=True)

    @cached_property
    def mastodon(self) -> mastodon.Simulator:
        """A Mastodon host of their own, which holds nobody's messages back."""
        started = mastodon.running(limits=False, port=self._world.port())
        sim = self._opened.enter_context(started)
        sim.person(self.name, owner=True)
        sim.policy(self.name, for_private_mentions="accept")
        return sim

    @cached_property
    def mixi(self) -> mixi.Simulator:
        """The one mixi of the installation; みか and 健太 are their friends there."""
        sim = self._world.mixi
        sim.person(self.name, owner=True, friends=["mika", "kenta"])
        return sim

    @property
    def handle(self) -> str:
        return f"@{self.name}@{self.sim.host}"

    def link(self, person: str = "", *, host: str = "") -> int:
        """Link an account without a browser, with all its messages; its number here.

        On their Misskey, unless a host is named. It becomes the one that `fetch` asks.
        """
        self.visitor.link(host or self.sim.host, person or self.name)
        self.account = int(urlsplit(self.visitor.answer.url).path.split("/")[2])
        wait_until(partial(self.history_is_here, self.account), HISTORY)
        return self.account

    def history_is_here(self, account: int) -> bool:
        self.visitor.open(f"/accounts/{account}/progress/")
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

    def await_streams(self, check: Callable[[list[Connection]], bool] = bool) -> None:
        """Wait until their streams on their Misskey are as wanted, or there is one."""
        self.sim.await_streams(check, user=self.name, seconds=PATIENCE)

    def more_time(self) -> None:
        """What can be undone can be so for most of a minute: steps may take long."""
        begins = str(datetime.now(UTC).replace(tzinfo=None) + LONGER)
        with closing(sqlite3.connect(self.site.database, PATIENCE)) as database:
            changed = database.execute(WAIT_LONGER, (begins, self.name))
            database.commit()
        assert changed.rowcount == 1

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
    context.set_default_timeout(PATIENCE * 1_000)
    return context


class World:
    """The installation; everyone who asks gets a new reader with hosts of their own.

    Of their own, since the program spares a host: five calls a second in all. Only mixi
    is one place, where each reader is somebody else.
    """

    def __init__(self, made: Site, ports: "Ports", opened: ExitStack) -> None:
        self.site = made
        self._ports, self._opened = ports, opened
        self._free = iter(ports.hosts)
        self._number = itertools.count()
        self._sessions = _sessions(made, ports.readers)

    def port(self) -> int:
        """One that the site may call."""
        return next(self._free)

    @cached_property
    def mixi(self) -> mixi.Simulator:
        key, secret = MIXI_KEY
        started = mixi.running(
            port=self._ports.mixi,
            client_id=key,
            client_secret=secret,
            redirect_uri=f"{self.site.url}/accounts/mixi/callback/",
        )
        return self._opened.enter_context(started)

    @contextmanager
    def reader(self, *, host_name: str = "Misskey Example") -> Iterator[Reader]:
        """Somebody who can link an account."""
        number = next(self._number)
        name, session = f"reader{number}", self._sessions[number]
        with ExitStack() as opened:
            started = misskey.running(limits=False, name=host_name, port=self.port())
            sim = opened.enter_context(started)
            yield Reader(self, name, session, sim, opened)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the hosts of so many readers will be: one of each network, but one mixi."""

    readers: int
    hosts: Sequence[int]
    mixi: int

    @classmethod
    def of(cls, readers: int) -> "Ports":
        mixi_port, *hosts = itertools.islice(free_ports(), 2 * readers + 1)
        return cls(readers, hosts, mixi_port)

    @property
    def addresses(self) -> list[str]:
        return [f"127.0.0.1:{port}" for port in (self.mixi, *self.hosts)]

    def variables(self) -> dict[str, str]:
        """What the operator sets so that accounts of mixi can be linked."""
        return mixi.settings_of(f"127.0.0.1:{self.mixi}", *MIXI_KEY)


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
    ports = Ports.of(readers)
    with (
        site(folder, ports.addresses, ports.variables()) as made,
        ExitStack() as opened,
    ):
        yield World(made, ports, opened)


def free_ports() -> Iterator[int]:
    """Ports that nobody listens on, below those that the system gives away."""
    first = random.randrange(20_000, 30_000)  # noqa: S311  no secret
    for port in itertools.count(first):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                yield port
