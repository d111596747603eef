"""A server that is killed while it sends: afterwards the host has it exactly once."""

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

QUESTION, TEXT = "are you coming?", "Yes, at eight!"
PATIENCE = 60.0
ANSWER = f"""
from accounts.models import Account
from messaging import drafts
from messaging.models import Message
question = Message.objects.get(text__contains={QUESTION!r})
draft = drafts.open_draft(question.owner, question.account, question)
draft = drafts.save(
    draft, text={TEXT!r}, title=draft.title, content_warning="", visibility="",
    recipients=[],
)
drafts.send_now(drafts.send(draft))
"""
A_MINUTE_LATER = """
from messaging.models import OperationItem
OperationItem.objects.exclude(state="in_flight").update(not_before=None)
print("state", OperationItem.objects.latest("pk").state)
"""
MESSAGES = """
from messaging.models import Message
print(*Message.objects.values_list("text", flat=True))
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

    @property
    def has_it(self) -> int:
        return sum(TEXT in text for text in self.texts())


@contextmanager
def of_misskey() -> Iterator[Host]:
    with misskey.running(limits=False, delays=0, port=free_port()) as sim:
        sim.direct("taro", "hana", QUESTION)
        yield Host(
            "misskey",
            sim,
            sim.token("hana"),
            "api/notes/create",
            lambda: [note.text or "" for note in sim.notes_of("hana")],
        )


@contextmanager
def of_mastodon() -> Iterator[Host]:
    with mastodon.running(limits=False, port=free_port()) as sim:
        sim.policy("alice", for_private_mentions="accept")
        sim.direct("bob", "alice", QUESTION)
        yield Host(
            "mastodon",
            sim,
            sim.token("alice"),
            "api/v1/statuses",
            lambda: [status.text for status in sim.statuses_of("alice")],
        )


@contextmanager
def of_mixi() -> Iterator[Host]:
    with mixi.running(port=free_port()) as sim:
        sim.message("mika", "sakura", "a question", QUESTION)
        yield Host(
            "mixi",
            sim,
            json.dumps(sim.token_answer("sakura")),
            "2/messages/@me/@self/@outbox",
            lambda: [row.body for row in sim.outbox("sakura")],
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
    """A server with the question in somebody's inbox."""
    with site(folder, [host.sim.host], host.variables) as made:
        Visitor(made.url).sign_up("me", "a long enough password")
        words = ("link_account", "me", host.provider, host.sim.host)
        done = made.command(*words, text=host.credentials)
        assert done.returncode == 0, done.stderr
        wait_until(lambda: QUESTION in run(made, MESSAGES), PATIENCE)
        yield made


def run(made: Site, code: str) -> str:
    done = made.command("shell", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("network", OPEN)
def test_server_killed_while_it_sends_has_sent_once_after_its_restart(
    tmp_path: Path, network: str
) -> None:
    with OPEN[network]() as host, linked(host, tmp_path) as made:
        # The host does it and answers late; then it hears of it and does nothing.
        for number, kind in enumerate(("late", "hang")):
            host.sim.fault(host.path, kind, times=1, seconds=60.0)
            run(made, ANSWER)
            wait_until(partial(_is_under_way, host, number), PATIENCE)
            made.end(signal.SIGKILL)
            made.start()
            wait_until(lambda: "state done" in run(made, A_MINUTE_LATER), PATIENCE)
            assert host.has_it == number + 1


def _is_under_way(host: Host, before: int) -> bool:
    return host.sim.faults.struck > before and host.has_it == 1
