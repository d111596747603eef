"""Users and files as JSON: short, in detail, and as their owner sees them."""

from simulators.misskey.pack.moments import iso
from simulators.misskey.profiles import CHAT, MESSAGING
from simulators.misskey.records import File, User
from simulators.misskey.state import State

Json = dict[str, object]


def emoji_url(state: State, name: str, host: str | None) -> str:
    """Return the picture's address; remote ones are copies on this host."""
    suffix = "" if host is None else f"@{host}"
    return f"{state.origin}/emoji/{name}{suffix}.webp"


def emoji_map(state: State, names: tuple[str, ...], host: str | None) -> object:
    """Return emojis as this version does: an object, before 13 a list."""
    if state.profile.modern:
        if host is None:
            return {}
        return {name: emoji_url(state, name, host) for name in names}
    return [{"name": name, "url": emoji_url(state, name, host)} for name in names]


def lite(state: State, user: User) -> Json:
    """Return the short form that notes and notifications carry."""
    packed: Json = {
        "id": user.id,
        "name": user.name,
        "username": user.username,
        "host": user.host,
        "avatarUrl": _avatar(state, user),
        "avatarBlurhash": None,
    }
    if state.profile.modern:
        packed |= {
            "avatarDecorations": [],
            "isBot": user.bot,
            "isCat": user.cat,
            "emojis": emoji_map(state, user.emojis, user.host),
            "onlineStatus": "unknown",
            "badgeRoles": [],
        }
    else:
        packed |= {"avatarColor": None}
        # these versions leave the flags out when they are false
        packed |= {"isBot": True} if user.bot else {}
        packed |= {"isCat": True} if user.cat else {}
        packed |= {
            "emojis": emoji_map(state, user.emojis, user.host),
            "onlineStatus": "unknown",
        }
    if user.host is not None:
        packed["instance"] = _instance(user.host)
    return packed


def _avatar(state: State, user: User) -> str:
    if user.picture:
        return f"{state.origin}/files/{user.picture}.webp"
    name = user.id
    if state.profile.modern:
        name = f"{user.username}@{user.host or state.origin.partition('://')[2]}"
    return f"{state.origin}/identicon/{name}"


def _instance(host: str) -> Json:
    return {
        "name": host.partition(".")[0].capitalize(),
        "softwareName": "misskey",
        "softwareVersion": "2025.12.2",
        "iconUrl": None,
        "faviconUrl": None,
        "themeColor": "#86b300",
    }


def detailed(state: State, user: User, viewer: User | None = None) -> Json:
    """Return a profile; with another person as viewer also how the two relate."""
    packed = lite(state, user) | dict(state.profile.shapes["detail"])
    uri = f"https://{user.host}/users/{user.id}" if user.host else None
    packed |= {
        "url": f"https://{user.host}/@{user.username}" if user.host else None,
        "uri": uri,
        "createdAt": iso(user.created),
        "updatedAt": iso(user.updated) if user.updated else None,
        "isLocked": user.locked,
        "isSuspended": user.suspended,
        "description": user.description,
        "followersCount": sum(1 for pair in state.follows if pair[1] == user.id),
        "followingCount": sum(1 for pair in state.follows if pair[0] == user.id),
        "notesCount": len(state.notes_by[user.id]),
    }
    if state.profile.modern:
        packed |= {
            "movedTo": user.moved_to,
            "roles": [_role(name) for name in user.roles],
        }
    else:
        packed |= {"isBot": user.bot, "isCat": user.cat}
    if state.profile.chat == CHAT:
        can_chat = user.chat_availability == "available"
        packed |= {"chatScope": user.chat_scope, "canChat": can_chat}
    if viewer is not None and viewer is not user:
        packed |= relation(state, user, viewer)
    return packed


def _role(name: str) -> Json:
    return {
        "id": name.lower(),
        "name": name,
        "color": None,
        "iconUrl": None,
        "description": "",
        "isModerator": False,
        "isAdministrator": False,
        "displayOrder": 0,
    }


def relation(state: State, user: User, viewer: User) -> Json:
    """Return what a user is to the viewer."""
    there, back = (viewer.id, user.id), (user.id, viewer.id)
    packed = dict(state.profile.shapes["relation"]) | {
        "isFollowing": there in state.follows,
        "isFollowed": back in state.follows,
        "hasPendingFollowRequestFromYou": there in state.follow_requests,
        "hasPendingFollowRequestToYou": back in state.follow_requests,
        "isBlocking": there in state.blocks,
        "isBlocked": back in state.blocks,
        "isMuted": there in state.mutes,
    }
    if "notify" in packed:
        packed["notify"] = "normal" if there in state.bells else "none"
    return packed


def me(state: State, user: User) -> Json:
    """Return what `i` answers: the profile and everything only its owner sees."""
    packed = detailed(state, user) | dict(state.profile.shapes["me"])
    unread = sum(1 for notice in state.notifications[user.id] if not notice.read)
    packed |= {
        "hasUnreadSpecifiedNotes": _dotted(state, user, specified=True),
        "hasUnreadMentions": _dotted(state, user, specified=False),
        "hasUnreadNotification": unread > 0,
        "hasPendingReceivedFollowRequest": any(
            followee == user.id for _, followee in state.follow_requests
        ),
        "hasUnreadAnnouncement": _has_unread_announcement(state, user),
    }
    if state.profile.chat == MESSAGING:
        packed["hasUnreadMessagingMessage"] = any(
            pair[0] == user.id for pair in state.fresh_chats
        )
    if state.profile.modern:
        packed |= _me_modern(state, user, unread)
    return packed


def _me_modern(state: State, user: User, unread: int) -> Json:
    policies = dict(policies_of(state, user))
    packed: Json = {
        "unreadNotificationsCount": unread,
        "unreadAnnouncements": [
            _unread_announcement(row.id, row.created, row.title, row.text)
            for row in state.announcements.values()
            if user.id not in row.read_by
        ],
        "achievements": [
            {"name": name, "unlockedAt": moment}
            for name, moment in user.achievements.items()
        ],
        "policies": policies,
    }
    if state.profile.chat == CHAT:
        packed["hasUnreadChatMessages"] = any(
            pair[0] == user.id for pair in state.fresh_chats
        )
    return packed


def policies_of(state: State, user: User) -> Json:
    """Return the rights of a user: the host's, with what differs for this one."""
    policies = state.profile.shapes["me"].get("policies")
    own: Json = dict(policies) if isinstance(policies, dict) else {}
    own["rateLimitFactor"] = user.rate_limit_factor
    if state.profile.chat == CHAT:
        own["chatAvailability"] = user.chat_availability
    return own


def _dotted(state: State, user: User, *, specified: bool) -> bool:
    if not state.profile.note_dots:
        return False
    for note_id in state.note_dots[user.id]:
        note = state.notes.get(note_id)
        if note is None:
            continue
        if note.visibility == "specified" or not specified:
            return True
    return False


def _has_unread_announcement(state: State, user: User) -> bool:
    return any(user.id not in row.read_by for row in state.announcements.values())


def _unread_announcement(row_id: str, created: int, title: str, text: str) -> Json:
    return {
        "createdAt": iso(created),
        "id": row_id,
        "updatedAt": None,
        "text": text,
        "title": title,
        "imageUrl": None,
        "icon": "info",
        "display": "normal",
        "needConfirmationToRead": False,
        "isActive": True,
        "forExistingUsers": False,
        "silence": False,
        "userId": None,
    }


def file(state: State, row: File, *, in_note: bool) -> Json:
    """Return a file of the drive; only inside notes it names its owner."""
    address = f"{state.origin}/files/{row.picture or row.id}"
    address += ".webp" if row.picture else ""
    pictured = bool(row.picture) or row.mime.startswith("image/")
    size = {"width": row.width, "height": row.height} if row.width else {}
    return {
        "id": row.id,
        "createdAt": iso(row.created),
        "name": row.name,
        "type": row.mime,
        "md5": row.md5,
        "size": row.size,
        "isSensitive": row.sensitive,
        "blurhash": "e409dghVfQhVfQhVfjfQfjfQfQfQfQfQfQhVfjfQfjfQfQfQfQfQfQ"
        if pictured
        else None,
        "properties": size,
        "url": address,
        "thumbnailUrl": address if pictured else None,
        "comment": row.comment,
        "folderId": None,
        "folder": None,
        "userId": row.user_id if in_note else None,
        "user": None,
    }
