"""One message, what stands around it, what is gone."""

import pytest

from inboxhub.networks.base import RemoteMessage, Target
from inboxhub.networks.errors import NotFound, NotSupported, TemporaryError
from tests.networks.mastodon.accounts import (
    GOTOSOCIAL,
    MASTODON,
    NO_ROUTE,
    OLD,
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

ME, ANN = person(MASTODON.id, "me"), person("1002", "ann")
STATUSES = "GET /api/v1/statuses"
FOLLOWS = "GET /api/v1/follow_requests"
NOTICES = "GET /api/v1/notifications"
REQUESTS = "GET /api/v1/notifications/requests"
MENTION = status("2001", ANN, ME)


@pytest.mark.parametrize("number", ["054", "108", "165", "214"])
def test_recorded_status_is_found(number: str) -> None:
    client, _ = client_of({f"{STATUSES}/1": mastodon(number)})
    found = client.get(Target("status", "1"))
    assert isinstance(found, RemoteMessage)
    assert found.edited_at


@pytest.mark.parametrize("number", ["057", "168", "308"])
def test_status_that_is_gone_is_not_found(number: str) -> None:
    client, _ = client_of({f"{STATUSES}/1": mastodon(number)})
    with pytest.raises(NotFound):
        client.get(Target("direct", "1"))


def test_own_answer_is_found_with_what_it_answers() -> None:
    mine = status("2004", ME, ANN, in_reply_to_id="2001", in_reply_to_account_id="1002")
    theirs = {**MENTION, "in_reply_to_id": "9"}
    script = {
        f"{STATUSES}/2004": Answer(200, mine),
        f"{STATUSES}/2001": Answer(200, theirs),
    }
    client, _ = client_of(script)
    found = client.get(Target("status", "2004", outgoing=True))
    assert isinstance(found, RemoteMessage)
    assert found.conversation_key == "status:9"


def test_notice_is_found() -> None:
    identifier = "01M7YFA856ZY0F19S1T4C4AYF3"
    script = {f"{NOTICES}/{identifier}": gotosocial("073")}
    client, _ = client_of(script, GOTOSOCIAL)
    found = client.get(Target("notification", identifier))
    assert isinstance(found, RemoteMessage)
    assert found.source == "follow_request"


def test_filtered_person_is_found() -> None:
    client, _ = client_of({f"{REQUESTS}/117020579213763384": mastodon("033")})
    found = client.get(Target("notification_request", "117020579213763384"))
    assert isinstance(found, RemoteMessage)
    assert found.remote_id == "117020579213763384"


def test_follow_request_is_found_while_it_is_open() -> None:
    client, _ = client_of({FOLLOWS: listing(ANN), NOTICES: listing()})
    found = client.get(Target("follow_request", "1002"))
    assert isinstance(found, RemoteMessage)
    with pytest.raises(NotFound):
        client.get(Target("follow_request", "1003"))


def test_unknown_source_is_not_supported() -> None:
    with pytest.raises(NotSupported):
        client_of({})[0].get(Target("chat", "1"))


def test_thread_is_above_itself_below() -> None:
    script = {
        f"{STATUSES}/01M7YFA21RMX59E96YDN5SGGV2": gotosocial("043"),
        f"{STATUSES}/01M7YFA21RMX59E96YDN5SGGV2/context": gotosocial("039"),
    }
    client, _ = client_of(script, GOTOSOCIAL)
    found = messages(client.thread(Target("direct", "01M7YFA21RMX59E96YDN5SGGV2")))
    assert [item.remote_id for item in found] == [
        "01M7YFA21GDZ6XPHRNHCPZP06J",
        "01M7YFA21RMX59E96YDN5SGGV2",
    ]
    assert len({item.conversation_key for item in found}) == 1


def test_thread_of_a_filtered_person_is_what_is_held_back() -> None:
    rows = [
        {
            "id": n,
            "type": "mention",
            "created_at": "2026-08-01T13:00:00Z",
            "account": ANN,
            "status": s,
        }
        for n, s in (("2", status("2002", ANN, ME)), ("1", MENTION))
    ]
    script = {
        f"{REQUESTS}/117020579213763384": mastodon("033"),
        NOTICES: listing(*rows),
    }
    client, host = client_of(script)
    found = messages(
        client.thread(Target("notification_request", "117020579213763384"))
    )
    assert [item.remote_id for item in found] == ["2001", "2002"]
    assert dict(host.called(NOTICES)[0].query)["account_id"] == "117020565966271181"


def test_stranger_who_was_let_in_is_no_second_message() -> None:
    raw = status("2001", ANN, ME, visibility="direct")
    told = {"id": "1", "type": "mention", "created_at": "2026-08-01T13:00:00Z"}
    script = {
        f"{REQUESTS}/117020579213763384": mastodon("033"),
        NOTICES: listing({**told, "account": ANN, "status": raw}),
        "GET /api/v1/conversations": listing(row("15", raw, ANN, unread=True)),
    }
    client, _ = client_of(script)
    held = client.thread(Target("notification_request", "117020579213763384"))
    let_in = client.pull("conversations", None).items
    sides = messages((*held, *let_in))
    keys = {(item.source, item.remote_id, item.conversation_key) for item in sides}
    assert (len(sides), keys) == (2, {("direct", "2001", "1002")})


def test_thread_of_a_notice_is_nothing() -> None:
    client, host = client_of({})
    assert client.thread(Target("notification", "1")) == ()
    assert host.calls == []


# --- What is gone ---------------------------------------------------------------------


def targets(*ids: str, source: str = "status") -> list[Target]:
    return [Target(source, identifier) for identifier in ids]


def test_bulk_answer_leaves_out_what_is_gone() -> None:
    client, host = client_of({STATUSES: listing(MENTION)})
    wanted = targets("2001", "2002", "2003")
    assert client.missing(wanted) == frozenset(wanted[1:])
    assert host.names == [STATUSES, f"{STATUSES}/2002"]


def test_strange_bulk_answer_makes_nothing_vanish() -> None:
    there = {f"{STATUSES}/{n}": Answer(200, MENTION) for n in ("2001", "2002")}
    client, _ = client_of({STATUSES: listing(), **there})
    assert client.missing(targets("2001", "2002")) == frozenset()


def test_more_than_twenty_are_asked_for_in_parts() -> None:
    rows = [status(str(n), ANN) for n in range(3000, 3045)]
    pages = [listing(*rows[start : start + 20]) for start in (0, 20, 40)]
    client, host = client_of({STATUSES: pages})
    assert client.missing(targets(*(str(n) for n in range(3000, 3045)))) == frozenset()
    assert [len(call.query) for call in host.calls] == [20, 20, 5]


def test_old_host_is_asked_one_by_one() -> None:
    client, host = client_of({f"{STATUSES}/2001": Answer(200, MENTION)}, OLD)
    wanted = targets("2001", "2002", source="direct")
    assert client.missing(wanted) == frozenset(wanted[1:])
    assert host.names == [f"{STATUSES}/2001", f"{STATUSES}/2002"]


@pytest.mark.parametrize("answer", [Answer(404, "<html>"), Answer(500, None)])
def test_page_of_a_web_server_makes_nothing_vanish(answer: Answer) -> None:
    client, _ = client_of({f"{STATUSES}/2001": answer})
    with pytest.raises(TemporaryError):
        client.missing(targets("2001"))


@pytest.mark.parametrize("answer", [Answer(404, None), Answer(410, {"error": "x"})])
def test_other_refusals_make_nothing_vanish(answer: Answer) -> None:
    client, _ = client_of({f"{STATUSES}/2001": answer})
    assert client.missing(targets("2001")) == frozenset()


def test_request_that_is_not_listed_was_answered() -> None:
    wanted = targets("1002", "1003", source="follow_request")
    client, _ = client_of({FOLLOWS: listing(ANN), NOTICES: listing()})
    assert client.missing(wanted) == frozenset(wanted[1:])


@pytest.mark.parametrize("rows", [listing(ANN, {"id": "9"}), listing(ANN, 7), NO_ROUTE])
def test_listing_that_cannot_be_read_proves_nothing(rows: Answer) -> None:
    client, _ = client_of({FOLLOWS: rows, NOTICES: listing()})
    assert client.missing(targets("1003", source="follow_request")) == frozenset()


def test_same_id_of_two_sources_is_told_apart() -> None:
    script = {
        f"{NOTICES}/5": gotosocial("074"),
        f"{STATUSES}/5": Answer(200, MENTION),
        NOTICES: listing(),
    }
    client, _ = client_of(script)
    notice = Target("notification", "5")
    assert client.missing([notice, Target("status", "5")]) == {notice}


@pytest.mark.parametrize("shown", [True, False])
def test_host_that_shows_no_single_notice_makes_none_vanish(*, shown: bool) -> None:
    """Sharkey has that call under another address: 404 says nothing there."""
    script = {NOTICES: listing({"id": "9", "type": "follow"})}
    if shown:
        script[f"{NOTICES}/9"] = Answer(200, {"id": "9"})
    client, host = client_of(script)
    wanted = targets("5", "6", source="notification")
    assert client.missing(wanted) == frozenset(wanted if shown else ())
    assert host.names == [f"{NOTICES}/5", f"{NOTICES}/6", NOTICES, f"{NOTICES}/9"]


def test_notices_of_a_host_that_lists_none_just_now_stay() -> None:
    client, _ = client_of({NOTICES: NO_ROUTE})
    assert client.missing(targets("5", source="notification")) == frozenset()


def test_notices_that_are_all_gone_are_gone() -> None:
    wanted = targets("5", source="notification")
    client, _ = client_of({NOTICES: listing()})
    assert client.missing(wanted) == frozenset(wanted)


def test_host_that_shows_no_single_notice_says_so() -> None:
    client, _ = client_of({NOTICES: listing({"id": "9", "type": "follow"})})
    with pytest.raises(NotSupported):
        client.get(Target("notification", "5"))
    client, _ = client_of({NOTICES: listing()})
    with pytest.raises(NotFound):
        client.get(Target("notification", "5"))
