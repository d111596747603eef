"""Somebody with a linked account of a simulated host with Mastodon's API."""

import json
from urllib.parse import urlsplit

from simulators.mastodon import Simulator
from simulators.visitor import Visitor
from tests.processes.site import Site, wait_until

# Well below the time after which a pull would bring the same.
PATIENCE = 25.0
ME = "alice"


class Reader:
    """Somebody with one linked account and no browser."""

    def __init__(self, made: Site, sim: Simulator) -> None:
        self.site, self.sim = made, sim
        self.visitor = Visitor(made.url)
        self.visitor.sign_up("me", "a long enough password")
        self.visitor.link(sim.host, ME)
        self.account = urlsplit(self.visitor.answer.url).path.split("/")[2]

    def sees(self, text: str, query: str = "") -> None:
        """Wait until the list shows the text."""

        def shown() -> bool:
            self.visitor.open(f"/?{query}")
            return text in self.visitor.answer.text

        wait_until(shown, PATIENCE)

    def connected(self) -> None:
        self.sim.await_streams(
            lambda found: bool(found) and "direct" in found[0].streams,
            user=ME,
            seconds=PATIENCE,
        )

    def mentions(self, most: int = 5_000) -> list[str]:
        """The texts of all mentions that are stored."""
        limit = ("--limit", str(most), "--json")
        done = self.site.command("messages", "me", "--box", "mentions", *limit)
        assert done.returncode == 0, done.stderr
        return [str(json.loads(line)["text"]) for line in done.stdout.splitlines()]
