"""Chat messages, rooms and the messaging of old versions as JSON."""

from simulators.misskey.pack import users
from simulators.misskey.pack.moments import iso
from simulators.misskey.records import ChatMessage, Link, Room
from simulators.misskey.state import State

Json = dict[str, object]


def short(state: State, row: ChatMessage) -> Json:
    """Return the form of timelines and create: no people, in rooms the author."""
    packed = _head(row)
    if row.to_room_id:
        packed["fromUser"] = users.lite(state, state.users[row.user_id])
        packed["toRoomId"] = row.to_room_id
    else:
        packed["toUserId"] = row.to_user_id
    return packed | _tail(state, row)


def full(state: State, row: ChatMessage, viewer: str) -> Json:
    """Return the form of the overview, search and show."""
    packed = _head(row)
    packed["fromUser"] = users.lite(state, state.users[row.user_id])
    packed["toUserId"] = row.to_user_id
    if row.to_user_id:
        packed["toUser"] = users.lite(state, state.users[row.to_user_id])
    packed["toRoomId"] = row.to_room_id
    if row.to_room_id:
        packed["toRoom"] = room(state, state.rooms[row.to_room_id], viewer)
    return packed | _tail(state, row)


def _head(row: ChatMessage) -> Json:
    return {
        "id": row.id,
        "createdAt": iso(row.created),
        "text": row.text,
        "fromUserId": row.user_id,
    }


def _tail(state: State, row: ChatMessage) -> Json:
    return {
        "fileId": row.file_id,
        "file": _file(state, row),
        "reactions": [
            {"user": users.lite(state, state.users[user_id]), "reaction": reaction}
            for user_id, reaction in row.reactions
        ],
    }


def _file(state: State, row: ChatMessage) -> Json | None:
    if row.file_id is None or row.file_id not in state.files:
        return None
    return users.file(state, state.files[row.file_id], in_note=True)


def room(state: State, row: Room, viewer: str) -> Json:
    """Return a room; `invitationExists` says whether the viewer is asked in."""
    return {
        "id": row.id,
        "createdAt": iso(row.created),
        "name": row.name,
        "description": row.description,
        "ownerId": row.owner_id,
        "owner": users.lite(state, state.users[row.owner_id]),
        "isMuted": False,
        "invitationExists": viewer in row.invited,
    }


def invitation(state: State, row: Room, viewer: str) -> Json:
    """Return the invitation that a viewer has to a room."""
    link = row.invited[viewer]
    return {
        "id": link.id,
        "createdAt": iso(link.created),
        "roomId": row.id,
        "room": room(state, row, viewer),
        "userId": viewer,
        "user": users.lite(state, state.users[viewer]),
    }


def membership(state: State, row: Room, viewer: str, link: Link) -> Json:
    """Return the seat of a viewer in a room."""
    return {
        "id": link.id,
        "createdAt": iso(link.created),
        "userId": viewer,
        "roomId": row.id,
        "room": room(state, row, viewer),
    }


def old(state: State, row: ChatMessage, *, recipient: bool) -> Json:
    """Return a message of `messaging/*`; lists leave the recipient's person out."""
    packed: Json = {
        "id": row.id,
        "createdAt": iso(row.created),
        "text": row.text,
        "userId": row.user_id,
        "user": users.lite(state, state.users[row.user_id]),
        "recipientId": row.to_user_id,
    }
    if recipient and row.to_user_id:
        packed["recipient"] = users.lite(state, state.users[row.to_user_id])
    return packed | {
        "groupId": None,
        "fileId": row.file_id,
        "file": _file(state, row),
        "isRead": row.read,
        "reads": [],
    }
