"""The memory of one simulated host: rows, indexes, clock and lock; no HTTP, no JSON.

Whoever reads or writes holds `lock`; the API holds it for a whole call.
"""

import random
import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from simulators.mastodon.ids import IdMaker, order
from simulators.mastodon.limits import Limiter
from simulators.mastodon.profiles import Profile
from simulators.mastodon.records import (
    DIRECT,
    PUBLIC,
    UNLISTED,
    Announcement,
    App,
    Filter,
    Grant,
    Link,
    Marker,
    Media,
    Notification,
    Request,
    Row,
    Status,
    Token,
    User,
)
from simulators.mastodon.streaming.hub import Hub

KEPT_CALLS = 20_000
ALSO = 0.05  # seconds that make sure that what is due is due
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Served:
    """One call that the host answered, for those who want to know who asked what.

    `params` holds query and body without secrets; `headers` the few that matter.
    """

    method: str
    path: str
    params: Mapping[str, object]
    status: int
    user: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def call(self) -> str:
        """Return method and path as one word: `GET /api/v1/conversations`."""
        return f"{self.method} {self.path}"


class State:
    """All rows of one host. Ids are strings, moments milliseconds since 1970."""

    def __init__(
        self, profile: Profile, *, seed: int = 1, clock: Clock = time.time
    ) -> None:
        self.lock = threading.RLock()
        self.hub = Hub(self.lock)
        self.profile = profile
        self.origin = ""
        self.domain = ""
        self.name = "Mastodon Example"
        self.skew = 0
        self.clock = clock
        self.random = random.Random(seed)
        self.limiter = Limiter()
        self.served: deque[Served] = deque(maxlen=KEPT_CALLS)
        self.ids = IdMaker(profile.id_method, seed)
        self.granted_only: tuple[str, ...] | None = None
        self.delay = 0
        self.lag = 0
        self.uploads_fail = False
        self.token_life = 0
        self._jobs: list[tuple[int, Callable[[], None]]] = []
        self._make_tables()
        self._make_indexes()

    def _make_tables(self) -> None:
        self.users: dict[str, User] = {}
        self.apps: dict[str, App] = {}
        self.grants: dict[str, Grant] = {}
        self.tokens: dict[str, Token] = {}
        self.browsers: dict[str, dict[str, str]] = {}
        self.statuses: dict[str, Status] = {}
        self.media: dict[str, Media] = {}
        self.rows: dict[str, Row] = {}
        self.row_of: dict[tuple[str, str, tuple[str, ...]], str] = {}
        self.notifications: defaultdict[str, list[Notification]] = defaultdict(list)
        self.requests: dict[str, Request] = {}
        self.permitted: set[tuple[str, str]] = set()
        self.follows: dict[tuple[str, str], Link] = {}
        self.follow_requests: dict[tuple[str, str], Link] = {}
        self.mutes: set[tuple[str, str]] = set()
        self.blocks: set[tuple[str, str]] = set()
        self.muted_threads: set[tuple[str, str]] = set()
        self.markers: dict[tuple[str, str], Marker] = {}
        self.announcements: dict[str, Announcement] = {}
        self.filters: dict[str, Filter] = {}
        self.keys: dict[tuple[str, str], tuple[int, str]] = {}
        self.emojis: dict[str, str] = {}
        self.elsewhere: dict[str, str] = {}
        """People of other hosts whom this one does not know yet, by small letters."""

    def _make_indexes(self) -> None:
        self.accts: dict[str, str] = {}
        self.written_by: defaultdict[str, list[str]] = defaultdict(list)
        self.replies_to: defaultdict[str, list[str]] = defaultdict(list)
        self.reblogs_of: defaultdict[str, list[str]] = defaultdict(list)
        self.quotes_of: defaultdict[str, list[str]] = defaultdict(list)

    @property
    def now(self) -> int:
        """Milliseconds since 1970, with the skew that tests may set."""
        return int(self.clock() * 1000) + self.skew

    def later(self, job: Callable[[], None]) -> None:
        """Do something in the background: at once, or after `delay` milliseconds."""
        if self.delay <= 0:
            job()
        else:
            self._jobs.append((self.now + self.delay, job))
            self.hub.later(self.delay / 1000 + ALSO, self._work_by_itself)

    def _work_by_itself(self) -> None:
        with self.lock:
            self.work()

    def work(self, *, everything: bool = False) -> None:
        """Do what is due in the background; every call of the API begins with it."""
        now = self.now
        due = [job for when, job in self._jobs if everything or when <= now]
        self._jobs = [
            (when, job) for when, job in self._jobs if not everything and when > now
        ]
        for job in due:
            job()

    @property
    def waiting(self) -> int:
        """Return how many things wait to be done in the background."""
        return len(self._jobs)

    def is_listed(self, moment: int) -> bool:
        """Say whether the lists of the API know already what happened at a moment."""
        return not self.lag or moment <= self.now - self.lag

    def order(self, row_id: str) -> tuple[int, str]:
        """Return what ids of this host are sorted by."""
        return order(row_id, self.profile.id_method)

    def sorted(self, ids: Iterable[str]) -> list[str]:
        """Return ids, oldest first."""
        return sorted(ids, key=self.order)

    def word(self, length: int = 43) -> str:
        """Return a random word as tokens are made of."""
        return secrets.token_urlsafe(length)[:length]

    def by_acct(self, acct: str) -> User:
        """Return a user by `name` or `name@host`; KeyError when there is none."""
        name, _, host = acct.strip().lstrip("@").lower().partition("@")
        known = f"{name}@{host}" if host and host != self.domain.lower() else name
        return self.users[self.accts[known]]

    def add_user(self, user: User) -> User:
        """Keep a user and find it by its acct from now on."""
        self.users[user.id] = user
        self.accts[user.acct.lower()] = user.id
        return user

    def follows_whom(self, follower: str, followee: str) -> bool:
        """Say whether one user follows another."""
        return (follower, followee) in self.follows

    def may_see(self, viewer: str | None, status: Status) -> bool:
        """Say whether a status is for this user; nobody sees one that is going."""
        if status.deleting:
            return False
        if viewer == status.user_id:
            return True
        if viewer is not None and (status.user_id, viewer) in self.blocks:
            return False
        if status.visibility in (PUBLIC, UNLISTED):
            return True
        if viewer is None or status.visibility == DIRECT:
            return viewer in status.mentions
        return viewer in status.mentions or self.follows_whom(viewer, status.user_id)
