"""The server as a process: it starts, ends in good order, and dies without loss."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.misskey import Simulator, running
from simulators.visitor import Form, Visitor
from tests.processes.site import Site, site, wait_until


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with running() as host:
        yield host


@pytest.fixture
def running_site(sim: Simulator, tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path, [sim.host]) as made:
        yield made


@pytest.fixture
def visitor(running_site: Site, sim: Simulator) -> Visitor:
    person = Visitor(running_site.url)
    person.sign_up("me", "a long enough password")
    person.link(sim.host, "hana")
    return person


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_server_ends_cleanly_on_a_signal(number: int, running_site: Site) -> None:
    assert running_site.end(number) == 0
    assert "Traceback" not in running_site.log.read_text()


def test_port_that_is_taken_is_said_and_exits_with_1(running_site: Site) -> None:
    done = running_site.command("serve", "--port", str(running_site.port))
    assert done.returncode == 1
    assert str(running_site.port) in done.stderr
    assert "Traceback" not in done.stderr


def test_delete_survives_a_kill_right_after_the_click(
    sim: Simulator,
    running_site: Site,
    visitor: Visitor,
) -> None:
    note = str(sim.direct("hana", "taro", "to be deleted")["id"])
    running_site.command("sync", "--user", "me")
    sim.fault("api/notes/delete", "hang")
    visitor.open("/?box=sent")
    token = visitor.form_with("csrfmiddlewaretoken").values["csrfmiddlewaretoken"]
    confirmed = Form("/delete/", "post", {"csrfmiddlewaretoken": token})
    visitor.submit(confirmed, message=_only_message(running_site))
    running_site.end(signal.SIGKILL)
    sim.faults.clear()
    running_site.start()
    wait_until(lambda: sim.find_note(note) is None, 60)


def test_new_messages_arrive_by_themselves(
    sim: Simulator,
    running_site: Site,
    visitor: Visitor,
) -> None:
    def seen() -> bool:
        visitor.open("/")
        return "arrived before the link" in visitor.answer.text

    sim.direct("taro", "hana", "arrived before the link")
    done = running_site.command("sync", "--user", "me")
    assert done.returncode == 0
    wait_until(seen)


def _only_message(running_site: Site) -> str:
    done = running_site.command("messages", "me", "in:sent", "--limit", "1")
    return done.stdout.split()[0]
