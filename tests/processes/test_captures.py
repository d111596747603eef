"""What is on a screen changes as soon as it changes on its network."""

from collections.abc import Iterator

import pytest

from simulators.misskey import Simulator
from simulators.misskey.simulator import Connection
from tests.processes.pages import PATIENCE, Owner, owned

pytestmark = pytest.mark.wide

ME = "hana"


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    with owned(tmp_path_factory.mktemp("captures"), ME) as made:
        yield made


@pytest.fixture(scope="module")
def sim(owner: Owner) -> Simulator:
    return owner.sim


def captures(sim: Simulator, wanted: dict[str, int]) -> None:
    """Wait until my connection captures exactly these notes."""

    def check(streams: list[Connection]) -> bool:
        return [one.captures for one in streams] == [wanted]

    sim.await_streams(check, user=ME, seconds=PATIENCE)


def test_reaction_shows_at_once_while_somebody_looks(
    sim: Simulator, owner: Owner
) -> None:
    note = str(sim.direct("taro", ME, "to be reacted to")["id"])
    message, conversation = owner.message("to be reacted to")
    with owner.page() as page:
        page.watch(message)
        captures(sim, {note: 1})
        sim.react("taro", note, "🎉")
        told = page.changed(message)
        assert told["kind"] == "message.changed"
        owner.visitor.open(f"/c/{conversation}/")
        assert "🎉" in owner.visitor.answer.text
    captures(sim, {})


def test_note_on_several_screens_is_captured_once_until_the_last_leaves(
    sim: Simulator, owner: Owner
) -> None:
    note = str(sim.direct("taro", ME, "on two screens")["id"])
    message, _ = owner.message("on two screens")
    with owner.page() as one:
        with owner.page() as other:
            for page in (one, other):
                page.watch(message)
            captures(sim, {note: 1})
            other.watch()
            one.watch(message)
            other.ask(seen=0)
        captures(sim, {note: 1})
        one.watch()
        captures(sim, {})


def test_captures_are_asked_for_again_by_the_next_connection(
    sim: Simulator, owner: Owner
) -> None:
    note = str(sim.direct("taro", ME, "seen before the cut")["id"])
    message, _ = owner.message("seen before the cut")
    with owner.page() as page:
        page.watch(message)
        captures(sim, {note: 1})
        with sim.state.lock:
            (cut,) = sim.state.hub.of(sim.id_of(ME))
        sim.stream_fault("cut", ME)
        sim.await_streams(
            lambda _streams: cut not in sim.state.hub.listeners,
            user=ME,
            seconds=PATIENCE,
        )
        captures(sim, {note: 1})
        sim.react("taro", note, "🎈")
        page.changed(message)


def test_deletion_by_the_author_strikes_it_out(sim: Simulator, owner: Owner) -> None:
    note = str(sim.direct("taro", ME, "to be taken back")["id"])
    message, conversation = owner.message("to be taken back")
    with owner.page() as page:
        page.watch(message)
        captures(sim, {note: 1})
        sim.delete_note(note)
        assert page.changed(message)["kind"] == "message.gone"
        owner.visitor.open(f"/c/{conversation}/")
        assert "this copy stays here" in owner.visitor.answer.text


def test_deleted_chat_message_is_struck_out_in_the_open_chat(
    sim: Simulator, owner: Owner
) -> None:
    told = sim.chat("taro", ME, "a slip")
    message, conversation = owner.message("a slip")
    with owner.page() as page:
        page.watch(message, open=conversation)
        sim.await_streams(
            lambda streams: any("chatUser" in s.channels.values() for s in streams),
            user=ME,
            seconds=PATIENCE,
        )
        sim.delete_chat(str(told["id"]))
        assert page.changed(message)["kind"] == "message.gone"
    owner.visitor.open(f"/c/{conversation}/")
    assert "this copy stays here" in owner.visitor.answer.text


def test_messages_of_others_are_never_asked_for(sim: Simulator, owner: Owner) -> None:
    sim.direct("taro", ME, "mine alone")
    foreign, conversation = owner.message("mine alone")
    stranger = Owner(owner.site, sim, "stranger", person="jiro")
    mine = str(sim.direct("taro", "jiro", "also for the stranger")["id"])
    own, _ = stranger.message("also for the stranger")
    with stranger.page() as page:
        page.watch(foreign, own, open=conversation)
        sim.await_streams(
            lambda streams: [one.captures for one in streams] == [{mine: 1}],
            user="jiro",
            seconds=PATIENCE,
        )
        captures(sim, {})


def test_own_words_from_elsewhere_come_at_once_in_an_open_chat(
    sim: Simulator, owner: Owner
) -> None:
    sim.chat("taro", ME, "are you there")
    _, conversation = owner.message("are you there")
    with owner.page() as page:
        page.watch(open=conversation)
        sim.await_streams(
            lambda streams: any("chatUser" in s.channels.values() for s in streams),
            user=ME,
            seconds=PATIENCE,
        )
        sim.chat(ME, "taro", "on my phone I am")
        owner.message("on my phone I am")
    sim.await_streams(
        lambda streams: all("chatUser" not in s.channels.values() for s in streams),
        user=ME,
        seconds=PATIENCE,
    )
