"""Listing a tray: slices by `startIndex`, and the whole of it.

mixi tells neither the order of a listing nor its largest `count`: whatever comes is
taken and counted, and a short slice is not the end.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from inboxhub.networks.budget import PATIENCE, PATIENCE_IN_A_ROW
from inboxhub.networks.errors import ProviderError, TemporaryError
from inboxhub.networks.mixi.call import Ask, Line
from inboxhub.networks.mixi.credentials import READ
from inboxhub.networks.mixi.trays import Tray, read_path
from inboxhub.networks.mixi.values import count_of, id_of
from inboxhub.networks.values import mapping_of

COUNT = 50
# Seconds of one go at a long listing, and how old one may get.
ONE_GO = 3.0
OLDEST_LOOK = timedelta(minutes=45)
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


@dataclass(slots=True)
class Walking:
    """A way down a tray, slice by slice, that may rest between two slices."""

    line: Line
    tray: Tray
    fields: tuple[str, ...] = ()
    since: datetime | None = None
    left: int = MOST_SLICES
    rows: list[object] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    totals: set[int | None] = field(default_factory=set)
    over: bool = False

    def step(self) -> None:
        """One slice. Its call waits for its budget."""
        part = fetch(
            self.line,
            self.tray,
            fields=self.fields,
            start=len(self.rows),
            since=self.since,
            patience=PATIENCE_IN_A_ROW,
        )
        more = [_id(row) for row in part.rows]
        self.left -= 1
        circles = not part.last and {*self.ids}.issuperset(more)
        if not circles:
            self.rows += part.rows
            self.ids += more
            self.totals.add(part.total)
        self.over = part.last or circles or self.left <= 0
        if self.over and not part.last:
            self.totals.add(-1)  # no end was reached: no total fits

    def whole(self) -> Whole:
        return Whole(
            self.rows,
            frozenset(filter(None, self.ids)),
            complete=_adds_up(self.ids, self.totals),
            counted=self.totals != {None},
        )


def walk(
    line: Line,
    tray: Tray,
    *,
    fields: Iterable[str] = (),
    since: datetime | None = None,
    most: int = MOST_SLICES,
) -> Whole:
    """All of a tray, or all since a moment. Its calls wait for their budget."""
    walking = Walking(line, tray, tuple(fields), since, most)
    while not walking.over:
        walking.step()
    return walking.whole()


def present_ids(line: Line, tray: Tray, *, most: int = MOST_SLICES) -> Whole:
    """The tray's ids. Where mixi tells no total, two listings must be the same."""
    first = walk(line, tray, fields=("id",), most=most)
    if first.counted:
        return first
    return _same(first, walk(line, tray, fields=("id",), most=most))


def _same(first: Whole, again: Whole) -> Whole:
    ids = [_id(row) for row in first.rows]
    same = ids == [_id(row) for row in again.rows] and all(ids)
    return replace(again, complete=same and not again.counted)


@dataclass(slots=True)
class Look:
    """A look at a whole tray, which may take several goes; `began_at` by our clock."""

    began_at: datetime
    walkings: list[Walking]
    whole: Whole | None = None

    def go_on(self, line: Line, goes_on: Callable[[], bool]) -> bool:
        """Whether it is over; it is not as long as `goes_on` says so in the middle."""
        while self.whole is None:
            walking = self.walkings[-1]
            walking.line = line  # the newest token's
            if not walking.over:
                walking.step()
            elif len(self.walkings) == 1 and not walking.whole().counted:
                self.walkings.append(Walking(line, walking.tray, ("id",)))
            else:
                wholes = [one.whole() for one in self.walkings]
                self.whole = wholes[0] if len(wholes) == 1 else _same(*wholes)
            if not walking.over and not goes_on():
                return False
        return True


class Looks:
    """The looks under way of one process: by account and tray, across several clients.

    A look that is lost, at a restart say, simply begins anew.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._looks: dict[tuple[str, str, str], Look] = {}

    def at(self, line: Line, tray: Tray) -> Look:
        """The finished look; TemporaryError, `sent` False, when it wants another go."""
        key = (line.host, line.user, tray.source)
        look = self._looks.get(key)
        now = datetime.now(UTC)
        if look is None or now - look.began_at > OLDEST_LOOK:
            look = self._looks[key] = Look(now, [Walking(line, tray, ("id",))])
        ends_at = self.clock() + ONE_GO
        try:
            over = look.go_on(line, lambda: self.clock() < ends_at)
        except ProviderError as error:
            if getattr(error, "sent", True):
                self._looks.pop(key, None)
            raise
        if not over:
            text = "a long listing of mixi is still under way"
            raise TemporaryError(text, retry_after=0.5, sent=False, code="listing")
        return look

    def forget(self, line: Line) -> None:
        for key in [k for k in self._looks if k[:2] == (line.host, line.user)]:
            self._looks.pop(key, None)


LOOKS = Looks()


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
