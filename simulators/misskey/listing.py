"""Sorted ids and the paging that all of Misskey's listings share."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator


class SortedIds:
    """Ids of one listing in byte order, which is their order on one host."""

    def __init__(self) -> None:
        self._ids: list[str] = []

    def add(self, row_id: str) -> None:
        """Put an id where it belongs; federated notes may land among old ones."""
        insort(self._ids, row_id)

    def discard(self, row_id: str) -> None:
        """Forget an id if it is there."""
        place = bisect_left(self._ids, row_id)
        if place < len(self._ids) and self._ids[place] == row_id:
            del self._ids[place]

    def __len__(self) -> int:
        return len(self._ids)

    def walk(
        self, since: str | None, until: str | None, *, ascending: bool
    ) -> Iterator[str]:
        """Yield the ids between two ids, both left out."""
        low = bisect_right(self._ids, since) if since else 0
        high = bisect_left(self._ids, until) if until else len(self._ids)
        part = self._ids[low:high] if low < high else []
        yield from part if ascending else reversed(part)
