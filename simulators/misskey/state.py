"""The memory of one simulated host: rows, indexes, clock and lock; no HTTP, no JSON.

Whoever reads or writes holds `lock`; the API holds it for a whole call.
"""

import random
import secrets
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass

from simulators import ids
from simulators.misskey.limits import Limiter
from simulators.misskey.listing import SortedIds
from simulators.misskey.profiles import Profile
from simulators.misskey.records import (
    Announcement,
    ChatMessage,
    File,
    Link,
    Note,
    Notification,
    Room,
    Token,
    User,
)
from simulators.misskey.streaming.hub import Hub

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
KEPT_CALLS = 20_000


@dataclass(frozen=True, slots=True)
class Served:
    """One call that the host answered, for those who want to know who asked what."""

    endpoint: str
    body: dict[str, object]
    status: int


class State:
    """All rows of one host. Ids are strings, moments milliseconds since 1970."""

    def __init__(self, profile: Profile, *, id_method: str = "", seed: int = 1) -> None:
        self.lock = threading.RLock()
        self.profile = profile
        self.id_method = id_method or profile.id_method
        self.origin = ""
        self.uri = ""
        self.name = "Misskey Example"
        self.skew = 0
        self.random = random.Random(seed)
        self.limiter = Limiter()
        self.hub = Hub(self.lock)
        self.served: deque[Served] = deque(maxlen=KEPT_CALLS)
        self.duplicate_checks = 0
        self._ids = ids.IdMaker(self.id_method, seed)
        self._make_tables()
        self._make_indexes()

    def _make_tables(self) -> None:
        self.users: dict[str, User] = {}
        self.notes: dict[str, Note] = {}
        self.files: dict[str, File] = {}
        self.chats: dict[str, ChatMessage] = {}
        self.rooms: dict[str, Room] = {}
        self.tokens: dict[str, Token] = {}
        self.sessions: dict[str, Token | None] = {}
        self.announcements: dict[str, Announcement] = {}
        self.notifications: defaultdict[str, list[Notification]] = defaultdict(list)
        self.follows: dict[tuple[str, str], Link] = {}
        self.follow_requests: dict[tuple[str, str], Link] = {}
        self.mutes: set[tuple[str, str]] = set()
        self.blocks: set[tuple[str, str]] = set()
        self.bells: set[tuple[str, str]] = set()
        self.muted_threads: set[tuple[str, str]] = set()
        self.emojis: dict[str, str] = {}
        self.prohibited: set[str] = set()

    def _make_indexes(self) -> None:
        self.accts: dict[str, str] = {}
        self.notes_by: defaultdict[str, SortedIds] = defaultdict(SortedIds)
        self.mentions_of: defaultdict[str, SortedIds] = defaultdict(SortedIds)
        self.replies_to: defaultdict[str, SortedIds] = defaultdict(SortedIds)
        self.renotes_of: defaultdict[str, SortedIds] = defaultdict(SortedIds)
        self.chats_in: defaultdict[str, SortedIds] = defaultdict(SortedIds)
        self.partners: defaultdict[str, set[str]] = defaultdict(set)
        # (user, conversation) pairs: what chat/history calls unread, and the set
        # behind the account's own dot; chat/read-all empties only the second
        self.unread_chats: set[tuple[str, str]] = set()
        self.fresh_chats: set[tuple[str, str]] = set()
        self.note_dots: defaultdict[str, set[str]] = defaultdict(set)

    @property
    def now(self) -> int:
        """Milliseconds since 1970, with the skew that tests may set."""
        return int(time.time() * 1000) + self.skew

    def stamp(self, moment: int | None = None) -> tuple[str, int]:
        """Return a new id and the moment that its row tells as `createdAt`."""
        moment = self.now if moment is None else moment
        row_id = self._ids.make(moment)
        if self.profile.created_is_id_time:
            return row_id, ids.moment_of(row_id, self.id_method)
        return row_id, moment

    def by_acct(self, acct: str) -> User:
        """Return a user by `name` or `name@host`; KeyError when there is none."""
        return self.users[self.accts[acct.lower()]]

    def add_user(self, user: User) -> User:
        """Keep a user and find it by its acct from now on."""
        self.users[user.id] = user
        self.accts[user.acct.lower()] = user.id
        return user

    def letters(self, length: int) -> str:
        """Return a random word as tokens are made of."""
        return "".join(secrets.choice(LETTERS) for _ in range(length))

    def follows_whom(self, follower: str, followee: str) -> bool:
        """Say whether one user follows another."""
        return (follower, followee) in self.follows

    def thread_of(self, note: Note) -> str:
        """Return the id of the first note above; a thread is muted by it."""
        seen = {note.id}
        while note.reply_id and note.reply_id in self.notes:
            note = self.notes[note.reply_id]
            if note.id in seen:
                break
            seen.add(note.id)
        return note.id

    def may_see(self, viewer: str | None, note: Note) -> bool:
        """Say whether the content of a note is for this user."""
        if viewer == note.user_id:
            return True
        if note.withheld:
            return False
        if note.visibility == "specified":
            return viewer in note.visible_user_ids
        if note.visibility == "followers":
            return viewer is not None and (
                self.follows_whom(viewer, note.user_id) or viewer in note.mentions
            )
        return True
