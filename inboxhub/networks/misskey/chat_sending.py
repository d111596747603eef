"""Chat messages: sending them, and looking whether they were sent.

Misskey API: `chat/messages/create-to-user`, `create-to-room`, `chat/messages/search`,
which marks nothing read; up to 13.6 `messaging/messages/create`.
"""

from dataclasses import replace

from inboxhub.networks.base import RemoteMessage
from inboxhub.networks.errors import PermanentError, ProviderError, TemporaryError
from inboxhub.networks.misskey.audience import cleaned
from inboxhub.networks.misskey.chats import Talk, people_in, read_chat, read_talk
from inboxhub.networks.misskey.chatting import (
    LIMIT,
    overview_call,
    talk_of,
    timeline_call,
)
from inboxhub.networks.misskey.facts import CHAT, NO_CHAT
from inboxhub.networks.misskey.ids import is_id
from inboxhub.networks.misskey.names import is_away
from inboxhub.networks.misskey.notes import Note
from inboxhub.networks.misskey.sending import before, is_recent, once, unknown
from inboxhub.networks.misskey.session import Session
from inboxhub.networks.misskey.writable import max_chat
from inboxhub.networks.values import mapping_of
from inboxhub.networks.writing import Draft, Sent

LOOKED_FOR = 100  # code points of the text that a search gets


def send_chat(session: Session, draft: Draft) -> Sent:
    """To the talk of what is answered, or to one person. See `base.Client.send`."""
    talk, text = _talk(session, draft), cleaned(draft.text)
    if len(text) > max_chat(session.facts):
        raise PermanentError("the text is too long", code="too-long")
    if len(draft.file_ids) > 1:
        raise PermanentError("a chat message takes one picture", code="too-many-files")
    if not text and not draft.file_ids:
        raise PermanentError("there is nothing to send", code="empty")
    body: dict[str, object] = {_receiver(session, talk): talk.partner}
    if text:
        body["text"] = text
    if draft.file_ids:
        body["fileId"] = draft.file_ids[0]
    answer = once(lambda: session.create(_endpoint(session, talk), body))
    row = mapping_of(answer)
    identifier = row.get("id")
    if not is_id(identifier):
        raise unknown(None)
    return Sent(identifier, _message(session, row))


def find_chat(session: Session, draft: Draft) -> tuple[Sent, ...]:
    """See `base.Client.find_sent`. Marks nothing read."""
    talk = _talk(session, draft)
    if _is_searched(session, draft):
        return _found(_listed(session, talk, draft), draft, talk, session)
    return _found(_newest_since(session, talk, draft), draft, talk, session)


def chats_before(session: Session, draft: Draft) -> frozenset[str]:
    """See `base.Client.sent_before`: equal messages, or the newest one of the talk.

    And when that was, by the host's clock.
    """
    talk = _talk(session, draft)
    if not _is_searched(session, draft):
        newest = _newest(session, talk)
        identifier = newest.get("id")
        return frozenset(
            {before([newest]), *([identifier] if is_id(identifier) else [])}
        )
    rows = _listed(session, talk, draft)
    first = replace(draft, known=frozenset({before(rows)}))
    equal = _found(rows, first, talk, session)
    return first.known | {sent.remote_id for sent in equal}


def _is_searched(session: Session, draft: Draft) -> bool:
    """Whether the talk can be listed, or searched for the words."""
    return session.facts.chat != CHAT or bool(cleaned(draft.text))


def _listed(session: Session, talk: Talk, draft: Draft) -> list[object]:
    """The newest messages of the talk, at least those with the words of the draft."""
    if session.facts.chat != CHAT:
        return session.rows(*timeline_call(session, talk, limit=LIMIT))
    first_words = cleaned(draft.text).partition("\n")[0][:LOOKED_FOR].strip()
    query = {"query": first_words, "limit": LIMIT, **_place(talk)}
    return session.rows("chat/messages/search", query)


def _found(
    rows: list[object], draft: Draft, talk: Talk, session: Session
) -> tuple[Sent, ...]:
    people = people_in(rows, session.viewer)
    found = [row for row in map(mapping_of, rows) if _is(row, draft, talk, session)]
    messages = [read_chat(row, session.viewer, people=people) for row in found]
    return tuple(
        Sent(message.remote_id, message)
        for message in messages
        if isinstance(message, RemoteMessage)
    )


def _talk(session: Session, draft: Draft) -> Talk:
    if session.facts.chat == NO_CHAT:
        raise PermanentError("the server has no chat", code="no-chat")
    if draft.answers is not None:
        talk = talk_of(draft.answers.conversation_key)
        if talk is None:
            raise PermanentError("no chat belongs to that message", code="no-chat")
        return talk
    if len(draft.recipients) > 1:
        raise PermanentError("a chat is with one person", code="too-many-people")
    for person in draft.recipients:
        if is_away(person, session.viewer.domain):
            # The host would keep the message and send it to nobody.
            raise PermanentError("they are elsewhere", code="chat-elsewhere")
        if is_id(person.remote_id):
            return Talk(room=False, partner=person.remote_id)
    raise PermanentError("nobody was named to send to", code="no-recipient")


def _endpoint(session: Session, talk: Talk) -> str:
    if session.facts.chat != CHAT:
        return "messaging/messages/create"
    return f"chat/messages/create-to-{'room' if talk.room else 'user'}"


def _receiver(session: Session, talk: Talk) -> str:
    """The name of the parameter that says to whom."""
    if session.facts.chat != CHAT:
        return "groupId" if talk.room else "userId"
    return "toRoomId" if talk.room else "toUserId"


def _place(talk: Talk) -> dict[str, object]:
    return {"roomId" if talk.room else "userId": talk.partner}


def _message(session: Session, row: Note) -> RemoteMessage | None:
    """With the people in it, whom the answer to a call that sends leaves out."""
    if session.facts.chat == CHAT:
        try:
            shown = session.call("chat/messages/show", {"messageId": row["id"]})
        except ProviderError:
            shown = row
        row = mapping_of(shown) if mapping_of(shown).get("id") == row["id"] else row
    message = read_chat(row, session.viewer, people={})
    return message if isinstance(message, RemoteMessage) else None


def _newest_since(session: Session, talk: Talk, draft: Draft) -> list[object]:
    """The newest message of the talk, for what has no words to be searched for.

    TemporaryError when somebody else has written since the start: what lies below can
    only be listed by marking the talk read.
    """
    newest = _newest(session, talk)
    if newest.get("id") in draft.known:
        return []
    if newest and not _is(newest, draft, talk, session):
        raise TemporaryError("somebody has written since", code="chat-went-on")
    return [newest]


def _newest(session: Session, talk: Talk) -> Note:
    for row in session.rows(*overview_call(session, room=talk.room)):
        shown = read_talk(row, session.viewer)
        if shown is not None and shown.name == talk.name:
            return mapping_of(row)
    return {}


def _is(row: Note, draft: Draft, talk: Talk, session: Session) -> bool:
    old = session.facts.chat != CHAT
    sender = row.get("userId" if old else "fromUserId")
    receiver = ("groupId" if old else "toRoomId") if talk.room else _person(old=old)
    text = row.get("text")
    return (
        sender == session.viewer.me
        and row.get(receiver) == talk.partner
        and cleaned(text if isinstance(text, str) else "") == cleaned(draft.text)
        and (row.get("fileId") or None) == next(iter(draft.file_ids), None)
        and row.get("id") not in draft.known
        and is_recent(row.get("createdAt"), draft)
    )


def _person(*, old: bool) -> str:
    return "recipientId" if old else "toUserId"
