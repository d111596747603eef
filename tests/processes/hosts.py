"""One account on a simulated host of each network: what it gets, writes and deletes."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from simulators import mastodon, misskey, mixi
from tests.processes.site import Site, free_port, site


@dataclass(frozen=True, slots=True)
class Call:
    """A call that deletes, as the host got it: which ids, and how it answered."""

    ids: tuple[str, ...]
    status: int


class Host(ABC):
    """`sends` and `deletes` are the paths of its calls, as faults want them."""

    sim: misskey.Simulator | mastodon.Simulator | mixi.Simulator
    provider: str
    sends: str
    deletes: str
    credentials: str
    variables: Mapping[str, str]

    @abstractmethod
    def asked(self, text: str) -> None:
        """Somebody writes what can be answered."""

    @abstractmethod
    def filled(self, word: str, number: int) -> None:
        """It has so many more messages with the word that it may delete."""

    @abstractmethod
    def sent(self) -> list[str]:
        """The texts of all that it wrote."""

    @abstractmethod
    def kept(self) -> list[str]:
        """The texts of what is left of what it was filled with."""

    @abstractmethod
    def deletions(self) -> list[Call]:
        """The calls to delete that were answered or are just being answered, in order."""

    def count(self, word: str) -> int:
        return sum(word in text for text in self.kept())

    def struck(self, times: int = 1) -> bool:
        """Whether so many calls met a fault."""
        return self.sim.faults.struck >= times


class OfMisskey(Host):
    sim: misskey.Simulator
    provider, sends, deletes = "misskey", "api/notes/create", "api/notes/delete"
    variables: Mapping[str, str] = {}

    def __init__(self, sim: misskey.Simulator) -> None:
        sim.settings("hana", rate_limit_factor=0)
        self.sim, self.credentials = sim, sim.token("hana")

    def asked(self, text: str) -> None:
        self.sim.direct("taro", "hana", text)

    def filled(self, word: str, number: int) -> None:
        question = str(self.sim.direct("taro", "hana", "a question")["id"])
        for _time in range(number):
            self.sim.direct("hana", "taro", f"{word} by me", reply_to=question)

    def sent(self) -> list[str]:
        return [note.text or "" for note in self.sim.notes_of("hana")]

    def kept(self) -> list[str]:
        return self.sent()

    def deletions(self) -> list[Call]:
        calls = self.sim.calls("notes/delete")
        return [Call((str(call.body["noteId"]),), call.status) for call in calls]


class OfMastodon(Host):
    sim: mastodon.Simulator
    provider, sends, deletes = "mastodon", "api/v1/statuses", "api/v1/statuses/*"
    variables: Mapping[str, str] = {}

    def __init__(self, sim: mastodon.Simulator) -> None:
        sim.policy("alice", for_private_mentions="accept")
        self.sim, self.credentials = sim, sim.token("alice")

    def asked(self, text: str) -> None:
        self.sim.direct("bob", "alice", text)

    def filled(self, word: str, number: int) -> None:
        question = str(self.sim.direct("bob", "alice", "a question")["id"])
        for _time in range(number):
            self.sim.direct("alice", "bob", f"{word} by me", reply_to=question)

    def sent(self) -> list[str]:
        return [status.text for status in self.sim.statuses_of("alice")]

    def kept(self) -> list[str]:
        return self.sent()

    def deletions(self) -> list[Call]:
        calls = [call for call in self.sim.calls() if call.method == "DELETE"]
        return [Call((call.path.rpartition("/")[2],), call.status) for call in calls]


class OfMixi(Host):
    sim: mixi.Simulator
    provider, sends = "mixi", "2/messages/@me/@self/@outbox"
    deletes = "2/messages/@me/@self/@inbox*"

    def __init__(self, sim: mixi.Simulator) -> None:
        self.sim, self.credentials = sim, json.dumps(sim.token_answer("sakura"))
        self.variables = sim.settings

    def asked(self, text: str) -> None:
        self.sim.message("mika", "sakura", "a question", text)

    def filled(self, word: str, number: int) -> None:
        for _time in range(number):
            self.sim.message("mika", "sakura", word, "a letter")

    def sent(self) -> list[str]:
        return [letter.body for letter in self.sim.outbox("sakura")]

    def kept(self) -> list[str]:
        return [letter.title for letter in self.sim.inbox("sakura")]

    def deletions(self) -> list[Call]:
        return [
            Call(_named(call.body, call.path), call.status)
            for call in self.sim.calls(method="DELETE")
        ]


def _named(body: object, path: str) -> tuple[str, ...]:
    ids = body.get("ids") if isinstance(body, dict) else None
    return tuple(ids) if isinstance(ids, list) else (path.rpartition("/")[2],)


NETWORKS = ("misskey", "mastodon", "mixi")


@contextmanager
def opened(network: str) -> Iterator[Host]:
    """A host that takes calls as often as they come."""
    match network:
        case "misskey":
            with misskey.running(
                limits=False, delays=0, port=free_port()
            ) as of_misskey:
                yield OfMisskey(of_misskey)
        case "mastodon":
            with mastodon.running(limits=False, port=free_port()) as of_mastodon:
                yield OfMastodon(of_mastodon)
        case _:
            with mixi.running(port=free_port()) as of_mixi:
                yield OfMixi(of_mixi)


@contextmanager
def linked(folder: Path, *hosts: Host) -> Iterator[Site]:
    """A server at which somebody, `me`, has linked these accounts."""
    variables = {name: told for host in hosts for name, told in host.variables.items()}
    with site(folder, [host.sim.host for host in hosts], variables) as made:
        made.visitor.sign_up("me", "a long enough password")
        for host in hosts:
            words = ("link_account", "me", host.provider, host.sim.host)
            done = made.command(*words, text=host.credentials)
            assert done.returncode == 0, done.stderr
        yield made
