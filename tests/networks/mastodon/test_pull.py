"""The other listings: unread by the marker, own answers, requests, one item each."""

from datetime import timedelta

import pytest

from inboxhub.networks.base import RemoteMessage
from inboxhub.networks.errors import NotSupported, TemporaryError
from tests.networks.mastodon.accounts import (
    ALICE,
    GOTOSOCIAL,
    HOST,
    MASTODON,
    NO_ROUTE,
    OLD,
    client_of,
    direct,
    gotosocial,
    listing,
    mastodon,
    messages,
    person,
    row,
    status,
    walk,
)
from tests.networks.mastodon.rows import ANN, BEN, LINK, ME, ROWS
from tests.networks.replay import Answer

NOTICES = "GET /api/v1/notifications"
MARKERS = "GET /api/v1/markers"
STATUSES = "GET /api/v1/statuses"
OWN = f"GET /api/v1/accounts/{MASTODON.id}/statuses"
FOLLOWS = "GET /api/v1/follow_requests"
NO_MARKER = Answer(200, {})


def marker(identifier: str) -> Answer:
    return Answer(200, {"notifications": {"last_read_id": identifier, "version": 1}})


def notice(identifier: str, kind: str, **more: object) -> dict[str, object]:
    when = "2026-08-01T13:00:00.000Z"
    return {"id": identifier, "type": kind, "created_at": when, "account": ANN, **more}


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
