"""Listing a tray: slices by `startIndex`, and the whole of it.

mixi tells neither the order of a listing nor its largest `count`: whatever comes is
taken and counted, and a short slice is not the end.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from inboxhub.networks.base import TemporaryError
from inboxhub.networks.budget import PATIENCE, PATIENCE_IN_A_ROW
from inboxhub.networks.mixi.call import Ask, Line
from inboxhub.networks.mixi.credentials import READ
from inboxhub.networks.mixi.trays import Tray, read_path
from inboxhub.networks.mixi.values import count_of, id_of
from inboxhub.networks.values import mapping_of

COUNT = 50
MOST_SLICES = 2_000


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


def fetch(
    line: Line,
    tray: Tray,
    *,
    fields: Iterable[str] = (),
    start: int = 0,
    count: int = COUNT,
    since: datetime | None = None,
    patience: float = PATIENCE,
) -> Slice:
    """mixi Message API: `GET /messages/@me/@inbox`, `@outbox`, `@noticebox`.

    Only what is newer than `since`. Lists mark nothing read.
    """
    query = {"fields": tray.asked(fields), "count": str(count)}
    if start:
        query["startIndex"] = str(start)
    if since is not None:
        query["updatedSince"] = told(since)
    ask = Ask("GET", read_path(line.person, tray), READ, query)
    answer = line.call(ask, patience=patience)
    raw = mapping_of(answer.value)
    rows = raw.get("entry")
    if not isinstance(rows, list):
        raise TemporaryError("mixi gave no list where one belongs", code="not-a-list")
    return Slice(rows, start, count_of(raw.get("totalResults")), answer.at)


def walk(
    line: Line,
    tray: Tray,
    *,
    fields: Iterable[str] = (),
    since: datetime | None = None,
    most: int = MOST_SLICES,
) -> Whole:
    """All of a tray, or all since a moment. Its calls wait for their budget."""
    rows: list[object] = []
    ids: list[str] = []
    totals: set[int | None] = set()
    ended = False
    while not ended and most > 0:
        part = fetch(
            line,
            tray,
            fields=fields,
            start=len(rows),
            since=since,
            patience=PATIENCE_IN_A_ROW,
        )
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


def told(moment: datetime) -> str:
    """xs:dateTime with `Z`, which has no `+` that could arrive as a space."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _adds_up(ids: Sequence[str], totals: set[int | None]) -> bool:
    """mixi told one and the same total all along, and as many ids came."""
    total = next(iter(totals), None)
    return len(totals) == 1 and total is not None and all(ids) and len({*ids}) >= total


def _id(row: object) -> str:
    return id_of(mapping_of(row).get("id"))
