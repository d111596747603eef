"""The host's rows of conversations: one per thread and set of people.

Several rows with the same people are one conversation here. Mastodon API: the object
Conversation of `/api/v1/conversations`; the listing is in the order of `last_status`.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.mastodon.ids import id_of, newer, newest_of, order
from inboxhub.networks.mastodon.people import read_account
from inboxhub.networks.mastodon.session import Rows, Session
from inboxhub.networks.mastodon.statuses import author_of, people_of
from inboxhub.networks.people import people_key
from inboxhub.networks.values import Viewer, mapping_of, mappings_of

PATH = "/api/v1/conversations"
MOST_ROWS = 40  # in one page, as the hosts have it
MOST_PEOPLE = 100
MOST_PAGES = 25
MOST_TOPS = 1_000
FRESH = 15.0  # seconds for which what was looked at is not looked at again


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `key` is the conversation here that it belongs to; `last` is the raw
    last status, None while there is none."""

    id: str
    unread: bool | None
    key: str
    last_id: str
    last: object
    people: tuple[RemoteAuthor, ...]


def listed(
    session: Session,
    position: str = "",
    *,
    limit: int = MOST_ROWS,
    max_id: str = "",
    since_id: str = "",
    min_id: str = "",
) -> Rows:
    """One page of the rows, as they come: the newest, or the one at `position`.

    Mastodon API: `GET /api/v1/conversations`. The ids are those of last statuses, not
    of rows: what is older than `max_id`; what is newer than `since_id`, the newest of
    it; what is directly after `min_id`.
    """
    told = {"max_id": max_id, "since_id": since_id, "min_id": min_id}
    query = {"limit": str(limit)} | {name: one for name, one in told.items() if one}
    return session.page(PATH, query, position)


def read_row(raw: object, viewer: Viewer) -> Row:
    """Never fails: what cannot be read is empty."""
    row = mapping_of(raw)
    last = mapping_of(row.get("last_status"))
    unread = row.get("unread")
    accounts = [
        read_account(account, viewer)
        for account in mappings_of(row.get("accounts"), MOST_PEOPLE)
    ]
    people = {author_of(last), *people_of(last)} - {""}
    return Row(
        id=id_of(row.get("id")),
        unread=unread if isinstance(unread, bool) else None,
        key=people_key(people, viewer.me) if last else "",
        last_id=id_of(last.get("id")),
        last=row.get("last_status"),
        people=tuple(one for one in accounts if one and one.remote_id != viewer.me),
    )


@dataclass(frozen=True, slots=True)
class Top:
    """The first page of rows, where it goes on, and when it was looked at.

    `newest` is the newest status that it had then, or that was looked for there.
    """

    rows: tuple[Row, ...]
    following: str
    newest: str
    at: float


class Tops:
    """The first pages of rows that were looked at last, by host and account.

    The turns of an account follow each other quickly, each with a client of its own;
    one look serves all of them for a quarter of a minute. Safe between threads.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: dict[tuple[str, str], Top] = {}

    def get(self, key: tuple[str, str], now: float) -> Top | None:
        with self.lock:
            top = self.kept.get(key)
        return top if top and now - top.at <= FRESH else None

    def put(self, key: tuple[str, str], top: Top | None) -> None:
        """None forgets it."""
        with self.lock:
            self.kept.pop(key, None)
            if top is not None:
                self.kept[key] = top
            if len(self.kept) > MOST_TOPS:
                del self.kept[next(iter(self.kept))]


TOPS = Tops()


@dataclass(slots=True)
class Walk:
    """A walk down the rows that goes on where it stopped, for a quarter of a minute."""

    session: Session
    tops: Tops
    begun_at: float | None = None
    deeper: list[Row] = field(default_factory=list)
    following: str = ""
    pages: int = 1

    def first(self, newest: str) -> tuple[Row, ...]:
        """The rows of the first page, which hardly costs anything.

        They are looked at anew after a quarter of a minute, or when a message is newer
        than all of them.
        """
        now = self.session.line.budgets.clock()
        top = self.tops.get(self._key, now)
        if top is None or newer(newest, top.newest):
            page = listed(self.session)
            rows = tuple(self._bare(page.rows))
            last = newest_of([newest, *(row.last_id for row in rows)])
            top = Top(rows, page.following, last, now)
            self.tops.put(self._key, top)
            self.begun_at = None
        if top.at != self.begun_at:
            self.begun_at, self.following = top.at, top.following
            self.deeper, self.pages = [], 1
        return top.rows

    def holding(self, key: str, ids: Sequence[str]) -> list[Row]:
        """The rows of these people that may hold one of these statuses, newest first.

        A row's last status is its newest, so all rows down to the oldest of `ids` are
        looked at, and no others.
        """
        oldest, newest = min(ids, key=order), max(ids, key=order)
        top = self.first(newest)
        while self.following and self.pages < MOST_PAGES:
            last = [row.last_id for row in (*top, *self.deeper) if row.last_id][-1:]
            if last and newer(oldest, last[0]):
                break
            self._page()
        return [
            row
            for row in (*top, *self.deeper)
            if row.id and row.key == key and not newer(oldest, row.last_id)
        ]

    def has(self, row_id: str, status_id: str = "") -> bool:
        """Whether the row is still there, looked for anew.

        Without its last status it is looked for on the first page only.
        """
        known = (*self.first(""), *self.deeper)
        if not any(row.id == row_id for row in known):
            return False
        self.tops.put(self._key, None)
        key = next(row.key for row in known if row.id == row_id)
        rows = self.holding(key, [status_id]) if status_id else self.first("")
        return any(row.id == row_id for row in rows)

    def change(self, row_id: str, *, unread: bool) -> None:
        """It was marked read or unread on the host."""
        self._become(
            lambda rows: [
                replace(row, unread=unread) if row.id == row_id else row for row in rows
            ]
        )

    def drop(self, row_id: str) -> None:
        """It was removed from the host's list."""
        self._become(lambda rows: [row for row in rows if row.id != row_id])

    @property
    def _key(self) -> tuple[str, str]:
        return self.session.line.host, self.session.viewer.me

    def _bare(self, raw: Iterable[object]) -> Iterator[Row]:
        """What a row shows is not needed again, and may be large."""
        for one in raw:
            yield replace(read_row(one, self.session.viewer), last=None, people=())

    def _page(self) -> None:
        page = listed(self.session, self.following)
        self.deeper += self._bare(page.rows)
        self.following, self.pages = page.following, self.pages + 1

    def _become(self, changed: Callable[[Iterable[Row]], list[Row]]) -> None:
        self.deeper = changed(self.deeper)
        top = self.tops.get(self._key, self.session.line.budgets.clock())
        if top is not None:
            self.tops.put(self._key, replace(top, rows=tuple(changed(top.rows))))
