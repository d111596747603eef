"""A server that is killed while it deletes: afterwards the host has what was not chosen."""

import json
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from simulators import mastodon, misskey, mixi
from simulators.visitor import Visitor
from tests.processes.site import Site, free_port, site, wait_until

NUMBER = 6
PATIENCE = 60.0
STORED = """
from messaging.models import Message
print("stored", Message.objects.filter(folded__contains="doomed").count())
"""
A_MINUTE_LATER = """
from messaging.models import Operation, OperationItem
OperationItem.objects.filter(state="pending").update(not_before=None)
found = Operation.objects.get()
print("state", found.state, found.total, found.done, found.failed)
"""


@dataclass(frozen=True, slots=True)
class Host:
    """`texts` are those of all that the account has there; `path` is the call's."""

    provider: str
    sim: misskey.Simulator | mastodon.Simulator | mixi.Simulator
    credentials: str
    path: str
    texts: Callable[[], list[str]]
    variables: Mapping[str, str] = field(default_factory=dict)

    def has(self, word: str) -> int:
        return sum(word in text for text in self.texts())


@contextmanager
def of_misskey() -> Iterator[Host]:
    with misskey.running(limits=False, delays=0, port=free_port()) as sim:
        sim.settings("hana", rate_limit_factor=0)
        question = str(sim.direct("taro", "hana", "a question")["id"])
        for word in (*["doomed"] * NUMBER, "kept"):
            sim.direct("hana", "taro", f"{word} by me", reply_to=question)
        token = sim.token("hana")
        yield Host(
            *("misskey", sim, token, "api/notes/delete"),
            lambda: [note.text or "" for note in sim.notes_of("hana")],
        )


@contextmanager
def of_mastodon() -> Iterator[Host]:
    with mastodon.running(limits=False, port=free_port()) as sim:
        sim.policy("alice", for_private_mentions="accept")
        question = str(sim.direct("bob", "alice", "a question")["id"])
        for word in (*["doomed"] * NUMBER, "kept"):
            sim.direct("alice", "bob", f"{word} by me", reply_to=question)
        token = sim.token("alice")
        yield Host(
            *("mastodon", sim, token, "api/v1/statuses/*"),
            lambda: [status.text for status in sim.statuses_of("alice")],
        )


@contextmanager
def of_mixi() -> Iterator[Host]:
    with mixi.running(port=free_port()) as sim:
        for word in (*["doomed"] * NUMBER, "kept"):
            sim.message("mika", "sakura", word, "a letter")
        yield Host(
            *("mixi", sim, json.dumps(sim.token_answer("sakura"))),
            "2/messages/@me/@self/@inbox*",
            lambda: [row.title for row in sim.inbox("sakura")],
            {
                "MIXI_CLIENT_ID": sim.client.id,
                "MIXI_CLIENT_SECRET": sim.client.secret,
                "MIXI_API_URL": sim.api_url,
                "MIXI_AUTHORIZE_URL": sim.authorize_url,
                "MIXI_TOKEN_URL": sim.token_url,
            },
        )


OPEN = {"misskey": of_misskey, "mastodon": of_mastodon, "mixi": of_mixi}


@contextmanager
def linked(host: Host, folder: Path) -> Iterator[Site]:
    """A server that has all of the host's messages."""
    with site(folder, [host.sim.host], host.variables) as made:
        Visitor(made.url).sign_up("me", "a long enough password")
        words = ("link_account", "me", host.provider, host.sim.host)
        done = made.command(*words, text=host.credentials)
        assert done.returncode == 0, done.stderr
        wait_until(lambda: f"stored {NUMBER}" in run(made, STORED), PATIENCE)
        yield made


def run(made: Site, code: str) -> str:
    done = made.command("shell", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("network", OPEN)
def test_server_killed_twice_while_it_deletes_leaves_what_was_not_chosen(
    tmp_path: Path, network: str
) -> None:
    with OPEN[network]() as host, linked(host, tmp_path) as made:
        # The host does it and answers late; then it hears of it and does nothing.
        host.sim.fault(host.path, "late", times=1, seconds=60.0)
        host.sim.fault(host.path, "hang", times=1)
        done = made.command("operate", "me", "delete", "doomed", "--yes")
        assert done.returncode == 0, done.stderr
        for struck in (1, 2):
            wait_until(partial(_struck, host, struck), PATIENCE)
            made.end(signal.SIGKILL)
            made.start()
        said = f"state done {NUMBER} {NUMBER} 0"
        wait_until(lambda: said in run(made, A_MINUTE_LATER), PATIENCE)
        assert (host.has("doomed"), host.has("kept")) == (0, 1)


def _struck(host: Host, times: int) -> bool:
    return host.sim.faults.struck >= times
