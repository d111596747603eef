"""The demo world: enough of everything, nothing in the future, the same each time."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from simulators import mixi
from simulators.mixi import Simulator
from simulators.mixi.records import Message
from tests.simulators.mixi.scene import INBOX, Scene

DAY = 86_400
START = datetime(2026, 3, 1, 16, 30, tzinfo=UTC).timestamp()


@pytest.fixture(scope="module")
def demo() -> Iterator[Simulator]:
    """One demo world for all tests here; they only look."""
    with mixi.running(world="demo", clock=lambda: START) as sim:
        yield sim


def everything(sim: Simulator, name: str) -> list[Message]:
    return [*sim.inbox(name), *sim.outbox(name), *sim.notices(name), *sim.trash(name)]


def test_sakura_has_enough_of_everything(demo: Simulator) -> None:
    inbox = Counter(row.status for row in demo.inbox("sakura"))
    assert len(everything(demo, "sakura")) + len(everything(demo, "ren")) >= 60
    assert min(inbox["unread"], inbox["read"], inbox["replied"]) >= 5
    assert {row.status for row in demo.notices("sakura")} == {"unread", "read"}
    assert len(demo.outbox("sakura")) >= 10
    assert len(demo.trash("sakura")) == 1


def test_ren_has_own_messages_and_talks_with_sakura(demo: Simulator) -> None:
    partners = {row.other for row in everything(demo, "ren")}
    assert {"sakura", "yamada"} <= partners
    assert "unread" in {row.status for row in demo.inbox("ren")}


def test_some_who_write_are_no_friends(demo: Simulator) -> None:
    scene = Scene(demo, demo.token("sakura"))
    rows = scene.read(INBOX)
    without = [row for row in rows if "id" not in dict(row["sender"])]  # type: ignore[call-overload]  # a dict
    assert len(without) >= 4


def test_texts_that_look_like_html_are_there(demo: Simulator) -> None:
    assert any("<script>" in row.body for row in demo.inbox("sakura"))
    hostile = [row.body for row in demo.notices("sakura") if "onerror" in row.body]
    assert all("javascript:" in body and "<script>" in body for body in hostile)
    assert len(hostile) == 1
    plain = [row for row in demo.notices("sakura") if "<" not in row.body]
    assert len(plain) >= 3


def test_several_messages_share_one_second(demo: Simulator) -> None:
    seconds = Counter(row.sent for row in demo.inbox("sakura"))
    assert max(seconds.values()) >= 3


@pytest.mark.parametrize("hour", [0, 6, 12, 18])
def test_nothing_lies_in_the_future_whenever_it_starts(hour: int) -> None:
    start = START + hour * 3_600
    with mixi.running(world="demo", clock=lambda: start) as sim:
        moments = [row.sent for row in everything(sim, "sakura")]
        assert start - 70 * DAY < min(moments) < max(moments) < start


def test_answers_come_after_what_they_answer(demo: Simulator) -> None:
    rows = sorted(everything(demo, "sakura"), key=lambda row: row.sent)
    seen: set[str] = set()
    for row in rows:
        assert not row.title.startswith("Re: ") or row.title[4:] in seen
        seen.add(row.title)


def test_equal_seeds_make_equal_ids() -> None:
    def ids(seed: int) -> list[str]:
        with mixi.running(world="demo", seed=seed, clock=lambda: START) as sim:
            return [sim.id_of("sakura"), *(row.id for row in sim.inbox("sakura"))]

    assert ids(1) == ids(1)
    assert ids(1) != ids(2)
