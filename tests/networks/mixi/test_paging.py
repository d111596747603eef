"""Lists longer than an answer, that move while they are read, in any order."""

from datetime import UTC, datetime
from itertools import count as count_up

import pytest

from inboxhub.lib.http import BodyTooLarge
from inboxhub.networks.base import RemoteMessage, Target
from inboxhub.networks.errors import TemporaryError
from inboxhub.networks.mixi.listing import Looks
from inboxhub.networks.mixi.values import JAPAN
from tests.networks.mixi.host import (
    INBOX,
    Call,
    Mailbox,
    Script,
    client_of,
    messages,
    pulled,
    row,
    targets,
)
from tests.networks.replay import Answer

NEWEST = "2010-11-10T08:26:23Z 2011-11-11T00:00:00Z"
SECOND = datetime(2010, 11, 10, 17, 26, 23, tzinfo=JAPAN)


def mailbox(count: int) -> Mailbox:
    return Mailbox([row(number) for number in range(count, 0, -1)])


@pytest.mark.parametrize("totals", [True, False])
@pytest.mark.parametrize("clamp", [50, 20, 7, 1])
@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 120])
def test_every_message_is_listed(count: int, clamp: int, *, totals: bool) -> None:
    box = mailbox(count)
    box.clamp, box.totals = clamp, totals
    client, host = client_of(box.script())
    assert list(dict.fromkeys(pulled(client))) == box.ids
    assert len(host.calls) <= 3 + 1.4 * count / min(clamp, 45)


def test_pages_start_where_the_rows_before_end_less_a_few() -> None:
    client, host = client_of(mailbox(120).script())
    pulled(client)
    assert [call.query.get("startIndex") for call in host.calls] == [None, "45", "90"]
    assert {call.query["count"] for call in host.calls} == {"50"}


def test_newer_messages_while_paging_double_nothing_within_a_page() -> None:
    box = mailbox(120)
    box.between = [lambda b: b.rows.insert(0, row(len(b.rows) + 1))] * 3
    client, _ = client_of(box.script())
    found = pulled(client)
    assert {f"m{number}" for number in range(1, 121)} <= set(found)
    page = client.pull("inbox", None)
    assert len({item.remote_id for item in page.items}) == len(page.items) == 50


def test_few_deletions_while_paging_skip_nothing() -> None:
    box = mailbox(120)
    box.between = [lambda b: b.take(["m118", "m110", "m90", "m80", "m71"])]
    client, _ = client_of(box.script())
    assert set(box.ids) <= set(pulled(client))


def test_many_deletions_while_paging_are_made_good_by_the_next_reading() -> None:
    box = mailbox(120)
    box.between = [lambda b: b.take(b.ids[:40])]
    client, _ = client_of(box.script())
    assert len(set(pulled(client))) < 120
    assert list(dict.fromkeys(pulled(client))) == box.ids


def test_next_pull_asks_only_for_what_is_newer_with_an_overlap() -> None:
    box = mailbox(3)
    client, host = client_of(box.script())
    first = client.pull("inbox", None)
    box.rows.insert(0, row(4))
    second = client.pull("inbox", None, newest=first.newest)
    assert [item.remote_id for item in second.items] == ["m4", "m3"]
    assert len(host.calls) == 2
    assert host.calls[1].query["updatedSince"] == "2010-11-10T09:20:00Z"
    assert second.next is None


def test_time_in_the_address_never_has_a_bare_plus() -> None:
    client, host = client_of(mailbox(1).script())
    client.pull("inbox", None, newest="2010-11-10T17:26:23+09:00")
    assert "+" not in host.calls[0].url
    assert "updatedSince=2010-11-10T08%3A16%3A23Z" in host.calls[0].url


def test_sixty_messages_of_one_second_across_a_page_edge_all_arrive() -> None:
    box = Mailbox([row(number, at=SECOND) for number in range(60)])
    client, _ = client_of(box.script())
    first = client.pull("inbox", None)
    late = client.pull("inbox", None, newest=first.newest)
    found = {item.remote_id for item in late.items}
    position = late.next
    while position:
        page = client.pull("inbox", position)
        found |= {item.remote_id for item in page.items}
        position = page.next
    assert found == set(box.ids)


def test_later_pages_of_a_pull_keep_its_time() -> None:
    client, host = client_of(
        Mailbox([row(number, at=SECOND) for number in range(60)]).script(),
    )
    page = client.pull("inbox", None, newest=NEWEST)
    assert page.next is not None
    client.pull("inbox", page.next)
    since = [call.query["updatedSince"] for call in host.calls]
    assert since == ["2010-11-10T08:16:23Z"] * 2


def test_oldest_first_is_read_whole_and_turned_round() -> None:
    box = Mailbox([row(number) for number in range(1, 121)])
    client, _ = client_of(box.script())
    page = client.pull("inbox", None)
    assert [m.remote_id for m in messages(page)] == box.ids[::-1]
    assert page.next is None
    again = client.pull("inbox", None, newest=page.newest)
    assert [m.remote_id for m in messages(again)] == ["m120"]


def test_no_order_at_all_is_read_whole_and_sorted() -> None:
    numbers = [number * 37 % 120 for number in range(120)]
    client, _ = client_of(Mailbox([row(number) for number in numbers]).script())
    page = client.pull("inbox", None)
    moments = [message.sent_at for message in messages(page)]
    assert len(moments) == 120
    assert moments == sorted(moments, reverse=True)


def test_long_listing_that_is_oldest_first_shows_its_newest() -> None:
    box = Mailbox([row(number) for number in range(1, 3001)])
    client, host = client_of(box.script())
    page = client.pull("inbox", None)
    assert page.items[0].remote_id == "m3000"
    assert len(host.calls) < 50


def test_message_from_the_future_does_not_hide_what_comes() -> None:
    rows = [row(1, at=datetime(2099, 1, 1, tzinfo=UTC))]
    headers = {"date": "Wed, 10 Nov 2010 09:00:00 GMT"}
    client, _ = client_of({f"GET {INBOX}": Answer(200, {"entry": rows}, headers)})
    page = client.pull("inbox", None)
    assert page.newest == "2010-11-10T09:00:00Z 2010-11-10T09:00:00Z"


def test_message_without_a_time_does_not_hide_what_comes() -> None:
    box = Mailbox([row(2) | {"timeSent": None}, row(1)])
    client, _ = client_of(box.script())
    page = client.pull("inbox", None)
    assert [message.undated for message in messages(page)] == [True, False]
    assert page.newest.split()[0] == "2010-11-10T08:30:00Z"


@pytest.mark.parametrize("newest", ["", "nonsense", "2010-99-99"])
def test_time_that_is_none_asks_for_everything(newest: str) -> None:
    client, host = client_of(mailbox(1).script())
    client.pull("inbox", None, newest=newest)
    assert "updatedSince" not in host.calls[0].query


def test_empty_pull_keeps_the_times() -> None:
    client, _ = client_of(Mailbox([]).script())
    page = client.pull("inbox", None, newest=NEWEST)
    assert (page.items, page.next, page.newest) == ((), None, NEWEST)


@pytest.mark.parametrize("position", ["x", "-1", "1~2~3", "9" * 30, "5@x"])
def test_position_that_is_none_of_ours_starts_somewhere(position: str) -> None:
    client, _ = client_of(mailbox(3).script())
    client.pull("inbox", position)


def test_page_too_large_arrives_in_smaller_ones() -> None:
    box = mailbox(30)

    def heavy(call: Call) -> Answer:
        start, count = int(call.query.get("startIndex", "0")), int(call.query["count"])
        if start <= 12 < start + count and "body" in call.query["fields"]:
            raise BodyTooLarge("the answer is larger than 9 bytes")
        return box.listed(call)

    client, _ = client_of({f"GET {INBOX}": heavy})
    items: dict[str, RemoteMessage] = {}
    position: str | None = None
    while True:
        page = client.pull("inbox", position)
        items |= {m.remote_id: m for m in messages(page)}
        position = page.next
        if position is None:
            break
    assert set(items) == set(box.ids)
    assert [one for one, m in items.items() if m.text == ""] == ["m18"]


# --- What is gone ---------------------------------------------------------------------


def test_what_a_complete_listing_lacks_is_gone() -> None:
    box = mailbox(120)
    client, host = client_of(box.script())
    asked = targets(["m1", "m120", "other", "m60"])
    assert client.missing(asked) == {Target("inbox", "other")}
    assert {call.query["fields"] for call in host.calls} == {"id"}
    assert {call.method for call in host.calls} == {"GET"}


def test_same_id_in_another_tray_is_judged_by_its_own_listing() -> None:
    script = mailbox(3).script() | Mailbox([]).script("@outbox")
    client, _ = client_of(script)
    gone = client.missing([*targets(["m1"]), *targets(["m1"], "outbox")])
    assert [target.source for target in gone] == ["outbox"]


def test_many_questions_need_one_listing_until_all_are_asked() -> None:
    box = mailbox(60)
    client, host = client_of(box.script())
    client.missing(targets(["m1"]))
    client.missing(targets(["m2", "x"]))
    assert len(host.calls) == 2
    client.reconciled()
    box.take(["m2"])
    assert client.missing(targets(["m2"]))


def test_message_that_came_while_we_looked_is_not_gone() -> None:
    box = mailbox(3)
    client, _host = client_of(box.script())
    client.missing(targets(["m1"]))
    box.rows.insert(0, row(4))
    late = Target("inbox", "m4", seen_at=datetime.now(UTC))
    assert client.missing([late]) == frozenset()


def test_long_listing_takes_several_goes_and_asks_for_nothing_twice() -> None:
    """A go ends after a few seconds, here after each call; nobody waits for minutes."""
    box = mailbox(230)
    client, host = client_of(box.script())
    client.looks = Looks(clock=count_up(step=60).__next__)
    for _go in range(4):
        with pytest.raises(TemporaryError) as not_yet:
            client.missing(targets(["m7", "other"]))
        assert not not_yet.value.sent
    gone = client.missing(targets(["m7", "other"]))
    assert {target.remote_id for target in gone} == {"other"}
    assert len(host.calls) == 5


@pytest.mark.parametrize("move", [["m100"], ["m1"]])
def test_listing_that_moves_removes_nothing(move: list[str]) -> None:
    box = mailbox(120)
    box.between = [lambda b: b.take(move)]
    client, _ = client_of(box.script())
    assert client.missing(targets(["m50", "other"])) == frozenset()


def test_listing_without_totals_counts_when_it_is_the_same_twice() -> None:
    box = mailbox(60)
    box.totals = False
    client, _ = client_of(box.script())
    assert client.missing(targets(["m1", "other"])) == {Target("inbox", "other")}
    client.reconciled()
    box.between = [lambda _: None, lambda b: b.take(["m59"])]
    assert client.missing(targets(["m10", "other"])) == frozenset()


def test_listing_with_fewer_rows_than_told_removes_nothing() -> None:
    rows = [row(1)]
    steps = [{"entry": rows, "totalResults": 5}, {"entry": [], "totalResults": 5}]
    client, _ = client_of({f"GET {INBOX}": [Answer(200, step) for step in steps]})
    assert client.missing(targets(["other"])) == frozenset()


def test_listing_that_goes_round_in_circles_ends_and_removes_nothing() -> None:
    page = {"entry": [row(1), row(2)], "totalResults": 10_000}
    client, host = client_of({f"GET {INBOX}": Answer(200, page)})
    assert client.missing(targets(["other"])) == frozenset()
    assert len(host.calls) == 2


def test_listing_that_breaks_off_removes_nothing() -> None:
    box = mailbox(120)
    steps: list[Script] = [box.listed, Answer(500, "<html>")]
    client, host = client_of({f"GET {INBOX}": steps})
    with pytest.raises(TemporaryError):
        client.missing(targets(["other"]))
    assert len(host.calls) == 2
    host.script[f"GET {INBOX}"] = [box.listed]
    assert client.missing(targets(["m1", "other"])) == {Target("inbox", "other")}


def test_restored_message_is_listed_again() -> None:
    box = mailbox(3)
    client, _ = client_of(box.script())
    box.take(["m2"])
    assert client.missing(targets(["m2"]))
    client.reconciled()
    box.rows.append(row(2))
    assert not client.missing(targets(["m2"]))
    assert "m2" in pulled(client)


def test_status_changed_elsewhere_shows_in_a_full_listing() -> None:
    box = mailbox(2)
    client, _ = client_of(box.script())
    box.rows[0]["status"] = "replied"
    assert messages(client.pull("inbox", None))[0].replied
