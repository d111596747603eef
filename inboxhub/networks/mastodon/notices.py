"""Notifications, follow requests, filtered people and announcements as messages.

A notification about a status that is a message of its own (mention, quote, new post)
gives that status; the rest are notices, or requests.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from inboxhub.lib.html import plain
from inboxhub.networks.base import NOTICES, REQUESTS, RemoteMessage, Unreadable
from inboxhub.networks.mastodon.ids import id_of
from inboxhub.networks.mastodon.people import emojis_of, read_account
from inboxhub.networks.mastodon.statuses import (
    Raw,
    kind_of,
    read_excerpt,
    read_poll,
    read_status,
)
from inboxhub.networks.values import (
    Viewer,
    line_of,
    mapping_of,
    mappings_of,
    moment_of,
    number_of,
    text_of,
    word_of,
)

# Types whose status is the message itself, with what it is when it does not say so.
STATUS_TYPES = {"mention": "mention", "quote": "quote", "status": "post"}
FOLLOW_REQUEST = "follow_request"
MASTODON_KINDS = {
    "favourite": "favourite",
    "reblog": "boost",
    "follow": "follow",
    "poll": "poll",
    "update": "update",
    "quoted_update": "quoted-update",
    "severed_relationships": "severed",
    "moderation_warning": "moderation",
    "annual_report": "annual-report",
    "added_to_collection": "collection",
    "collection_update": "collection-update",
    "admin.sign_up": "sign-up",
    "admin.report": "report",
}
OTHER_KINDS = {
    "move": "moved",
    "pleroma:emoji_reaction": "reaction",
    "reaction": "reaction",
    "pending.favourite": "pending",
    "pending.reply": "pending",
    "pending.reblog": "pending",
}
KINDS = MASTODON_KINDS | OTHER_KINDS
# Told to Mastodon 4.6, which gives notifications of other types a title and a summary.
SUPPORTED = (*STATUS_TYPES, FOLLOW_REQUEST, *MASTODON_KINDS)
# Kinds of which several about the same status on one day make one row of the inbox.
GROUPED = {"favourite", "boost", "reaction", "poll"}
TO_ME = {"message", "reply", "mention"}


def read_notification(
    raw: object,
    viewer: Viewer,
    *,
    unread: bool | None = None,
) -> RemoteMessage | Unreadable:
    """Mastodon API: the object Notification of `/api/v1/notifications`."""
    notification = mapping_of(raw)
    identifier, kind = id_of(notification.get("id")), notification.get("type")
    if not identifier:
        return Unreadable("notification", "", "a notification without an id")
    if not isinstance(kind, str):
        return Unreadable("notification", identifier, "a notification without a type")
    status = notification.get("status")
    if kind in STATUS_TYPES:
        found = read_status(status, viewer, hint=STATUS_TYPES[kind])
    elif kind == "update" and _is_to_me(status, viewer):
        # GoToSocial tells so that a message was edited: new text, no new row.
        return read_status(status, viewer)
    elif kind == FOLLOW_REQUEST:
        sent_at = moment_of(notification.get("created_at"))
        found = read_follow_request(notification.get("account"), viewer, sent_at)
    else:
        found = _read_notice(notification, identifier, kind, viewer)
    if isinstance(found, Unreadable):
        missing = not found.remote_id
        return (
            Unreadable("notification", identifier, found.reason) if missing else found
        )
    unread = found.unread if found.outgoing or found.box == REQUESTS else unread
    return replace(found, notification_id=identifier, unread=unread)


def read_follow_request(
    raw: object,
    viewer: Viewer,
    sent_at: datetime | None,
) -> RemoteMessage | Unreadable:
    """From an Account of `/api/v1/follow_requests`, which tells no time, or of a
    notification. Unread until it is answered."""
    author = read_account(raw, viewer)
    identifier = id_of(mapping_of(raw).get("id"))
    if author is None or sent_at is None:
        return Unreadable("follow_request", identifier, "nobody or no time in it")
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


def read_notification_request(
    raw: object,
    viewer: Viewer,
) -> RemoteMessage | Unreadable:
    """Mastodon API: the object NotificationRequest (4.3), a person whose notifications
    are filtered. `notifications_count` is a text there."""
    request = mapping_of(raw)
    identifier = id_of(request.get("id"))
    author = read_account(request.get("account"), viewer)
    sent_at = moment_of(request.get("updated_at")) or moment_of(
        request.get("created_at"),
    )
    if not identifier or author is None or sent_at is None:
        reason = "nobody or no time in it"
        return Unreadable("notification_request", identifier, reason)
    last = mapping_of(request.get("last_status"))
    html = text_of(last.get("content"))
    count = request.get("notifications_count")
    told = int(count[:9]) if isinstance(count, str) and count[:9].isdecimal() else count
    return RemoteMessage(
        source="notification_request",
        remote_id=identifier,
        box=REQUESTS,
        kind="notification-request",
        conversation_key=f"notification-request:{author.remote_id}",
        sent_at=sent_at,
        author=author,
        text=plain(html),
        html=html,
        content_warning=text_of(last.get("spoiler_text"), 2_000),
        lang=word_of(last.get("language"), 35),
        url=author.url,
        target=author.remote_id,
        participants=(author,),
        emojis=emojis_of(last.get("emojis"), viewer),
        extra={"request": {"count": number_of(told)}},
        unread=True,
    )


def read_announcement(raw: object, viewer: Viewer) -> RemoteMessage | Unreadable:
    """Mastodon API: the object Announcement (3.1)."""
    announcement = mapping_of(raw)
    identifier = id_of(announcement.get("id"))
    sent_at = moment_of(announcement.get("published_at")) or moment_of(
        announcement.get("updated_at"),
    )
    if not identifier or sent_at is None:
        return Unreadable("announcement", identifier, "an announcement without a time")
    html = text_of(announcement.get("content"))
    read = announcement.get("read")
    updated_at = moment_of(announcement.get("updated_at"))
    return RemoteMessage(
        source="announcement",
        remote_id=identifier,
        box=NOTICES,
        kind="announcement",
        conversation_key=f"announcement:{identifier}",
        sent_at=sent_at,
        text=plain(html),
        html=html,
        url=viewer.origin,
        emojis=emojis_of(announcement.get("emojis"), viewer),
        unread=not read if isinstance(read, bool) else None,
        edited_at=updated_at if updated_at and updated_at > sent_at else None,
    )


def follow_times(rows: list[object]) -> dict[str, datetime]:
    """When people asked to follow, by account id, from the notifications of that.

    Of other types nothing is taken: some hosts do not filter by type as asked.
    """
    found: dict[str, datetime] = {}
    for notification in mappings_of(rows, 200):
        if notification.get("type") == FOLLOW_REQUEST:
            person = id_of(mapping_of(notification.get("account")).get("id"))
            sent_at = moment_of(notification.get("created_at"))
            if sent_at:
                found.setdefault(person, sent_at)
    return found


def _is_to_me(raw: object, viewer: Viewer) -> bool:
    status = mapping_of(raw)
    return kind_of(status, viewer.me, hint="post") in TO_ME


def _read_notice(
    notification: Raw,
    identifier: str,
    type_name: str,
    viewer: Viewer,
) -> RemoteMessage | Unreadable:
    sent_at = moment_of(notification.get("created_at"))
    if sent_at is None:
        return Unreadable("notification", identifier, "a notification without a time")
    kind = KINDS.get(type_name) or f"other:{word_of(type_name)}"
    status = mapping_of(notification.get("status"))
    status = mapping_of(status.get("reblog")) or status
    target = id_of(status.get("id"))
    author = read_account(notification.get("account"), viewer)
    if author and author.remote_id == viewer.me:
        author = None  # what the host tells me is in my own name
    context = read_excerpt(status, viewer)
    day = f"{kind}:{target}:{sent_at:%Y-%m-%d}"
    return RemoteMessage(
        source="notification",
        remote_id=identifier,
        box=NOTICES,
        kind=kind,
        conversation_key=day if kind in GROUPED and target else f"notice:{identifier}",
        sent_at=sent_at,
        author=author,
        title=_title(notification),
        text=_words(notification),
        url=line_of(context.get("url"), 2_048) or (author.url if author else ""),
        target=target,
        participants=(author,) if author else (),
        emojis=_emojis(notification, viewer),
        extra=_extra(notification, type_name, kind, context, status),
    )


def _title(notification: Raw) -> str:
    """What the notice is about, in the host's own words or names."""
    match notification:
        case {"fallback": {"title": str(title)}}:
            return line_of(title, 200)
        case {"event": {"target_name": str(name)}}:
            return line_of(name, 200)
        case {"moderation_warning": {"action": str(action)}}:
            return word_of(action)
        case {"collection": {"name": str(name)}}:
            return line_of(name, 200)
        case {"annual_report": {"year": int(year)}}:
            return str(number_of(year))
        case {"report": {"category": str(category)}}:
            return word_of(category)
        case _:
            return ""


def _words(notification: Raw) -> str:
    match notification:
        case {"fallback": {"summary": str(text)}}:
            return text_of(text, 4_000)
        case {"moderation_warning": {"text": str(text)}}:
            return text_of(text, 4_000)
        case {"report": {"comment": str(text)}}:
            return text_of(text, 4_000)
        case _:
            return ""


def _emojis(notification: Raw, viewer: Viewer) -> dict[str, str]:
    """Pleroma's custom reactions bring the picture themselves."""
    name = line_of(notification.get("emoji"), 100).strip(":")
    url = notification.get("emoji_url")
    return emojis_of([{"shortcode": name, "url": url}], viewer)


def _extra(
    notification: Raw,
    type_name: str,
    kind: str,
    context: Mapping[str, object],
    status: Raw,
) -> dict[str, object]:
    parts: dict[str, object] = {
        "reaction": line_of(notification.get("emoji"), 100)[:40],
        "context": context,
        "poll": read_poll(status.get("poll")) if kind == "poll" else {},
        "type": word_of(type_name) if kind.startswith(("other:", "pending")) else "",
        "moved_to": _moved_to(notification),
    }
    return {name: part for name, part in parts.items() if part}


def _moved_to(notification: Raw) -> str:
    """Where somebody moved to (Pleroma): the handle of the new account."""
    return line_of(mapping_of(notification.get("target")).get("acct"), 300)
