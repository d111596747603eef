"""Listing a tray: slices by `startIndex`, pages for a pull, and the whole of it.

mixi tells neither the order of a listing nor its largest `count`: whatever comes is
taken, counted and sorted here, and a short slice is not the end.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from inboxhub.networks.base import (
    Page,
    RemoteAuthor,
    RemoteMessage,
    TemporaryError,
    newest_first,
)
from inboxhub.networks.mixi.call import TOO_LARGE, Ask, Line
from inboxhub.networks.mixi.credentials import READ
from inboxhub.networks.mixi.messages import Item, read_message
from inboxhub.networks.mixi.trays import Tray, read_path
from inboxhub.networks.mixi.values import count_of, id_of, mapping_of, moment_of

COUNT = 50
# Rows that a page repeats, since a deletion in between moves the others up.
OVERLAP = 5
# What is asked for again, since a message may turn up later than its time says. A later
# row that is newer by more than this means that the listing is not newest first.
BACK = timedelta(minutes=10)
MOST_SLICES = 2_000
MOST_WHOLE = 40
POSITION = re.compile(r"(\d{1,9})(?:~(\d))?(?:@(.{1,40}))?")


@dataclass(frozen=True, slots=True)
class Slice:
    """One answer: rows from `start` on, of `total` as far as mixi tells."""

    rows: Sequence[object]
    start: int
    total: int | None
    at: datetime

    @property
    def last(self) -> bool:
        if not self.rows:
            return True
        return self.total is not None and self.start + len(self.rows) >= self.total


@dataclass(frozen=True, slots=True)
class Whole:
    """A listing from its beginning to its end.

    `complete` says that nothing in it moved: what is not in it is not in the tray.
    `counted` says that mixi told a total, by which that is known.
    """

    rows: Sequence[object]
    ids: frozenset[str]
    complete: bool
    counted: bool


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page starts, how many of its rows the one before had, since when."""

    start: int = 0
    overlap: int = 0
    since: datetime | None = None

    def __str__(self) -> str:
        since = f"@{_told(self.since)}" if self.since else ""
        return f"{self.start}~{self.overlap}{since}"

    @classmethod
    def of(cls, text: str) -> "Position":
        found = POSITION.fullmatch(text)
        if found is None:
            return cls()
        return cls(int(found[1]), int(found[2] or 0), moment_of(found[3]))


def fetch(
    line: Line,
    tray: Tray,
    *,
    fields: Iterable[str] = (),
    start: int = 0,
    count: int = COUNT,
    since: datetime | None = None,
) -> Slice:
    """mixi Message API: `GET /messages/@me/@inbox`, `@outbox`, `@noticebox`.

    Only what is newer than `since`. Lists mark nothing read.
    """
    query = {"fields": tray.asked(fields), "count": str(count)}
    if start:
        query["startIndex"] = str(start)
    if since is not None:
        query["updatedSince"] = _told(since)
    answer = line.call(Ask("GET", read_path(line.person, tray), READ, query))
    raw = mapping_of(answer.value)
    rows = raw.get("entry")
    if not isinstance(rows, list):
        raise TemporaryError("mixi gave no list where one belongs", code="not-a-list")
    return Slice(rows, start, count_of(raw.get("totalResults")), answer.at)


def pull_page(
    line: Line,
    tray: Tray,
    me: RemoteAuthor | None,
    position: str | None,
    newest: str,
) -> Page:
    """One page, newest first. `newest` is the time of the newest message seen.

    A listing in another order is read whole at once, so that nobody stops in it early.
    """
    if position is None:
        known = moment_of(newest)
        at = Position(since=known - BACK if known else None)
    else:
        at = Position.of(position)
    part = _bearable(line, tray, at)
    following = _next(at, part)
    rows = part.rows
    if position is None and following is not None and not _descends(rows):
        rows, following = _unordered(line, tray, at, part), None
    items = [read_message(row, tray, me, part.at) for row in rows]
    return Page(
        items=_sorted(items),
        next=str(following) if following else None,
        newest=_newest(items, newest, part.at),
    )


def walk(
    line: Line,
    tray: Tray,
    *,
    fields: Iterable[str] = (),
    since: datetime | None = None,
    most: int = MOST_SLICES,
) -> Whole:
    """All of a tray, or all since a moment."""
    rows: list[object] = []
    ids: list[str] = []
    totals: set[int | None] = set()
    ended = False
    while not ended and most > 0:
        part = fetch(line, tray, fields=fields, start=len(rows), since=since)
        more = [_id(row) for row in part.rows]
        ended, most = part.last, most - 1
        if not ended and {*ids}.issuperset(more):
            break  # it goes round in circles
        rows += part.rows
        ids += more
        totals.add(part.total)
    if not ended:
        totals.add(-1)  # no end was reached: no total fits
    return Whole(
        rows,
        frozenset(filter(None, ids)),
        complete=_adds_up(ids, totals),
        counted=totals != {None},
    )


def present_ids(line: Line, tray: Tray, *, most: int = MOST_SLICES) -> Whole:
    """The tray's ids. Where mixi tells no total, two listings must be the same."""
    first = walk(line, tray, fields=("id",), most=most)
    if first.counted:
        return first
    again = walk(line, tray, fields=("id",), most=most)
    ids = [_id(row) for row in first.rows]
    same = ids == [_id(row) for row in again.rows] and all(ids)
    return replace(again, complete=same and not again.counted)


def rows_by_id(rows: Iterable[object]) -> Iterator[tuple[str, dict[object, object]]]:
    """The entries that have an id, each once."""
    seen: set[str] = set()
    for row in rows:
        identifier = _id(row)
        if identifier and identifier not in seen:
            seen.add(identifier)
            yield identifier, mapping_of(row)


def _bearable(line: Line, tray: Tray, at: Position) -> Slice:
    """The slice, or a smaller one, or the first message without its body.

    A message too large to load must not keep all others from arriving.
    """
    for count in (COUNT, COUNT // 5, 1):
        try:
            return fetch(line, tray, start=at.start, count=count, since=at.since)
        except TemporaryError as error:
            if error.code != TOO_LARGE:
                raise
    light = [name for name in tray.fields if name != "body"]
    return fetch(line, tray, fields=light, start=at.start, count=1, since=at.since)


def _unordered(line: Line, tray: Tray, at: Position, first: Slice) -> Sequence[object]:
    """A listing that is not newest first: all of it, or its end when it is too long."""
    rows = list(first.rows)
    size, total = len(rows), first.total or 0
    start = max(size, total - size * MOST_WHOLE)
    for _ in range(MOST_WHOLE):
        part = _bearable(line, tray, Position(start, 0, at.since))
        rows += part.rows
        start += len(part.rows)
        if part.last:
            break
    return rows


def _next(at: Position, part: Slice) -> Position | None:
    received = len(part.rows)
    if part.last or (part.total is None and received <= at.overlap):
        return None
    overlap = min(OVERLAP, received // 4)
    return Position(at.start + received - overlap, overlap, at.since)


def _descends(rows: Iterable[object]) -> bool:
    moments = [moment_of(mapping_of(row).get("timeSent")) for row in rows]
    told = [moment for moment in moments if moment]
    return all(later - earlier <= BACK for earlier, later in pairwise(told))


def _sorted(items: Iterable[Item]) -> tuple[Item, ...]:
    """Newest first, each once; what could not be read comes last."""
    messages: dict[str, RemoteMessage] = {}
    others: list[Item] = []
    for item in items:
        if isinstance(item, RemoteMessage):
            messages.setdefault(item.remote_id, item)
        else:
            others.append(item)
    return (*newest_first(messages.values()), *others)


def _newest(items: Iterable[Item], newest: str, now: datetime) -> str:
    """The latest time told, but none from the future: it would hide what comes next."""
    moments = [
        item.sent_at
        for item in items
        if isinstance(item, RemoteMessage) and "no_time" not in item.extra
    ]
    known = moment_of(newest)
    latest = max([*moments, *([known] if known else [])], default=None)
    return _told(min(latest, now)) if latest else newest


def _adds_up(ids: Sequence[str], totals: set[int | None]) -> bool:
    """mixi told one and the same total all along, and as many ids came."""
    total = next(iter(totals), None)
    return len(totals) == 1 and total is not None and all(ids) and len({*ids}) >= total


def _told(moment: datetime) -> str:
    """xs:dateTime with `Z`, which has no `+` that could arrive as a space."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _id(row: object) -> str:
    return id_of(mapping_of(row).get("id"))
