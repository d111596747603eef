"""Chat messages: `chat/*` from 2025.4 on, `messaging/*` up to 13.6; and their talks.

A talk is what the remote lists one newest message of: a chat with one person, or a
room. Listing a talk of the new kind marks it read on the host, so that only `quiet`
ones may be listed by a pull.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from inboxhub.networks.base import MESSAGES, RemoteAuthor, RemoteMessage, Unreadable
from inboxhub.networks.misskey import mfm
from inboxhub.networks.misskey.ids import is_id, time_of
from inboxhub.networks.misskey.notes import Note, read_files
from inboxhub.networks.misskey.people import (
    People,
    custom_names,
    emoji_name,
    emojis_of,
    read_user,
)
from inboxhub.networks.values import Viewer, line_of, mapping_of, mappings_of, moment_of

MOST_REACTIONS = 200
MOST_TALKS = 200


@dataclass(frozen=True, slots=True)
class Talk:
    """A chat with somebody, or a room, as the overview shows it.

    `newest` is the id of its newest message. `quiet` says that listing it changes
    nothing: it has nothing unread, or is of the old kind, which can be asked not to.
    """

    room: bool
    partner: str
    newest: str = ""
    quiet: bool = False

    @property
    def name(self) -> str:
        return f"{'r' if self.room else 'u'}{self.partner}"


@dataclass(frozen=True, slots=True)
class Ends:
    """Between whom a chat message went; `room` is empty for a chat of two."""

    sender: str
    receiver: str
    room: str
    room_name: str

    def partner(self, me: str) -> str:
        return self.receiver if self.sender == me else self.sender


def read_chat(
    raw: object,
    viewer: Viewer,
    *,
    people: People,
    unread: bool | None = None,
) -> RemoteMessage | Unreadable:
    """ChatMessage or MessagingMessage; `people` helps the forms without user objects.

    `unread` is what is known of the talk when the message does not say: the overview of
    the new kind tells the state of the whole talk, the old kind that of each message.
    """
    message = mapping_of(raw)
    identifier = message.get("id")
    if not is_id(identifier):
        return Unreadable("chat", "", "a chat message without an id")
    ends = _ends(message)
    sent_at = moment_of(message.get("createdAt")) or time_of(identifier)
    if ends is None or sent_at is None:
        return Unreadable("chat", identifier, "a chat message without sender or time")
    mine = ends.sender == viewer.me
    author = _person(message, ("fromUser", "user"), ends.sender, viewer, people)
    partner = (
        author if ends.room or not mine else _receiver(message, ends, viewer, people)
    )
    body = mfm.render(message.get("text"), origin=viewer.origin)
    reactions = _reactions(message)
    return RemoteMessage(
        source="chat",
        remote_id=identifier,
        box=MESSAGES,
        kind="chat",
        conversation_key=_key(ends, viewer.me),
        sent_at=sent_at,
        author=author,
        outgoing=mine,
        text=body.text,
        html=body.html,
        visibility="room" if ends.room else "chat",
        url=_url(message, identifier, ends, partner, viewer),
        participants=(partner,) if partner and partner.remote_id != viewer.me else (),
        conversation_title=ends.room_name,
        attachments=read_files([message.get("file")], viewer),
        emojis=emojis_of({}, body.text, viewer, names=custom_names(reactions)),
        extra={"reactions": reactions} if reactions else {},
        unread=False if mine else _unread(message, ends, viewer.me, unread),
        read_through=not is_old(message) and message.get("isRead") is True,
    )


def read_talk(raw: object, viewer: Viewer) -> Talk | None:
    """The talk of an overview's message (`chat/history`, `messaging/history`)."""
    message = mapping_of(raw)
    ends, identifier = _ends(message), message.get("id")
    if ends is None or not is_id(identifier):
        return None
    quiet = is_old(message) or message.get("isRead") is True
    partner = ends.room or ends.partner(viewer.me)
    return Talk(bool(ends.room), partner, newest=identifier, quiet=quiet)


def people_in(raw: object, viewer: Viewer) -> dict[str, RemoteAuthor]:
    """The user objects of an overview's messages, by id."""
    found: dict[str, RemoteAuthor] = {}
    for message in mappings_of(raw, MOST_TALKS):
        for name in ("fromUser", "toUser", "user", "recipient"):
            person = read_user(message.get(name), viewer)
            if person:
                found[person.remote_id] = person
    return found


def is_old(message: Note) -> bool:
    """Whether it is one of `messaging/*`, which tells for each message who read it."""
    return "recipientId" in message or "groupId" in message


def _ends(message: Note) -> Ends | None:
    if is_old(message):
        sender, receiver = message.get("userId"), message.get("recipientId")
        room, room_object = message.get("groupId"), message.get("group")
    else:
        sender, receiver = message.get("fromUserId"), message.get("toUserId")
        room, room_object = message.get("toRoomId"), message.get("toRoom")
    if not is_id(sender) or not (is_id(receiver) or is_id(room)):
        return None
    return Ends(
        sender=sender,
        receiver=receiver if is_id(receiver) else "",
        room=room if is_id(room) else "",
        room_name=line_of(mapping_of(room_object).get("name"), 200),
    )


def _key(ends: Ends, me: str) -> str:
    if ends.room:
        return f"room:{ends.room}"
    partner = ends.partner(me)
    return "self" if partner == me else partner


def _person(
    message: Note,
    names: tuple[str, ...],
    identifier: str,
    viewer: Viewer,
    people: Mapping[str, RemoteAuthor],
) -> RemoteAuthor | None:
    for name in names:
        person = read_user(message.get(name), viewer)
        if person and person.remote_id == identifier:
            return person
    return people.get(identifier)


def _receiver(
    message: Note,
    ends: Ends,
    viewer: Viewer,
    people: Mapping[str, RemoteAuthor],
) -> RemoteAuthor | None:
    return _person(message, ("toUser", "recipient"), ends.receiver, viewer, people)


def _unread(message: Note, ends: Ends, me: str, known: bool | None) -> bool | None:
    if is_old(message) and ends.room:
        reads = message.get("reads")
        return me not in reads if isinstance(reads, list) else known
    read = message.get("isRead")
    return not read if isinstance(read, bool) else known


def _reactions(message: Note) -> dict[str, int]:
    """Counts by reaction; one person can give the same one twice."""
    counts: dict[str, int] = {}
    for entry in mappings_of(message.get("reactions"), MOST_REACTIONS):
        name = emoji_name(entry.get("reaction"))
        if name:
            counts[name] = counts.get(name, 0) + 1
    return counts


def _url(
    message: Note,
    identifier: str,
    ends: Ends,
    partner: RemoteAuthor | None,
    viewer: Viewer,
) -> str:
    if not is_old(message):
        return f"{viewer.origin}/chat/messages/{identifier}"
    if ends.room:
        return f"{viewer.origin}/my/messaging/group/{ends.room}"
    if partner is None:
        return f"{viewer.origin}/my/messaging"
    acct = partner.handle.removeprefix("@").removesuffix(f"@{viewer.domain}")
    return f"{viewer.origin}/my/messaging/{acct}"
