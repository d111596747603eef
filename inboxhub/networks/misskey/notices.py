"""Notifications, follow requests and invitations as messages.

A notification about a note that is a message of its own (mention, reply, quote, bell,
renote) gives that note; the rest are notices, or requests.
"""

from dataclasses import replace
from datetime import datetime

from inboxhub.networks.base import (
    NOTICES,
    REQUESTS,
    RemoteAuthor,
    RemoteMessage,
    Unreadable,
)
from inboxhub.networks.misskey import mfm
from inboxhub.networks.misskey.ids import is_id, time_of
from inboxhub.networks.misskey.notes import Note, read_excerpt, read_note, read_poll
from inboxhub.networks.misskey.people import (
    custom_names,
    emoji_name,
    emojis_of,
    read_user,
)
from inboxhub.networks.values import (
    Viewer,
    line_of,
    mapping_of,
    media_of,
    moment_of,
    text_of,
    word_of,
)

# Types whose note is the message itself, with what the note is when it does not say so.
NOTE_TYPES = {
    "mention": "mention",
    "reply": "reply",
    "quote": "quote",
    "note": "post",
    "renote": "renote",
}
KINDS = {
    "reaction": "reaction",
    "follow": "follow",
    "followRequestAccepted": "follow-accepted",
    "pollEnded": "poll",
    "roleAssigned": "role",
    "achievementEarned": "achievement",
    "exportCompleted": "export",
    "app": "app",
    "login": "login",
    "createToken": "token",
    "scheduledNotePosted": "scheduled",
    "scheduledNotePostFailed": "scheduled",
    "test": "test",
}
# Kinds of which several about the same note on one day make one row of the inbox.
GROUPED = {"reaction", "poll"}


def read_notification(
    raw: object,
    viewer: Viewer,
    *,
    unread: bool | None = None,
) -> RemoteMessage | Unreadable:
    """Misskey API: the object Notification of `i/notifications`, of any version."""
    notification = mapping_of(raw)
    identifier, kind = notification.get("id"), notification.get("type")
    if not is_id(identifier):
        return Unreadable("notification", "", "a notification without an id")
    if not isinstance(kind, str):
        return Unreadable("notification", identifier, "a notification without a type")
    if kind in NOTE_TYPES:
        found = read_note(notification.get("note"), viewer, hint=NOTE_TYPES[kind])
    elif kind == "receiveFollowRequest":
        found = read_follow_request(notification, viewer)
    elif kind == "chatRoomInvitationReceived":
        found = read_invitation(notification, viewer)
    else:
        found = _read_notice(notification, identifier, kind, viewer)
    if isinstance(found, Unreadable):
        return found if found.remote_id else replace(found, remote_id=identifier)
    return replace(
        found,
        notification_id=identifier,
        unread=found.unread if found.outgoing else unread,
    )


def read_follow_request(raw: object, viewer: Viewer) -> RemoteMessage | Unreadable:
    """From `following/requests/list` or a notification. Unread until it is answered."""
    request = mapping_of(raw)
    author = read_user(request.get("follower") or request.get("user"), viewer)
    sent_at = _sent_at(request)
    if author is None or sent_at is None:
        return Unreadable("follow_request", _id_of(request), "nobody or no time in it")
    return RemoteMessage(
        source="follow_request",
        remote_id=author.remote_id,
        box=REQUESTS,
        kind="follow-request",
        conversation_key=f"follow-request:{author.remote_id}",
        sent_at=sent_at,
        author=author,
        url=author.url,
        target=author.remote_id,
        participants=(author,),
        unread=True,
    )


def read_invitation(raw: object, viewer: Viewer) -> RemoteMessage | Unreadable:
    """From `chat/rooms/invitations/inbox` or a notification, one per room."""
    outer = mapping_of(raw)
    invitation = mapping_of(outer.get("invitation")) or outer
    room = mapping_of(invitation.get("room"))
    room_id, sent_at = invitation.get("roomId"), _sent_at(invitation)
    if not is_id(room_id) or sent_at is None:
        return Unreadable("invitation", _id_of(invitation), "no room or no time in it")
    author = read_user(room.get("owner"), viewer) or read_user(
        outer.get("user"), viewer
    )
    name = line_of(room.get("name"), 200)
    return RemoteMessage(
        source="invitation",
        remote_id=room_id,
        box=REQUESTS,
        kind="invitation",
        conversation_key=f"invitation:{room_id}",
        sent_at=sent_at,
        author=author,
        title=name,
        text=text_of(room.get("description"), 2_000),
        url=f"{viewer.origin}/chat/room/{room_id}",
        target=room_id,
        participants=(author,) if author else (),
        extra={"invitation": {"room": name, "room_id": room_id}},
    )


def _read_notice(
    notification: Note,
    identifier: str,
    type_name: str,
    viewer: Viewer,
) -> RemoteMessage | Unreadable:
    sent_at = _sent_at(notification)
    if sent_at is None:
        return Unreadable("notification", identifier, "a notification without a time")
    kind = KINDS.get(type_name) or f"other:{word_of(type_name)}"
    note = mapping_of(notification.get("note"))
    target = note.get("id")
    author = read_user(notification.get("user"), viewer)
    reaction = emoji_name(notification.get("reaction"))
    body = mfm.render(_words(notification), origin=viewer.origin)
    return RemoteMessage(
        source="notification",
        remote_id=identifier,
        box=NOTICES,
        kind=kind,
        conversation_key=_key(kind, target, sent_at) or identifier,
        sent_at=sent_at,
        author=author,
        title=_title(notification, kind),
        text=body.text,
        html=body.html,
        url=_url(note, author, viewer),
        target=target if is_id(target) else "",
        participants=(author,) if author else (),
        emojis=emojis_of(
            note.get("reactionEmojis") if reaction else {},
            "",
            viewer,
            names=custom_names((reaction,)),
        ),
        extra=_extra(notification, type_name, kind, reaction, viewer),
    )


def _key(kind: str, target: object, sent_at: datetime) -> str:
    """Kind, target and UTC day; empty for what stands alone."""
    if kind in GROUPED and is_id(target):
        return f"{kind}:{target}:{sent_at:%Y-%m-%d}"
    return ""


def _words(notification: Note) -> str:
    """What somebody wrote into the notification itself."""
    return text_of(notification.get("body"), 4_000) or text_of(
        notification.get("message"),
        4_000,
    )


def _title(notification: Note, kind: str) -> str:
    if kind == "role":
        return line_of(mapping_of(notification.get("role")).get("name"), 200)
    return line_of(notification.get("header"), 200) if kind == "app" else ""


def _url(note: Note, author: RemoteAuthor | None, viewer: Viewer) -> str:
    target = note.get("id")
    if is_id(target):
        return f"{viewer.origin}/notes/{target}"
    return author.url if author else f"{viewer.origin}/my/notifications"


def _extra(
    notification: Note,
    type_name: str,
    kind: str,
    reaction: str,
    viewer: Viewer,
) -> dict[str, object]:
    note = notification.get("note") or notification.get("noteDraft")
    parts: dict[str, object] = {
        "reaction": reaction,
        "context": read_excerpt(note, viewer),
        "poll": read_poll(mapping_of(note).get("poll")) if kind == "poll" else {},
        "achievement": word_of(notification.get("achievement")),
        "export": word_of(notification.get("exportedEntity")),
        "icon": media_of(notification.get("icon"), viewer) if kind == "app" else "",
        "failed": type_name == "scheduledNotePostFailed",
        "type": word_of(type_name) if kind.startswith("other:") else "",
    }
    return {name: part for name, part in parts.items() if part}


def _sent_at(raw: Note) -> datetime | None:
    return moment_of(raw.get("createdAt")) or time_of(_id_of(raw))


def _id_of(raw: Note) -> str:
    identifier = raw.get("id")
    return identifier if is_id(identifier) else ""
