"""Pages of a tray for a pull: what is newer than the last one, then older and older.

Whatever order mixi lists in, a page is sorted here, newest first.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from inboxhub.networks.base import Page, RemoteAuthor, RemoteMessage, newest_first
from inboxhub.networks.errors import TemporaryError
from inboxhub.networks.mixi.call import Line
from inboxhub.networks.mixi.listing import COUNT, Slice, fetch, told
from inboxhub.networks.mixi.messages import Item, read_message
from inboxhub.networks.mixi.trays import OUTBOX, Tray
from inboxhub.networks.mixi.values import moment_of
from inboxhub.networks.reaching import TOO_LARGE
from inboxhub.networks.values import mapping_of

# Rows that a page repeats, since a deletion in between moves the others up.
OVERLAP = 5
# What is asked for again, since a message may turn up later than its time says. A later
# row that is newer by more than this means that the listing is not newest first.
BACK = timedelta(minutes=10)
MOST_WHOLE = 40
# How many of the newest are looked at again, how often, and in how many calls at most:
# mixi counts no message as newer because it was read or answered elsewhere.
WINDOW, WINDOW_CALLS = 100, 4
WINDOW_EVERY = timedelta(minutes=10)
POSITION = re.compile(r"(\d{1,9})(?:~(\d))?(?:@(.{1,40}))?")
NONE = "-"


@dataclass(frozen=True, slots=True)
class Newest:
    """What one pull of the newest hands on to the next, by mixi's clock.

    `message` is the time of the newest message seen, `window` when the window was.
    """

    message: datetime | None = None
    window: datetime | None = None

    def __str__(self) -> str:
        return " ".join(told(m) if m else NONE for m in (self.message, self.window))

    @classmethod
    def of(cls, text: str) -> "Newest":
        message, _, window = text.partition(" ")
        return cls(moment_of(message), moment_of(window))


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page starts, how many of its rows the one before had, since when."""

    start: int = 0
    overlap: int = 0
    since: datetime | None = None

    def __str__(self) -> str:
        since = f"@{told(self.since)}" if self.since else ""
        return f"{self.start}~{self.overlap}{since}"

    @classmethod
    def of(cls, text: str) -> "Position":
        found = POSITION.fullmatch(text)
        if found is None:
            return cls()
        return cls(int(found[1]), int(found[2] or 0), moment_of(found[3]))


def pull_page(
    line: Line,
    tray: Tray,
    me: RemoteAuthor | None,
    position: str | None,
    newest: str,
) -> Page:
    """One page; `newest` is that of the newest page before."""
    if position is None:
        return _newest_page(line, tray, me, Newest.of(newest))
    at = Position.of(position)
    part = _bearable(line, tray, at)
    items = _sorted(read_message(row, tray, me, part.at) for row in part.rows)
    following = _next(at, part)
    return Page(items, str(following) if following else None)


def _newest_page(
    line: Line,
    tray: Tray,
    me: RemoteAuthor | None,
    known: Newest,
) -> Page:
    """What is newer than what is known, and from time to time the window besides.

    A listing that is not newest first is read whole at once, so that nobody stops in it
    early.
    """
    at = Position(since=known.message - BACK if known.message else None)
    part = _bearable(line, tray, at)
    following, rows = _next(at, part), list(part.rows)
    if following is not None and not _descends(rows):
        rows, following = _unordered(line, tray, at, part), None
    window = known.window if at.since else part.at
    if tray is not OUTBOX and _is_old(window, part.at):
        rows += _window(line, tray)
        window = part.at
    items = _sorted(read_message(row, tray, me, part.at) for row in rows)
    message = _latest(items, known.message, part.at)
    return Page(
        items,
        str(following) if following else None,
        str(Newest(message, window)),
    )


def _is_old(window: datetime | None, now: datetime) -> bool:
    """Whether it is time for a look; after a clock went back it is, too."""
    return window is None or abs(now - window) >= WINDOW_EVERY


def _window(line: Line, tray: Tray) -> list[object]:
    """The newest rows, whatever mixi thinks of what is new in them."""
    part = _bearable(line, tray, Position())
    rows = list(part.rows)
    start, wanted = len(rows), WINDOW
    if not _descends(rows):  # then they are at the end, if anywhere
        start, wanted = max(start, (part.total or 0) - WINDOW), WINDOW + start
    for _ in range(1, WINDOW_CALLS):
        if part.last or len(rows) >= wanted:
            break
        part = _bearable(line, tray, Position(start))
        rows += part.rows
        start += len(part.rows)
    return rows


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


def _unordered(line: Line, tray: Tray, at: Position, first: Slice) -> list[object]:
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


def _latest(
    items: Iterable[Item],
    known: datetime | None,
    now: datetime,
) -> datetime | None:
    """The latest time told, but none from the future: it would hide what comes next."""
    moments = [
        item.sent_at
        for item in items
        if isinstance(item, RemoteMessage) and not item.undated
    ]
    latest = max([*moments, *([known] if known else [])], default=None)
    return min(latest, now) if latest else None
