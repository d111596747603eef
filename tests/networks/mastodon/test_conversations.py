"""The listing of conversations: rows to messages, threads, paging by `Link`."""

from collections.abc import Sequence

from inboxhub.networks.base import Unreadable
from tests.networks.mastodon.accounts import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    GOTOSOCIAL,
    HOST,
    Reply,
    client_of,
    direct,
    gotosocial,
    listing,
    messages,
    row,
    status,
    walk,
)
from tests.networks.mastodon.rows import ANN, BEN, LINK, ME, ROWS
from tests.networks.replay import Answer

STATUSES = "GET /api/v1/statuses"


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


def test_row_lifted_during_the_walk_comes_with_the_next_pull() -> None:
    low = row("13", direct("2001", BEN, ME), BEN)
    lifted = row("13", direct("2010", BEN, ME), BEN, unread=True)
    high = row("15", direct("2009", ANN, ME), ANN)
    before = {"ancestors": [direct("2001", BEN, ME)], "descendants": []}
    rows = [listing(high, following=LINK), listing(), listing(lifted, high)]
    alone = Answer(200, {"ancestors": [], "descendants": []})
    contexts = {"2009": alone, "2010": Answer(200, before)}
    script = {f"{STATUSES}/{one}/context": reply for one, reply in contexts.items()}
    client, _ = client_of({**script, ROWS: rows})
    first = walk(client, "conversations")
    assert low["id"] not in {i.remote_id for page in first for i in page.items}
    page = client.pull("conversations", None, newest=first[0].newest)
    around = client.pull("conversations", page.next)
    found = messages((*page.items, *around.items))
    assert [item.remote_id for item in found] == ["2010", "2009", "2001"]


def test_row_that_came_back_under_a_new_id_is_the_same_conversation() -> None:
    old, new = direct("2001", BEN, ME), direct("2010", BEN, ME)
    rows = [listing(row("13", old, BEN)), listing(row("21", new, BEN, unread=True))]
    client, _ = client_of({ROWS: rows})
    (before,) = messages(client.pull("conversations", None).items)
    (after,) = messages(client.pull("conversations", None, newest="2010").items)
    assert before.conversation_key == after.conversation_key
    assert (before.conversation_ids, after.conversation_ids) == (("13",), ("21",))


def test_people_of_a_row_may_be_nobody_or_oneself() -> None:
    rows = [
        row("15", direct("2003", ME), ME),
        row("14", direct("2002", ANN, ME)),
        {**row("13", direct("2001", BEN, ME)), "accounts": None},
    ]
    client, _ = client_of({ROWS: listing(*rows)})
    items = messages(client.pull("conversations", None).items)
    assert [item.conversation_key for item in items] == ["self", "1002", "1003"]
    people = [[one.remote_id for one in item.participants] for item in items]
    assert people == [[], ["1002"], ["1003"]]


def test_same_link_twice_ends_the_listing() -> None:
    client, _ = client_of({ROWS: listing(following=LINK)})
    assert len(walk(client, "conversations")) == 2


def test_link_to_another_host_gets_no_token() -> None:
    evil = LINK.replace(HOST, "evil.example")
    client, host = client_of({ROWS: [listing(following=evil), listing()]})
    walk(client, "conversations")
    assert [call.url.split("/")[2] for call in host.calls] == [HOST, HOST]
    assert dict(host.calls[1].query)["max_id"] == "2001"
