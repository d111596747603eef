"""Listings of notes and notices: pages, boxes, conversations, what is unread."""

from dataclasses import replace

import pytest

from inboxhub.networks.base import Page, RemoteMessage, Unreadable
from inboxhub.networks.errors import PermanentError, TemporaryError
from tests.networks.misskey.accounts import FACTS, GROUP, client_of, messages
from tests.networks.replay import Answer, body_of

ME = FACTS["2025.12"].id
BOB, CAROL = "attmpzv5y4y40009", "attmpzxiy4y4000c"


def by_id(page: Page) -> dict[str, RemoteMessage]:
    return {message.remote_id: message for message in messages(page.items)}


def note(identifier: str, **fields: object) -> dict[str, object]:
    """A public note of Bob's that names me."""
    user = {"id": BOB, "username": "bob", "name": None, "host": None}
    plain = {
        "id": identifier,
        "createdAt": "2026-11-21T07:17:23.714Z",
        "userId": BOB,
        "user": user,
        "text": "@alice hello",
        "visibility": "public",
        "mentions": [ME],
    }
    return plain | fields


def test_mentions_split_by_visibility_into_messages_and_mentions() -> None:
    client, _ = client_of({"notes/mentions": "051"})
    found = by_id(client.pull("mentions", None))
    direct = found["attn3izsy4y4000w"]
    assert (direct.box, direct.kind, direct.conversation_key) == (
        "messages",
        "message",
        BOB,
    )
    answer = found["attn3j42y4y40018"]
    assert (answer.box, answer.kind) == ("mentions", "reply")
    assert answer.conversation_key == "note:attn3j33y4y40016"
    assert answer.reply_to_remote_id == "attn3j33y4y40016"
    named = found["attn3iwcy4y4000q"]
    assert (named.kind, named.conversation_key) == ("mention", "note:attn3iwcy4y4000q")


def test_direct_note_to_several_is_a_conversation_of_them_all() -> None:
    client, _ = client_of({"notes/mentions": "051", "users/show": "018"})
    found = by_id(client.pull("mentions", None))
    group = found["attn3j0cy4y4000y"]
    assert group.conversation_key == f"{BOB},{CAROL}"
    assert group.content_warning == "film spoiler"


def test_own_direct_notes_and_answers_are_kept_and_broadcasts_are_not() -> None:
    client, http = client_of({"users/notes": "060"})
    found = by_id(client.pull("own", None))
    assert set(found) == {
        "attn3k74y4y4001t",
        "attn3k58y4y4001q",
        "attn3k4iy4y4001p",
        "attn3k2py4y4001n",
        "attn3jz8y4y4001l",
    }
    assert all(
        message.outgoing and message.unread is False for message in found.values()
    )
    query = http.called("users/notes")[0]
    assert query["withReplies"] is query["includeReplies"] is True
    assert query["userId"] == ME


def test_own_answer_joins_what_it_answers() -> None:
    client, _ = client_of({"users/notes": "060", "notes/mentions": "051"})
    own = by_id(client.pull("own", None))
    theirs = by_id(client.pull("mentions", None))
    answer, answered = own["attn3k74y4y4001t"], theirs["attn3j42y4y40018"]
    assert (answer.box, answer.kind) == ("mentions", "reply")
    assert answer.conversation_key == answered.conversation_key
    direct, asked = own["attn3jz8y4y4001l"], theirs["attn3izsy4y4000w"]
    assert direct.conversation_key == asked.conversation_key
    assert own["attn3k58y4y4001q"].conversation_key == "self"


def test_own_answer_whose_parent_is_gone_stays_with_it() -> None:
    client, _ = client_of({"notes/show": "125", "users/notes": Answer(200, [])})
    raw = body_of("125")
    client, _ = client_of({"users/notes": Answer(200, [raw])})
    (message,) = messages(client.pull("own", None).items)
    assert message.conversation_key == f"note:{message.reply_to_remote_id}"


def test_own_answer_to_myself_is_a_broadcast() -> None:
    parent = note("attn3j33y4y40016", userId=ME, mentions=[])
    mine = note("attn3j33y4y40017", userId=ME, mentions=[], replyId=parent["id"])
    client, _ = client_of(
        {"users/notes": Answer(200, [mine | {"reply": parent}, mine])}
    )
    assert client.pull("own", None).items == ()


def test_own_note_that_names_me_is_sent_and_no_mention() -> None:
    client, _ = client_of({"notes/mentions": "252"}, me=GROUP)
    (message,) = messages(client.pull("mentions", None).items)
    assert message.outgoing
    assert message.conversation_key == "attnl4sgc5j00008"


def test_addressees_without_a_name_are_looked_up_once() -> None:
    people = [{"id": CAROL, "username": "carol", "name": "Carol", "host": None}]
    client, http = client_of(
        {"users/notes": "060", "users/show": Answer(200, people)},
    )
    page = client.pull("own", None)
    group = by_id(page)["attn3k4iy4y4001p"]
    assert {person.remote_id for person in group.participants} >= {CAROL}
    assert len(http.called("users/show")) == 1
    client.pull("own", None, newest=page.newest)
    assert len(http.called("users/show")) == 1


def test_names_that_cannot_be_had_stop_nothing() -> None:
    client, _ = client_of(
        {"users/notes": "060", "users/show": Answer(500, "<html>")},
    )
    assert len(client.pull("own", None).items) == 5


def test_next_page_starts_below_the_smallest_id() -> None:
    client, http = client_of({"notes/mentions": ["052", "053", "057"]})
    first = client.pull("mentions", None)
    smallest = min(message.remote_id for message in messages(first.items))
    assert first.next == smallest
    second = client.pull("mentions", first.next)
    assert http.called("notes/mentions")[1]["untilId"] == smallest
    assert "sinceId" not in http.called("notes/mentions")[1]
    last = client.pull("mentions", second.next)
    assert (last.items, last.next) == ((), None)


def test_short_page_is_not_the_end() -> None:
    client, _ = client_of({"notes/mentions": Answer(200, [note("attn3j42y4y40018")])})
    assert client.pull("mentions", None).next == "attn3j42y4y40018"


def test_page_of_broadcasts_only_is_not_the_end() -> None:
    mine = note("attn3j33y4y40016", userId=ME, mentions=[])
    client, _ = client_of({"users/notes": Answer(200, [mine])})
    page = client.pull("own", None)
    assert (page.items, page.next) == ((), "attn3j33y4y40016")


def test_host_that_ignores_the_position_is_not_asked_for_ever() -> None:
    client, _ = client_of({"notes/mentions": "051"})
    first = client.pull("mentions", None)
    assert client.pull("mentions", first.next).next is None


def test_late_note_below_the_newest_is_in_the_page() -> None:
    rows = [note("attn3j42y4y40018"), note("attn000000000000")]
    client, _ = client_of({"notes/mentions": Answer(200, rows)})
    page = client.pull("mentions", None, newest="attn3j42y4y40018")
    assert {item.remote_id for item in page.items} == {row["id"] for row in rows}


@pytest.mark.parametrize("rows", [["054", "097"], ["214", "216"], ["319", "319"]])
def test_pages_in_either_order_lead_further_down(rows: list[str]) -> None:
    client, _ = client_of({"notes/mentions": rows[0], "i/notifications": rows[1]})
    page = client.pull("mentions", None)
    assert page.next == min(message.remote_id for message in messages(page.items))


def test_notes_of_one_second_keep_their_order_by_id() -> None:
    client, _ = client_of({"notes/mentions": "212"}, version="2024.11")
    page = client.pull("mentions", None)
    assert page.next == min(m.remote_id for m in messages(page.items))
    assert {m.sent_at.microsecond for m in messages(page.items)} == {0}


def test_bad_item_is_kept_as_unreadable_beside_the_others() -> None:
    rows = [note("attn3j42y4y40018"), None, 7, {"id": "attn3j0000000000"}, {"id": 5}]
    client, _ = client_of({"notes/mentions": Answer(200, rows)})
    page = client.pull("mentions", None)
    assert [type(item) for item in page.items] == [RemoteMessage] + [Unreadable] * 4
    assert page.items[3].remote_id == "attn3j0000000000"


@pytest.mark.parametrize("body", [{}, "text", 7, {"ok": True}])
def test_listing_that_is_no_list_is_temporary(body: object) -> None:
    client, _ = client_of({"notes/mentions": Answer(200, body)})
    with pytest.raises(TemporaryError):
        client.pull("mentions", None)


def test_note_without_parent_user_or_text_is_read() -> None:
    bare = note("attn3j42y4y40018", user=None, text=None, reply=None, visibility="odd")
    bare["replyId"] = "attn3j33y4y40016"
    client, _ = client_of({"notes/mentions": Answer(200, [bare])})
    (message,) = messages(client.pull("mentions", None).items)
    assert (message.author, message.text, message.visibility) == (None, "", "odd")
    assert (message.kind, message.box) == ("mention", "mentions")
    assert message.conversation_key == "note:attn3j33y4y40016"


def test_hidden_note_says_that_its_content_is_withheld() -> None:
    hidden = note("attn3j42y4y40018", isHidden=True, text=None)
    client, _ = client_of({"notes/mentions": Answer(200, [hidden])})
    (message,) = messages(client.pull("mentions", None).items)
    assert message.withheld


def test_edited_note_tells_when() -> None:
    edited = note("attn3j42y4y40018", updatedAt="2026-11-21T08:00:00.000Z")
    client, _ = client_of({"notes/mentions": Answer(200, [edited])})
    (message,) = messages(client.pull("mentions", None).items)
    assert message.edited_at is not None
    assert message.edited_at.isoformat() == "2026-11-21T08:00:00+00:00"


def test_notifications_are_listed_without_marking_them_read() -> None:
    client, http = client_of({"i/notifications": "093", "i": "092"})
    client.pull("notifications", None)
    client.pull("notifications", "attn3j30y4y40014")
    assert [q["markAsRead"] for q in http.called("i/notifications")] == [False, False]


def test_notification_about_a_note_is_that_note() -> None:
    client, _ = client_of({"i/notifications": "093", "i": "092"})
    found = by_id(client.pull("notifications", None))
    reply = found["attn3j42y4y40018"]
    assert (reply.source, reply.kind, reply.box) == ("note", "reply", "mentions")
    assert reply.notification_id == "attn3j4hy4y40019"
    assert found["attn3j4fy4y4001a"].kind == "quote"
    direct = found["attn3izsy4y4000w"]
    assert (direct.box, direct.kind) == ("messages", "message")
    renote = found["attn3j56y4y4001c"]
    assert (renote.source, renote.kind, renote.box) == ("note", "renote", "notices")
    assert renote.conversation_key == "renote:attn3j33y4y40016:2026-11-21"


def test_every_kind_of_notice_has_its_name() -> None:
    client, _ = client_of({"i/notifications": "093", "i": "092"})
    page = client.pull("notifications", None)
    assert {m.kind for m in messages(page.items)} == {
        *("mention", "reply", "quote", "message", "post", "renote", "reaction"),
        *("poll", "follow", "follow-accepted", "invitation"),
        *("role", "achievement", "app", "test", "token"),
    }
    requests = {m.kind for m in messages(page.items) if m.box == "requests"}
    assert requests == {"invitation"}


def test_reactions_to_one_note_on_one_day_stand_together() -> None:
    client, _ = client_of({"i/notifications": "093", "i": "092"})
    page = client.pull("notifications", None)
    found = [m for m in messages(page.items) if m.kind == "reaction"]
    assert {m.extra["reaction"] for m in found} == {"🎉", "👍"}
    assert {m.conversation_key for m in found} == {
        "reaction:attn3j33y4y40016:2026-11-21",
    }
    context = found[0].extra["context"]
    assert isinstance(context, dict)
    assert context["text"] == "first note of mine こんにちは、世界。改行\nあり"


def test_same_note_by_listing_and_by_notification_is_the_same_message() -> None:
    script = {"notes/mentions": "051", "i/notifications": "093", "i": "092"}
    client, _ = client_of(script)
    listed = by_id(client.pull("mentions", None))
    noticed = by_id(client.pull("notifications", None))
    both = set(listed) & set(noticed)
    assert len(both) >= 6
    for one in both:
        ours, other = listed[one], noticed[one]
        assert (ours.source, ours.box, ours.kind) == (
            other.source,
            other.box,
            other.kind,
        )
        assert ours.conversation_key == other.conversation_key


def test_bell_and_mention_about_one_note_are_one_message() -> None:
    mention = note("attn3j42y4y40018")
    rows = [
        {"id": "attn3k0000000002", "type": "note", "note": mention},
        {"id": "attn3k0000000001", "type": "mention", "note": mention},
    ]
    client, _ = client_of(
        {
            "i/notifications": Answer(200, rows),
            "i": Answer(200, {"unreadNotificationsCount": 1}),
        },
    )
    (message,) = messages(client.pull("notifications", None).items)
    assert (message.kind, message.unread) == ("mention", True)


def test_newest_notices_are_unread_as_many_as_the_host_counts() -> None:
    count = Answer(200, {"unreadNotificationsCount": 3})
    client, _ = client_of({"i/notifications": "093", "i": count})
    page = client.pull("notifications", None)
    assert [m.unread for m in messages(page.items)][:5] == [True] * 3 + [False] * 2


def test_count_that_goes_beyond_the_page_is_carried_to_the_next() -> None:
    rows = [{"id": f"attn3k000000000{n}", "type": "test"} for n in (9, 8, 7)]
    older = [{"id": f"attn3k000000000{n}", "type": "test"} for n in (6, 5, 4)]
    client, http = client_of(
        {
            "i/notifications": [Answer(200, rows), Answer(200, older), Answer(200, [])],
            "i": Answer(200, {"unreadNotificationsCount": 4}),
        },
    )
    first = client.pull("notifications", None)
    second = client.pull("notifications", first.next)
    assert [m.unread for m in messages(second.items)] == [True, False, False]
    assert http.called("i/notifications")[1]["untilId"] == "attn3k0000000007"
    assert client.pull("notifications", second.next).next is None


def test_notices_read_meanwhile_are_not_called_unread() -> None:
    client, _ = client_of(
        {
            "i/notifications": Answer(
                200, [{"id": "attn3k0000000004", "type": "test"}]
            ),
            "i": Answer(200, {"unreadNotificationsCount": 0}),
        },
    )
    (message,) = messages(client.pull("notifications", "attn3k0000000007~2").items)
    assert message.unread is False


def test_host_that_does_not_count_leaves_unread_open() -> None:
    client, _ = client_of({"i/notifications": "093", "i": Answer(200, {})})
    page = client.pull("notifications", None)
    assert {m.unread for m in messages(page.items) if not m.outgoing} == {None}


def test_unknown_notification_is_shown_as_far_as_it_tells() -> None:
    row = {
        "id": "attn3k0000000009",
        "type": "groupInvited",
        "createdAt": "2026-11-21T07:17:23.714Z",
        "user": {"id": BOB, "username": "bob"},
        "note": note("attn3j42y4y40018"),
    }
    client, _ = client_of({"i/notifications": Answer(200, [row]), "i": "092"})
    (message,) = messages(client.pull("notifications", None).items)
    assert (message.kind, message.extra["type"]) == (
        "other:groupInvited",
        "groupInvited",
    )
    assert message.target == "attn3j42y4y40018"
    assert message.author is not None
    assert message.author.handle == "@bob@misskey.example"


def test_old_host_says_itself_what_is_unread() -> None:
    client, http = client_of({"i/notifications": "313"}, version="12.110")
    page = client.pull("notifications", None)
    follow = next(m for m in messages(page.items) if m.kind == "follow")
    assert follow.unread is True
    assert http.called("i/notifications")[0]["excludeTypes"] == ["mention", "reply"]
    assert not http.called("i")


def test_old_host_marks_note_notices_read_by_listing_so_read_says_nothing() -> None:
    rows = [
        {
            "id": "atto3uoajn",
            "type": "quote",
            "isRead": True,
            "note": note("atto3uoijo"),
        },
        {"id": "atto3uoajm", "type": "follow", "isRead": True},
    ]
    client, _ = client_of({"i/notifications": Answer(200, rows)}, version="12.110")
    quote, follow = messages(client.pull("notifications", None).items)
    assert (quote.unread, follow.unread) == (None, False)


def test_open_follow_requests_come_from_their_own_list() -> None:
    client, _ = client_of({"following/requests/list": "104"})
    page = client.pull("requests", None)
    (request,) = messages(page.items)
    assert (request.source, request.remote_id) == ("follow_request", CAROL)
    assert (request.box, request.unread) == ("requests", True)
    assert request.sent_at.isoformat() == "2026-11-21T07:17:30.554000+00:00"
    assert page.next is None


def test_follow_requests_come_from_notices_where_the_list_is_not_allowed() -> None:
    facts = replace(FACTS["2025.12"], missing=("read:following",)).as_json()
    client, _ = client_of({"i/notifications": "093", "i": "092"}, facts=facts)
    found = by_id(client.pull("notifications", None))
    assert (found[CAROL].source, found[CAROL].kind) == (
        "follow_request",
        "follow-request",
    )
    assert "requests" not in {listing.name for listing in client.listings()}


def test_unknown_listing_is_not_supported() -> None:
    client, _ = client_of({})
    with pytest.raises(PermanentError):
        client.pull("gallery", None)
