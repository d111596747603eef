"""The listings: paging by `Link`, unread by rows and marker, one item per status."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from inboxhub.networks.base import (
    NotSupported,
    Page,
    RemoteMessage,
    TemporaryError,
    Unreadable,
)
from inboxhub.networks.mastodon import Client
from tests.networks.mastodon.accounts import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    GOTOSOCIAL,
    HOST,
    MASTODON,
    NO_ROUTE,
    OLD,
    Reply,
    client_of,
    gotosocial,
    listing,
    mastodon,
    messages,
    person,
    row,
    status,
)
from tests.networks.replay import Answer

ME, ANN, BEN = person(MASTODON.id, "me"), person("1002", "ann"), person("1003", "ben")
ROWS = "GET /api/v1/conversations"
NOTICES = "GET /api/v1/notifications"
MARKERS = "GET /api/v1/markers"
STATUSES = "GET /api/v1/statuses"
OWN = f"GET /api/v1/accounts/{MASTODON.id}/statuses"
FOLLOWS = "GET /api/v1/follow_requests"
LINK = f"https://{HOST}/api/v1/conversations?limit=40&max_id=2001"
NO_MARKER = Answer(200, {})


def direct(
    identifier: str, author: dict[str, object], *to: dict[str, object]
) -> dict[str, object]:
    return status(identifier, author, *to, visibility="direct")


def marker(identifier: str) -> Answer:
    return Answer(200, {"notifications": {"last_read_id": identifier, "version": 1}})


def notice(identifier: str, kind: str, **more: object) -> dict[str, object]:
    when = "2026-08-01T13:00:00.000Z"
    return {"id": identifier, "type": kind, "created_at": when, "account": ANN, **more}


def walk(client: Client, name: str) -> list[Page]:
    pages = [client.pull(name, None)]
    while pages[-1].next and len(pages) < 50:
        pages.append(client.pull(name, pages[-1].next))
    return pages


# --- Conversations --------------------------------------------------------------------


def test_rows_with_the_same_people_are_one_conversation() -> None:
    client, _ = client_of({ROWS: gotosocial("047")}, GOTOSOCIAL)
    items = messages(client.pull("conversations", None).items)
    keys = {item.conversation_key for item in items}
    assert keys == {BOB, CAROL, f"{DAVE},{CAROL}"}
    assert len(items) == 15
    assert ALICE not in {p.remote_id for item in items for p in item.participants}


def test_people_of_a_row_are_named() -> None:
    client, _ = client_of({ROWS: gotosocial("047")}, GOTOSOCIAL)
    items = messages(client.pull("conversations", None).items)
    group = next(item for item in items if "," in item.conversation_key)
    assert {p.name for p in group.participants} == {"carol", "dave"}


def test_recorded_walk_goes_by_links_to_its_end() -> None:
    pages = [
        gotosocial(number) for number in ("048", "049", "050", "051", "052", "053")
    ]
    alone = Answer(200, {"ancestors": [], "descendants": []})
    script: dict[str, Reply | Sequence[Reply]] = {ROWS: pages}
    for page in pages:
        for item in page.body if isinstance(page.body, list) else []:
            script[f"{STATUSES}/{item['last_status']['id']}/context"] = alone
    client, host = client_of(script, GOTOSOCIAL)
    items = [item for page in walk(client, "conversations") for item in page.items]
    assert len({item.remote_id for item in items}) == 15
    asked = [dict(call.query) for call in host.called(ROWS)]
    assert [query.get("max_id", "") for query in asked] == [
        "",
        "01M7YFA4M4W4GGFNWA5X7YH1F1",
        "01M7YFA4JH2AH1EGDYMF8DX85G",
        "01M7YFA4HPBXQ4A6NG2MBF9FWQ",
        "01M7YFA238B8C77508QQ5RMH45",
        "01M7YFA21RMX59E96YDN5SGGV2",
    ]
    assert len([n for n in host.names if n.endswith("/context")]) == 15


def test_unread_is_told_of_the_last_message_of_a_row() -> None:
    rows = [
        row("15", direct("2003", ANN, ME), ANN, unread=True),
        row("14", direct("2002", BEN, ME), BEN),
        row("13", direct("2001", ME, BEN), BEN, unread=True),
    ]
    client, _ = client_of({ROWS: listing(*rows)})
    items = messages(client.pull("conversations", None).items)
    assert [item.unread for item in items] == [True, False, False]


def test_read_row_reads_what_is_older_unless_another_row_of_these_people_is_unread() -> (
    None
):
    rows = [
        row("15", direct("2005", ANN, ME), ANN),
        row("14", direct("2004", BEN, ME), BEN),
        row("13", direct("2003", ANN, ME), ANN, unread=True),
    ]
    client, _ = client_of({ROWS: listing(*rows)})
    items = messages(client.pull("conversations", None).items)
    assert [item.read_through for item in items] == [False, True, False]


def test_row_without_a_last_status_is_passed_over() -> None:
    rows = [row("15", None, ANN), row("14", direct("2002", BEN, ME))]
    client, _ = client_of({ROWS: listing(*rows)})
    assert [i.remote_id for i in client.pull("conversations", None).items] == ["2002"]


def test_bad_row_never_hides_the_others() -> None:
    good = row("14", direct("2002", BEN, ME), BEN)
    bad = {
        "id": "13",
        "unread": True,
        "accounts": 5,
        "last_status": {"id": "1", "visibility": "direct"},
    }
    client, _ = client_of({ROWS: listing(bad, 7, good)})
    items = client.pull("conversations", None).items
    assert [isinstance(item, Unreadable) for item in items] == [True, True, False]


def test_threads_that_moved_are_fetched_before_the_next_page() -> None:
    rows = [
        row("15", direct("2009", ANN, ME), ANN),
        row("14", direct("2001", BEN, ME), BEN),
    ]
    context = {
        "ancestors": [direct("2007", ANN, ME), status("2006", ANN)],
        "descendants": [],
    }
    context_of = f"{STATUSES}/2009/context"
    pages = [listing(*rows, following=LINK), listing()]
    client, host = client_of({ROWS: pages, context_of: Answer(200, context)})
    first = client.pull("conversations", None, newest="2005")
    second = client.pull("conversations", first.next)
    third = client.pull("conversations", second.next)
    assert [i.remote_id for i in first.items] == ["2009", "2001"]
    assert [i.remote_id for i in second.items] == ["2007"]
    assert (third.items, third.next) == ((), None)
    assert host.names == [ROWS, context_of, ROWS]
    assert first.newest == "2009"


def test_quiet_pull_costs_one_call() -> None:
    rows = [row("15", direct("2009", ANN, ME), ANN)]
    client, host = client_of({ROWS: listing(*rows)})
    page = client.pull("conversations", None, newest="2009")
    assert (page.next, page.newest) == (None, "2009")
    assert host.names == [ROWS]


def test_thread_that_is_gone_does_not_stop_the_walk() -> None:
    rows = [
        row("15", direct("2009", ANN, ME), ANN),
        row("14", direct("2008", BEN, ME), BEN),
    ]
    context = {"ancestors": [direct("2007", BEN, ME)], "descendants": "x"}
    script = {ROWS: listing(*rows), f"{STATUSES}/2008/context": Answer(200, context)}
    client, _ = client_of(script)
    pages = walk(client, "conversations")
    assert [i.remote_id for page in pages for i in page.items] == [
        "2009",
        "2008",
        "2007",
    ]


def test_short_or_empty_page_with_a_link_is_not_the_end() -> None:
    script = {
        ROWS: [
            listing(following=LINK),
            listing(following=LINK.replace("2001", "1001")),
            listing(),
        ],
    }
    client, _ = client_of(script)
    assert len(walk(client, "conversations")) == 3


def test_same_link_twice_ends_the_listing() -> None:
    client, _ = client_of({ROWS: listing(following=LINK)})
    assert len(walk(client, "conversations")) == 2


def test_link_to_another_host_gets_no_token() -> None:
    evil = LINK.replace(HOST, "evil.example")
    client, host = client_of({ROWS: [listing(following=evil), listing()]})
    walk(client, "conversations")
    assert [call.url.split("/")[2] for call in host.calls] == [HOST, HOST]
    assert dict(host.calls[1].query)["max_id"] == "2001"


# --- Notifications --------------------------------------------------------------------


def test_recorded_notifications_are_read_with_their_kinds() -> None:
    client, _ = client_of(
        {NOTICES: gotosocial("069"), MARKERS: gotosocial("081")}, GOTOSOCIAL
    )
    items = messages(client.pull("notifications", None).items)
    kinds = {item.kind for item in items}
    assert kinds == {"message", "mention", "reply", "favourite", "boost"} & kinds
    assert "message" in kinds
    assert "follow-request" not in kinds  # they have a listing of their own


def test_what_is_newer_than_the_marker_is_unread() -> None:
    rows = [notice("100", "follow"), notice("99", "follow"), notice("98", "follow")]
    client, _ = client_of({NOTICES: listing(*rows), MARKERS: marker("99")})
    items = messages(client.pull("notifications", None).items)
    assert [item.unread for item in items] == [True, False, False]


def test_where_no_marker_was_ever_set_nothing_is_known() -> None:
    script = {NOTICES: listing(notice("100", "follow")), MARKERS: NO_MARKER}
    client, _ = client_of(script)
    assert messages(client.pull("notifications", None).items)[0].unread is None


def test_marker_that_was_set_back_does_not_bring_back_what_was_read() -> None:
    rows = listing(notice("100", "follow"), notice("90", "follow"))
    client, _ = client_of({NOTICES: rows, MARKERS: [marker("95"), marker("5")]})
    first = client.pull("notifications", None)
    second = client.pull("notifications", None, newest=first.newest)
    assert [i.unread for i in messages(first.items)] == [True, False]
    assert [i.unread for i in messages(second.items)] == [True, False]


def test_older_pages_know_the_marker_of_the_first() -> None:
    link = f"https://{HOST}/api/v1/notifications?max_id=90"
    pages = [
        listing(notice("100", "follow"), following=link),
        listing(notice("89", "follow")),
    ]
    client, host = client_of({NOTICES: pages, MARKERS: marker("88")})
    found = [messages(page.items)[0].unread for page in walk(client, "notifications")]
    assert found == [True, True]
    assert host.names.count(MARKERS) == 1


def test_read_state_of_a_direct_message_is_that_of_its_row() -> None:
    raw = notice("100", "mention", status=direct("2001", ANN, ME))
    client, _ = client_of({NOTICES: listing(raw), MARKERS: marker("200")})
    assert messages(client.pull("notifications", None).items)[0].unread is None


def test_mention_and_its_edit_are_one_item() -> None:
    raw = status("2001", ANN, ME)
    rows = [notice("101", "update", status=raw), notice("100", "mention", status=raw)]
    client, _ = client_of({NOTICES: listing(*rows), MARKERS: marker("5")})
    (item,) = messages(client.pull("notifications", None).items)
    assert (item.notification_id, item.unread) == ("100", True)


def test_hosts_of_today_are_told_which_kinds_are_known() -> None:
    for facts, told in ((MASTODON, True), (OLD, False)):
        client, host = client_of({NOTICES: listing(), MARKERS: NO_MARKER}, facts)
        client.pull("notifications", None)
        names = {name for name, _ in host.called(NOTICES)[0].query}
        assert ("supported_types[]" in names) is told


# --- Own statuses, requests, announcements --------------------------------------------


def test_own_listing_keeps_direct_messages_and_answers() -> None:
    rows = [
        direct("2005", ME, ANN),
        status("2004", ME),
        status("2003", ME, ANN, in_reply_to_id="2001", in_reply_to_account_id="1002"),
        status("2002", ME, reblog=status("5", ANN)),
    ]
    parent = status(
        "2001", ANN, ME, in_reply_to_id="9", in_reply_to_account_id=MASTODON.id
    )
    client, host = client_of(
        {OWN: listing(*rows), f"{STATUSES}/2001": Answer(200, parent)}
    )
    items = messages(client.pull("own", None).items)
    assert [(i.remote_id, i.conversation_key) for i in items] == [
        ("2005", "1002"),
        ("2003", "status:9"),
    ]
    assert all(item.outgoing and item.unread is False for item in items)
    assert host.names == [OWN, f"{STATUSES}/2001"]


def test_several_answered_statuses_are_looked_up_at_once() -> None:
    rows = [
        status(
            f"300{n}", ME, ANN, in_reply_to_id=f"200{n}", in_reply_to_account_id="1002"
        )
        for n in range(3)
    ]
    client, host = client_of({OWN: listing(*rows), STATUSES: listing()})
    items = messages(client.pull("own", None).items)
    assert [item.conversation_key for item in items] == [
        f"status:200{n}" for n in range(3)
    ]
    assert host.names == [OWN, STATUSES]


def test_old_host_is_not_asked_again_for_what_known_answers_answer() -> None:
    rows = [
        status(
            f"300{n}", ME, ANN, in_reply_to_id=f"200{n}", in_reply_to_account_id="1002"
        )
        for n in (2, 1, 0)
    ]
    own = f"GET /api/v1/accounts/{OLD.id}/statuses"
    rows = [{**row, "account": person(OLD.id, "me")} for row in rows]
    client, host = client_of({own: listing(*rows, following=LINK)}, OLD)
    page = client.pull("own", None, newest="3001")
    assert [item.remote_id for item in page.items] == ["3002"]
    assert host.names == [own, f"{STATUSES}/2002"]
    assert page.next
    assert page.next.endswith("since=3001")
    assert page.newest == "3002"


def test_recorded_own_listing_has_own_direct_statuses() -> None:
    name = f"GET /api/v1/accounts/{ALICE}/statuses"
    client, _ = client_of({name: gotosocial("044")}, GOTOSOCIAL)
    items = messages(client.pull("own", None).items)
    assert {item.source for item in items} >= {"direct"}
    assert all(item.outgoing for item in items)


def test_follow_requests_take_their_time_from_their_notifications() -> None:
    asked = notice("5", "follow_request")
    follow = {**notice("6", "follow"), "account": BEN}
    script = {FOLLOWS: listing(ANN, BEN), NOTICES: listing(follow, asked)}
    client, _ = client_of(script)
    page = client.pull("follow-requests", None)
    first, second = messages(page.items)
    assert first.sent_at.isoformat() == "2026-08-01T13:00:00+00:00"
    assert second.sent_at - first.sent_at > timedelta(days=1)


def test_follow_request_without_a_notification_keeps_the_time_it_was_first_seen() -> (
    None
):
    client, _ = client_of({FOLLOWS: listing(ANN), NOTICES: NO_ROUTE})
    seen = "1002=2026-01-01T00:00:00+00:00"
    page = client.pull("follow-requests", None, newest=seen)
    (item,) = messages(page.items)
    assert item.sent_at.isoformat() == "2026-01-01T00:00:00+00:00"
    assert page.newest == seen


@pytest.mark.parametrize("number", ["079", "129", "182", "227"])
def test_recorded_follow_requests_are_read(number: str) -> None:
    client, _ = client_of({FOLLOWS: mastodon(number), NOTICES: listing()})
    assert messages(client.pull("follow-requests", None).items)


def test_filtered_people_are_listed() -> None:
    client, _ = client_of({"GET /api/v1/notifications/requests": mastodon("031")})
    (item,) = messages(client.pull("filtered", None).items)
    assert item.source == "notification_request"


def test_announcements_are_listed_with_those_that_were_dismissed() -> None:
    where = "GET /api/v1/announcements"
    raw = {
        "id": "1",
        "content": "<p>x</p>",
        "published_at": "2026-08-01T13:00:00Z",
        "read": True,
    }
    client, host = client_of({where: listing(raw)})
    (item,) = messages(client.pull("announcements", None).items)
    assert item.unread is False
    assert dict(host.calls[0].query) == {"with_dismissed": "true"}


# --- All of them ----------------------------------------------------------------------


def test_listings_are_those_that_the_host_gives() -> None:
    names = [one.name for one in client_of({}, GOTOSOCIAL)[0].listings()]
    assert names == ["conversations", "notifications", "own", "follow-requests"]
    assert len(client_of({}, MASTODON)[0].listings()) == 6


@pytest.mark.parametrize("name", ["filtered", "announcements", "nonsense"])
def test_listing_that_is_not_given_is_refused_without_a_call(name: str) -> None:
    client, host = client_of({}, GOTOSOCIAL)
    with pytest.raises(NotSupported):
        client.pull(name, None)
    assert host.calls == []


def test_listing_that_the_host_lost_is_not_supported() -> None:
    client, _ = client_of({})
    with pytest.raises(NotSupported):
        client.pull("conversations", None)


@pytest.mark.parametrize("body", [{}, {"error": "x"}, "text", 7, None])
@pytest.mark.parametrize("name", ["conversations", "notifications", "own", "filtered"])
def test_listing_that_is_no_list_is_temporary(name: str, body: object) -> None:
    answer = Answer(200, body)
    script = {ROWS: answer, NOTICES: answer, OWN: answer, MARKERS: NO_MARKER}
    client, _ = client_of({**script, "GET /api/v1/notifications/requests": answer})
    with pytest.raises(TemporaryError):
        client.pull(name, None)


def test_same_direct_message_is_the_same_from_every_side() -> None:
    raw = direct("2001", ANN, ME)
    script = {
        ROWS: listing(row("15", raw, ANN, unread=True)),
        NOTICES: listing(notice("100", "mention", status=raw)),
        MARKERS: NO_MARKER,
        OWN: listing(raw),
        f"{STATUSES}/2001": Answer(200, raw),
    }
    client, _ = client_of(script)
    found = [
        client.pull(name, None).items[0]
        for name in ("conversations", "notifications", "own")
    ]
    sides = [item for item in found if isinstance(item, RemoteMessage)]
    assert len(sides) == 3
    for name in (
        "source",
        "remote_id",
        "conversation_key",
        "box",
        "kind",
        "extra",
        "text",
        "html",
    ):
        assert len({repr(getattr(side, name)) for side in sides}) == 1
