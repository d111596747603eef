"""Reading messages: the document's shapes, fields, times, pages and switches."""

import re
from collections.abc import Mapping

import pytest

from simulators.mixi import Simulator
from tests.simulators.mixi.scene import INBOX, NOBODY, NOTICES, OUTBOX, Json, Scene

# mixi Graph API, Message API: the examples of its three lists, their slips mended.
PERSON = {
    "id": "rdqz7s6ew176q",
    "displayName": "ニックネーム",
    "thumbnailUrl": "http://mixi.jp/photo/user/rdqz7s6ew176q_2105834213.jpg",
    "profileUrl": "http://mixi.jp/redirect_friend_api.pl?puid=x&client_id=x",
}
EXAMPLES: dict[str, Json] = {
    INBOX: {
        "id": "e5f820e4f9f459b91c3730cc261e2629",
        "status": "replied",
        "timeSent": "2010-11-10T17:26:23+09:00",
        "title": "タイトル",
        "body": "本文",
        "sender": PERSON,
    },
    OUTBOX: {
        "id": "e5f820e4f1f458b91c3730cc261e1619",
        "timeSent": "2010-11-10T17:26:23+09:00",
        "title": "タイトル",
        "body": "本文",
        "recipient": PERSON,
    },
    NOTICES: {
        "id": "e5f820e4f1f458b91c3730cc261e1619",
        "status": "read",
        "timeSent": "2010-11-10T17:26:23+09:00",
        "title": "タイトル",
        "body": "本文",
        "sender": {
            "displayName": "mixi",
            "thumbnailUrl": "http://img.mixi.net/img/basic/common/mixi_logo_thumbnail001.gif",
        },
    },
}
DEFAULTS = {
    INBOX: {"id", "title", "timeSent", "sender.id", "sender.displayName"},
    OUTBOX: {"id", "title", "timeSent", "recipient.id", "recipient.displayName"},
    NOTICES: {"id", "title", "timeSent", "sender.displayName"},
}
MOMENT = "2010-11-10T17:26:23+09:00"


def furnish(sim: Simulator) -> None:
    """Put the document's message into each of sakura's boxes."""
    sim.message("mika", "sakura", "タイトル", "本文", sent=MOMENT)
    sim.message("sakura", "mika", "タイトル", "本文", sent=MOMENT)
    sim.notice("sakura", "タイトル", "本文", sent=MOMENT)


def names(entry: Mapping[str, object], prefix: str = "") -> set[str]:
    """Return the names of all members, with dots for those inside."""
    found: set[str] = set()
    for key, value in entry.items():
        inside = names(value, f"{key}.") if isinstance(value, dict) else {prefix + key}
        found |= inside
    return found


def titles(entries: list[Json]) -> list[str]:
    return [str(row["title"]) for row in entries]


@pytest.mark.parametrize("box", [INBOX, OUTBOX, NOTICES])
def test_entry_has_the_shape_of_the_documents_example(
    sim: Simulator, sakura: Scene, box: str
) -> None:
    furnish(sim)
    (entry,) = sakura.read(box)
    example = EXAMPLES[box]
    assert names(entry) == names(example)
    assert entry["timeSent"] == example["timeSent"]
    assert (entry["title"], entry["body"]) == (example["title"], example["body"])
    assert re.fullmatch("[0-9a-f]{32}", str(entry["id"]))


def test_person_of_a_message_is_told_as_in_the_document(
    sim: Simulator, sakura: Scene
) -> None:
    furnish(sim)
    (entry,) = sakura.read(INBOX)
    person = entry["sender"]
    assert isinstance(person, dict)
    mika = sim.id_of("mika")
    assert (person["id"], person["displayName"]) == (mika, "みか")
    picture = rf"{sim.url}/photo/user/{mika}_\d+\.jpg"
    assert re.fullmatch(picture, person["thumbnailUrl"])
    page = f"{sim.url}/redirect_friend_api.pl?puid={mika}&client_id={sim.client.id}"
    assert person["profileUrl"] == page


@pytest.mark.parametrize("box", [INBOX, OUTBOX, NOTICES])
def test_fields_left_out_give_the_documents_default(
    sim: Simulator, sakura: Scene, box: str
) -> None:
    furnish(sim)
    for query in ({}, {"fields": ""}):
        answer = sakura.call("GET", f"messages/@me/{box}", params=query)
        (entry,) = answer.json()["entry"]
        assert names(entry) == DEFAULTS[box]


def test_id_and_title_are_always_there(sim: Simulator, sakura: Scene) -> None:
    furnish(sim)
    (entry,) = sakura.read(INBOX, fields="body,sender.thumbnailUrl")
    assert names(entry) == {"id", "title", "body", "sender.thumbnailUrl"}


def test_unknown_field_is_ignored_or_refused(sim: Simulator, sakura: Scene) -> None:
    furnish(sim)
    query = {"fields": "sender.id,nothing"}
    path = f"messages/@me/{NOTICES}"
    (entry,) = sakura.call("GET", path, params=query).json()["entry"]
    assert names(entry) == {"id", "title"}
    sim.silences(unknown_field="refuse")
    assert sakura.call("GET", path, params=query).status_code == 400


@pytest.mark.parametrize(("box", "role"), [(INBOX, "sender"), (OUTBOX, "recipient")])
def test_person_who_is_no_friend_has_neither_id_nor_page(
    sim: Simulator, sakura: Scene, box: str, role: str
) -> None:
    sim.message("stranger", "sakura", "はじめまして", "…")
    sim.message("sakura", "stranger", "はじめまして", "…")
    (entry,) = sakura.read(box)
    assert set(entry[role]) == {"displayName", "thumbnailUrl"}  # type: ignore[call-overload]  # a dict
    (bare,) = sakura.read(box, fields=f"{role}.id")
    assert role not in bare
    sim.silences(empty_person="empty")
    (bare,) = sakura.read(box, fields=f"{role}.id")
    assert bare[role] == {}


def test_end_of_a_friendship_takes_the_id_away(sim: Simulator, sakura: Scene) -> None:
    furnish(sim)
    sim.unfriend("sakura", "mika")
    assert "sender.id" not in names(sakura.read(INBOX)[0])


def test_single_message_is_a_list_of_one_or_an_object(
    sim: Simulator, sakura: Scene
) -> None:
    furnish(sim)
    message = sim.inbox("sakura")[0].id
    path = f"messages/@me/{INBOX}/{message}"
    answer = sakura.call("GET", path, params={"fields": "@all"}).json()
    assert answer["entry"] == sakura.read(INBOX)
    sim.silences(single_shape="object")
    assert sakura.call("GET", path).json()["entry"]["id"] == message


def test_single_message_that_is_not_there_is_refused_or_empty(
    sim: Simulator, sakura: Scene
) -> None:
    path = f"messages/@me/{INBOX}/{NOBODY}"
    refused = sakura.call("GET", path)
    assert (refused.status_code, refused.json()["error"]) == (404, "not_found")
    sim.silences(single_unknown="empty")
    assert sakura.call("GET", path).json()["entry"] == []


def test_single_read_marks_read_only_when_the_switch_says_so(
    sim: Simulator, sakura: Scene
) -> None:
    furnish(sim)
    path = f"messages/@me/{INBOX}/{sim.inbox('sakura')[0].id}"
    sakura.call("GET", path)
    sakura.read(INBOX)
    assert sim.inbox("sakura")[0].status == "unread"
    sim.silences(single_marks_read=True)
    sakura.call("GET", path)
    assert sim.inbox("sakura")[0].status == "read"


def test_fifty_come_by_default_and_pages_lead_to_the_end(
    sim: Simulator, sakura: Scene
) -> None:
    sim.flood("sakura", 55, by="mika")
    path = f"messages/@me/{INBOX}"
    first = sakura.call("GET", path).json()
    assert len(first["entry"]) == first["itemsPerPage"] == 50
    assert (first["startIndex"], first["totalResults"]) == (0, 55)
    rest = sakura.call("GET", path, params={"startIndex": 50}).json()
    assert len(rest["entry"]) == 5
    ids = {row["id"] for row in (*first["entry"], *rest["entry"])}
    assert len(ids) == 55
    assert sakura.call("GET", path, params={"startIndex": 55}).json()["entry"] == []


def test_large_count_is_clamped_or_refused(sim: Simulator, sakura: Scene) -> None:
    sim.flood("sakura", 25, by="mika")
    sim.silences(max_count=20)
    assert len(sakura.read(INBOX, count=50)) == 20
    sim.silences(over_count="refuse")
    answer = sakura.call("GET", f"messages/@me/{INBOX}", params={"count": 50})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "query", [{"count": "0"}, {"count": "x"}, {"startIndex": "-1"}]
)
def test_paging_that_is_no_number_is_refused(
    sakura: Scene, query: dict[str, str]
) -> None:
    answer = sakura.call("GET", f"messages/@me/{INBOX}", params=query)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"


def test_paging_members_can_be_absent(sim: Simulator, sakura: Scene) -> None:
    sim.silences(paging_told=False)
    answer = sakura.call("GET", f"messages/@me/{INBOX}").json()
    assert answer == {"entry": []}


@pytest.mark.parametrize(
    ("order", "expected"),
    [("newest", ["3", "2", "1"]), ("oldest", ["1", "2", "3"])],
)
def test_order_is_a_switch(
    sim: Simulator, sakura: Scene, order: str, expected: list[str]
) -> None:
    sim.silences(order=order)
    for title, minutes in (("2", 20), ("1", 30), ("3", 10)):
        sim.message("mika", "sakura", title, "", minutes_ago=minutes)
    assert titles(sakura.read(INBOX)) == expected
    sim.silences(order="none")
    ids = [row["id"] for row in sakura.read(INBOX)]
    assert ids == sorted(ids, key=str)


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("2010-11-10T17:26:22+09:00", ["タイトル"]),
        ("2010-11-10T08:26:22Z", ["タイトル"]),
        (MOMENT, []),
        ("2010-11-10T08:26:23Z", []),
    ],
)
def test_updated_since_gives_what_is_newer_in_both_formats(
    sim: Simulator, sakura: Scene, since: str, expected: list[str]
) -> None:
    furnish(sim)
    for box in (INBOX, OUTBOX, NOTICES):
        assert titles(sakura.read(box, updatedSince=since)) == expected


def test_updated_since_can_be_inclusive(sim: Simulator, sakura: Scene) -> None:
    furnish(sim)
    sim.silences(since_inclusive=True)
    assert titles(sakura.read(INBOX, updatedSince=MOMENT)) == ["タイトル"]


def test_updated_since_can_see_status_changes(sim: Simulator, sakura: Scene) -> None:
    furnish(sim)
    sim.read("sakura", sim.inbox("sakura")[0].id)
    since = "2020-01-01T00:00:00Z"
    assert sakura.read(INBOX, updatedSince=since) == []
    sim.silences(since_sees_changes=True)
    assert titles(sakura.read(INBOX, updatedSince=since)) == ["タイトル"]


@pytest.mark.parametrize(
    "written",
    [
        "2010-11-10T17:26:23+09:00",  # a + that is not escaped arrives as a blank
        "2010-11-10",
        "2010-13-10T17:26:23Z",
        "2010-11-10T17:26:23",
        "",
    ],
)
def test_updated_since_that_is_no_moment_is_refused(
    sakura: Scene, written: str
) -> None:
    answer = sakura.call("GET", f"messages/@me/{INBOX}?updatedSince={written}")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "path", ["messages/@me/@self/@inbox", "messages/@me/@trash", "messages/@me/inbox"]
)
def test_boxes_that_do_not_exist_are_not_found(sakura: Scene, path: str) -> None:
    assert sakura.call("GET", path).status_code == 404


def test_address_may_be_escaped_or_end_with_a_slash(
    sim: Simulator, sakura: Scene
) -> None:
    furnish(sim)
    for path in ("messages/%40me/%40inbox", "messages/@me/@inbox/"):
        assert len(sakura.call("GET", path).json()["entry"]) == 1


def test_answers_are_utf8_json(sim: Simulator, sakura: Scene) -> None:
    furnish(sim)
    answer = sakura.call("GET", f"messages/@me/{INBOX}")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert "タイトル" in answer.content.decode()


def test_entry_of_any_shape_is_told_as_it_stands(sim: Simulator, sakura: Scene) -> None:
    odd: list[object] = [None, 7, [], {}, {"id": "a/b?c%20..", "title": "\ud800"}]
    for entry in odd:
        sim.put_raw("sakura", "inbox", entry)
    assert sakura.read(INBOX, count=9) == odd[::-1]
    path = f"messages/@me/{INBOX}/a%2Fb%3Fc%2520.."
    assert sakura.call("GET", path).json()["entry"] == odd[4:]
