"""`link_account`, `sync`, `messages` and `operate`, one after the other, on each network."""

import io
import json
from collections.abc import Callable

import pytest
from django.core.management import call_command

from simulators.mastodon import Simulator as Mastodon
from simulators.mixi import Simulator as Mixi
from tests.factories import make_user
from tests.messaging.test_mastodon import start
from tests.messaging.test_mixi import sim

__all__ = ["sim", "start"]

pytestmark = pytest.mark.django_db

Line = dict[str, object]


def run(*arguments: str) -> list[Line]:
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def link(monkeypatch: pytest.MonkeyPatch, network: str, host: str, pasted: str) -> Line:
    make_user("me")
    monkeypatch.setattr("sys.stdin", io.StringIO(pasted))
    [line] = run("link_account", "me", network, host)
    return line


def done(verb: str, query: str) -> int:
    """How many messages the verb was done to; none failed."""
    lines = run("operate", "me", verb, query, "--yes", "--wait")
    assert {(line["failed"], line["skipped"]) for line in lines} == {(0, 0)}
    return sum(int(str(line["done"])) for line in lines)


@pytest.mark.parametrize("profile", ["4.6", "4.1", "3.5", "gotosocial"])
def test_commands_do_all_of_the_conversations(
    start: Callable[[str], Mastodon], monkeypatch: pytest.MonkeyPatch, profile: str
) -> None:
    host = start(profile)
    host.direct("bob", "alice", "only for you")
    host.direct("alice", "carol", "written by me")
    host.mention("dave", "alice", "to all and you")
    line = link(monkeypatch, "mastodon", host.host, host.token("alice"))
    assert (line["provider"], line["status"]) == ("mastodon", "active")
    assert {told["error"] for told in run("sync", "--user", "me")} == {""}
    [told] = run("messages", "me", "only for you")
    assert (told["box"], told["unread"]) == ("messages", True)

    assert done("mark-read", "only for you") == 1
    assert not any(row.unread for row in host.rows_of("alice"))
    assert done("mark-unread", "only for you") == 1
    assert any(row.unread for row in host.rows_of("alice")) is (profile == "4.6")
    assert done("remove", "only for you") == 1
    assert len(host.rows_of("alice")) == 1
    [own] = run("messages", "me", "written by me")
    assert done("delete", "written by me") == 1
    assert host.find_status(str(own["remote_id"])) is None


def test_commands_do_all_of_the_trays(
    sim: Mixi, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        sim.message("mika", "sakura", f"letter {number}", "how are you?")
    sim.message("sakura", "mika", "my own", "fine")
    sim.notice("sakura", "news", "<p>from mixi</p>")
    pasted = json.dumps(sim.token_answer("sakura"))
    line = link(monkeypatch, "mixi", sim.host, pasted)
    assert (line["provider"], line["handle"]) == ("mixi", "さくら")
    assert {told["error"] for told in run("sync", "--user", "me")} == {""}
    found = run("messages", "me", "provider:mixi")
    assert {(told["box"], told["outgoing"]) for told in found} == {
        *(("messages", False), ("messages", True), ("notices", False)),
    }

    assert done("mark-read", "letter is:unread") == 6
    assert {letter.status for letter in sim.inbox("sakura")} == {"read"}
    assert done("mark-replied", "letter in:messages") == 6
    assert {letter.status for letter in sim.inbox("sakura")} == {"replied"}
    assert {told["remote_state"] for told in run("messages", "me", "letter")} == {
        "replied",
    }
    assert done("delete", "letter") == 6
    assert done("delete", "my own") == 1
    assert done("delete", "in:notices") == 1
    assert (sim.inbox("sakura"), sim.outbox("sakura"), sim.notices("sakura")) == (
        *([], [], []),
    )
    assert {letter.title for letter in sim.trash("sakura")} == {
        *(f"letter {number}" for number in range(6)),
        "my own",
    }
