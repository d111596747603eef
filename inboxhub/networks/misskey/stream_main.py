"""What the events of the channel `main` mean to an inbox.

Misskey API: streaming, channel `main`; the events of 12 to 2025.12.
"""

from collections.abc import Callable
from dataclasses import dataclass

from inboxhub.networks.base import (
    MENTIONS,
    MESSAGES,
    NOTICES,
    Identity,
    RemoteAuthor,
    RemoteMessage,
    Unreadable,
)
from inboxhub.networks.misskey.chats import read_chat
from inboxhub.networks.misskey.facts import CHAT, MESSAGING, Facts
from inboxhub.networks.misskey.notes import is_kept, read_note
from inboxhub.networks.misskey.notices import read_notification
from inboxhub.networks.misskey.people import read_user
from inboxhub.networks.stream import NOTHING, Heard
from inboxhub.networks.values import Viewer, mapping_of, word_of

MOST_KNOWN = 1_000

# A note is its own message whichever event brings it; what it is when it does not say.
NOTE_EVENTS = {"mention": "mention", "reply": "reply", "renote": "renote"}
ACTIVITY = {
    "follow": "follow",
    "unfollow": "unfollow",
    "followed": "followed",
    "receiveFollowRequest": "follow-request",
}
# Something was read or cleared by another client: only the listings tell what.
PULLED = {
    "readAllNotifications",
    "readNotifications",
    "notificationFlushed",
    "readAllMessagingMessages",
}
# Known, and nothing of an inbox. The unread marks repeat what came before; that they
# are cleared is what our own listing does, so that pulling for it would never end.
IGNORED = {
    *("unreadMention", "unreadSpecifiedNote"),
    *("readAllUnreadMentions", "readAllUnreadSpecifiedNotes"),
    *("unreadChannel", "readAllChannels"),
    *("unreadAntenna", "readAntenna", "readAllAntennas"),
    *("announcementCreated", "readAllAnnouncements"),
    *("driveFileCreated", "urlUploadFinished", "registryUpdated", "pageEvent"),
    *("signin", "reversiInvited", "reversiNoInvites"),
}

Item = RemoteMessage | Unreadable


@dataclass(frozen=True, slots=True)
class Ear:
    """Who listens: whose eyes, what is known of the host, whose names were heard."""

    viewer: Viewer
    facts: Facts
    people: dict[str, RemoteAuthor]

    def meet(self, item: Item) -> None:
        """Remember the people of a message for the forms that have only their ids."""
        if isinstance(item, Unreadable):
            return
        for person in (item.author, *item.participants):
            if person:
                self.people.pop(person.remote_id, None)
                self.people[person.remote_id] = person
        while len(self.people) > MOST_KNOWN:
            del self.people[next(iter(self.people))]


def read_main(kind: str, body: object, ear: Ear) -> Heard:
    """An event of `main`; nothing but a report of it where nobody knows it."""
    if kind in NOTE_EVENTS:
        return found(read_note(body, ear.viewer, hint=NOTE_EVENTS[kind]), ear)
    if kind in ACTIVITY:
        return _activity(kind, body, ear)
    if kind in PULLED:
        return Heard(pull=True)
    if kind in IGNORED:
        return NOTHING
    if kind in EVENTS:
        return EVENTS[kind](body, ear)
    return Heard(unknown=f"main:{word_of(kind)}")


def found(item: Item, ear: Ear, *, box: str = MENTIONS) -> Heard:
    """An item for the inbox. What the host hides from us there says nothing."""
    if isinstance(item, RemoteMessage) and (item.withheld or not _is_kept(item)):
        return NOTHING
    ear.meet(item)
    return Heard(items=(item,), box=box)


def _is_kept(message: RemoteMessage) -> bool:
    """As a pull decides."""
    return message.source != "note" or is_kept(message)


def _notification(body: object, ear: Ear) -> Heard:
    """A new one is unread; old hosts say so themselves."""
    if "read:notifications" in ear.facts.missing:
        return NOTHING
    read = mapping_of(body).get("isRead")
    unread = not read if isinstance(read, bool) else True
    return found(read_notification(body, ear.viewer, unread=unread), ear, box=NOTICES)


def _chat(body: object, ear: Ear) -> Heard:
    """It arrives even where the token may not read chats; then it is not for us."""
    if ear.facts.chat != CHAT:
        return NOTHING
    message = read_chat(body, ear.viewer, people=ear.people, unread=True)
    return found(message, ear, box=MESSAGES)


def _old_chat(body: object, ear: Ear) -> Heard:
    if ear.facts.chat != MESSAGING:
        return NOTHING
    message = read_chat(body, ear.viewer, people=ear.people)
    return found(message, ear, box=MESSAGES)


def _activity(kind: str, body: object, ear: Ear) -> Heard:
    """Who follows whom. A request shows by its listing where we may read that."""
    person = read_user(body, ear.viewer)
    asked = kind == "receiveFollowRequest" and "read:following" not in ear.facts.missing
    line = (ACTIVITY[kind], person.handle) if person else None
    return Heard(activity=line, pull=asked)


def _me(body: object, ear: Ear) -> Heard:
    me = read_user(body, ear.viewer)
    if me is None or me.remote_id != ear.viewer.me:
        return NOTHING
    return Heard(
        identity=Identity(
            remote_id=me.remote_id,
            handle=me.handle,
            name=me.name,
            avatar_url=me.avatar_url,
            url=me.url,
            domain=ear.viewer.domain,
        )
    )


def _new_token(body: object, ear: Ear) -> Heard:
    return Heard(doubt=True)


EVENTS: dict[str, Callable[[object, Ear], Heard]] = {
    "notification": _notification,
    "unreadNotification": _notification,
    "newChatMessage": _chat,
    "messagingMessage": _old_chat,
    "unreadMessagingMessage": _old_chat,
    "meUpdated": _me,
    "myTokenRegenerated": _new_token,
}
