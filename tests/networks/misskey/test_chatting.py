"""Chats: what is pulled, what must never be listed, how history goes on."""

from dataclasses import replace

import pytest

from inboxhub.networks.base import Page, RemoteMessage, Target
from inboxhub.networks.errors import NotFound, NotSupported
from tests.networks.misskey.accounts import FACTS, client_of, messages
from tests.networks.replay import Answer, body_of

ME = FACTS["2025.12"].id
BOB, ROOM = "attmpzv5y4y40009", "attn3obqy4y4002h"
TIMELINES = ("chat/messages/user-timeline", "chat/messages/room-timeline")
EMPTY = Answer(200, [])


def overview(number: str, **changes: object) -> Answer:
    rows = body_of(number)
    assert isinstance(rows, list)
    return Answer(200, [row | changes for row in rows])


def chat(identifier: str, **fields: object) -> dict[str, object]:
    plain = {
        "id": identifier,
        "createdAt": "2026-11-21T07:20:44.022Z",
        "text": "hello",
        "fromUserId": BOB,
        "toUserId": ME,
    }
    return plain | fields


def found_in(page: Page) -> dict[str, RemoteMessage]:
    return {message.remote_id: message for message in messages(page.items)}


def test_overview_shows_the_newest_message_of_every_talk() -> None:
    client, http = client_of({"chat/history": ["148", "176"]})
    page = client.pull("chat", None)
    direct, room = messages(page.items)
    assert (direct.source, direct.kind, direct.box) == ("chat", "chat", "messages")
    assert (direct.conversation_key, direct.unread) == (BOB, True)
    assert (room.conversation_key, room.conversation_title) == (
        f"room:{ROOM}",
        "Project room",
    )
    assert [query["room"] for query in http.called("chat/history")] == [False, True]


def test_unread_talk_is_never_listed() -> None:
    client, http = client_of({"chat/history": ["148", "176"]})
    page = client.pull("chat", None)
    assert page.next is None
    client.pull("chat", None, newest=page.newest)
    assert not [endpoint for endpoint, _ in http.calls if endpoint in TIMELINES]


def test_talk_that_turned_unread_meanwhile_is_not_listed() -> None:
    client, http = client_of({"chat/history": ["154", EMPTY, "148"]})
    first = client.pull("chat", None)
    assert first.next
    page = client.pull("chat", first.next)
    assert (page.items, page.next) == ((), None)
    assert not [endpoint for endpoint, _ in http.calls if endpoint in TIMELINES]


def test_read_talk_says_that_all_before_is_read() -> None:
    client, _ = client_of({"chat/history": ["154", EMPTY]})
    (message,) = messages(client.pull("chat", None).items)
    assert (message.unread, message.read_through) == (False, True)


def test_history_of_read_talks_is_listed_one_after_the_other() -> None:
    talks = [overview("154"), overview("176", isRead=True)]
    client, http = client_of(
        {
            "chat/history": [*talks, talks[0], talks[0], talks[1]],
            TIMELINES[0]: ["156", EMPTY],
            TIMELINES[1]: ["179", EMPTY],
        },
    )
    page = client.pull("chat", None)
    pages = []
    while page.next:
        page = client.pull("chat", page.next)
        pages.append(page)
    assert [len(page.items) > 0 for page in pages] == [True, False, True, False]
    assert http.called(TIMELINES[0])[0]["untilId"] == "attn7to6y4y40046"
    told = [m for page in pages for m in messages(page.items)]
    assert all(message.unread is False for message in told)
    rooms = [m for m in told if m.conversation_key == f"room:{ROOM}"]
    assert {m.conversation_title for m in rooms} == {"Project room"}


def test_lite_form_gets_its_people_from_the_overview() -> None:
    client, _ = client_of({"chat/history": ["154", EMPTY, "154"], TIMELINES[0]: "153"})
    page = client.pull("chat", client.pull("chat", None).next)
    assert {m.author.handle for m in messages(page.items) if m.author} == {
        "@bob@misskey.example",
    }
    assert all(m.participants for m in messages(page.items))


def test_gap_is_filled_once_the_talk_is_read() -> None:
    newer = overview("154", id="attn7zzzzzzzzzzz", isRead=False)
    read = overview("154", id="attn7zzzzzzzzzzz", isRead=True)
    between = [chat("attn7zzzzzzzzzzz"), chat("attn7yyyyyyyyyyy")]
    client, http = client_of(
        {
            "chat/history": ["154", EMPTY, newer, EMPTY, read, EMPTY],
            TIMELINES[0]: Answer(200, between),
        },
    )
    first = client.pull("chat", None)
    second = client.pull("chat", None, newest=first.newest)
    assert set(found_in(second)) == {"attn7zzzzzzzzzzz"}
    third = client.pull("chat", None, newest=second.newest)
    assert set(found_in(third)) == {"attn7zzzzzzzzzzz", "attn7yyyyyyyyyyy"}
    assert len(http.called(TIMELINES[0])) == 1
    client.pull("chat", None, newest=third.newest)
    assert len(http.called(TIMELINES[0])) == 1


def test_talk_that_was_unread_at_first_is_fetched_when_read() -> None:
    client, http = client_of(
        {"chat/history": ["148", EMPTY, "154", EMPTY], TIMELINES[0]: "153"},
    )
    first = client.pull("chat", None)
    second = client.pull("chat", None, newest=first.newest)
    assert set(found_in(second)) == {"attn7to6y4y40046", "attn7to3y4y40044"}
    assert len(http.called(TIMELINES[0])) == 1


@pytest.mark.parametrize("position", ["", "rubbish", "u=x", "u../..=1", "é"])
def test_broken_position_ends_the_history(position: str) -> None:
    client, _ = client_of({"chat/history": EMPTY})
    assert client.pull("chat", position) == Page(())


def test_talk_that_is_gone_leaves_the_history() -> None:
    client, _ = client_of({"chat/history": ["154", EMPTY, "154"], TIMELINES[0]: "158"})
    page = client.pull("chat", client.pull("chat", None).next)
    assert (page.items, page.next) == ((), None)


def test_blank_chat_message_is_a_message() -> None:
    client, _ = client_of(
        {"chat/history": [Answer(200, [chat("a1b2", text="")]), EMPTY]}
    )
    (message,) = messages(client.pull("chat", None).items)
    assert message.text == ""


def test_two_equal_reactions_of_one_person_count_twice() -> None:
    client, _ = client_of({"chat/messages/show": "162"})
    found = client.get(Target("chat", "attn7to3y4y40044", BOB))
    assert isinstance(found, RemoteMessage)
    assert found.extra["reactions"] == {"👍": 2}


def test_room_message_of_somebody_else_is_not_called_gone() -> None:
    client, _ = client_of({"chat/messages/show": "177"})
    target = Target("chat", "attn7v2hy4y4004d", f"room:{ROOM}")
    with pytest.raises(NotSupported):
        client.get(target)
    assert client.missing([target]) == frozenset()


def test_own_chat_message_that_is_gone_is_missing() -> None:
    client, _ = client_of({"chat/messages/show": "171"})
    target = Target("chat", "attn7tndy4y40041", BOB, outgoing=True)
    assert client.missing([target]) == {target}


def test_old_chats_are_listed_without_marking_them_read() -> None:
    client, http = client_of(
        {
            "messaging/history": ["325", "334", "325"],
            "messaging/messages": "326",
        },
        version="12.110",
    )
    first = client.pull("chat", None)
    (message,) = messages(first.items)
    assert (message.kind, message.unread, message.read_through) == ("chat", True, False)
    older = client.pull("chat", first.next)
    assert [m.unread for m in messages(older.items)] == [True, True]
    assert all(q["markAsRead"] is False for q in http.called("messaging/messages"))
    assert message.url == "https://v12.misskey.example/my/messaging/bob"


def test_old_chat_message_is_found_by_listing_from_just_before_it() -> None:
    client, http = client_of({"messaging/messages": "326"}, version="12.110")
    target = Target("chat", "atto3x69jw", "atto3s4viu")
    found = client.get(target)
    assert isinstance(found, RemoteMessage)
    assert found.text == "are you there?"
    query = http.called("messaging/messages")[0]
    assert (query["sinceId"], query["markAsRead"]) == ("atto3x69j", False)
    with pytest.raises(NotFound):
        client.get(Target("chat", "atto3x69jz", "atto3s4viu"))


def test_group_message_is_unread_until_i_am_among_its_readers() -> None:
    group = {"id": "b1", "userId": "atto3s4viu", "groupId": "g1", "isRead": False}
    rows = [
        group | {"id": "atto3x6hjx", "reads": []},
        group | {"id": "atto3x6hjy", "reads": ["atto3rqyit"]},
    ]
    client, _ = client_of(
        {"messaging/history": [EMPTY, Answer(200, rows)]},
        version="12.110",
    )
    found = messages(client.pull("chat", None).items)
    assert [m.unread for m in found] == [True, False]
    assert {m.conversation_key for m in found} == {"room:g1"}


def test_host_without_chat_has_no_chat_listing() -> None:
    client, _ = client_of({}, version="2024.11")
    assert "chat" not in {listing.name for listing in client.listings()}
    with pytest.raises(NotSupported):
        client.pull("chat", None)


def test_chat_message_is_the_same_by_overview_timeline_and_alone() -> None:
    client, _ = client_of(
        {
            "chat/history": ["154", EMPTY, "154"],
            TIMELINES[0]: "153",
            "chat/messages/show": "150",
        },
    )
    first = client.pull("chat", None)
    listed = found_in(client.pull("chat", first.next))
    (shown,) = messages(first.items)
    assert replace(shown, read_through=False) == listed["attn7to6y4y40046"]
    alone = client.get(Target("chat", "attn7to3y4y40044", BOB))
    assert isinstance(alone, RemoteMessage)
    assert replace(alone, unread=False) == listed["attn7to3y4y40044"]
