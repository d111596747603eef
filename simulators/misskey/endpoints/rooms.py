"""Chat rooms: invitations, seats."""

from simulators.misskey import chatting
from simulators.misskey.calls import Call, Endpoint
from simulators.misskey.endpoints.chat import my_rooms, permit
from simulators.misskey.errors import no_row, refusal
from simulators.misskey.pack import chats as pack
from simulators.misskey.params import ID, PAGING
from simulators.misskey.records import Room

Json = dict[str, object]


def inbox(call: Call) -> list[Json]:
    """Answer `chat/rooms/invitations/inbox`, newest first."""
    permit(call, write=False)
    user_id = call.user.id
    rooms = [room for room in call.state.rooms.values() if user_id in room.invited]
    rooms.sort(key=lambda room: room.invited[user_id].id, reverse=True)
    limit = call.params.integer("limit", 30)
    return [pack.invitation(call.state, room, user_id) for room in rooms[:limit]]


def ignore(call: Call) -> None:
    """Answer `chat/rooms/invitations/ignore`; who wrote it is not told."""
    permit(call, write=True)
    room = call.state.rooms.get(call.params.text("roomId"))
    if room is None or room.invited.pop(call.user.id, None) is None:
        raise no_row("MiChatRoomInvitation")


def join(call: Call) -> None:
    """Answer `chat/rooms/join`; only for those who are invited."""
    permit(call, write=True)
    room = call.state.rooms.get(call.params.text("roomId"))
    if room is None or call.user.id not in room.invited:
        raise no_row("MiChatRoomInvitation")
    chatting.join(call.state, room, call.user)


def leave(call: Call) -> None:
    """Answer `chat/rooms/leave`."""
    room = _room(call, "cb7f3179-50e8-4389-8c30-dbe2650a67c9")
    room.members.pop(call.user.id, None)


def joining(call: Call) -> list[Json]:
    """Answer `chat/rooms/joining`: the seats in rooms of others."""
    permit(call, write=False)
    user_id = call.user.id
    seats = [
        (room, room.members[user_id])
        for room in call.state.rooms.values()
        if user_id in room.members
    ]
    seats.sort(key=lambda seat: seat[1].id, reverse=True)
    return [
        pack.membership(call.state, room, user_id, link)
        for room, link in seats[: call.params.integer("limit", 30)]
    ]


def owned(call: Call) -> list[Json]:
    """Answer `chat/rooms/owned`."""
    permit(call, write=False)
    rooms = [room for room in my_rooms(call) if room.owner_id == call.user.id]
    return [pack.room(call.state, room, call.user.id) for room in rooms]


def show(call: Call) -> Json:
    """Answer `chat/rooms/show`."""
    permit(call, write=False)
    room = _room(call, "857ae02f-8759-4d20-9adb-6e95fffe4fd7")
    return pack.room(call.state, room, call.user.id)


def _room(call: Call, error_id: str) -> Room:
    room = call.state.rooms.get(call.params.text("roomId"))
    if room is None:
        raise refusal("NO_SUCH_ROOM", error_id)
    return room


_ONE = {"roomId": ID}
_READ, _WRITE = "read:chat", "write:chat"
ENDPOINTS = {
    "chat/rooms/invitations/inbox": Endpoint(inbox, PAGING, kind=_READ),
    "chat/rooms/invitations/ignore": Endpoint(ignore, _ONE, ("roomId",), kind=_WRITE),
    "chat/rooms/join": Endpoint(join, _ONE, ("roomId",), kind=_WRITE),
    "chat/rooms/leave": Endpoint(leave, _ONE, ("roomId",), kind=_WRITE),
    "chat/rooms/joining": Endpoint(joining, PAGING, kind=_READ),
    "chat/rooms/owned": Endpoint(owned, PAGING, kind=_READ),
    "chat/rooms/show": Endpoint(show, _ONE, ("roomId",), kind=_READ),
}
