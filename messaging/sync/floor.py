"""How far down a pull of the newest goes: to what its listing showed the last time.

That a page brings nothing new proves nothing. A stream or another listing may have
brought the same messages, and not the older ones that came in the meantime.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Self

from inboxhub.networks.base import Page, RemoteMessage

MOST_KEYS = 50


@dataclass(frozen=True, slots=True)
class Floor:
    """The head of a listing as it was: which messages, and the time of the oldest.

    Without keys it is the head of a listing that was empty: all that it has now is new.
    One that was not `noted` is of a pull by an older release.
    """

    keys: frozenset[str] = frozenset()
    oldest: datetime | None = None
    noted: bool = True

    @classmethod
    def of(cls, page: Page) -> Self:
        keys = _keys(page)
        moments = _moments(page)
        return cls(frozenset(keys[:MOST_KEYS]), min(moments, default=None))

    def reached_by(self, page: Page, *, known: bool) -> bool:
        """Whether all that is below the page was listed before.

        `known`: the page brought nothing new. With that, a page that is older than the
        whole head is enough: its messages may all have been deleted since.
        """
        if not self.keys.isdisjoint(_keys(page)):
            return True
        if not self.noted:
            return known
        newest = max(_moments(page), default=None)
        if newest is None or self.oldest is None:
            return False
        return known and newest < self.oldest

    def as_json(self) -> list[str]:
        """The time, empty when nobody told it, and then the keys; nothing if not noted."""
        if not self.noted:
            return []
        return [self.oldest.isoformat() if self.oldest else "", *sorted(self.keys)]

    @classmethod
    def from_json(cls, stored: Sequence[str]) -> Self:
        if not stored:
            return cls(noted=False)
        oldest, *keys = stored
        moment = datetime.fromisoformat(oldest) if oldest else None
        return cls(frozenset(keys), moment)


@dataclass(frozen=True, slots=True)
class Gap:
    """Where a pull of the newest was interrupted, and what it must come down to.

    `pages` were read so far, `below` of them since the floor was reached. `beside`: the
    page at `at` lies beside the listing.
    """

    at: str | None
    floor: Floor
    pages: int = 0
    below: int = 0
    beside: bool = False

    def after(self, page: Page, *, known: bool) -> Self:
        """What is left of the gap once the page at its place is stored."""
        reached = self.below or self.floor.reached_by(page, known=known)
        counts = not self.beside and reached
        return replace(
            self,
            at=None if page.next == self.at else page.next,
            pages=self.pages + 1,
            below=self.below + 1 if counts else self.below,
            beside=page.beside,
        )

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "floor": self.floor.as_json()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**{**stored, "floor": Floor.from_json(stored["floor"])})


def _keys(page: Page) -> list[str]:
    """Of all that the listing showed, also of what is not kept."""
    told = [f"{item.source}:{item.remote_id}" for item in page.items]
    return list(page.heads) or told


def _moments(page: Page) -> list[datetime]:
    """When the page's messages were sent, as far as the remote told it."""
    read = [item for item in page.items if isinstance(item, RemoteMessage)]
    return [item.sent_at for item in read if not item.undated]
