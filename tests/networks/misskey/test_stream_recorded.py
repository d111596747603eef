"""Every frame of the recorded streams means what happened there."""

from collections import Counter
from dataclasses import replace

import pytest

from inboxhub.networks.base import Identity, RemoteMessage
from inboxhub.networks.stream import Heard, NoteChange
from tests.networks.misskey.accounts import FACTS
from tests.networks.misskey.transcripts import NAMES, played

BOB, CAROL, GRACE = "attmpzv5y4y40009", "attmpzxiy4y4000c", "attn0fn1y4y4000g"
OLD_BOB = "6b0148465d242e58ad2cff95"
DAY = "2026-11-21"

Line = tuple[object, ...]


def lines(heard: list[Heard]) -> list[Line]:
    """What the frames said, in short: one line for each thing that counts."""
    return [line for one in heard for line in _lines(one) or [("nothing",)]]


def _lines(heard: Heard) -> list[Line]:
    found: list[Line] = [("joined", heard.joined)] if heard.joined else []
    for item in heard.items:
        assert isinstance(item, RemoteMessage)
        found.append((item.source, item.remote_id, item.kind, item.unread))
    found += [("live", live.channel_id, live.note.remote_id) for live in heard.live]
    found += [("gone", *gone) for gone in heard.gone]
    found += [("read", *read) for read in heard.read]
    found += [
        (change.kind, change.note_id, change.value, change.person)
        for change in heard.changes
    ]
    found += [heard.activity] if heard.activity else []
    found += [("pull",)] if heard.pull else []
    found += [("me", heard.identity.handle)] if heard.identity else []
    if heard.answer:
        found.append(("answer", heard.answer.request_id, heard.answer.error))
    return found


def item_of(heard: Heard) -> RemoteMessage:
    (item,) = heard.items
    assert isinstance(item, RemoteMessage)
    return item


@pytest.mark.parametrize("name", NAMES)
def test_every_recorded_frame_is_understood(name: str) -> None:
    for heard in played(name):
        assert heard.unknown == ""
        assert all(isinstance(item, RemoteMessage) for item in heard.items)


def test_direct_answer_is_one_message_whatever_brings_it() -> None:
    heard = played("main-dm-reply")
    mention, reply, notification, unread = map(item_of, heard[1:])
    assert replace(mention, unread=True) == replace(reply, unread=True)
    assert notification == unread
    assert notification == replace(
        mention, unread=True, notification_id="attn7xy3y4y4004l"
    )
    assert (mention.source, mention.remote_id) == ("note", "attn7xxny4y4004k")
    assert (mention.box, mention.kind) == ("messages", "message")
    assert mention.conversation_key == BOB
    assert mention.reply_to_remote_id == "attn7xjky4y4004j"


def test_events_of_main_mean_what_happened() -> None:
    mention, quote = "attn80nhy4y4004m", "attn80nvy4y4004p"
    renote, reaction = "attn80oby4y4004s", "attn80ozy4y4004v"
    later: list[Line] = [
        ("note", mention, "mention", True),
        ("note", mention, "mention", True),
        ("note", quote, "quote", True),
        ("note", quote, "quote", True),
        ("note", renote, "renote", True),
        ("notification", reaction, "reaction", True),
        ("notification", "attn80xwy4y4004y", "follow", True),
        ("notification", "attn81cey4y40050", "follow-accepted", True),
    ]
    assert lines(played("main-events")) == [
        ("joined", "inbox"),
        ("note", mention, "mention", None),
        ("note", mention, "mention", True),
        ("note", mention, "mention", True),
        ("note", quote, "quote", None),
        ("note", quote, "quote", True),
        ("note", quote, "quote", True),
        ("note", renote, "renote", None),
        ("note", renote, "renote", True),
        ("notification", reaction, "reaction", True),
        ("followed", "@bob@misskey.example"),
        ("notification", "attn80xwy4y4004y", "follow", True),
        ("unfollow", "@bob@misskey.example"),
        ("notification", "attn81cey4y40050", "follow-accepted", True),
        ("follow", "@bob@misskey.example"),
        ("nothing",),  # an answer to myself in the open is no message
        ("me", "@alice@misskey.example"),
        *later,
        ("pull",),  # all notifications were marked read
        ("notification", "attn8437y4y40055", "app", True),
        ("pull",),  # and flushed
    ]


def test_what_events_share_is_in_one_conversation() -> None:
    keys: dict[str, set[str]] = {}
    for heard in played("main-events"):
        for item in heard.items:
            assert isinstance(item, RemoteMessage)
            keys.setdefault(item.remote_id, set()).add(item.conversation_key)
    assert all(len(found) == 1 for found in keys.values())
    assert keys["attn80oby4y4004s"] == {f"renote:attn7xjky4y4004j:{DAY}"}


def test_profile_change_is_the_identity() -> None:
    (identity,) = [one.identity for one in played("main-events") if one.identity]
    assert identity == Identity(
        remote_id="attmpzsgy4y40006",
        handle="@alice@misskey.example",
        name="Aya ✨",
        avatar_url="https://misskey.example/identicon/alice@misskey.example",
        url="https://misskey.example/@alice",
        domain="misskey.example",
    )


def test_chat_comes_by_its_channel_and_by_main() -> None:
    heard = played("main-chat")
    assert lines(heard) == [
        ("joined", "inbox"),
        ("joined", "c1"),
        ("notification", "attn8437y4y40055", "app", True),
        ("chat", "attn85sty4y40056", "chat", True),
        ("chat", "attn85sty4y40056", "chat", True),
        ("chat", "attn88w7y4y40057", "chat", False),  # my own
        ("reacted", "attn88w7y4y40057", "👍", ""),
        ("chat", "attn89iqy4y40058", "chat", True),
        ("gone", "chat", "attn85sty4y40056"),
    ]
    short, full, mine = map(item_of, (heard[3], heard[4], heard[5]))
    assert short.conversation_key == full.conversation_key == BOB
    assert mine.conversation_key == BOB
    assert mine.outgoing
    assert heard[6].changes[0].source == "chat"


def test_name_of_a_chat_partner_is_remembered() -> None:
    heard = played("main-chat")
    unknown, told, later = map(item_of, (heard[3], heard[4], heard[7]))
    assert unknown.author is None
    assert told.author
    assert later.author == told.author


def test_room_message_keeps_its_conversation_and_title() -> None:
    short, full = map(item_of, played("chat-room")[2:])
    key = "room:attn3obqy4y4002h"
    assert (short.conversation_key, full.conversation_key) == (key, key)
    assert short.author == full.author
    assert full.conversation_title == "Project room"


def test_changes_of_a_captured_note_come_in_order() -> None:
    note = "attn8ha8y4y4005a"
    assert lines(played("capture")) == [
        ("reacted", note, "👍", CAROL),
        ("voted", note, "1", CAROL),
        ("unreacted", note, "👍", CAROL),
        ("reacted", note, "🎉", GRACE),
        ("gone", "note", note),
        ("deleted", note, "", ""),
    ]


def test_timelines_bring_notes_by_channel_and_mine_to_the_inbox() -> None:
    heard = played("timelines")
    channels = Counter(live.channel_id for one in heard for live in one.live)
    assert channels == {"ho": 4, "lo": 3, "hy": 5, "gl": 3}
    kept = [
        (live.channel_id, item.remote_id, getattr(item, "outgoing", None))
        for one in heard
        for live in one.live
        for item in one.items
    ]
    assert kept == [
        ("ho", "attn8ll9y4y4005j", False),
        ("hy", "attn8ll9y4y4005j", False),
        ("ho", "attn8llty4y4005m", True),
        ("hy", "attn8llty4y4005m", True),
    ]


def test_channel_that_was_left_is_silent_and_so_is_main() -> None:
    assert lines(played("disconnect"))[1:] == [
        ("joined", "h1"),
        ("note", "attn8ll9y4y4005j", "message", True),
        *[("nothing",)] * 3,
    ]


def test_same_timeline_twice_comes_twice() -> None:
    assert lines(played("two-connections-same-channel"))[2:] == [
        ("live", "h1", "attnnncuc5j00024"),
        ("live", "h2", "attnnncuc5j00024"),
    ]


def test_chat_without_the_permission_is_dropped() -> None:
    facts = replace(FACTS["2025.12"], chat="none", missing=("read:chat",))
    heard = played("chat-permission-missing", facts)
    assert lines(heard)[-1] == ("nothing",)


def test_old_chat_without_the_permission_is_dropped() -> None:
    facts = replace(FACTS["12.110"], chat="none", missing=("read:messaging",))
    assert not [
        line for line in lines(played("v12.110-main", facts)) if line[0] == "chat"
    ]


def test_notices_without_the_permission_are_dropped() -> None:
    facts = replace(FACTS["2025.12"], missing=("read:notifications",))
    found = lines(played("main-events", facts))
    assert ("note", "attn80nhy4y4004m", "mention", None) in found
    assert not [line for line in found if line[0] == "notification"]


def test_version_2024_says_the_same_with_its_own_marks() -> None:
    direct, mention = "6b014870a4ab88d557e21896", "6b014870f9d07a3f0bb22e8a"
    heard = played("v2024.11-main")
    assert lines(heard) == [
        ("joined", "inbox"),
        ("note", direct, "message", None),
        ("note", direct, "message", None),
        ("note", mention, "mention", None),
        ("note", mention, "mention", True),
        ("note", direct, "message", True),
        ("nothing",),  # unreadSpecifiedNote
        ("nothing",),  # unreadMention
        ("note", mention, "mention", True),
        ("note", direct, "message", True),
        ("nothing",),  # both are cleared by any listing of mentions, ours too
        ("nothing",),
        ("pull",),
    ]
    assert item_of(heard[1]).conversation_key == OLD_BOB


def test_version_12_says_the_same_and_has_the_old_chat() -> None:
    note, chat = "atto43qak5", "atto43qyk7"
    heard = played("v12.110-main")
    assert lines(heard) == [
        ("joined", "inbox"),
        ("note", note, "message", None),
        ("nothing",),  # the answer, packed for nobody: its text is hidden
        ("chat", chat, "chat", True),
        ("note", note, "message", True),
        ("nothing",),  # unreadSpecifiedNote
        ("chat", chat, "chat", True),
        ("note", note, "message", True),
        *[("nothing",)] * 3,
        ("pull",),
        ("pull",),
    ]
    assert item_of(heard[1]).text == "@alice private"


def test_old_chats_tell_what_was_read_elsewhere() -> None:
    assert lines(played("v12.110-messaging")) == [
        ("joined", "g1"),
        ("nothing",),  # the index of all chats is ours
        ("chat", "atto47yxk9", "chat", True),
        ("chat", "atto47yxk9", "chat", True),
        ("read", "chat", "atto47yxk9"),
        ("gone", "chat", "atto47yxk9"),
    ]


def test_old_capture_is_read_too() -> None:
    changes = [change for one in played("v12.110-capture") for change in one.changes]
    assert changes == [
        NoteChange("atto4a2yka", "reacted", "👍", person="atto3smtiv"),
        NoteChange("atto4a2yka", "voted", "0", person="atto3smtiv"),
        NoteChange("atto4a2yka", "deleted"),
    ]


def test_answers_of_version_12_belong_to_their_requests() -> None:
    heard = played("v12.110-api")
    assert lines(heard)[:2] == [("answer", "r1", ""), ("answer", "r2", "NO_SUCH_NOTE")]
    first = heard[0].answer
    assert first
    assert [item.remote_id for item in first.items] == ["atto5iokkg"]
    # what only HTTP may do was never asked, so its answers are nobody's
    assert lines(heard)[2:] == [("nothing",)] * 5


def test_text_pong_is_no_unknown_frame() -> None:
    assert played("v12.110-ping") == [Heard()]
