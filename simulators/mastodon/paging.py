"""Pages of a listing and the `Link` header that leads to the next ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from simulators.mastodon.calls import Answer, Call
from simulators.mastodon.errors import ApiError, invalid
from simulators.mastodon.profiles import GOTOSOCIAL

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listing:
    """How one listing pages: its limits, which parameters its links repeat.

    `next` comes on every page that is not empty where `always`, otherwise only on a
    full one. `newer` is what the link to newer rows says.
    """

    default: int
    most: int
    repeated: Sequence[str] = ()
    always: bool = False
    newer: str = "min_id"


def answer(
    call: Call,
    listing: Listing,
    rows: Sequence[T],
    key: Callable[[T], str],
    pack: Callable[[T], object],
) -> Answer:
    """Return one page of rows (newest first) with its `Link`."""
    limit = _limit(call, listing)
    page = _cut(call, rows, key, limit)
    link = _link(call, listing, page, key, limit)
    body = [pack(row) for row in page]
    return Answer(body, headers={"Link": link} if link else {})


def _limit(call: Call, listing: Listing) -> int:
    """Return how many rows a page may have; each server has its own way with nonsense."""
    written = call.params.text("limit")
    if not written:
        return listing.default
    digits = written.lstrip("-")
    number = int(written) if digits.isascii() and digits.isdecimal() else None
    if call.state.profile.software == GOTOSOCIAL:
        if number is None:
            raise invalid("bad integer limit value")
        return min(number or listing.default, listing.most) if number >= 0 else 1
    if not number:
        raise ApiError("broken")
    return min(abs(number), listing.most)


def _cut(
    call: Call, rows: Sequence[T], key: Callable[[T], str], limit: int
) -> Sequence[T]:
    order, params = call.state.order, call.params
    if params.text("max_id"):
        top = order(params.text("max_id"))
        rows = [row for row in rows if order(key(row)) < top]
    if params.text("since_id") and not params.text("min_id"):
        bottom = order(params.text("since_id"))
        rows = [row for row in rows if order(key(row)) > bottom]
    if params.text("min_id"):
        bottom = order(params.text("min_id"))
        rows = [row for row in rows if order(key(row)) > bottom]
        return rows[-limit:]
    return rows[:limit]


def _link(
    call: Call,
    listing: Listing,
    page: Sequence[T],
    key: Callable[[T], str],
    limit: int,
) -> str:
    if not page:
        return ""
    older = _url(call, listing, ("max_id", key(page[-1])), limit)
    newer = _url(call, listing, (listing.newer, key(page[0])), limit)
    links = [f'<{newer}>; rel="prev"']
    always = listing.always or call.state.profile.software == GOTOSOCIAL
    if always or len(page) == limit:
        links.insert(0, f'<{older}>; rel="next"')
    return ", ".join(links)


def _url(call: Call, listing: Listing, place: tuple[str, str], limit: int) -> str:
    """Return an address with the query as Rails sorts it, or as GoToSocial does."""
    repeated: list[tuple[str, str]] = []
    for name in listing.repeated:
        given = call.params.given.get(name)
        if isinstance(given, list):
            repeated += [(f"{name}[]", str(value)) for value in given]
        elif given is not None:
            repeated.append((name, call.params.text(name)))
    if call.state.profile.software == GOTOSOCIAL:
        query = [("limit", str(limit)), place, *repeated]
    else:
        asked = call.params.text("limit")
        sized = [("limit", asked)] if asked else []
        query = sorted([*repeated, place, *sized], key=lambda pair: pair[0])
    return f"{call.state.origin}{call.path}?{urlencode(query)}"
