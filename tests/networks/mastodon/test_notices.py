"""Notifications of all kinds, requests and announcements."""

import pytest

from inboxhub.networks.base import RemoteMessage, Unreadable
from inboxhub.networks.mastodon.notices import (
    KINDS,
    read_announcement,
    read_follow_request,
    read_notification,
    read_notification_request,
)
from tests.networks.mastodon.accounts import NOW, person, status, viewer_of
from tests.networks.replay import recorded

ME, ANN = person("1001", "me"), person("1002", "ann")
VIEWER = viewer_of(me="1001")


def notification(kind: object, **more: object) -> dict[str, object]:
    return {
        "id": "77",
        "type": kind,
        "created_at": "2026-08-01T13:00:00.000Z",
        "account": ANN,
        **more,
    }


def read(raw: object, *, unread: bool | None = None) -> RemoteMessage:
    found = read_notification(raw, VIEWER, unread=unread)
    assert isinstance(found, RemoteMessage)
    return found


@pytest.mark.parametrize("kind", ["mention", "quote", "status"])
def test_status_of_a_notification_is_the_message(kind: str) -> None:
    found = read(notification(kind, status=status("2001", ANN)), unread=True)
    assert (found.source, found.remote_id, found.notification_id) == (
        "status",
        "2001",
        "77",
    )
    assert found.kind == {"status": "post"}.get(kind, kind)
    assert found.unread


def test_mention_in_a_direct_status_is_the_direct_message_itself() -> None:
    raw = status("2001", ANN, ME, visibility="direct")
    found = read(notification("mention", status=raw))
    assert (found.source, found.box, found.conversation_key) == (
        "direct",
        "messages",
        "1002",
    )


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [("favourite", "favourite"), ("reblog", "boost"), ("poll", "poll")],
)
def test_several_about_one_status_on_one_day_are_one_row(
    kind: str, wanted: str
) -> None:
    found = read(notification(kind, status=status("2001", ME)))
    assert (found.source, found.kind, found.box) == ("notification", wanted, "notices")
    assert found.conversation_key == f"{wanted}:2001:2026-08-01"
    assert found.target == "2001"
    context = found.extra["context"]
    assert isinstance(context, dict)
    assert (context["text"], context["mine"]) == ("text 2001", True)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_known_kind_without_a_status_is_a_notice(kind: str) -> None:
    found = read(notification(kind))
    assert (found.kind, found.box) == (KINDS[kind], "notices")
    assert found.conversation_key == "notice:77"


@pytest.mark.parametrize(
    "kind", ["brand.new", "pleroma:chat_mention", "x" * 500, "<b>"]
)
def test_unknown_kind_is_kept_with_its_word(kind: str) -> None:
    found = read(notification(kind, fallback={"title": "News", "summary": "Something"}))
    assert found.kind.startswith("other:")
    assert len(found.kind) <= 64
    assert "<" not in found.kind
    assert (found.title, found.text) == ("News", "Something")


@pytest.mark.parametrize(
    ("more", "title", "text"),
    [
        ({"event": {"target_name": "far.example"}}, "far.example", ""),
        ({"moderation_warning": {"action": "silence", "text": "Hi"}}, "silence", "Hi"),
        ({"report": {"category": "spam", "comment": "Look"}}, "spam", "Look"),
        ({"annual_report": {"year": 2026}}, "2026", ""),
        ({"report": 5, "event": {"target_name": None}}, "", ""),
    ],
)
def test_notice_says_what_it_is_about(
    more: dict[str, object], title: str, text: str
) -> None:
    found = read(notification("admin.report", **more))
    assert (found.title, found.text) == (title, text)


def test_notice_of_the_host_is_by_nobody() -> None:
    found = read(notification("severed_relationships", account=ME))
    assert (found.author, found.participants) == (None, ())


def test_emoji_reaction_of_pleroma_shows_its_picture() -> None:
    raw = notification(
        "pleroma:emoji_reaction",
        status=status("2001", ME),
        emoji=":cat:",
        emoji_url="https://far.example/cat.png",
    )
    found = read(raw)
    assert (found.kind, found.extra["reaction"]) == ("reaction", ":cat:")
    assert found.emojis == {"cat": "https://far.example/cat.png"}


def test_edit_of_a_message_to_me_brings_no_new_row() -> None:
    raw = status("2001", ANN, ME, visibility="direct", edited_at="2026-08-02T00:00:00Z")
    found = read(notification("update", status=raw), unread=True)
    assert (found.source, found.remote_id) == ("direct", "2001")
    assert (found.notification_id, found.unread) == ("", None)
    assert found.edited_at


def test_edit_of_what_i_boosted_is_a_notice() -> None:
    found = read(notification("update", status=status("2001", ANN)))
    assert (found.source, found.kind, found.target) == (
        "notification",
        "update",
        "2001",
    )


def test_follow_request_is_one_per_person() -> None:
    found = read(notification("follow_request"))
    assert (found.source, found.remote_id, found.box) == (
        "follow_request",
        "1002",
        "requests",
    )
    assert found.unread


def test_follow_request_of_the_listing_takes_the_time_it_is_given() -> None:
    found = read_follow_request(ANN, VIEWER, NOW)
    assert isinstance(found, RemoteMessage)
    assert found.sent_at == NOW
    assert isinstance(read_follow_request(ANN, VIEWER, None), Unreadable)


def test_filtered_person_is_shown_with_the_last_status() -> None:
    rows = recorded("031", "mastodon").body
    assert isinstance(rows, list)
    found = read_notification_request(rows[0], VIEWER)
    assert isinstance(found, RemoteMessage)
    assert (found.source, found.remote_id) == (
        "notification_request",
        "117020579213763384",
    )
    assert found.text == "@admin please follow me - 604!"
    assert found.extra["request"] == {"count": 5}
    assert found.box == "requests"


@pytest.mark.parametrize("count", [None, "many", "٣", {}, -1, 7])
def test_filtered_person_with_a_senseless_count_is_shown(count: object) -> None:
    raw = {"id": "5", "account": ANN, "updated_at": "2026-08-01T13:00:00Z"}
    found = read_notification_request({**raw, "notifications_count": count}, VIEWER)
    assert isinstance(found, RemoteMessage)


def test_announcement_is_one_of_its_own() -> None:
    raw = {
        "id": "8",
        "content": "<p>We move <b>tomorrow</b></p>",
        "published_at": "2026-08-01T13:00:00.000Z",
        "updated_at": "2026-08-01T13:00:00.000Z",
        "read": False,
    }
    found = read_announcement(raw, VIEWER)
    assert isinstance(found, RemoteMessage)
    assert (found.text, found.unread, found.box) == (
        "We move tomorrow",
        True,
        "notices",
    )
    assert found.edited_at is None


@pytest.mark.parametrize(
    "raw", [None, 7, [], {}, {"id": None}, {"id": "1"}, {"type": "x"}]
)
def test_what_is_none_of_it_is_unreadable(raw: object) -> None:
    assert isinstance(read_notification(raw, VIEWER), Unreadable)
    assert isinstance(read_notification_request(raw, VIEWER), Unreadable)
    assert isinstance(read_announcement(raw, VIEWER), Unreadable)


@pytest.mark.parametrize("lost", [None, {}, [], "x"])
def test_mention_without_its_status_is_unreadable_under_its_own_id(
    lost: object,
) -> None:
    found = read_notification(notification("mention", status=lost), VIEWER)
    assert isinstance(found, Unreadable)
    assert (found.source, found.remote_id) == ("notification", "77")
