"""What happens in chats as events: open chats at once, `main` some seconds later."""

from collections.abc import Iterator

from simulators.misskey.pack import chats as pack
from simulators.misskey.pack import users
from simulators.misskey.profiles import MESSAGING
from simulators.misskey.records import ChatMessage, User
from simulators.misskey.state import State
from simulators.misskey.streaming.emit import nothing, to_main
from simulators.misskey.streaming.hub import Listener

Json = dict[str, object]
NEW_AFTER, UNREAD_AFTER = 3.0, 2.0  # seconds
USER, ROOM, OLD, INDEX = "chatUser", "chatRoom", "messaging", "messagingIndex"


def sent(state: State, message: ChatMessage, key: str, receivers: list[str]) -> None:
    """A message to a person or a room; `receivers` are those who have not read it."""
    if state.profile.chat == MESSAGING:
        _sent_old(state, message)
        return
    for listener, channel_id in _open(state, message):
        listener.tell(channel_id, "message", pack.short(state, message))

    def act() -> None:
        with state.lock:
            for user_id in receivers:
                if (user_id, key) in state.fresh_chats and message.id in state.chats:
                    _new(state, user_id, message)

    state.hub.later(NEW_AFTER, act)


def erased(state: State, message: ChatMessage) -> None:
    """A message that is gone: its bare id."""
    for listener, channel_id in _open(state, message):
        listener.tell(channel_id, "deleted", message.id)


def reacted(
    state: State, message: ChatMessage, user: User, reaction: str, *, kind: str
) -> None:
    """`react` or `unreact`; only rooms say who it was."""
    body: Json = {"messageId": message.id, "reaction": reaction}
    if message.to_room_id:
        body["user"] = users.lite(state, user)
    for listener, channel_id in _open(state, message):
        listener.tell(channel_id, kind, body)


def read_old(state: State, user: User, messages: list[ChatMessage]) -> None:
    """The old chat: the reader's other programs and the writer hear of it."""
    if state.profile.chat != MESSAGING or not messages:
        return
    ids = [message.id for message in messages]
    for listener, channel_id, _ in state.hub.joined(INDEX, user.id):
        listener.tell(channel_id, "read", ids)
    for listener, channel_id, channel in state.hub.joined(OLD):
        writers = {message.user_id for message in messages}
        if listener.user_id in writers and channel.params.get("otherparty") == user.id:
            listener.tell(channel_id, "read", ids)
    if not any(pair[0] == user.id for pair in state.unread_chats):
        to_main(state, user.id, "readAllMessagingMessages", nothing)


def _new(state: State, user_id: str, message: ChatMessage) -> None:
    to_main(
        state,
        user_id,
        "newChatMessage",
        lambda: pack.full(state, message, user_id),
    )


def _sent_old(state: State, message: ChatMessage) -> None:
    body = pack.old(state, message, recipient=True)
    receiver = message.to_user_id or ""
    for listener, channel_id in _open(state, message):
        listener.tell(channel_id, "message", body)
    for user_id in {message.user_id, receiver}:
        for listener, channel_id, _ in state.hub.joined(INDEX, user_id):
            listener.tell(channel_id, "message", body)
    to_main(state, receiver, "messagingMessage", lambda: body)

    def act() -> None:
        with state.lock:
            if not message.read and message.id in state.chats:
                to_main(state, receiver, "unreadMessagingMessage", lambda: body)

    state.hub.later(UNREAD_AFTER, act)


def _open(state: State, message: ChatMessage) -> Iterator[tuple[Listener, str]]:
    """Yield the channels of the conversation, on either side."""
    if message.to_room_id:
        for listener, channel_id, channel in state.hub.joined(ROOM):
            if channel.params.get("roomId") == message.to_room_id:
                yield listener, channel_id
        return
    sides = {message.user_id: message.to_user_id, message.to_user_id: message.user_id}
    for name, parameter in ((USER, "otherId"), (OLD, "otherparty")):
        for listener, channel_id, channel in state.hub.joined(name):
            if listener.user_id in sides:
                other = sides[listener.user_id]
                if channel.params.get(parameter) == other:
                    yield listener, channel_id
