"""What can be written on a Misskey host: answers by what is answered, and new notes."""

from collections.abc import Mapping
from dataclasses import replace

from inboxhub.networks.capabilities import NEW, NOTHING, Writing
from inboxhub.networks.misskey.facts import CHAT, NO_CHAT, Facts

SPECIFIED, PUBLIC = "specified", "public"
# The narrowest first.
WIDTHS = (SPECIFIED, "followers", "home", PUBLIC)
CHAT_VISIBILITY = "chat"
MAX_CHAT, MAX_OLD_CHAT = 2_000, 3_000
MOST_FILES = 16
MIMES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif")


def writing(facts: Facts) -> Mapping[str, Writing]:
    """By the source of what is answered, and for what answers nothing."""
    note, chat = _note(facts), _chat(facts)
    return {
        "note": note,
        "chat": chat,
        "notification": NOTHING,
        "follow_request": NOTHING,
        "invitation": NOTHING,
        NEW: _new(note, chat),
    }


def max_chat(facts: Facts) -> int:
    """Code points of a chat message."""
    return MAX_CHAT if facts.chat == CHAT else MAX_OLD_CHAT


def chat_reason(facts: Facts) -> str:
    """Why nothing can be written in chats; empty when something can."""
    permission = "write:chat" if facts.chat == CHAT else "write:messaging"
    if facts.chat == NO_CHAT:
        return "chat-off"
    if facts.quiet:
        return "chat-read-only"
    return "no-permission-chat" if permission in facts.missing else ""


def _note(facts: Facts) -> Writing:
    if "write:notes" in facts.missing:
        return Writing(reason="no-permission-notes")
    found = Writing(
        max_text=facts.max_text,
        names="away",
        content_warning=True,
        visibilities=WIDTHS,
        people=facts.people,
    )
    return _with_files(found, facts, MOST_FILES)


def _chat(facts: Facts) -> Writing:
    if reason := chat_reason(facts):
        return Writing(reason=reason)
    return _with_files(Writing(max_text=max_chat(facts)), facts, 1)


def _new(note: Writing, chat: Writing) -> Writing:
    """A note, or a chat with one person of the same host."""
    if chat.reason:
        return note
    if note.reason:
        return replace(chat, visibilities=(CHAT_VISIBILITY,))
    return replace(
        note,
        visibilities=(SPECIFIED, CHAT_VISIBILITY, *WIDTHS[1:]),
        limits={CHAT_VISIBILITY: chat.max_text},
    )


def _with_files(writing: Writing, facts: Facts, most: int) -> Writing:
    if "write:drive" in facts.missing:
        return writing
    return replace(
        writing,
        files=most,
        max_bytes=facts.max_bytes,
        mimes=MIMES,
        described=True,
    )
