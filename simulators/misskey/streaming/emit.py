"""What happens on the host as events for those who listen, in the order of real ones.

Whoever calls holds the state's lock.
"""

from collections.abc import Callable

from simulators.misskey.pack import notes as pack
from simulators.misskey.pack import notices, users
from simulators.misskey.pack.moments import iso
from simulators.misskey.records import SPECIFIED, Note, Notification, User
from simulators.misskey.state import State
from simulators.misskey.streaming.hub import MAIN
from simulators.misskey.streaming.timelines import TIMELINES, brings

Json = dict[str, object]
UNREAD_AFTER = 2.0  # seconds


def to_main(state: State, user_id: str, kind: str, body: Callable[[], object]) -> None:
    """Tell all connections of a user; the body is made only when there are some."""
    for listener, channel_id, _ in state.hub.joined(MAIN, user_id):
        listener.tell(channel_id, kind, body())


def to_all(state: State, kind: str, body: Json) -> None:
    """Tell every connection something outside of all channels."""
    for listener in state.hub.listeners:
        listener.send(kind, body)


def nothing() -> None:
    """Return the body of events that have none."""


# --- Notes ----------------------------------------------------------------------------


def note_written(state: State, note: Note) -> None:
    """`note` on timelines; `mention`, `reply` and `renote` on `main`."""
    _on_timelines(state, note)
    parent = state.notes.get(note.reply_id or "")
    renoted = state.notes.get(note.renote_id or "")
    for user_id in dict.fromkeys(note.mentions):
        if user_id != note.user_id and _concerns(state, user_id, note):
            to_main(state, user_id, "mention", _for_viewer(state, note, user_id))
            _dotted(state, user_id, note)
    if parent and _concerns(state, parent.user_id, note):
        to_main(state, parent.user_id, "reply", lambda: raw(state, note))
    if renoted and renoted.user_id != note.user_id:
        to_main(state, renoted.user_id, "renote", lambda: raw(state, note))


def raw(state: State, note: Note) -> Json:
    """Return a note that was packed for nobody in particular.

    Old hosts then hide what is not for everybody, new ones show all and a field more.
    """
    if not state.profile.modern:
        return pack.note(state, note, None)
    packed = pack.note(state, note, note.user_id)
    for part in (packed, packed.get("reply"), packed.get("renote")):
        if isinstance(part, dict):
            part["reactionAndUserPairCache"] = _reaction_pairs(state, str(part["id"]))
    return packed


def _reaction_pairs(state: State, note_id: str) -> list[str]:
    given = state.notes[note_id].reactions.values()
    return [f"{row.user_id}/{pack.reaction_key(row.reaction)}" for row in given]


def note_changed(state: State, note_id: str, kind: str, body: Json) -> None:
    """`noteUpdated` for those who captured the note; nobody asks who may see it."""
    for listener in state.hub.listeners:
        if listener.captures[note_id] > 0:
            event: Json = {"id": note_id, "type": kind, "body": body}
            listener.send("noteUpdated", event)


def reacted(state: State, note: Note, user: User, reaction: str) -> None:
    """A reaction that was given."""
    key = pack.reaction_key(reaction)
    word = key.strip(":")
    emoji: Json | None = None
    if key.startswith(":"):
        name, _, host = word.partition("@")
        away = None if host == "." else host
        emoji = {"name": word, "url": users.emoji_url(state, name, away)}
    body: Json = {"reaction": key, "emoji": emoji, "userId": user.id}
    note_changed(state, note.id, "reacted", body)


def unreacted(state: State, note: Note, user: User, reaction: str) -> None:
    """A reaction that was taken back, or gives way to another one."""
    body: Json = {"reaction": pack.reaction_key(reaction), "userId": user.id}
    note_changed(state, note.id, "unreacted", body)


def note_erased(state: State, note: Note) -> None:
    """Only of the note itself: what dies along with it is not told."""
    body: Json = {"deletedAt": iso(state.now)}
    note_changed(state, note.id, "deleted", body)


def _on_timelines(state: State, note: Note) -> None:
    for name in TIMELINES:
        for listener, channel_id, channel in state.hub.joined(name):
            if brings(state, name, channel.params, listener.user_id, note):
                listener.tell(channel_id, "note", raw(state, note))


def _concerns(state: State, user_id: str, note: Note) -> bool:
    if (user_id, note.user_id) in state.mutes or not state.may_see(user_id, note):
        return False
    return (user_id, state.thread_of(note)) not in state.muted_threads


def _for_viewer(state: State, note: Note, user_id: str) -> Callable[[], Json]:
    return lambda: pack.note(state, note, user_id)


def _dotted(state: State, user_id: str, note: Note) -> None:
    """Hosts with unread dots of notes say two seconds later that one is there."""
    if not state.profile.note_dots:
        return
    kind = "unreadMention"
    if note.visibility == SPECIFIED:
        kind = "unreadSpecifiedNote"

    def act() -> None:
        with state.lock:
            if note.id in state.note_dots[user_id]:
                to_main(state, user_id, kind, lambda: note.id)

    state.hub.later(UNREAD_AFTER, act)


def dots_cleared(state: State, user: User) -> None:
    """Any listing of notes that name the user says so, whether there were dots or not."""
    kinds = ["readAllUnreadMentions", "readAllUnreadSpecifiedNotes"]
    for kind in kinds if state.profile.modern else [*kinds, "readAllChannels"]:
        to_main(state, user.id, kind, nothing)


# --- Notifications --------------------------------------------------------------------


def notified(state: State, user_id: str, row: Notification) -> None:
    """`notification` at once; `unreadNotification` two seconds later if it still is."""
    user = state.users[user_id]
    _notification(state, user, row, "notification")

    def act() -> None:
        with state.lock:
            rows = reversed(state.notifications[user_id])
            if not row.read and any(one is row for one in rows):
                _notification(state, user, row, "unreadNotification")

    state.hub.later(UNREAD_AFTER, act)


def _notification(state: State, user: User, row: Notification, kind: str) -> None:
    if any(state.hub.joined(MAIN, user.id)):
        packed = notices.notification(state, row, user)
        if packed is not None:
            to_main(state, user.id, kind, lambda: packed)


def notifications_read(state: State, user: User, ids: list[str] | None = None) -> None:
    """All, or, on old hosts, those ids while others are still unread."""
    if ids and any(not row.read for row in state.notifications[user.id]):
        to_main(state, user.id, "readNotifications", lambda: ids)
    else:
        to_main(state, user.id, "readAllNotifications", nothing)


def notifications_flushed(state: State, user: User) -> None:
    """All notifications are gone."""
    to_main(state, user.id, "notificationFlushed", nothing)


# --- People ---------------------------------------------------------------------------


def followed(state: State, follower: User, followee: User) -> None:
    """`followed` for the one, `follow` for the other."""
    to_main(state, followee.id, "followed", lambda: users.lite(state, follower))
    more: Json = {"followedMessage": None} if state.profile.modern else {}
    to_main(
        state,
        follower.id,
        "follow",
        lambda: users.detailed(state, followee, follower) | more,
    )


def unfollowed(state: State, follower: User, followee: User) -> None:
    """Only the one who did it hears of it."""
    to_main(
        state,
        follower.id,
        "unfollow",
        lambda: users.detailed(state, followee, follower),
    )


def asked_to_follow(state: State, follower: User, followee: User) -> None:
    """Somebody waits for an answer."""
    to_main(
        state, followee.id, "receiveFollowRequest", lambda: users.lite(state, follower)
    )


def me_updated(state: State, user: User) -> None:
    """The own profile, with what only its owner sees."""
    more: Json = {"email": None, "emailVerified": False, "securityKeysList": []}
    to_main(state, user.id, "meUpdated", lambda: users.me(state, user) | more)


def token_regenerated(state: State, user: User) -> None:
    """The native token is another one now."""
    to_main(state, user.id, "myTokenRegenerated", nothing)


def announced(state: State, announcement: Json) -> None:
    """A word from the staff goes to everybody."""
    to_all(state, "announcementCreated", {"announcement": announcement})
