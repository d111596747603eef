"""Chats of 2025.4 and later. Both timelines mark their conversation read."""

import re
from collections.abc import Iterator
from uuid import uuid4

from simulators.misskey import chatting, people
from simulators.misskey.calls import Call, Endpoint
from simulators.misskey.errors import broken_text, internal, no_row, refusal
from simulators.misskey.pack import chats as pack
from simulators.misskey.params import FLAG, ID, OPTIONAL_ID, PAGING, TEXT, Rule
from simulators.misskey.records import ChatMessage, Room

Json = dict[str, object]
MOST_REACTIONS = 100
_TEXT = Rule(maximum=2000, nullable=True)
_CUSTOM = re.compile(r":([\w+-]+)(?:@\.)?:")


def permit(call: Call, *, write: bool) -> None:
    """Refuse where the host's policy switches chat off; that is a 500."""
    if not people.may_chat(call.state, call.user, write=write):
        raise internal("ROLE_PERMISSION_DENIED", str(uuid4()))


def history(call: Call) -> list[Json]:
    """Answer `chat/history`: the newest message per partner, or per room."""
    permit(call, write=False)
    state, user = call.state, call.user
    if call.params.flag("room"):
        keys = [room.id for room in my_rooms(call)]
    else:
        partners = state.partners[user.id]
        keys = [chatting.pair_key(user.id, partner) for partner in partners]
    newest = [row for row in (_newest(call, key) for key in keys) if row]
    newest.sort(key=lambda row: row.id, reverse=True)
    return [
        pack.full(state, row, user.id)
        | {"isRead": (user.id, chatting.key_of(row)) not in state.unread_chats}
        for row in newest[: call.params.integer("limit", 10)]
    ]


def my_rooms(call: Call) -> list[Room]:
    """Return the rooms that the caller sits in."""
    user_id = call.user.id
    return [
        room
        for room in call.state.rooms.values()
        if user_id == room.owner_id or user_id in room.members
    ]


def _newest(call: Call, key: str) -> ChatMessage | None:
    for message_id in call.state.chats_in[key].walk(None, None, ascending=False):
        return call.state.chats[message_id]
    return None


def user_timeline(call: Call) -> list[Json]:
    """Answer `chat/messages/user-timeline`."""
    permit(call, write=False)
    partner_id = call.params.text("userId")
    if partner_id not in call.state.users:
        raise refusal("NO_SUCH_USER", "11795c64-40ea-4198-b06e-3c873ed9039d")
    key = chatting.pair_key(call.user.id, partner_id)
    chatting.read(call.state, call.user, key)
    return [pack.short(call.state, row) for row in page(call, key)]


def room_timeline(call: Call) -> list[Json]:
    """Answer `chat/messages/room-timeline`; strangers get NO_SUCH_ROOM."""
    permit(call, write=False)
    room = call.state.rooms.get(call.params.text("roomId"))
    if room is None or room not in my_rooms(call):
        raise refusal("NO_SUCH_ROOM", "c4d9f88c-9270-4632-b032-6ed8cee36f7f")
    chatting.read(call.state, call.user, room.id)
    return [pack.short(call.state, row) for row in page(call, room.id)]


def page(call: Call, key: str) -> Iterator[ChatMessage]:
    """Yield one page of a conversation; `sinceId` alone turns the order around."""
    since, until = call.params.maybe("sinceId"), call.params.maybe("untilId")
    ascending = since is not None and until is None
    rows = call.state.chats_in[key].walk(since, until, ascending=ascending)
    for _, message_id in zip(
        range(call.params.integer("limit", 10)), rows, strict=False
    ):
        yield call.state.chats[message_id]


def show(call: Call) -> Json:
    """Answer `chat/messages/show`; room messages only to their authors."""
    permit(call, write=False)
    message = call.state.chats.get(call.params.text("messageId"))
    involved = message and call.user.id in (message.user_id, message.to_user_id)
    if message is None or not involved:
        raise refusal("NO_SUCH_MESSAGE", "3710865b-1848-4da9-8d61-cfed15510b93")
    return pack.full(call.state, message, call.user.id)


def search(call: Call) -> list[Json]:
    """Answer `chat/messages/search`, newest first, reading nothing."""
    permit(call, write=False)
    state, user, params = call.state, call.user, call.params
    if "userId" in params:
        keys = [chatting.pair_key(user.id, params.text("userId"))]
    elif "roomId" in params:
        wanted = params.text("roomId")
        keys = [room.id for room in my_rooms(call) if room.id == wanted]
        if not keys:
            raise refusal("NO_SUCH_ROOM", "460b3669-81b0-4dc9-a997-44442141bf83")
    else:
        partners = state.partners[user.id]
        keys = [chatting.pair_key(user.id, partner) for partner in partners]
        keys += [room.id for room in my_rooms(call)]
    query = params.text("query").lower()
    rows = [
        state.chats[message_id]
        for key in keys
        for message_id in state.chats_in[key].walk(None, None, ascending=False)
        if query in (state.chats[message_id].text or "").lower()
    ]
    rows.sort(key=lambda row: row.id, reverse=True)
    return [
        pack.full(state, row, user.id) for row in rows[: params.integer("limit", 10)]
    ]


def _content(call: Call) -> tuple[str | None, str | None]:
    text, file_id = call.params.maybe("text"), call.params.maybe("fileId")
    if file_id is not None and file_id not in call.state.files:
        raise refusal(
            "NO_SUCH_FILE",
            "4372b8e2-185d-146d-8749-2f68864a3e5f",
            message="No such file.",
        )
    if text and "\0" in text:
        raise broken_text()
    if text is None and file_id is None:
        raise refusal("CONTENT_REQUIRED", "25587321-b0e6-449c-9239-f8925092942c")
    return text.strip() if text is not None else None, file_id


def to_user(call: Call) -> Json:
    """Answer `chat/messages/create-to-user`; most refusals are a 500."""
    permit(call, write=True)
    state, user = call.state, call.user
    text, file_id = _content(call)
    receiver_id = call.params.text("toUserId")
    if receiver_id == user.id:
        raise refusal("RECIPIENT_IS_YOURSELF", "17e2ba79-e22a-4cbc-bf91-d327643f4a7e")
    receiver = state.users.get(receiver_id)
    if receiver is None:
        raise refusal("NO_SUCH_USER", "11795c64-40ea-4198-b06e-3c873ed9039d")
    reason = chatting.refuse_reason(state, user, receiver)
    if reason:
        raise internal(reason, str(uuid4()))
    return pack.short(
        state, chatting.send_to_user(state, user, receiver, text, file_id)
    )


def to_room(call: Call) -> Json:
    """Answer `chat/messages/create-to-room`."""
    permit(call, write=True)
    text, file_id = _content(call)
    room = call.state.rooms.get(call.params.text("toRoomId"))
    if room is None:
        raise refusal("NO_SUCH_ROOM", "8098520d-2da5-4e8f-8ee1-df78b55a4ec6")
    if room not in my_rooms(call):
        raise internal("you are not a member of the room", str(uuid4()))
    sent = chatting.send_to_room(call.state, call.user, room, text, file_id)
    return pack.short(call.state, sent)


def delete(call: Call) -> None:
    """Answer `chat/messages/delete`; a received one does not exist for this call."""
    permit(call, write=True)
    message = call.state.chats.get(call.params.text("messageId"))
    if message is None or message.user_id != call.user.id:
        raise refusal("NO_SUCH_MESSAGE", "36b67f0e-66a6-414b-83df-992a55294f17")
    chatting.erase(call.state, message)


def react(call: Call) -> None:
    """Answer `chat/messages/react`: every call adds one, the same again too."""
    permit(call, write=True)
    reaction = _emoji(call)
    if reaction.startswith(":") and reaction.strip(":") not in call.state.emojis:
        raise internal("no such emoji", str(uuid4()))
    message = _message(call)
    if message.user_id == call.user.id:
        raise internal("cannot react to own message", str(uuid4()))
    seats = {room.id for room in my_rooms(call)}
    if call.user.id != message.to_user_id and message.to_room_id not in seats:
        raise internal("cannot react to others message", str(uuid4()))
    if len(message.reactions) >= MOST_REACTIONS:
        raise internal("too many reactions", str(uuid4()))
    chatting.react(call.state, call.user, message, reaction)


def unreact(call: Call) -> None:
    """Answer `chat/messages/unreact`: all of the same kind go, none is fine too."""
    permit(call, write=True)
    reaction = _emoji(call)
    chatting.unreact(call.state, call.user, _message(call), reaction)


def _message(call: Call) -> ChatMessage:
    message = call.state.chats.get(call.params.text("messageId"))
    if message is None:
        raise no_row("MiChatMessage")
    return message


def _emoji(call: Call) -> str:
    """Return a reaction as it is kept: without the sign for colour, or `:name:`."""
    reaction = call.params.text("reaction")
    custom = _CUSTOM.fullmatch(reaction)
    if custom:
        return f":{custom[1]}:"
    if reaction.isascii():
        raise internal("invalid emoji", str(uuid4()))
    return reaction if "\u200d" in reaction else reaction.replace("\ufe0f", "")


def read_all(call: Call) -> None:
    """Answer `chat/read-all`: only the account's dot, each conversation stays unread."""
    user_id = call.user.id
    call.state.fresh_chats -= {
        pair for pair in call.state.fresh_chats if pair[0] == user_id
    }


_MESSAGE = {"messageId": ID}
_REACTION = {"messageId": ID, "reaction": TEXT}
_READ, _WRITE = "read:chat", "write:chat"
ENDPOINTS = {
    "chat/history": Endpoint(history, {**PAGING, "room": FLAG}, kind=_READ),
    "chat/messages/user-timeline": Endpoint(
        user_timeline, {**PAGING, "userId": ID}, ("userId",), kind=_READ
    ),
    "chat/messages/room-timeline": Endpoint(
        room_timeline, {**PAGING, "roomId": ID}, ("roomId",), kind=_READ
    ),
    "chat/messages/show": Endpoint(show, _MESSAGE, ("messageId",), kind=_READ),
    "chat/messages/search": Endpoint(
        search,
        {
            "query": Rule(minimum=1, maximum=256),
            "limit": PAGING["limit"],
            "userId": OPTIONAL_ID,
            "roomId": OPTIONAL_ID,
        },
        ("query",),
        kind=_READ,
    ),
    "chat/messages/create-to-user": Endpoint(
        to_user,
        {"text": _TEXT, "fileId": ID, "toUserId": ID},
        ("toUserId",),
        kind=_WRITE,
    ),
    "chat/messages/create-to-room": Endpoint(
        to_room,
        {"text": _TEXT, "fileId": ID, "toRoomId": ID},
        ("toRoomId",),
        kind=_WRITE,
    ),
    "chat/messages/delete": Endpoint(delete, _MESSAGE, ("messageId",), kind=_WRITE),
    "chat/messages/react": Endpoint(
        react, _REACTION, ("messageId", "reaction"), kind=_WRITE
    ),
    "chat/messages/unreact": Endpoint(
        unreact, _REACTION, ("messageId", "reaction"), kind=_WRITE
    ),
    "chat/read-all": Endpoint(read_all, kind=_WRITE),
}
