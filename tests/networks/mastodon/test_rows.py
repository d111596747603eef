"""Verbs on conversations whose rows are known already: what they cost, what they spare."""

from contextlib import suppress

import pytest

from inboxhub.networks.base import Outcome, Target
from inboxhub.networks.budget import Budgets
from inboxhub.networks.errors import NotSupported, TemporaryError
from inboxhub.networks.mastodon import Client
from inboxhub.networks.mastodon.limits import CHANGE_SECONDS
from inboxhub.networks.mastodon.rows import Tops
from tests.networks.clock import Clock
from tests.networks.mastodon.accounts import (
    GOTOSOCIAL,
    HOST,
    MASTODON,
    NO_ROUTE,
    OK,
    TOKEN,
    Host,
    Script,
    client_of,
    direct,
    gotosocial,
    listing,
    messages,
    row,
)
from tests.networks.mastodon.rows import ANN, BEN, LINK, ME, ROWS, read, removed, unread
from tests.networks.replay import Answer

DONE, GONE = Outcome("done"), Outcome("gone")
AGAIN = Outcome("failed", "written-again")

OTHER = row("20", direct("2050", BEN, ME), BEN, unread=True)
NEW = row("15", direct("2010", ANN, ME), ANN, unread=True)
OLD = row("14", direct("2005", ANN, ME), ANN, unread=True)
READ = row("13", direct("2004", ANN, ME), ANN)


def from_ann(identifier: str, *rows: str, mine: bool = False) -> Target:
    return Target("direct", identifier, "1002", rows, outgoing=mine)


def paged(host: Host) -> list[str]:
    return [call.url for call in host.calls if "max_id" in call.url]


def test_rows_of_a_listing_are_told() -> None:
    client, _ = client_of({ROWS: listing(OTHER, NEW, READ)})
    items = messages(client.pull("conversations", None).items)
    assert [item.conversation_ids for item in items] == [("20",), ("15",), ("13",)]


def test_recorded_rows_are_told() -> None:
    client, _ = client_of({ROWS: gotosocial("047")}, GOTOSOCIAL)
    items = messages(client.pull("conversations", None).items)
    assert len({item.conversation_ids for item in items}) == len(items) == 15


# --- Read -----------------------------------------------------------------------------


def test_known_row_is_marked_read_without_looking_for_it() -> None:
    client, host = client_of({read("15"): OK})
    assert client.mark_read([from_ann("2010", "15"), from_ann("2003", "15")]) == [
        *(DONE, DONE),
    ]
    assert host.names == [read("15")]


def test_of_several_known_rows_those_read_already_are_spared() -> None:
    script = {ROWS: listing(OTHER, NEW, READ), read("15"): OK, read("8"): OK}
    client, host = client_of(script)
    assert client.mark_read([from_ann("2010", "13", "15", "8")]) == [DONE]
    assert host.names == [ROWS, read("15"), read("8")]


def test_rows_of_all_messages_of_a_conversation_count() -> None:
    client, host = client_of({ROWS: listing(), read("15"): OK, read("14"): OK})
    client.mark_read([from_ann("2010", "15"), from_ann("2005", "14")])
    assert host.names == [ROWS, read("15"), read("14")]


def test_known_row_that_is_gone_is_read() -> None:
    client, host = client_of({ROWS: listing(OTHER), read("15"): gotosocial("060")})
    assert client.mark_read([from_ann("2010", "15")]) == [DONE]
    assert host.names == [read("15"), ROWS]


def test_known_row_that_cannot_be_marked_shows_a_missing_call() -> None:
    client, host = client_of({ROWS: listing(NEW), read("15"): gotosocial("060")})
    with pytest.raises(NotSupported):
        client.mark_read([from_ann("2010", "15")])
    assert host.names == [read("15"), ROWS, ROWS]


def test_row_removed_a_moment_ago_is_no_missing_call() -> None:
    pages = [listing(NEW, OLD), listing(OLD)]
    client, _ = client_of({ROWS: pages, read("15"): gotosocial("060"), read("14"): OK})
    assert client.mark_read([from_ann("2010", "15", "14")]) == [DONE]


@pytest.mark.parametrize("odd", ["", "..", "1/../2", "a b", "x" * 70, "1?x=1"])
def test_row_that_is_no_id_is_never_sent(odd: str) -> None:
    client, host = client_of({read("15"): OK})
    assert client.mark_read([from_ann("2010", odd, "15")]) == [DONE]
    assert host.names == [read("15")]


def test_of_very_many_rows_nobody_knows_all_so_they_are_looked_for() -> None:
    known = [str(number) for number in range(100, 150)]
    client, host = client_of({ROWS: listing(NEW), read("15"): OK})
    assert client.mark_read([from_ann("2010", *known)]) == [DONE]
    assert host.names == [ROWS, read("15")]


def test_many_rows_of_one_conversation_are_read_in_one_go() -> None:
    known = [str(number) for number in range(100, 130)]
    clock = Clock()
    script: Script = {read(one): OK for one in known}
    client, host = client_of({**script, ROWS: listing()})
    client.budgets = Budgets(clock, clock.pause)
    assert client.mark_read([from_ann("2010", *known)]) == [DONE]
    assert len(host.calls) == 31
    assert clock.now - 1000 < 40


def talks(count: int, *, rows: int) -> list[Target]:
    """One message of each of many conversations with so many rows each."""
    return [
        Target(
            "direct",
            str(200_000 + number),
            f"person{number}",
            tuple(f"{number}r{one}" for one in range(rows)),
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("verb", ["mark_read", "remove"])
@pytest.mark.parametrize("rows", [1, 3])
def test_thousand_conversations_use_up_no_paged_calls(verb: str, rows: int) -> None:
    top = [row(str(n), direct(str(900_000 + n), BEN, ME), BEN) for n in range(40)]
    asked = talks(1000 // rows, rows=rows)
    name = read if verb == "mark_read" else removed
    script: Script = {name(one): OK for talk in asked for one in talk.conversation_ids}
    host = Host({**script, ROWS: listing(*top, following=LINK)})
    clock = Clock()
    budgets, tops = Budgets(clock, clock.pause), Tops()
    while asked:  # each turn has a client of its own
        client = Client(host, HOST, {"token": TOKEN}, facts=MASTODON.as_json())
        client.budgets, client.tops = budgets, tops
        with suppress(TemporaryError):
            assert getattr(client, verb)([asked[0]]) == [DONE]
            asked.pop(0)
        clock.now += 0.25
    assert paged(host) == []
    took = clock.now - 1000
    assert len(host.called(ROWS)) <= took / 15 + 1
    assert took < 1.2 * CHANGE_SECONDS * 1000


# --- Unread ---------------------------------------------------------------------------


def test_newest_row_on_the_first_page_becomes_unread() -> None:
    rows = listing(OTHER, row("14", direct("2010", ANN, ME), ANN), READ)
    client, host = client_of({ROWS: rows, unread("14"): OK})
    target = from_ann("2010", "13", "14", "15")
    assert client.mark_unread([target]) == [DONE]
    assert host.names == [ROWS, unread("14")]


def test_row_that_is_unread_stays_so_without_a_call() -> None:
    client, host = client_of({ROWS: listing(NEW, OLD)})
    assert client.mark_unread([from_ann("2010", "14", "15")]) == [DONE]
    assert host.names == [ROWS]


def test_row_far_down_becomes_unread_without_looking_for_it() -> None:
    client, host = client_of({ROWS: listing(OTHER, following=LINK), unread("14"): OK})
    assert client.mark_unread([from_ann("2005", "9", "14", "13")]) == [DONE]
    assert host.names == [ROWS, unread("14")]


def test_row_that_is_not_where_it_was_is_looked_for() -> None:
    pages = [listing(OTHER, following=LINK), listing(READ)]
    client, host = client_of({ROWS: pages, unread("14"): NO_ROUTE, unread("13"): OK})
    assert client.mark_unread([from_ann("2004", "14")]) == [DONE]
    assert host.names == [ROWS, unread("14"), ROWS, unread("13")]


def test_host_that_lost_the_call_is_found_out() -> None:
    client, _ = client_of({ROWS: listing(READ), unread("13"): gotosocial("059")})
    with pytest.raises(NotSupported):
        client.mark_unread([from_ann("2004", "13")])


# --- Remove ---------------------------------------------------------------------------


def test_known_rows_leave_the_list_after_a_look_at_its_top() -> None:
    script = {ROWS: listing(OTHER, following=LINK), removed("14"): OK, removed("9"): OK}
    client, host = client_of(script)
    targets = [from_ann("2005", "9", "14"), from_ann("2002", "9", "14", mine=True)]
    assert client.remove(targets) == [DONE, DONE]
    assert host.names == [ROWS, removed("9"), removed("14")]


def test_known_row_with_a_message_that_nobody_has_seen_stays() -> None:
    client, host = client_of({ROWS: listing(NEW, OLD), removed("14"): OK})
    assert client.remove([from_ann("2005", "14", "15")]) == [AGAIN]
    assert host.names == [ROWS, removed("14")]


def test_message_that_nobody_has_seen_in_an_unknown_row_is_told() -> None:
    client, host = client_of({ROWS: listing(NEW), removed("14"): OK})
    assert client.remove([from_ann("2005", "14")]) == [AGAIN]
    assert host.names == [ROWS, removed("14")]


def test_what_was_read_elsewhere_is_no_reason_to_stay() -> None:
    later = row("15", direct("2010", ANN, ME), ANN)
    client, host = client_of({ROWS: listing(later), removed("15"): OK})
    assert client.remove([from_ann("2005", "15")]) == [DONE]
    assert host.names == [ROWS, removed("15")]


def test_rows_that_are_gone_already_are_gone() -> None:
    client, _ = client_of({ROWS: listing(OTHER), removed("14"): gotosocial("063")})
    assert client.remove([from_ann("2005", "14")]) == [GONE]


def test_host_that_cannot_remove_known_rows_is_found_out() -> None:
    client, _ = client_of({ROWS: listing(READ), removed("13"): gotosocial("063")})
    with pytest.raises(NotSupported):
        client.remove([from_ann("2004", "13")])


def test_look_is_taken_again_after_a_while() -> None:
    clock = Clock()
    rows = [listing(OTHER), listing(OTHER, NEW)]
    client, host = client_of({ROWS: rows, removed("14"): OK})
    client.budgets = Budgets(clock)
    client.remove([from_ann("2005", "14")])
    clock.now += 16
    assert client.remove([from_ann("2004", "14")]) == [AGAIN]
    assert len(host.called(ROWS)) == 2


def test_look_of_one_client_serves_the_next() -> None:
    first, host = client_of({ROWS: listing(OTHER), removed("14"): OK, removed("9"): OK})
    second, other = client_of({removed("9"): OK})
    second.tops, second.budgets = first.tops, first.budgets
    first.remove([from_ann("2005", "14")])
    second.remove([from_ann("2003", "9")])
    assert (len(host.called(ROWS)), other.names) == (1, [removed("9")])


def test_row_that_cannot_be_read_is_never_removed() -> None:
    bad = {"id": "../x", "unread": True, "accounts": 5, "last_status": {"id": "2"}}
    script = {ROWS: listing(bad, 7, None), removed("14"): Answer(200, {})}
    client, host = client_of(script)
    assert client.remove([from_ann("2005", "14")]) == [DONE]
    assert host.names == [ROWS, removed("14")]
