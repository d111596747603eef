"""Chats, rooms and the old messaging: sending, reading, who is in."""

from simulators.misskey.notifying import notify
from simulators.misskey.records import ChatMessage, Link, Room, User
from simulators.misskey.state import State
from simulators.misskey.streaming import chats


def pair_key(one: str, other: str) -> str:
    """Return the conversation of two people, whoever asks."""
    return ":".join(sorted((one, other)))


def send_to_user(
    state: State,
    sender: User,
    receiver: User,
    text: str | None,
    file_id: str | None = None,
    moment: int | None = None,
) -> ChatMessage:
    """Keep a message between two people; it is unread for the receiver."""
    row_id, created = state.stamp(moment)
    message = ChatMessage(row_id, created, sender.id, receiver.id, None, text, file_id)
    key = pair_key(sender.id, receiver.id)
    state.chats[message.id] = message
    state.chats_in[key].add(message.id)
    state.partners[sender.id].add(receiver.id)
    state.partners[receiver.id].add(sender.id)
    state.unread_chats.add((receiver.id, key))
    state.fresh_chats.add((receiver.id, key))
    chats.sent(state, message, key, [receiver.id])
    return message


def send_to_room(
    state: State,
    sender: User,
    room: Room,
    text: str | None,
    file_id: str | None = None,
    moment: int | None = None,
) -> ChatMessage:
    """Keep a message to a room; it is unread for all other members."""
    row_id, created = state.stamp(moment)
    message = ChatMessage(row_id, created, sender.id, None, room.id, text, file_id)
    state.chats[message.id] = message
    state.chats_in[room.id].add(message.id)
    receivers = sorted({room.owner_id, *room.members} - {sender.id})
    for user_id in receivers:
        state.unread_chats.add((user_id, room.id))
        state.fresh_chats.add((user_id, room.id))
    chats.sent(state, message, room.id, receivers)
    return message


def read(state: State, user: User, key: str) -> None:
    """Mark a whole conversation read for one user."""
    state.unread_chats.discard((user.id, key))
    state.fresh_chats.discard((user.id, key))
    news: list[ChatMessage] = []
    for message_id in state.chats_in[key].walk(None, None, ascending=True):
        message = state.chats[message_id]
        if message.to_user_id == user.id and not message.read:
            message.read = True
            news.append(message)
    chats.read_old(state, user, news)


def read_one(state: State, user: User, message: ChatMessage) -> None:
    """Mark one message read, as the old messaging does."""
    news = [] if message.read else [message]
    message.read = True
    key = key_of(message)
    rows = state.chats_in[key].walk(None, None, ascending=False)
    if all(
        row.read or row.to_user_id != user.id
        for row in map(state.chats.get, rows)
        if row
    ):
        read(state, user, key)
    chats.read_old(state, user, news)


def key_of(message: ChatMessage) -> str:
    """Return the conversation that a message belongs to."""
    if message.to_room_id:
        return message.to_room_id
    return pair_key(message.user_id, message.to_user_id or "")


def erase(state: State, message: ChatMessage) -> None:
    """Remove a message for everybody."""
    chats.erased(state, message)
    del state.chats[message.id]
    state.chats_in[key_of(message)].discard(message.id)


def react(state: State, user: User, message: ChatMessage, reaction: str) -> None:
    """Add a reaction; the same again is one more."""
    message.reactions.append((user.id, reaction))
    chats.reacted(state, message, user, reaction, kind="react")


def unreact(state: State, user: User, message: ChatMessage, reaction: str) -> None:
    """Take all of the same kind back; it is told even where there was none."""
    mine = (user.id, reaction)
    message.reactions = [one for one in message.reactions if one != mine]
    chats.reacted(state, message, user, reaction, kind="unreact")


def open_room(
    state: State,
    owner: User,
    name: str,
    description: str = "",
    moment: int | None = None,
) -> Room:
    """Make a room that only its owner is in."""
    row_id, created = state.stamp(moment)
    room = Room(row_id, created, owner.id, name, description)
    state.rooms[room.id] = room
    return room


def invite(state: State, room: Room, user: User, moment: int | None = None) -> None:
    """Ask somebody into a room and notify them."""
    room.invited[user.id] = Link(*state.stamp(moment))
    owner = state.users[room.owner_id]
    notify(
        state,
        user.id,
        "chatRoomInvitationReceived",
        sender=owner,
        room=room,
        moment=moment,
    )


def join(state: State, room: Room, user: User, moment: int | None = None) -> None:
    """Take the seat that an invitation offers."""
    room.invited.pop(user.id, None)
    room.members[user.id] = Link(*state.stamp(moment))


def refuse_reason(state: State, sender: User, receiver: User) -> str | None:
    """Say why a person's messages are not taken, in the host's words.

    `chatScope` is the receiver's wish and ends once they have written themselves.
    """
    if (receiver.id, sender.id) in state.blocks:
        return "blocked"
    if receiver.chat_availability != "available":
        return "recipient is cannot chat (policy)"
    key = pair_key(sender.id, receiver.id)
    rows = state.chats_in[key].walk(None, None, ascending=False)
    if any(state.chats[row].user_id == receiver.id for row in rows):
        return None
    follower = state.follows_whom(sender.id, receiver.id)
    followed = state.follows_whom(receiver.id, sender.id)
    allowed = {
        "everyone": True,
        "followers": follower,
        "following": followed,
        "mutual": follower and followed,
        "none": False,
    }
    if allowed[receiver.chat_scope]:
        return None
    return f"recipient is cannot chat ({receiver.chat_scope})"
