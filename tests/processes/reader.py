"""Somebody with a linked account of a simulated host whose stream is connected."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

from simulators.misskey import Simulator
from simulators.visitor import Visitor
from tests.processes.site import Site, wait_until

# Well below the time after which a pull would bring the same.
PATIENCE = 25.0
ME = "hana"


class Reader:
    """Somebody with one linked account and no browser."""

    def __init__(self, made: Site, sim: Simulator) -> None:
        self.site, self.sim = made, sim
        self.visitor = Visitor(made.url)
        self.visitor.sign_up("me", "a long enough password")
        self.visitor.link(sim.host, ME)
        self.account = urlsplit(self.visitor.answer.url).path.split("/")[2]

    def listed(self, query: str = "") -> str:
        self.visitor.open(f"/?{query}")
        return self.visitor.answer.text

    def sees(self, *texts: str, query: str = "") -> None:
        """Wait until the list shows each of the texts."""
        wait_until(lambda: all(text in self.listed(query) for text in texts), PATIENCE)

    def connected(self) -> None:
        """Wait until the host has our socket and what came before is here."""
        self.sim.await_streams(user=ME, seconds=PATIENCE)
        wait_until(self._live, PATIENCE)

    def heard(self) -> list[object]:
        return [one for one in self.sim.connections(ME) if one.channels]

    def _live(self) -> bool:
        self.visitor.open(f"/accounts/{self.account}/")
        return "checking again now" not in self.visitor.answer.text

    def mentions(self) -> list[str]:
        """All mentions that are stored, a line each."""
        words = ("messages", "me", "--box", "mentions", "--limit", "5000", "--json")
        done = self.site.command(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def run(self, code: str) -> str:
        """Let the installation's own shell run it; what it printed."""
        done = self.site.command("shell", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def socket(self) -> Iterator[ClientConnection]:
        """The socket of an open page, told everything so far."""
        address = self.site.url.replace("http://", "ws://") + "/ws/"
        cookie = f"sessionid={self.visitor.session.cookies['sessionid']}"
        headers = {"Cookie": cookie, "Origin": self.site.url}
        with connect(address, additional_headers=headers, proxy=None) as opened:
            opened.send('{"hello": 0}')
            yield opened
