"""Timelines as they happen, for those who look, and for nobody else."""

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from simulators.misskey import Simulator
from simulators.misskey.simulator import Connection
from tests.processes.pages import PATIENCE, Owner, Page, owned

pytestmark = pytest.mark.wide

ME = "hana"


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    with owned(tmp_path_factory.mktemp("live"), ME) as made:
        yield made


@pytest.fixture(scope="module")
def sim(owner: Owner) -> Simulator:
    return owner.sim


@pytest.fixture(scope="module")
def stranger(sim: Simulator, owner: Owner) -> Owner:
    return Owner(owner.site, sim, "stranger", person="jiro")


def live(page: Page, state: str = "live") -> None:
    """Wait until the page is told so of its channel."""
    page.hear(lambda frame: frame.get("live") == "state" and frame["state"] == state)


def card(page: Page, text: str, what: str = "card") -> str:
    """The HTML of the card with a text."""

    def wanted(frame: dict[str, object]) -> bool:
        return frame.get("live") == what and text in str(frame["html"])

    return str(page.hear(wanted)["html"])


def channels(sim: Simulator, user: str, wanted: list[str]) -> None:
    """Wait until the timelines that the user's connection has joined are these."""

    def check(streams: list[Connection]) -> bool:
        names = [name for one in streams for name in one.channels.values()]
        return sorted(n for n in names if n.endswith("Timeline")) == sorted(wanted)

    sim.await_streams(check, user=user, seconds=PATIENCE)


def test_notes_come_as_cards_and_leaving_ends_it(sim: Simulator, owner: Owner) -> None:
    with owner.page() as page:
        page.ask(live={"account": owner.account, "channel": "local"})
        live(page)
        sim.note("taro", "said to everybody")
        shown = card(page, "said to everybody")
        assert "taro" in shown
        channels(sim, ME, ["localTimeline"])
    channels(sim, ME, [])
    assert "said to everybody" not in owner.listed("q=everybody")


def test_shown_note_changes_in_place(sim: Simulator, owner: Owner) -> None:
    with owner.page() as page:
        page.ask(live={"account": owner.account, "channel": "global"})
        live(page)
        note = str(sim.note("taro", "to be liked")["id"])
        card(page, "to be liked")
        sim.await_streams(
            lambda streams: any(note in one.captures for one in streams),
            user=ME,
            seconds=PATIENCE,
        )
        sim.react("taro", note, "🎉")
        assert "🎉" in card(page, "to be liked", "changed")
        sim.delete_note(note)
        assert "Deleted by its author" in card(page, "to be liked", "changed")


def test_two_pages_share_a_channel_until_the_last_leaves(
    sim: Simulator, owner: Owner
) -> None:
    with owner.page() as one:
        with owner.page() as other:
            for page in (one, other):
                page.ask(live={"account": owner.account, "channel": "home"})
                live(page)
            channels(sim, ME, ["homeTimeline"])
        channels(sim, ME, ["homeTimeline"])
        sim.note(ME, "from my other device")
        card(one, "from my other device")
    channels(sim, ME, [])


def test_timeline_goes_on_after_the_network_broke_off(
    sim: Simulator, owner: Owner
) -> None:
    with owner.page() as page:
        page.ask(live={"account": owner.account, "channel": "local"})
        live(page)
        sim.stream_fault("cut", ME)
        live(page, "down")
        live(page)
        sim.note("taro", "after the break")
        card(page, "after the break")


def test_timeline_is_looked_at_while_no_stream_can_be_opened(
    sim: Simulator, owner: Owner
) -> None:
    sim.note("taro", "long before", minutes_ago=5)
    with owner.page() as page:
        page.ask(live={"account": owner.account, "channel": "local"})
        live(page)
        sim.fault("streaming", status=502, times=6)
        sim.stream_fault("cut", ME)
        live(page, "down")
        sim.note("taro", "while it is down")
        shown: list[str] = []
        while not shown or "while it is down" not in shown[-1]:
            shown.append(str(page.hear(lambda frame: frame.get("live") == "card")))
        assert "long before" not in "".join(shown)
        sim.faults.clear()
        # The longer nothing could be opened, the later it is tried again.
        sim.await_streams(user=ME, seconds=2 * PATIENCE)


def test_account_of_somebody_else_is_never_joined(
    sim: Simulator, owner: Owner, stranger: Owner
) -> None:
    with stranger.page() as page:
        page.ask(live={"account": owner.account, "channel": "home"})
        live(page, "gone")
        channels(sim, ME, [])
        page.ask(live={"account": stranger.account, "channel": "home"})
        live(page)
        channels(sim, ME, [])
        channels(sim, "jiro", ["homeTimeline"])


def test_follow_shows_in_the_activity_line(sim: Simulator, owner: Owner) -> None:
    sim.person("saburo")
    with owner.page() as page:
        page.ask(live={"account": owner.account, "channel": "home"})
        live(page)
        sim.follow("saburo", ME)
        told = page.hear(lambda frame: frame.get("live") == "activity")
        assert "saburo" in str(told["html"])
        assert "follows you" in str(told["html"])


def test_host_without_an_account_is_one_connection_for_all(
    sim: Simulator, owner: Owner, stranger: Owner
) -> None:
    with owner.page() as one, stranger.page() as other:
        for page in (one, other):
            page.ask(live={"host": sim.host, "channel": "local"})
            live(page)
        sim.note("taro", "for whoever passes by")
        for page in (one, other):
            card(page, "for whoever passes by")
        assert len(sim.connections("-")) == 1
    sim.await_streams(lambda streams: not streams, user="-", seconds=PATIENCE)


def test_sixth_host_waits_until_there_is_room(sim: Simulator, owner: Owner) -> None:
    with ExitStack() as opened, owner.page() as page:
        for number in range(5):
            other = opened.enter_context(owner.page())
            other.ask(live={"host": f"192.168.0.{number}", "channel": "local"})
            live(other, "refused")
        page.ask(live={"host": sim.host, "channel": "local"})
        live(page, "too-many")
        assert not sim.connections("-")
        opened.close()
        live(page)


def test_cards_go_on_to_change_after_the_page_lost_its_socket(
    sim: Simulator, owner: Owner
) -> None:
    with owner.page() as page:
        page.ask(live={"account": owner.account, "channel": "social"})
        live(page)
        note = str(sim.note("taro", "before the tunnel")["id"])
        card(page, "before the tunnel")
    channels(sim, ME, [])
    with owner.page() as page:
        page.ask(live={"account": owner.account, "channel": "social"})
        live(page)
        sim.await_streams(
            lambda streams: any(note in one.captures for one in streams),
            user=ME,
            seconds=PATIENCE,
        )
        sim.react("taro", note, "🎉")
        assert "🎉" in card(page, "before the tunnel", "changed")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:9", "192.168.0.1", "localhost", "MISSKEY.example", "a b"]
)
def test_host_that_must_not_be_called_is_refused(owner: Owner, host: str) -> None:
    with owner.page() as page:
        page.ask(live={"host": host, "channel": "local"})
        told = page.hear(
            lambda frame: frame.get("live") == "state" and frame["state"] != "joining"
        )
        assert told["state"] in {"refused", "gone"}


def test_burst_is_shown_no_faster_than_it_can_be_read(
    sim: Simulator, owner: Owner
) -> None:
    with owner.page() as page:
        page.ask(live={"account": owner.account, "channel": "local"})
        live(page)
        began = time.monotonic()
        for number in range(60):
            sim.note("taro", f"number {number}")
        last = page.hear(lambda frame: "number 59" in str(frame.get("html")))
        skipped = last["skipped"]
        assert isinstance(skipped, int)
        # Five a second: the first at once, and what the clock leaves to chance.
        most = 5 * (time.monotonic() - began) + 2
        assert 0 < 60 - skipped <= most
