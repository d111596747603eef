"""Remote to rows by listing: the newest first, then gaps, then history backwards.

A pull of the newest works downwards to what the listing showed the last time, plus one
page of overlap, since messages that travelled slowly turn up below newer ones. It ends
there or at the last page, never because a page is short. Where it is interrupted, the
cursor remembers the gap in the same transaction as the rows.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.models import Account
from inboxhub.lib.database import short_write
from inboxhub.networks.base import Client, Listing, Page
from inboxhub.networks.errors import CredentialsError, ProviderError, TemporaryError
from messaging.models import Cursor
from messaging.sync.floor import Floor, Gap
from messaging.sync.ingest import Ingested, ingest_surely
from messaging.sync.lease import Lease

logger = logging.getLogger(__name__)

# A listing that never ends (every page new, for ever) is left after so many pages.
MOST_PAGES = 1_000
# And its history, however recent it claims to be: beyond this and a hundred times the
# account's own limit nothing is a person's inbox any more.
MOST_LISTED = 10_000
OVERLAP_PAGES = 1
STORED = (
    *("newest", "oldest", "floor", "gaps", "pulled_at", "reached_at", "listed"),
    *("unreadable_count", "error", "error_at"),
)


@dataclass(slots=True)
class Pulled:
    """What a pull did for one box; `error` is a sentence, empty when all went well."""

    box: str
    new: int = 0
    changed: int = 0
    gone: int = 0
    unreadable: int = 0
    error: str = ""

    def add(self, page: Ingested) -> None:
        self.new += page.new
        self.changed += page.changed
        self.unreadable += page.unreadable

    def join(self, other: "Pulled") -> None:
        """Another round of the same box; its error is the later truth."""
        self.new += other.new
        self.changed += other.changed
        self.gone += other.gone
        self.unreadable += other.unreadable
        self.error = other.error


class Pull:
    """The pulls of one turn: a client, the lease it works under, and when to stop."""

    def __init__(
        self,
        account: Account,
        client: Client,
        lease: Lease,
        keep_going: Callable[[], bool] = lambda: True,
    ) -> None:
        self.account, self.client, self.lease = account, client, lease
        self.keep_going = keep_going
        self.boxes: dict[str, Pulled] = {}
        self.reached = False
        """At least one listing answered."""
        self.trouble: TemporaryError | None = None
        """The first trouble that passes; the account is looked at again later."""

    def newest(self) -> dict[str, Pulled]:
        """The newest of every listing. CredentialsError passes through."""
        for listing in self.client.listings():
            if self._too_soon(listing):
                continue
            self.guarded(listing, self._newest_of)
            if self.trouble is not None and not self.keep_going():
                # A host that hangs would hold the thread for a deadline per listing.
                break
        return self.boxes

    def older(self) -> bool:
        """One page of gaps or history; False when there is nothing left to fetch."""
        for listing in self.client.listings():
            cursor = self._cursor(listing)
            if not cursor.gaps and not self._wants_history(listing, cursor):
                continue
            if self.guarded(listing, self._one_older_page):
                return True
        return False

    def guarded(
        self,
        listing: Listing,
        work: Callable[[Listing, Cursor], None],
    ) -> bool:
        """Whether the work was done. One listing's trouble never stops the others.

        Only a refused token does: CredentialsError passes through.
        """
        cursor = self._cursor(listing)
        pulled = self.boxes.setdefault(listing.box, Pulled(listing.box))
        try:
            work(listing, cursor)
        except CredentialsError:
            raise
        except TemporaryError as error:
            self.trouble = self.trouble or error
            if error.sent:
                self._failed(cursor, pulled, error)
        except ProviderError as error:
            self._failed(cursor, pulled, error)
        else:
            self.reached = True
            return True
        return False

    def _failed(self, cursor: Cursor, pulled: Pulled, error: ProviderError) -> None:
        logger.warning(
            "pull failed account=%s listing=%s: %s",
            self.account.pk,
            cursor.listing,
            error,
        )
        pulled.error = pulled.error or str(error)
        self._note_error(cursor, error.stored)

    # --- The newest -------------------------------------------------------------------

    def _too_soon(self, listing: Listing) -> bool:
        last = self._cursor(listing).pulled_at if listing.pause else None
        if last is None or self.account.pull_wanted:
            return False
        # One that lies in the future was noted by a clock that was ahead.
        return last <= timezone.now() < last + timedelta(seconds=listing.pause)

    def _newest_of(self, listing: Listing, cursor: Cursor) -> None:
        first_time = cursor.pulled_at is None
        page = self.client.pull(listing.name, None, newest=cursor.newest)
        cursor.newest = page.newest or cursor.newest
        floor, head = Floor.from_json(cursor.floor), Floor.of(page)
        if head.keys or first_time:
            cursor.floor = head.as_json()
        if first_time:
            # The rest is history; it has its own pace and limit.
            cursor.oldest, cursor.listed = page.next, len(page.items)
            self.store(listing, cursor, page)
            return
        others, gap = list(cursor.gaps), Gap(None, floor)
        while True:
            # Stored with the page: what is left, should this be as far as we get.
            before, gap = gap, gap.after(page, known=False)
            cursor.gaps = _with(gap, others)
            done = self.store(listing, cursor, page)
            gap = before.after(page, known=done.known)
            enough = gap.below > OVERLAP_PAGES and not gap.beside
            if gap.at is None or enough or gap.pages >= MOST_PAGES:
                break
            if not self.keep_going():
                cursor.gaps = _with(gap, others)
                self._save(cursor)
                return
            page = self.client.pull(listing.name, gap.at)
        cursor.gaps = others
        self._save(cursor)

    def _one_older_page(self, listing: Listing, cursor: Cursor) -> None:
        """The next page of a gap, otherwise of the history."""
        if cursor.gaps:
            self._one_page_of_a_gap(listing, cursor)
            return
        position = cursor.oldest or ""
        page = self.client.pull(listing.name, position)
        # A listing that answers the same page for ever ends here.
        cursor.oldest = None if page.next == position else page.next
        cursor.listed += len(page.items)
        self.store(listing, cursor, page)

    def _one_page_of_a_gap(self, listing: Listing, cursor: Cursor) -> None:
        first, *others = cursor.gaps
        gap = Gap.from_json(first)
        page = self.client.pull(listing.name, gap.at)
        cursor.gaps = _with(gap.after(page, known=False), others)
        done = self.store(listing, cursor, page)
        gap = gap.after(page, known=done.known)
        over = gap.pages >= MOST_PAGES or (gap.below and not gap.beside)
        cursor.gaps = others if over else _with(gap, others)
        self._save(cursor)

    def _wants_history(self, listing: Listing, cursor: Cursor) -> bool:
        if not listing.history or cursor.history_done or cursor.oldest is None:
            return False
        if cursor.pulled_at is None:
            return False
        limits = self.account.history
        enough = cursor.listed >= limits.get("messages", 0)
        since = timezone.now() - timedelta(days=limits.get("days", 0))
        beyond = cursor.reached_at is not None and cursor.reached_at < since
        endless = cursor.listed >= MOST_LISTED + 100 * limits.get("messages", 0)
        if not (enough and beyond) and not endless:
            return True
        with short_write():
            self.lease.renew()
            row = Account.objects.filter(pk=self.account.pk)
            if row.values_list("history", flat=True).get() != limits:
                return True  # somebody has just asked for more
            cursor.history_done = True
            cursor.save(update_fields=["history_done"])
        return False

    # --- Writing ----------------------------------------------------------------------

    def _cursor(self, listing: Listing) -> Cursor:
        found = self.account.cursors.filter(listing=listing.name).first()
        return found or Cursor(
            account=self.account,
            box=listing.box,
            listing=listing.name,
        )

    def store(self, listing: Listing, cursor: Cursor, page: Page) -> Ingested:
        """The page's rows and the cursor that says so: both or neither."""
        now = timezone.now()
        with short_write():
            self.lease.renew()
            done = ingest_surely(self.account, listing.box, page.items, now)
            cursor.pulled_at, cursor.error, cursor.error_at = now, "", None
            cursor.unreadable_count += done.unreadable
            if done.oldest and (
                not cursor.reached_at or done.oldest < cursor.reached_at
            ):
                cursor.reached_at = done.oldest
            # Somebody may have asked for older ones meanwhile: not ours to take back.
            cursor.save(update_fields=None if cursor._state.adding else STORED)
        self.boxes.setdefault(listing.box, Pulled(listing.box)).add(done)
        return done

    def _save(self, cursor: Cursor) -> None:
        with short_write():
            self.lease.renew()
            cursor.save(update_fields=["gaps"])

    def _note_error(self, cursor: Cursor, error: str) -> None:
        with short_write():
            self.lease.renew()
            fresh, _made = Cursor.objects.get_or_create(
                account=self.account,
                listing=cursor.listing,
                defaults={"box": cursor.box},
            )
            Cursor.objects.filter(pk=fresh.pk).update(
                error=error,
                error_at=timezone.now(),
            )


def _with(gap: Gap, others: list[dict[str, object]]) -> list[dict[str, object]]:
    """The gap in front of the others; one that goes on at the same place is the same."""
    rest = [other for other in others if other["at"] != gap.at]
    return [gap.as_json(), *rest] if gap.at else rest
