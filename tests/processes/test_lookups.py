"""Notes that were edited elsewhere are looked up: over the stream where a host answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.misskey import Simulator
from tests.processes.pages import PATIENCE, Owner, owned

pytestmark = pytest.mark.wide

ME = "hana"
OVER_STREAM, OVER_HTTP = "stream/notes/show", "notes/show"


@pytest.fixture(params=["12.110", "2025.12"])
def owner(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Owner]:
    with owned(tmp_path, ME, profile=request.param) as made:
        yield made


@pytest.fixture
def sim(owner: Owner) -> Simulator:
    return owner.sim


def test_edited_note_on_the_screen_is_looked_up_and_shown(
    sim: Simulator, owner: Owner
) -> None:
    note = str(sim.direct("taro", ME, "with a slip")["id"])
    message, conversation = owner.message("with a slip")
    sim.forget_calls()
    with owner.page() as page:
        page.watch(message)
        sim.await_streams(
            lambda streams: any(note in one.captures for one in streams),
            user=ME,
            seconds=PATIENCE,
        )
        sim.edit_note(note, "without one")
        assert page.changed(message)["kind"] == "message.changed"
    owner.visitor.open(f"/c/{conversation}/")
    assert "without one" in owner.visitor.answer.text
    old = sim.state.profile.stream_api
    assert bool(sim.calls(OVER_STREAM)) is old
    assert bool(sim.calls(OVER_HTTP)) is not old


def test_edited_note_that_is_only_looked_at_is_not_stored(
    sim: Simulator, owner: Owner
) -> None:
    with owner.page() as page:
        page.ask(live={"account": owner.account, "channel": "local"})
        page.hear(lambda frame: frame.get("state") == "live")
        note = str(sim.note("taro", "with a slip")["id"])
        page.hear(lambda frame: "with a slip" in str(frame.get("html")))
        sim.await_streams(
            lambda streams: any(note in one.captures for one in streams),
            user=ME,
            seconds=PATIENCE,
        )
        sim.edit_note(note, "without one")
        page.hear(lambda frame: "without one" in str(frame.get("html")))
    assert "without one" not in owner.listed("q=without")
