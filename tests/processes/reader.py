"""Somebody with a linked account of a simulated host whose stream is connected."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

from simulators import mastodon, misskey
from simulators.visitor import Visitor
from tests.processes.site import Site, free_port, site, wait_until

# Well below the time after which a pull would bring the same.
PATIENCE = 40.0
ME = "hana"
COUNTED = """
from messaging.models import Conversation, Message
counted = sum(Conversation.objects.values_list("message_count", flat=True))
print("counted too many", counted - Message.objects.filter(hidden_at=None).count())
"""


class Reader(ABC):
    """Somebody with one linked account and no browser; `friend` writes to them."""

    sim: misskey.Simulator | mastodon.Simulator
    person: str
    friend: str

    def __init__(self, made: Site, sim: misskey.Simulator | mastodon.Simulator) -> None:
        self.site, self.sim = made, sim
        self.visitor = Visitor(made.url)
        self.visitor.sign_up("me", "a long enough password")
        self.visitor.link(sim.host, self.person)
        self.account = urlsplit(self.visitor.answer.url).path.split("/")[2]

    # --- What is here -----------------------------------------------------------------

    def listed(self, query: str = "") -> str:
        self.visitor.open(f"/?{query}")
        return self.visitor.answer.text

    def sees(self, *texts: str, query: str = "") -> None:
        """Wait until the list shows each of the texts."""
        wait_until(lambda: all(text in self.listed(query) for text in texts), PATIENCE)

    def mentions(self, most: int = 5_000) -> list[str]:
        """The texts of all mentions that are stored."""
        limit = ("--limit", str(most), "--json")
        done = self.site.command("messages", "me", "--box", "mentions", *limit)
        assert done.returncode == 0, done.stderr
        return [str(json.loads(line)["text"]) for line in done.stdout.splitlines()]

    def has_exactly(self, *floods: int) -> bool:
        """Whether each mention of these floods is stored once, and nothing else."""
        wanted = [
            f"@{self.person} number {place + 1} of {number}"
            for number in floods
            for place in range(number)
        ]
        return sorted(self.mentions(2 * len(wanted))) == sorted(wanted)

    def counts_are_right(self) -> bool:
        """Whether conversations count the messages that there are."""
        return "counted too many 0\n" in self.site.run(COUNTED)

    @contextmanager
    def socket(self) -> Iterator[ClientConnection]:
        """The socket of an open page, told everything so far."""
        address = self.site.url.replace("http://", "ws://") + "/ws/"
        cookie = f"sessionid={self.visitor.session.cookies['sessionid']}"
        headers = {"Cookie": cookie, "Origin": self.site.url}
        with connect(address, additional_headers=headers, proxy=None) as opened:
            opened.send('{"hello": 0}')
            yield opened

    # --- What happens there -----------------------------------------------------------

    @abstractmethod
    def connected(self) -> None:
        """Wait until the host has our stream and it is told everything."""

    @abstractmethod
    def flooded(self, number: int) -> None:
        """The friend mentions them so often, with the numbers in the texts."""

    @abstractmethod
    def answered(self, text: str) -> None:
        """The friend answers a post of theirs."""

    def told(self, text: str) -> None:
        self.sim.direct(self.friend, self.person, text)

    def heard(self) -> int:
        """How many streams the host has of the account."""
        return len(self.sim.connections(self.person))


class OnMisskey(Reader):
    sim: misskey.Simulator
    person, friend = ME, "taro"

    def connected(self) -> None:
        """As above, and what came before is here."""
        self.sim.await_streams(user=self.person, seconds=PATIENCE)
        wait_until(self._live, PATIENCE)

    def _live(self) -> bool:
        self.visitor.open(f"/accounts/{self.account}/")
        return "checking again now" not in self.visitor.answer.text

    def flooded(self, number: int) -> None:
        self.sim.flood(self.person, number, by=self.friend, at_once=True)

    def answered(self, text: str) -> None:
        mine = self.sim.note(self.person, "what I think")
        asked = f"@{self.person} {text}"
        self.sim.note(self.friend, asked, reply_to=str(mine["id"]))


class OnMastodon(Reader):
    sim: mastodon.Simulator
    person, friend = "alice", "bob"

    def connected(self) -> None:
        self.sim.await_streams(
            lambda found: bool(found) and "direct" in found[0].streams,
            user=self.person,
            seconds=PATIENCE,
        )

    def flooded(self, number: int) -> None:
        self.sim.flood(self.person, number, by=self.friend)

    def answered(self, text: str) -> None:
        mine = self.sim.status(self.person, "what I think")
        self.sim.follow(self.person, self.friend)
        self.sim.reply(self.friend, str(mine["id"]), text)


@contextmanager
def on_misskey(
    folder: Path, variables: Mapping[str, str] | None = None
) -> Iterator[OnMisskey]:
    """A host, a site, and a reader whose stream is connected."""
    with (
        misskey.running(limits=False, delays=0, port=free_port()) as sim,
        site(folder, [sim.host], variables) as made,
    ):
        reader = OnMisskey(made, sim)
        reader.connected()
        yield reader


@contextmanager
def on_mastodon(
    folder: Path, variables: Mapping[str, str] | None = None, *, profile: str = "4.6"
) -> Iterator[OnMastodon]:
    """The same with Mastodon's API."""
    with (
        mastodon.running(profile=profile, limits=False, port=free_port()) as sim,
        site(folder, [sim.host], variables) as made,
    ):
        if profile == "4.6":
            sim.policy(OnMastodon.person, for_private_mentions="accept")
        reader = OnMastodon(made, sim)
        reader.connected()
        yield reader
