"""Chats that are open: their channels, and what the events there mean.

Misskey API: channels `chatUser` and `chatRoom` from 2025.4 on, `messaging` and
`messagingIndex` up to 13.6.
"""

from inboxhub.networks.base import MESSAGES
from inboxhub.networks.misskey.chats import read_chat
from inboxhub.networks.misskey.facts import CHAT, MESSAGING, Facts
from inboxhub.networks.misskey.ids import is_id
from inboxhub.networks.misskey.people import emoji_name, read_user
from inboxhub.networks.misskey.stream_main import Ear, found
from inboxhub.networks.stream import NOTHING, Heard, NoteChange
from inboxhub.networks.values import mapping_of, word_of

ROOM = "room:"
MOST_READ = 1_000
REACTIONS = {"react": "reacted", "unreact": "unreacted"}


def chat_channel(
    conversation_key: str, facts: Facts
) -> tuple[str, dict[str, object]] | None:
    """The channel and parameters of a conversation; None where it is no chat."""
    partner = conversation_key.removeprefix(ROOM)
    room = partner != conversation_key
    if not is_id(partner) or (partner == "self" and not room):
        return None
    if facts.chat == CHAT:
        if room:
            return "chatRoom", {"roomId": partner}
        return "chatUser", {"otherId": partner}
    if facts.chat == MESSAGING:
        return "messaging", {"group" if room else "otherparty": partner}
    return None


def read_chat_event(kind: str, body: object, ear: Ear) -> Heard:
    """An event of an open chat. My own words come, too."""
    if kind == "message":
        message = read_chat(body, ear.viewer, people=ear.people, unread=True)
        return found(message, ear, box=MESSAGES)
    if kind == "deleted":
        return Heard(gone=(("chat", body),)) if is_id(body) else NOTHING
    if kind in REACTIONS:
        return _reaction(REACTIONS[kind], body, ear)
    if kind in {"read", "typers"}:  # that the others read; that they write
        return NOTHING
    return Heard(unknown=f"chat:{word_of(kind)}")


def read_index_event(kind: str, body: object, ear: Ear) -> Heard:
    """An event of all chats of an old host: what comes, goes out, and was read by me."""
    if kind == "read":
        ids = body[:MOST_READ] if isinstance(body, list) else []
        return Heard(read=tuple(("chat", one) for one in ids if is_id(one)))
    return read_chat_event(kind, body, ear)


def _reaction(change: str, body: object, ear: Ear) -> Heard:
    """Who it was is said in rooms only."""
    event = mapping_of(body)
    message_id, value = event.get("messageId"), emoji_name(event.get("reaction"))
    if not is_id(message_id) or not value:
        return NOTHING
    person = read_user(event.get("user"), ear.viewer)
    return Heard(
        changes=(
            NoteChange(
                message_id,
                change,
                value=value,
                person=person.remote_id if person else "",
                source="chat",
            ),
        )
    )
