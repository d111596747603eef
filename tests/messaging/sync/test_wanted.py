"""What pages want, counted over all of them, and what a connection is asked for."""

import json
from collections.abc import Sequence

import pytest

from inboxhub.networks.misskey.facts import CHAT, Facts
from inboxhub.networks.misskey.stream import Stream
from inboxhub.networks.stream import StreamAddress
from inboxhub.networks.values import Viewer
from messaging.demands import LASTS, Demand, Want, host_of, of_account, of_host
from messaging.sync.wanted import Asked, Demands

PLACE, OTHER = of_account(1), of_account(2)
MISSKEY = "misskey.example"


def note(name: str, place: str = PLACE) -> Want:
    return Want(place, "note", name)


def channel(name: str, place: str = PLACE) -> Want:
    return Want(place, "channel", name)


def said(demands: Demands, viewer: str, *wants: Want, owner: int = 1) -> set[str]:
    return demands.put(Demand(viewer, owner, wants), 0.0)


def test_same_want_of_several_pages_counts_once_until_the_last_lets_go() -> None:
    demands = Demands()
    said(demands, "one", note("a"), note("b"))
    said(demands, "two", note("b"))
    assert demands.of(PLACE) == [note("a"), note("b")]
    assert said(demands, "one") == {PLACE}
    assert demands.of(PLACE) == [note("b")]
    said(demands, "two")
    assert demands.of(PLACE) == []


def test_next_demand_of_a_page_replaces_the_one_before() -> None:
    demands = Demands()
    said(demands, "one", note("a"))
    assert said(demands, "one", note("b", OTHER)) == {PLACE, OTHER}
    assert (demands.of(PLACE), demands.of(OTHER)) == ([], [note("b", OTHER)])


def test_page_that_falls_silent_is_forgotten() -> None:
    demands = Demands()
    demands.put(Demand("one", 1, (note("a"),)), 0.0)
    demands.put(Demand("two", 1, (note("b"),)), 30.0)
    assert demands.forget(LASTS - 1) == set()
    assert demands.forget(LASTS + 1) == {PLACE}
    assert demands.of(PLACE) == [note("b")]


def test_what_others_want_of_an_account_does_not_count() -> None:
    demands = Demands()
    said(demands, "stranger", note("a"), channel("home"), owner=2)
    said(demands, "own", note("b"), owner=1)
    assert demands.of(PLACE, 1) == [note("b")]
    assert demands.viewers(channel("home"), 1) == []


def test_hosts_are_counted_per_user_and_limited() -> None:
    demands = Demands()
    for number in range(4):
        host = of_host(f"{number}.example")
        said(demands, f"page {number}", channel("local", host), owner=1)
    said(demands, "other", channel("local", of_host("9.example")), owner=2)
    assert demands.hosts(2) == ["0.example", "1.example", "9.example"]
    said(demands, "page 0", channel("local", of_host("0.example")), owner=1)
    assert demands.hosts(2) == ["0.example", "1.example", "9.example"]
    assert host_of(PLACE) == ""


def stream(*closed: str) -> Stream:
    address = StreamAddress(f"wss://{MISSKEY}/streaming")
    viewer = Viewer("me", f"https://{MISSKEY}", MISSKEY)
    facts = Facts(
        id="me", domain=MISSKEY, version="2025.12.0", chat=CHAT, closed=closed
    )
    return Stream(address, MISSKEY, viewer, facts, answering={MISSKEY: False})


def asking(asked: Asked, *wants: Want, now: float = 0.0) -> list[tuple[str, str]]:
    """Kind of each frame, and the id or channel in it."""
    return [_short(frame) for frame in asked.frames(wants, {}, now)]


def _short(frame: str) -> tuple[str, str]:
    told = json.loads(frame)
    return told["type"], told["body"].get("channel") or told["body"]["id"]


def test_connection_is_asked_for_what_is_new_and_told_what_is_over() -> None:
    asked = Asked(stream())
    first = asking(asked, note("a1"), note("b1"), channel("home"))
    assert sorted(first) == [
        ("connect", "homeTimeline"),
        ("subNote", "a1"),
        ("subNote", "b1"),
    ]
    assert asking(asked, note("a1"), note("b1"), channel("home")) == []
    assert asking(asked, note("b1")) == [("disconnect", "page-1"), ("unsubNote", "a1")]


def test_next_connection_is_asked_for_everything_again() -> None:
    wants: Sequence[Want] = (note("a1"), channel("local"))
    made = stream()
    first = asking(Asked(made), *wants)
    made.hello()
    assert asking(Asked(made), *wants) == first


def test_note_on_a_card_and_in_a_conversation_is_captured_once() -> None:
    asked = Asked(stream())
    card = Want(PLACE, "card", "a1")
    assert asking(asked, note("a1"), card) == [("subNote", "a1")]
    assert asking(asked, card) == []
    assert asking(asked) == [("unsubNote", "a1")]


def test_channel_is_live_once_the_host_says_so() -> None:
    asked, home = Asked(stream()), channel("home")
    asking(asked, home)
    assert asked.state(home, 1.0) == "joining"
    asked.confirm("page-1")
    assert asked.state(home, 1.0) == "live"
    assert asked.want_of("page-1") == home
    asking(asked)
    assert asked.want_of("page-1") is None


def test_channel_that_the_host_never_confirms_is_off() -> None:
    asked, home = Asked(stream()), channel("home")
    asking(asked, home)
    assert asked.state(home, 6.0) == "off"


@pytest.mark.parametrize("name", ["global", "nonsense"])
def test_channel_that_is_not_offered_is_off_at_once(name: str) -> None:
    asked = Asked(stream("global"))
    assert asking(asked, channel(name)) == []
    assert asked.state(channel(name), 0.0) == "off"


def test_chat_is_joined_while_it_is_open() -> None:
    asked, chat = Asked(stream()), Want(PLACE, "chat", "partner1")
    assert asked.unknown_chats([chat]) == ["partner1"]
    assert asking(asked, chat) == [("connect", "chatUser")]
    assert asked.unknown_chats([chat]) == []
    assert asking(asked) == [("disconnect", "page-1")]


def test_captures_of_one_connection_are_limited() -> None:
    asked = Asked(stream())
    many = [note(f"note{number}") for number in range(700)]
    assert len(asking(asked, *many)) == 500
