"""Pages of lists: `count`, `startIndex`, and what the answer tells about them."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from simulators.mixi.door import Call
from simulators.mixi.errors import invalid_request

Json = dict[str, object]
Row = TypeVar("Row")


def page(
    call: Call,
    rows: Sequence[Row],
    pack: Callable[[Row], Json],
    *,
    count: int,
    most: int,
) -> Json:
    """Return the page of a list that a call asks for; `count` is the default."""
    silences = call.state.silences
    wanted, start = _number(call, "count", count), _number(call, "startIndex", 0)
    if wanted < 1:
        raise invalid_request("count is not a number above 0")
    if wanted > most and silences.over_count == "refuse":
        raise invalid_request(f"count is above {most}")
    size = min(wanted, most)
    answer: Json = {"entry": [pack(row) for row in rows[start : start + size]]}
    if silences.paging_told:
        answer |= {
            "startIndex": start,
            "itemsPerPage": size,
            "totalResults": len(rows),
        }
    return answer


def single(call: Call, rows: Sequence[Json]) -> Json:
    """Return the answer that holds the one message that was asked for, or none."""
    answer: Json = {"entry": list(rows)}
    if call.state.silences.paging_told:
        answer |= {"startIndex": 0, "itemsPerPage": 1, "totalResults": len(rows)}
    return answer


def _number(call: Call, name: str, default: int) -> int:
    written = call.query.get(name, "")
    if not written:
        return default
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise invalid_request(f"{name} is not a number")
    return int(written)
