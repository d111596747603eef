"""What is done to messages on the host: marking read, deleting, looking up."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from inboxhub.networks.base import Outcome, RemoteMessage, Target, Unreadable
from inboxhub.networks.errors import NotFound, NotSupported, PermanentError
from inboxhub.networks.misskey.chatting import (
    delete_message,
    find_message,
    mark_talk_read,
)
from inboxhub.networks.misskey.facts import MESSAGING, NO_CHAT
from inboxhub.networks.misskey.ids import is_id
from inboxhub.networks.misskey.notes import read_note
from inboxhub.networks.misskey.notices import read_follow_request, read_invitation
from inboxhub.networks.misskey.pull import LIMIT, with_people
from inboxhub.networks.misskey.session import Session
from inboxhub.networks.outcomes import DONE, NOT_YOURS, tried
from inboxhub.networks.values import Viewer, mapping_of

WHOLE: Mapping[str, object] = {"limit": LIMIT}
REQUESTS = "following/requests/list"
INVITATIONS = "chat/rooms/invitations/inbox"

Item = RemoteMessage | Unreadable


def mark_read(session: Session, targets: Sequence[Target]) -> list[Outcome]:
    """One outcome per target, in order; a chat is marked once for all its messages."""
    notices = [t.notification_id or t.remote_id for t in targets if _is_notice(t)]
    marked = _mark_notices(session, notices) if session.facts.old_notices else {}
    chats: dict[str, Outcome] = {}
    outcomes: list[Outcome] = []
    for target in targets:
        if target.source == "chat" and not target.outgoing:
            outcomes.append(_mark_chat(session, target, chats))
        else:
            notice = target.notification_id or target.remote_id
            outcomes.append(marked.get(notice, DONE))
    return outcomes


def delete(session: Session, targets: Sequence[Target]) -> list[Outcome]:
    """One outcome per target, in order. What was mine and is gone is done."""
    return [_delete_one(session, target) for target in targets]


def find(session: Session, target: Target) -> Item:
    """The message as it is now; NotFound when it is gone."""
    match target.source:
        case "note":
            answer = session.call("notes/show", {"noteId": target.remote_id})
            found = read_note(answer, session.viewer)
            return with_people(session, [found])[0]
        case "chat" if session.facts.chat != NO_CHAT:
            return find_message(session, target)
        case "follow_request":
            return _listed(session, target, REQUESTS, read_follow_request)
        case "invitation":
            return _listed(session, target, INVITATIONS, read_invitation)
        case _:
            raise NotSupported("the server shows no notice alone", code="not-shown")


def thread(session: Session, note_id: str) -> tuple[Item, ...]:
    """Above, the note, and one level below it. Misskey API: `notes/conversation`,
    `notes/children`."""
    of_note = {"noteId": note_id, "limit": LIMIT}
    note = session.call("notes/show", {"noteId": note_id})
    above = session.rows("notes/conversation", of_note)
    below = session.rows("notes/children", of_note)
    around = [read_note(row, session.viewer) for row in [*above[::-1], note]]
    answers = [read_note(row, session.viewer) for row in below]
    return (*around, *sorted(answers, key=_when))


def missing(session: Session, targets: Sequence[Target]) -> frozenset[Target]:
    """Those that are surely gone: the host itself said so, one by one or in bulk."""
    notes = [t for t in targets if t.source == "note" and is_id(t.remote_id)]
    ids = set(_missing_notes(session, [note.remote_id for note in notes]))
    gone = {note for note in notes if note.remote_id in ids}
    for source in ("follow_request", "invitation"):
        wanted = [target for target in targets if target.source == source]
        gone |= _missing_requests(session, wanted) if wanted else set()
    chats = (target for target in targets if target.source == "chat")
    gone |= {chat for chat in chats if _chat_is_gone(session, chat)}
    return frozenset(gone)


def _is_notice(target: Target) -> bool:
    return target.source == "notification" or bool(target.notification_id)


def _mark_notices(session: Session, ids: Sequence[str]) -> dict[str, Outcome]:
    """Up to 13.10. Misskey API: `notifications/read`, several at once from 12.111."""
    if len(ids) > 1:
        try:
            session.change("notifications/read", {"notificationIds": list(ids)})
        except PermanentError as error:
            if error.code != "INVALID_PARAM":
                return dict.fromkeys(ids, Outcome("failed", error.stored))
        else:
            return dict.fromkeys(ids, DONE)
    return {
        one: _outcome(session, "notifications/read", {"notificationId": one})
        for one in ids
    }


def _mark_chat(
    session: Session,
    target: Target,
    chats: dict[str, Outcome],
) -> Outcome:
    if session.facts.chat == MESSAGING:
        message = {"messageId": target.remote_id}
        return _outcome(session, "messaging/messages/read", message)
    key = target.conversation_key
    if key not in chats:
        chats[key] = tried(lambda: mark_talk_read(session, key))
    return chats[key]


def _delete_one(session: Session, target: Target) -> Outcome:
    if not target.outgoing or target.source not in {"note", "chat"}:
        return NOT_YOURS
    if target.source == "chat":
        return tried(lambda: delete_message(session, target))
    return _outcome(session, "notes/delete", {"noteId": target.remote_id})


def _outcome(session: Session, endpoint: str, query: Mapping[str, object]) -> Outcome:
    return tried(lambda: session.change(endpoint, query))


def _missing_notes(session: Session, ids: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(ids), LIMIT):
        chunk = ids[start : start + LIMIT]
        absent = _absent_in_bulk(session, chunk)
        if absent and not _note_is_gone(session, absent[0]):
            absent = None  # the host's bulk answer is not what it should be
        for one in chunk if absent is None else absent:
            if absent is not None or _note_is_gone(session, one):
                yield one


def _absent_in_bulk(session: Session, ids: Sequence[str]) -> list[str] | None:
    """Misskey API: `notes/show-partial-bulk` gives every note that exists.

    None when the host does not have it or answers strangely.
    """
    if not session.facts.bulk or len(ids) == 1:
        return None
    try:
        rows = session.rows("notes/show-partial-bulk", {"noteIds": list({*ids})})
    except PermanentError:
        return None
    found = [mapping_of(row).get("id") for row in rows]
    if not all(is_id(one) and one in ids for one in found):
        return None
    return [one for one in ids if one not in found]


def _note_is_gone(session: Session, note_id: str) -> bool:
    try:
        session.call("notes/show", {"noteId": note_id})
    except NotFound as error:
        return error.code == "NO_SUCH_NOTE"
    except PermanentError:
        return False
    return False


def _missing_requests(session: Session, targets: Sequence[Target]) -> set[Target]:
    """A complete list is the truth: what is not in it was answered or taken back."""
    follow = targets[0].source == "follow_request"
    endpoint = REQUESTS if follow else INVITATIONS
    read = read_follow_request if follow else read_invitation
    try:
        items = [read(row, session.viewer) for row in session.rows(endpoint, WHOLE)]
    except PermanentError:
        return set()
    if len(items) >= LIMIT or any(isinstance(item, Unreadable) for item in items):
        return set()
    waiting = {item.remote_id for item in items}
    return {target for target in targets if target.remote_id not in waiting}


def _chat_is_gone(session: Session, target: Target) -> bool:
    """Of a received message whose talk is not told, nobody can say."""
    if not target.outgoing and not target.conversation_key:
        return False
    try:
        find(session, target)
    except NotFound as error:
        return error.code == "NO_SUCH_MESSAGE"
    except PermanentError:
        return False
    return False


def _listed(
    session: Session,
    target: Target,
    endpoint: str,
    read: Callable[[object, Viewer], Item],
) -> Item:
    for row in session.rows(endpoint, WHOLE):
        item = read(row, session.viewer)
        if item.remote_id == target.remote_id:
            return item
    raise NotFound("the request was answered or taken back", code="no-request")


def _when(item: Item) -> tuple[str, str]:
    when = item.sent_at.isoformat() if isinstance(item, RemoteMessage) else ""
    return when, item.remote_id
