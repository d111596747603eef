"""Reactions: one per person on a note, any number on a chat message.

Misskey API: `notes/reactions/create`, `/delete`; `chat/messages/react`, `/unreact`.
"""

import re
from collections.abc import Iterable

from inboxhub.networks.base import Outcome, Target
from inboxhub.networks.errors import NotFound, NotSupported, PermanentError
from inboxhub.networks.misskey.chatting import overview_call, talk_of, timeline_call
from inboxhub.networks.misskey.facts import CHAT
from inboxhub.networks.misskey.notes import Note
from inboxhub.networks.misskey.people import emoji_name
from inboxhub.networks.misskey.session import Session
from inboxhub.networks.outcomes import tried
from inboxhub.networks.values import mapping_of, mappings_of

CUSTOM = re.compile(r":([A-Za-z0-9_+-]{1,100})(?:@\.)?:")
LONGEST = 40
MOST = 200
VARIATION, JOINER = "\ufe0f", "\u200d"
NOT_KNOWN = Outcome("failed", "NO_SUCH_EMOJI")


def react(session: Session, target: Target, reaction: str) -> Outcome:
    """See `base.Client.react`."""
    if not is_sendable(reaction):
        return NOT_KNOWN
    if target.source == "note":
        return tried(lambda: _react_to_note(session, target.remote_id, reaction))
    return tried(lambda: _react_in_chat(session, target, reaction))


def unreact(session: Session, target: Target, reaction: str) -> Outcome:
    """See `base.Client.unreact`."""
    if target.source == "note":
        return tried(lambda: _unreact_to_note(session, target.remote_id, reaction))
    return tried(lambda: _unreact_in_chat(session, target, reaction))


def is_sendable(reaction: str) -> bool:
    """Emoji of Unicode, or custom ones of the host itself: it takes no others."""
    if reaction.startswith(":"):
        return CUSTOM.fullmatch(reaction) is not None
    return 0 < len(reaction) <= LONGEST and not reaction.isascii()


def is_same(one: object, other: str) -> bool:
    """Hosts leave out the sign for colour, and add theirs to names of their own."""
    return _plain(emoji_name(one)) == _plain(emoji_name(other))


def _plain(reaction: str) -> str:
    return reaction if JOINER in reaction else reaction.replace(VARIATION, "")


def _react_to_note(session: Session, note_id: str, reaction: str) -> Outcome | None:
    """A host makes ❤ of what it does not take, without a word, so it is asked."""
    if not _knows(session, reaction):
        return NOT_KNOWN
    query = {"noteId": note_id, "reaction": reaction}
    try:
        session.change("notes/reactions/create", query)
    except PermanentError as error:
        if error.code != "ALREADY_REACTED":
            raise
        return None
    mine = _given(session, note_id)
    if mine and not is_same(mine, reaction):
        return Outcome("failed", "reaction-changed")
    return None


def _unreact_to_note(session: Session, note_id: str, reaction: str) -> None:
    """The host takes back whatever is there, so another one is left alone."""
    mine = _given(session, note_id)
    if mine and not is_same(mine, reaction):
        return
    try:
        session.change("notes/reactions/delete", {"noteId": note_id})
    except PermanentError as error:
        if error.code != "NOT_REACTED":
            raise


def _given(session: Session, note_id: str) -> object:
    """My reaction, if there is one; of a note of two seconds ago it is not told."""
    note = mapping_of(session.call("notes/show", {"noteId": note_id}))
    return note.get("myReaction")


def _knows(session: Session, reaction: str) -> bool:
    """Whether the host has the custom emoji. Misskey API: `emoji`, from 12.111 on."""
    custom = CUSTOM.fullmatch(reaction)
    if custom is None:
        return True
    try:
        session.line.call("emoji", {"name": custom[1]}, anonymous=True)
    except NotFound:
        return False
    except NotSupported:
        return True
    return True


def _react_in_chat(session: Session, target: Target, reaction: str) -> None:
    """Every call adds one more, so the message is looked at first."""
    if not _mine(session, target, reaction):
        session.change("chat/messages/react", _query(target, reaction))


def _unreact_in_chat(session: Session, target: Target, reaction: str) -> None:
    """As often as it is there; a host that takes all of them at once minds no more."""
    for _ in range(_mine(session, target, reaction)):
        session.change("chat/messages/unreact", _query(target, reaction))


def _query(target: Target, reaction: str) -> dict[str, object]:
    return {"messageId": target.remote_id, "reaction": reaction}


def _mine(session: Session, target: Target, reaction: str) -> int:
    """How often I have reacted so."""
    if session.facts.chat != CHAT or target.source != "chat":
        raise NotSupported("the server has no such reactions", code="not-offered")
    entries = mappings_of(_message(session, target).get("reactions"), MOST)
    return sum(
        mapping_of(entry.get("user")).get("id") == session.viewer.me
        and is_same(entry.get("reaction"), reaction)
        for entry in entries
    )


def _message(session: Session, target: Target) -> Note:
    """A host shows what others wrote in a room in the overview and the room only.

    Listing a room marks it read there: a reaction says as much.
    """
    message_id = target.remote_id
    talk = talk_of(target.conversation_key)
    if talk is None or not talk.room or target.outgoing:
        answer = session.call("chat/messages/show", {"messageId": message_id})
        return mapping_of(answer)
    shown = _with_id(session.rows(*overview_call(session, room=True)), message_id)
    if shown is None:
        endpoint, query = timeline_call(session, talk, limit=MOST // 2)
        # A shorter id sorts right before all that begin with it.
        rows = session.rows(endpoint, query | {"sinceId": message_id[:-1]})
        shown = _with_id(rows, message_id)
    if shown is None:
        raise NotFound("the message does not exist any more", code="NO_SUCH_MESSAGE")
    return shown


def _with_id(rows: Iterable[object], identifier: str) -> Note | None:
    found = (row for row in map(mapping_of, rows) if row.get("id") == identifier)
    return next(found, None)
