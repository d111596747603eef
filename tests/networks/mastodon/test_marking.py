"""Marking read and unread, removing from the list, deleting."""

from dataclasses import replace

import pytest

from inboxhub.networks.base import Outcome, Target
from inboxhub.networks.errors import NotSupported, PermanentError, TemporaryError
from tests.networks.mastodon.accounts import (
    BOB,
    CAROL,
    GOTOSOCIAL,
    MASTODON,
    NO_ROUTE,
    OK,
    client_of,
    gotosocial,
    listing,
    mastodon,
    row,
    status,
)
from tests.networks.mastodon.rows import ANN, BEN, LINK, ME, ROWS, read, removed, unread
from tests.networks.replay import Answer

MARKERS, SET_MARKER = "GET /api/v1/markers", "POST /api/v1/markers"
DONE, GONE = Outcome("done"), Outcome("gone")
CONFLICT = Answer(409, {"error": "Conflict during update, please try again"})


def dismissed(identifier: str) -> str:
    return f"POST /api/v1/notifications/{identifier}/dismiss"


def from_ann(identifier: str) -> dict[str, object]:
    return status(identifier, ANN, ME, visibility="direct")


def direct(identifier: str, *, mine: bool = False) -> Target:
    return Target("direct", identifier, "1002", outgoing=mine)


def notice(identifier: str) -> Target:
    return Target("notification", identifier, notification_id=identifier)


def mention(identifier: str, notification: str = "") -> Target:
    return Target("status", identifier, "status:1", notification_id=notification)


def marker(identifier: str) -> Answer:
    return Answer(200, {"notifications": {"last_read_id": identifier}})


OTHER = row("20", status("2050", BEN, ME, visibility="direct"), BEN, unread=True)
NEW = row("15", from_ann("2010"), ANN, unread=True)
OLD = row("14", from_ann("2005"), ANN, unread=True)
READ = row("13", from_ann("2004"), ANN)

# --- Conversations --------------------------------------------------------------------


def test_conversation_is_marked_read_by_all_its_unread_rows() -> None:
    script = {ROWS: listing(OTHER, NEW, OLD, READ), read("15"): OK, read("14"): OK}
    client, host = client_of(script)
    assert client.mark_read([direct("2010"), direct("2003")]) == [DONE, DONE]
    assert host.names == [ROWS, read("15"), read("14")]


def test_recorded_conversation_is_marked_read() -> None:
    row_id = "01M7YFA4MVPV420BP7DP5PDYMB"
    client, host = client_of(
        {ROWS: gotosocial("047"), read(row_id): gotosocial("057")}, GOTOSOCIAL
    )
    target = Target("direct", "01M7YFA4MKDQZ9ZKMTK8JYDE3J", CAROL)
    assert client.mark_read([target]) == [DONE]
    assert host.names == [ROWS, read(row_id)]


def test_rows_are_looked_for_no_deeper_than_the_oldest_message() -> None:
    pages = [
        listing(NEW, following=LINK),
        listing(OLD, following=LINK.replace("2001", "1")),
    ]
    client, host = client_of({ROWS: pages, read("15"): OK, read("14"): OK})
    assert client.mark_read([direct("2007")]) == [DONE]
    assert host.names == [ROWS, ROWS, read("15")]


def test_list_without_an_end_is_left_in_the_end() -> None:
    pages = [
        listing(OTHER, following=LINK.replace("2001", str(9000 - number)))
        for number in range(100)
    ]
    client, host = client_of({ROWS: pages})
    assert client.mark_read([direct("2007")]) == [DONE]
    assert len(host.calls) == 25


def test_walk_is_shared_by_several_calls() -> None:
    client, host = client_of(
        {ROWS: listing(OTHER, NEW), read("15"): OK, read("20"): OK}
    )
    client.mark_read([direct("2010")])
    client.mark_read([Target("direct", "2050", "1003")])
    assert host.names == [ROWS, read("15"), read("20")]


def test_conversation_that_was_marked_read_can_be_removed_at_once() -> None:
    client, host = client_of({ROWS: listing(NEW), read("15"): OK, removed("15"): OK})
    client.mark_read([direct("2010")])
    assert client.mark_read([direct("2010")]) == [DONE]
    assert client.remove([direct("2010")]) == [DONE]
    assert client.remove([direct("2010")]) == [GONE]
    assert host.names == [ROWS, read("15"), removed("15")]


def test_message_that_came_after_the_walk_is_looked_for_anew() -> None:
    rows = [listing(READ), listing(NEW, READ)]
    client, host = client_of({ROWS: rows, read("15"): OK})
    client.mark_read([direct("2004")])
    assert client.mark_read([direct("2010")]) == [DONE]
    assert host.names == [ROWS, ROWS, read("15")]


def test_conversation_without_rows_is_read_already() -> None:
    client, host = client_of({ROWS: listing(OTHER)})
    assert client.mark_read([direct("2010")]) == [DONE]
    assert host.names == [ROWS]


@pytest.mark.parametrize("rows", [(), ("13",)], ids=["none known", "one known"])
def test_message_without_a_row_is_not_gone_when_it_is_marked_unread(
    rows: tuple[str, ...],
) -> None:
    """Of filtered people, and of conversations that left the list, there is none."""
    client, _ = client_of({ROWS: listing(OTHER), unread("13"): gotosocial("060")})
    target = replace(direct("2010"), conversation_ids=rows)
    assert client.mark_unread([target]) == [DONE]


def test_own_messages_are_never_marked() -> None:
    client, host = client_of({})
    assert client.mark_read([direct("2010", mine=True)]) == [DONE]
    assert host.calls == []


def test_404_of_a_row_that_is_gone_is_done() -> None:
    client, _ = client_of(
        {ROWS: [listing(NEW), listing()], read("15"): gotosocial("060")}
    )
    assert client.mark_read([direct("2010")]) == [DONE]


def test_404_of_a_row_that_is_still_there_is_a_missing_call() -> None:
    client, host = client_of({ROWS: listing(READ), unread("13"): gotosocial("059")})
    with pytest.raises(NotSupported):
        client.mark_unread([direct("2004")])
    assert host.names == [ROWS, unread("13"), ROWS]


def test_newest_row_of_a_conversation_becomes_unread() -> None:
    rows = listing(row("15", from_ann("2010"), ANN), READ)
    client, host = client_of({ROWS: rows, unread("15"): OK})
    assert client.mark_unread([direct("2010"), direct("2004")]) == [DONE, DONE]
    assert host.names == [ROWS, unread("15")]


def test_notices_are_unread_here_only() -> None:
    client, host = client_of({})
    assert client.mark_unread([notice("100"), mention("2001", "99")]) == [DONE, DONE]
    assert host.calls == []


def test_all_rows_of_a_conversation_leave_the_list() -> None:
    client, host = client_of({ROWS: listing(OTHER, READ), removed("13"): OK})
    assert client.remove([direct("2004"), direct("2002", mine=True)]) == [DONE, DONE]
    assert host.names == [ROWS, removed("13")]


def test_recorded_removal_and_its_repetition() -> None:
    row_id = "01M7YFA4MJ8EQ42CAYNYN4KPNP"
    target = Target("direct", "01M7YFA4ME1K79MMHCAF9ZPV4J", BOB)
    rows = gotosocial("047").body
    assert isinstance(rows, list)
    one = listing(*(r for r in rows if r["id"] == row_id))
    for answer, after, told in (("061", one, DONE), ("062", listing(), GONE)):
        client, _ = client_of(
            {ROWS: [one, after], removed(row_id): gotosocial(answer)}, GOTOSOCIAL
        )
        assert client.remove([target]) == [told]


def test_removed_conversation_is_gone_already() -> None:
    client, _ = client_of({ROWS: listing(OTHER)})
    assert client.remove([direct("2010")]) == [GONE]


def test_message_that_nobody_has_seen_is_not_swept_away() -> None:
    client, host = client_of({ROWS: listing(NEW, READ), removed("13"): OK})
    assert client.remove([direct("2004")]) == [Outcome("failed", "written-again")]
    assert host.names == [ROWS, removed("13")]


def test_host_that_cannot_remove_says_so() -> None:
    client, _ = client_of(
        {ROWS: listing(READ), removed("13"): Answer(501, {"error": "no"})}
    )
    with pytest.raises(NotSupported):
        client.remove([direct("2004")])


def test_trouble_is_raised_and_is_no_outcome() -> None:
    client, _ = client_of({ROWS: listing(NEW), read("15"): Answer(502, "<html>")})
    with pytest.raises(TemporaryError):
        client.mark_read([direct("2010")])


# --- Notices --------------------------------------------------------------------------


def test_marker_moves_to_the_newest_of_all() -> None:
    client, host = client_of({MARKERS: marker("80"), SET_MARKER: OK})
    targets = [notice("99"), mention("2001", "100"), mention("2002")]
    assert client.mark_read(targets) == [DONE, DONE, DONE]
    assert [call.body for call in host.called(SET_MARKER)] == [
        {"notifications": {"last_read_id": "100"}}
    ]


@pytest.mark.parametrize("there", ["100", "101", "1000"])
def test_marker_is_never_set_back(there: str) -> None:
    client, host = client_of({MARKERS: marker(there)})
    assert client.mark_read([notice("100")]) == [DONE]
    assert host.names == [MARKERS]


def test_marker_that_was_never_set_is_set() -> None:
    client, host = client_of(
        {MARKERS: gotosocial("081"), SET_MARKER: gotosocial("082")}
    )
    assert client.mark_read([notice("01M7YFA854KW2NX15XV298Q3M8")]) == [DONE]
    assert SET_MARKER in host.names


def test_conflict_is_tried_once_more_after_reading_again() -> None:
    client, host = client_of({MARKERS: marker("80"), SET_MARKER: [CONFLICT, OK]})
    assert client.mark_read([notice("100")]) == [DONE]
    assert host.names == [MARKERS, SET_MARKER, MARKERS, SET_MARKER]
    client, host = client_of({MARKERS: marker("80"), SET_MARKER: CONFLICT})
    with pytest.raises(TemporaryError):
        client.mark_read([notice("100")])


def test_marker_that_cannot_be_read_is_not_moved() -> None:
    client, host = client_of({MARKERS: Answer(422, {"error": "x"}), SET_MARKER: OK})
    assert client.mark_read([notice("100")]) == [Outcome("failed", "refused")]
    assert SET_MARKER not in host.names


def test_host_without_markers_is_not_asked() -> None:
    client, host = client_of({}, replace(MASTODON, missing={"markers": "off"}))
    assert client.mark_read([notice("100")]) == [DONE]
    assert host.calls == []


def test_notices_are_dismissed_one_by_one() -> None:
    client, host = client_of({dismissed("25"): mastodon("042"), dismissed("26"): OK})
    assert client.remove([notice("25"), mention("2001", "26")]) == [DONE, DONE]
    assert host.names == [dismissed("25"), dismissed("26")]


def test_notice_that_was_dismissed_is_gone() -> None:
    listed = "GET /api/v1/notifications"
    client, host = client_of({dismissed("25"): NO_ROUTE, listed: listing()})
    assert client.remove([notice("25")]) == [GONE]
    assert host.names == [dismissed("25"), f"{listed}/25", listed]


def test_host_that_neither_dismisses_nor_shows_single_notices_is_found_out() -> None:
    rows = listing({"id": "25", "type": "follow"})
    client, _ = client_of({"GET /api/v1/notifications": rows})
    with pytest.raises(NotSupported):
        client.remove([notice("25")])


def test_host_that_cannot_dismiss_is_found_out() -> None:
    identifier = "01M7YFA856ZY0F19S1T4C4AYF3"
    script = {
        dismissed(identifier): gotosocial("075"),
        f"GET /api/v1/notifications/{identifier}": gotosocial("073"),
    }
    client, _ = client_of(script, GOTOSOCIAL)
    with pytest.raises(NotSupported):
        client.remove([notice(identifier)])


def test_what_has_no_notification_cannot_be_dismissed() -> None:
    client, host = client_of({})
    targets = [mention("2001"), Target("announcement", "1")]
    assert client.remove(targets) == [Outcome("failed", "no-list-of-it")] * 2
    assert host.calls == []


# --- Statuses -------------------------------------------------------------------------


def test_own_status_is_deleted() -> None:
    name = "DELETE /api/v1/statuses/117020593780198542"
    client, host = client_of({name: mastodon("013")})
    target = Target("direct", "117020593780198542", "1002", outgoing=True)
    assert client.delete([target]) == [DONE]
    assert host.names == [name]


def test_status_that_is_deleted_is_gone() -> None:
    client, _ = client_of({})
    assert client.delete([direct("1", mine=True), direct("2", mine=True)]) == [
        GONE,
        GONE,
    ]


def test_what_others_wrote_is_not_even_tried() -> None:
    client, host = client_of({})
    outcomes = client.delete([direct("1"), notice("2"), Target("status", "3")])
    assert outcomes == [Outcome("failed", "not-yours")] * 3
    assert host.calls == []


def test_refused_delete_fails_with_its_code() -> None:
    name = "DELETE /api/v1/statuses/1"
    client, _ = client_of(
        {name: Answer(422, {"error": "バリデーションに失敗しました"})}
    )
    assert client.delete([direct("1", mine=True)]) == [Outcome("failed", "refused")]


def test_deletes_wait_when_thirty_are_done() -> None:
    client, host = client_of({f"DELETE /api/v1/statuses/{n}": OK for n in range(40)})
    with pytest.raises(TemporaryError) as caught:
        client.delete([direct(str(n), mine=True) for n in range(40)])
    assert not caught.value.sent
    assert 1700 < (caught.value.retry_after or 0) <= 1800
    assert len(host.calls) == 30


@pytest.mark.parametrize(
    "identifier", ["", "..", "1/read", "1?x=1", "a" * 99, "é", "1\n"]
)
def test_what_is_no_id_is_never_sent(identifier: str) -> None:
    client, host = client_of({})
    target = Target("status", identifier, outgoing=True)
    for call in (client.delete, client.remove, client.mark_read):
        with pytest.raises(PermanentError):
            call([target])
    with pytest.raises(PermanentError):
        client.get(target)
    assert client.missing([target]) == frozenset()
    assert host.calls == []
