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
from inboxhub.networks.base import (
    Client,
    CredentialsError,
    Listing,
    Page,
    ProviderError,
    TemporaryError,
)
from messaging.models import Cursor
from messaging.sync.floor import Floor
from messaging.sync.ingest import Ingested, ingest_surely
from messaging.sync.lease import Lease

logger = logging.getLogger(__name__)

# A listing that never ends (every page new, for ever) is left after so many pages.
MOST_PAGES = 1_000
# And its history, however recent it claims to be: beyond this and a hundred times the
# account's own limit nothing is a person's inbox any more.
MOST_LISTED = 10_000
OVERLAP_PAGES = 1


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
        return timezone.now() < last + timedelta(seconds=listing.pause)

    def _newest_of(self, listing: Listing, cursor: Cursor) -> None:
        first_time = cursor.pulled_at is None
        page = self.client.pull(listing.name, None, newest=cursor.newest)
        cursor.newest = page.newest or cursor.newest
        floor = Floor.from_json(cursor.floor)
        cursor.floor = Floor.of(page).as_json()
        if first_time:
            # The rest is history; it has its own pace and limit.
            cursor.oldest, cursor.listed = page.next, len(page.items)
            self.store(listing, cursor, page)
            return
        gaps, pages, below = list(cursor.gaps), 1, 0
        while True:
            gap = {"at": page.next, "floor": floor.as_json(), "pages": pages}
            cursor.gaps = [gap, *gaps] if page.next else gaps
            done = self.store(listing, cursor, page)
            if below or floor.reached_by(page, known=done.known):
                below += 1
            if below > OVERLAP_PAGES or page.next is None:
                break
            if not self.keep_going():
                return
            page, pages = self.client.pull(listing.name, page.next), pages + 1
        cursor.gaps = gaps
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
        gap, *others = cursor.gaps
        page = self.client.pull(listing.name, gap["at"])
        more = page.next and page.next != gap["at"] and gap["pages"] < MOST_PAGES
        rest = {**gap, "at": page.next, "pages": gap["pages"] + 1}
        cursor.gaps = [rest, *others] if more else others
        done = self.store(listing, cursor, page)
        if more and Floor.from_json(gap["floor"]).reached_by(page, known=done.known):
            cursor.gaps = others
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
        if (enough and beyond) or endless:
            with short_write():
                self.lease.renew()
                cursor.history_done = True
                cursor.save(update_fields=["history_done"])
            return False
        return True

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
            cursor.save()
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
