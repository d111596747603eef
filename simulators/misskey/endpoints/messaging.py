"""The messaging of versions before 13.7: read per message, groups without members."""

from simulators.misskey import chatting
from simulators.misskey.calls import Call, Endpoint
from simulators.misskey.endpoints.chat import page
from simulators.misskey.errors import refusal
from simulators.misskey.pack import chats as pack
from simulators.misskey.params import FLAG, ID, LIMIT, OPTIONAL_ID, PAGING, Rule
from simulators.misskey.records import ChatMessage, User

Json = dict[str, object]


def history(call: Call) -> list[Json]:
    """Answer `messaging/history`: the newest message per partner.

    Nobody here is in a group, so the list of groups is empty.
    """
    state, user = call.state, call.user
    if call.params.flag("group"):
        return []
    newest: list[ChatMessage] = []
    for partner in state.partners[user.id]:
        key = chatting.pair_key(user.id, partner)
        for message_id in state.chats_in[key].walk(None, None, ascending=False):
            newest.append(state.chats[message_id])
            break
    newest.sort(key=lambda row: row.id, reverse=True)
    limit = call.params.integer("limit", 10)
    return [pack.old(state, row, recipient=True) for row in newest[:limit]]


def messages(call: Call) -> list[Json]:
    """Answer `messaging/messages`; `markAsRead` is true when left out.

    The answer shows the state before the marking.
    """
    state, user = call.state, call.user
    if "groupId" in call.params:
        raise refusal("NO_SUCH_GROUP", "c4d9f88c-9270-4632-b032-6ed8cee36f7f")
    partner = _partner(call, "11795c64-40ea-4198-b06e-3c873ed9039d")
    rows = list(page(call, chatting.pair_key(user.id, partner.id)))
    packed = [pack.old(state, row, recipient=False) for row in rows]
    if call.params.flag("markAsRead", default=True):
        for row in rows:
            if row.to_user_id == user.id:
                chatting.read_one(state, user, row)
    return packed


def _partner(call: Call, error_id: str) -> User:
    partner = call.state.users.get(call.params.text("userId"))
    if partner is None:
        raise refusal("NO_SUCH_USER", error_id)
    return partner


def create(call: Call) -> Json:
    """Answer `messaging/messages/create`."""
    state, user, params = call.state, call.user, call.params
    if "groupId" in params:
        raise refusal("NO_SUCH_GROUP", "c94e2a5d-06aa-4914-8fa6-6a42e73d6537")
    if params.text("userId") == user.id:
        raise refusal("RECIPIENT_IS_YOURSELF", "17e2ba79-e22a-4cbc-bf91-d327643f4a7e")
    receiver = _partner(call, "11795c64-40ea-4198-b06e-3c873ed9039d")
    text, file_id = params.maybe("text"), params.maybe("fileId")
    if text is None and file_id is None:
        raise refusal("CONTENT_REQUIRED", "25587321-b0e6-449c-9239-f8925092942c")
    if (receiver.id, user.id) in state.blocks:
        raise refusal("YOU_HAVE_BEEN_BLOCKED", "c15a5199-7422-4968-941a-2a462c478f7d")
    sent = chatting.send_to_user(
        state, user, receiver, text.strip() if text else None, file_id
    )
    return pack.old(state, sent, recipient=True)


def delete(call: Call) -> None:
    """Answer `messaging/messages/delete`; only one's own."""
    message = call.state.chats.get(call.params.text("messageId"))
    if message is None or message.user_id != call.user.id:
        raise refusal("NO_SUCH_MESSAGE", "54b5b326-7925-42cf-8019-130fda8b56af")
    chatting.erase(call.state, message)


def read(call: Call) -> None:
    """Answer `messaging/messages/read`."""
    message = call.state.chats.get(call.params.text("messageId"))
    if message is None or message.to_user_id != call.user.id:
        raise refusal("NO_SUCH_MESSAGE", "86d56a2f-a9c3-4afb-b13c-3e9bfef9aa14")
    chatting.read_one(call.state, call.user, message)


_READ, _WRITE = "read:messaging", "write:messaging"
ENDPOINTS = {
    "messaging/history": Endpoint(history, {"limit": LIMIT, "group": FLAG}, kind=_READ),
    "messaging/messages": Endpoint(
        messages,
        {**PAGING, "userId": ID, "groupId": ID, "markAsRead": FLAG},
        kind=_READ,
    ),
    "messaging/messages/create": Endpoint(
        create,
        {
            "userId": ID,
            "groupId": ID,
            "text": Rule(maximum=3000, nullable=True),
            "fileId": OPTIONAL_ID,
        },
        kind=_WRITE,
    ),
    "messaging/messages/delete": Endpoint(
        delete, {"messageId": ID}, ("messageId",), kind=_WRITE
    ),
    "messaging/messages/read": Endpoint(
        read, {"messageId": ID}, ("messageId",), kind=_WRITE
    ),
}
