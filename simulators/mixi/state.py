"""The memory of one simulated mixi: rows, clock, lock and what happens later; no HTTP.

Whoever reads or writes holds `lock`; the API holds it for a whole call.
"""

import fnmatch
import random
import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from simulators.mixi.records import (
    AccessToken,
    Code,
    Message,
    Person,
    RefreshToken,
    Served,
)
from simulators.mixi.silences import Silences

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
KEPT_CALLS = 20_000


@dataclass(frozen=True, slots=True)
class ClientKey:
    """The one program that is registered: its key, secret and redirect URL."""

    id: str
    secret: str
    redirect_uri: str


@dataclass(slots=True, eq=False)
class Planned:
    """Something that happens after so many calls to addresses of a pattern."""

    left: int
    where: str
    happen: Callable[[], object]


class State:
    """All rows of one mixi."""

    def __init__(
        self,
        client: ClientKey,
        *,
        seed: int = 1,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.lock = threading.RLock()
        self.client = client
        self.silences = Silences()
        self.origin = ""
        self.skew = 0.0
        self.random = random.Random(f"mixi{seed}")
        self.client_refused = False
        self.busy = 0
        self.served: deque[Served] = deque(maxlen=KEPT_CALLS)
        self._clock = clock
        self._planned: list[Planned] = []
        self._arrivals = 0
        self._make_tables()

    def _make_tables(self) -> None:
        self.people: dict[str, Person] = {}
        self.by_id: dict[str, Person] = {}
        self.friends: set[frozenset[str]] = set()
        self.blocks: set[tuple[str, str]] = set()
        # person's name -> message id, one table per box: ids may repeat across boxes
        self.messages: defaultdict[tuple[str, str], dict[str, Message]] = defaultdict(
            dict
        )
        self.server_states: dict[str, float] = {}
        self.codes: dict[str, Code] = {}
        self.access: dict[str, AccessToken] = {}
        self.refresh: dict[str, RefreshToken] = {}
        self.families = 0
        self.recent_calls: defaultdict[str, deque[float]] = defaultdict(deque)

    @property
    def now(self) -> float:
        """Seconds since 1970, with the skew that tests may set."""
        return self._clock() + self.skew

    def arrival(self) -> int:
        """Return the next number in the order of arrivals."""
        self._arrivals += 1
        return self._arrivals

    def person(self, name: str) -> Person:
        """Return somebody by name; KeyError when there is none."""
        return self.people[name]

    def are_friends(self, one: str, other: str) -> bool:
        """Say whether two people, by their names, are friends."""
        return frozenset({one, other}) in self.friends

    def word(self, length: int) -> str:
        """Return a secret word as codes and tokens are made of."""
        return "".join(secrets.choice(LETTERS) for _ in range(length))

    def person_id(self) -> str:
        """Return a new person's id: thirteen letters and digits, as mixi's are."""
        return "".join(self.random.choice(LETTERS) for _ in range(13))

    def message_id(self) -> str:
        """Return a new message id: 32 hexadecimal digits, in no order."""
        return f"{self.random.getrandbits(128):032x}"

    def plan(self, left: int, where: str, happen: Callable[[], object]) -> None:
        """Let something happen after `left` calls to addresses that fit `where`."""
        self._planned.append(Planned(left, where, happen))

    def remember(self, call: Served) -> None:
        """Keep an answered call and do what was planned to happen after it."""
        self.served.append(call)
        due: list[Planned] = []
        for row in self._planned:
            row.left -= fnmatch.fnmatchcase(call.path, row.where)
            if row.left <= 0:
                due.append(row)
        self._planned = [row for row in self._planned if row not in due]
        for row in due:
            row.happen()
