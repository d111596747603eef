"""How far down a pull of the newest goes: to what its listing showed the last time.

That a page brings nothing new proves nothing. A stream or another listing may have
brought the same messages, and not the older ones that came in the meantime.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

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
        keys = [_key(item.source, item.remote_id) for item in page.items]
        moments = _moments(page)
        return cls(frozenset(keys[:MOST_KEYS]), min(moments, default=None))

    def reached_by(self, page: Page, *, known: bool) -> bool:
        """Whether all that is below the page was listed before.

        `known`: the page brought nothing new. With that, a page that is older than the
        whole head is enough: its messages may all have been deleted since.
        """
        if any(_key(item.source, item.remote_id) in self.keys for item in page.items):
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


def _key(source: str, remote_id: str) -> str:
    return f"{source}:{remote_id}"


def _moments(page: Page) -> list[datetime]:
    """When the page's messages were sent, as far as the remote told it."""
    read = [item for item in page.items if isinstance(item, RemoteMessage)]
    return [item.sent_at for item in read if not item.undated]
