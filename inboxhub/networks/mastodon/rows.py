"""The host's rows of conversations: one per thread and set of people.

Several rows with the same people are one conversation here. Mastodon API: the object
Conversation of `/api/v1/conversations`; the listing is in the order of `last_status`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.mastodon.ids import id_of, newer, order
from inboxhub.networks.mastodon.links import Query
from inboxhub.networks.mastodon.people import read_account
from inboxhub.networks.mastodon.session import Session
from inboxhub.networks.mastodon.statuses import author_of, people_of
from inboxhub.networks.people import people_key
from inboxhub.networks.values import Viewer, mapping_of, mappings_of

PATH = "/api/v1/conversations"
QUERY: Query = {"limit": "40"}
MOST_PEOPLE = 100
MOST_PAGES = 25
FRESH = 30.0  # seconds for which what was walked is not walked again


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


@dataclass(slots=True)
class Walk:
    """A walk down the rows that goes on where it stopped, for half a minute."""

    session: Session
    rows: list[Row] = field(default_factory=list)
    following: str = ""
    started_at: float | None = None
    pages: int = 0

    def holding(self, key: str, ids: Sequence[str]) -> list[Row]:
        """The rows of these people that may hold one of these statuses, newest first.

        A row's last status is its newest, so all rows down to the oldest of `ids` are
        looked at, and no others.
        """
        oldest, newest = min(ids, key=order), max(ids, key=order)
        if self.rows and newer(newest, self.rows[0].last_id):
            self.forget()  # it came after the walk
        self._walk_to(oldest)
        return [
            row
            for row in self.rows
            if row.id and row.key == key and not newer(oldest, row.last_id)
        ]

    def forget(self) -> None:
        """The next look walks again from the top."""
        self.started_at = None

    def change(self, row: Row, *, unread: bool) -> None:
        """It was marked read or unread on the host."""
        changed = replace(row, unread=unread)
        self.rows = [changed if other.id == row.id else other for other in self.rows]

    def drop(self, row: Row) -> None:
        """It was removed from the host's list."""
        self.rows = [other for other in self.rows if other.id != row.id]

    def _walk_to(self, oldest: str) -> None:
        now = self.session.line.budgets.clock()
        if self.started_at is None or now - self.started_at > FRESH:
            self.rows, self.following, self.pages = [], "", 0
            self.started_at = now
            self._page("")
        while self.following and self.pages < MOST_PAGES and not self._below(oldest):
            self._page(self.following)

    def _below(self, oldest: str) -> bool:
        last = next((row.last_id for row in reversed(self.rows) if row.last_id), "")
        return bool(last) and newer(oldest, last)

    def _page(self, position: str) -> None:
        page = self.session.page(PATH, QUERY, position)
        self.rows += [read_row(raw, self.session.viewer) for raw in page.rows]
        self.following, self.pages = page.following, self.pages + 1
