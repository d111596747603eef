"""Open pages without a browser: people with a linked account, and their sockets."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

from simulators.misskey import Simulator, running
from simulators.visitor import Visitor
from tests.processes.site import Site, free_port, site, wait_until

PATIENCE = 40.0
SIGN_IN = """
from django.contrib.auth.models import User
from django.test import Client
browser = Client()
browser.force_login(User.objects.create_user("{name}"))
print("session", browser.cookies["sessionid"].value)
"""


class Page:
    """The socket of one open page."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def ask(self, **frame: object) -> None:
        self.socket.send(json.dumps(frame))

    def watch(self, *messages: int, open: int = 0) -> None:  # noqa: A002  the frame's word
        self.ask(watch=list(messages), open=open)

    def hear(self, wanted: Callable[[dict[str, object]], object]) -> dict[str, object]:
        """The next frame that is as wanted."""
        while True:
            frame: dict[str, object] = json.loads(self.socket.recv(timeout=PATIENCE))
            if wanted(frame):
                return frame

    def changed(self, message: int) -> dict[str, object]:
        """Wait until the page is told that something became of the message."""
        return self.hear(lambda frame: message in _ids(frame))


def _ids(frame: dict[str, object]) -> list[object]:
    ids = frame.get("ids")
    return ids if isinstance(ids, list) else []


class Owner:
    """Somebody who is signed in and has linked an account of a simulated host."""

    def __init__(self, made: Site, sim: Simulator, name: str, *, person: str) -> None:
        self.site, self.sim, self.person = made, sim, person
        self.visitor = Visitor(made.url)
        self.name = name
        done = made.command("shell", "-c", SIGN_IN.format(name=name))
        self.session = done.stdout.rpartition("session ")[2].strip()
        self.visitor.session.cookies.set("sessionid", self.session)
        sim.person(person, owner=True)
        self.visitor.link(sim.host, person)
        self.account = int(urlsplit(self.visitor.answer.url).path.split("/")[2])
        sim.await_streams(
            lambda streams: any(one.listens for one in streams),
            user=person,
            seconds=PATIENCE,
        )

    def message(self, text: str) -> tuple[int, int]:
        """The ids of a message that has arrived, and of its conversation."""
        wait_until(lambda: text in self.listed(), PATIENCE)
        words = ("messages", self.name, "--limit", "500", "--json")
        lines = self.site.command(*words).stdout.splitlines()
        found = [row for row in map(json.loads, lines) if row["text"] == text]
        message = int(found[0]["id"])
        self.visitor.open(f"/m/{message}/")
        return message, int(urlsplit(self.visitor.answer.url).path.split("/")[2])

    def listed(self, query: str = "") -> str:
        self.visitor.open(f"/?{query}")
        return self.visitor.answer.text

    @contextmanager
    def page(self) -> Iterator[Page]:
        """Open a page that knows all that has happened so far."""
        self.visitor.open("/")
        seq = self.visitor.answer.text.partition('data-seq="')[2].partition('"')[0]
        address = self.site.url.replace("http://", "ws://") + "/ws/"
        headers = {"Cookie": f"sessionid={self.session}", "Origin": self.site.url}
        with connect(address, additional_headers=headers, proxy=None) as socket:
            page = Page(socket)
            page.ask(hello=int(seq))
            yield page


@contextmanager
def owned(folder: Path, person: str, *, profile: str = "2025.12") -> Iterator[Owner]:
    """A host, a site, and somebody, `me`, who has linked the person's account."""
    with (
        running(profile=profile, limits=False, delays=0, port=free_port()) as sim,
        site(folder, [sim.host]) as made,
    ):
        yield Owner(made, sim, "me", person=person)
