"""What reading leaves behind: which calls mark what read, version by version."""

import pytest

from simulators.misskey import Simulator
from tests.simulators.misskey.scene import Scene

QUIET = {"markAsRead": False}


def test_listing_notifications_marks_all_read_unless_told_not_to(
    sim: Simulator, alice: Scene
) -> None:
    sim.mention("bob", "alice", "one")
    sim.mention("bob", "alice", "two")
    alice.post("i/notifications", QUIET)
    assert alice.post("i").json()["unreadNotificationsCount"] == 3  # and createToken
    alice.post("i/notifications", {"limit": 1})
    assert alice.post("i").json()["unreadNotificationsCount"] == 0


@pytest.mark.parametrize("sim", ["12.110"], indirect=True)
def test_old_listing_marks_only_what_it_lists(sim: Simulator, alice: Scene) -> None:
    sim.follow("bob", "alice")
    sim.follow("carol", "alice")
    alice.post("i/notifications", {"limit": 1})
    assert [row.read for row in sim.notifications_of("alice")] == [False, True]


@pytest.mark.parametrize("sim", ["12.110"], indirect=True)
def test_old_listing_reads_mentions_even_when_told_not_to(
    sim: Simulator, alice: Scene
) -> None:
    sim.mention("bob", "alice", "hello")
    sim.follow("bob", "alice")
    alice.post("i/notifications", QUIET)
    assert [row.read for row in sim.notifications_of("alice")] == [True, False]


@pytest.mark.parametrize("sim", ["2024.11", "12.110"], indirect=True)
def test_listing_mentions_clears_the_dots_of_old_versions(
    sim: Simulator, alice: Scene
) -> None:
    sim.direct("bob", "alice", "hello")
    assert alice.post("i").json()["hasUnreadSpecifiedNotes"]
    alice.post("notes/mentions")
    assert not alice.post("i").json()["hasUnreadSpecifiedNotes"]


def test_new_version_has_no_dots(sim: Simulator, alice: Scene) -> None:
    sim.direct("bob", "alice", "hello")
    assert not alice.post("i").json()["hasUnreadSpecifiedNotes"]


def test_chat_timeline_marks_its_conversation_read(
    sim: Simulator, alice: Scene
) -> None:
    sim.chat("bob", "alice", "hello")
    sim.chat("carol", "alice", "hello")
    alice.post("chat/history")
    assert sim.chat_unread("alice", "bob")
    alice.post("chat/messages/user-timeline", {"userId": sim.id_of("bob"), "limit": 1})
    assert not sim.chat_unread("alice", "bob")
    assert sim.chat_unread("alice", "carol")


def test_read_all_chats_leaves_each_conversation_unread(
    sim: Simulator, alice: Scene
) -> None:
    sim.chat("bob", "alice", "hello")
    alice.post("chat/read-all")
    assert not alice.post("i").json()["hasUnreadChatMessages"]
    assert not alice.post("chat/history").json()[0]["isRead"]


@pytest.mark.parametrize("sim", ["12.110"], indirect=True)
def test_old_messaging_is_read_message_by_message(sim: Simulator, alice: Scene) -> None:
    first = sim.chat("bob", "alice", "one")["id"]
    second = sim.chat("bob", "alice", "two")["id"]
    alice.post("messaging/messages/read", {"messageId": first})
    assert alice.post("i").json()["hasUnreadMessagingMessage"]
    alice.post("messaging/messages/read", {"messageId": second})
    assert not alice.post("i").json()["hasUnreadMessagingMessage"]


@pytest.mark.parametrize("sim", ["12.110"], indirect=True)
def test_one_old_notification_is_marked_read(sim: Simulator, alice: Scene) -> None:
    sim.follow("bob", "alice")
    sim.follow("carol", "alice")
    (row, _) = sim.notifications_of("alice")
    alice.post("notifications/read", {"notificationId": row.id})
    assert sim.unread_notifications("alice") == 1
