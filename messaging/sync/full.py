"""What is gone: a full pull down to the limit, then a question about every message that

was not listed. A turn that reconciles asks about all of them.

Not being listed is no proof: mutes, blocks and suspensions hide messages that are still
there. Only what the host says does not exist is marked gone.
"""

import threading
from collections.abc import Set
from datetime import timedelta

from django.utils import timezone

from inboxhub.lib.database import short_write
from inboxhub.networks.base import Listing
from inboxhub.networks.errors import ProviderError, TemporaryError
from messaging import events
from messaging.models import Conversation, Cursor, Message
from messaging.sync.pull import Pull, Pulled

# A listing that never ends is left after so many pages.
MOST_PAGES = 200
CONFIRM_AT_ONCE = 100
MOST_GOES, LONGEST_HOLD = 600, 30.0
_NEEDED = (
    *("source", "remote_id", "box", "outgoing", "notification_id", "kind"),
    "received_at",
    *("conversation__key", "conversation__remote_ids"),
)


def full(pull: Pull) -> dict[str, Pulled]:
    """Walk every listing of `pull`, then mark what is gone. CredentialsError passes."""
    seen: set[tuple[str, str]] = set()

    def walk(listing: Listing, cursor: Cursor) -> None:
        _walk(pull, listing, cursor, seen)

    for listing in pull.client.listings():
        pull.guarded(listing, walk)
    try:
        _mark_gone_patiently(pull, seen)
    except ProviderError as error:
        for pulled in pull.boxes.values():
            pulled.error = pulled.error or str(error)
    return pull.boxes


def _mark_gone_patiently(pull: Pull, seen: Set[tuple[str, str]]) -> None:
    """In the foreground: until a long listing has come to its end."""
    for _go in range(MOST_GOES):
        try:
            mark_gone(pull, seen)
        except TemporaryError as error:
            if error.sent:
                raise
            threading.Event().wait(min(error.retry_after or 1.0, LONGEST_HOLD))
        else:
            return


def _walk(
    pull: Pull,
    listing: Listing,
    cursor: Cursor,
    seen: set[tuple[str, str]],
) -> None:
    limits = pull.account.history
    since = timezone.now() - timedelta(days=limits.get("days", 0))
    position: str | None = None
    listed = 0
    for _number in range(MOST_PAGES):
        page = pull.client.pull(listing.name, position)
        done = pull.store(listing, cursor, page)
        listed += len(page.items)
        seen |= {(item.source, item.remote_id) for item in page.items}
        beyond = done.oldest is not None and done.oldest < since
        enough = listed >= limits.get("messages", 0) and beyond
        if page.next is None or page.next == position or enough:
            cursor.oldest = page.next if page.next != position else None
            cursor.history_done, cursor.gaps = True, []
            break
        position = page.next
    with short_write():
        pull.lease.renew()
        cursor.full_at = timezone.now()
        cursor.save()


def mark_gone(pull: Pull, seen: Set[tuple[str, str]] = frozenset()) -> None:
    """Ask about every stored message that is not among `seen`; ProviderError passes.

    A TemporaryError that was not `sent` means that it wants to go on in another turn.
    """
    rows = Message.objects.filter(account=pull.account, gone_at=None)
    listed = rows.select_related("conversation").only(*_NEEDED).iterator()
    absent = [row for row in listed if (row.source, row.remote_id) not in seen]
    for start in range(0, len(absent), CONFIRM_AT_ONCE):
        part = absent[start : start + CONFIRM_AT_ONCE]
        targets = [row.as_target() for row in part]
        with pull.lease.kept():
            gone = pull.client.missing(targets)
        pairs = zip(part, targets, strict=True)
        lost = [row for row, target in pairs if target in gone]
        with short_write():
            pull.lease.renew()
            if lost:
                _lost(pull, lost)
        for row in lost:
            pull.boxes.setdefault(row.box, Pulled(row.box)).gone += 1
    pull.client.reconciled()


def _lost(pull: Pull, rows: list[Message]) -> None:
    """The host says that these do not exist."""
    ids = [row.pk for row in rows]
    held = Message.objects.filter(account=pull.account, gone_at=None, pk__in=ids)
    held.update(gone_at=timezone.now())
    conversations = {row.conversation_id for row in rows}
    Conversation.objects.filter(pk__in=conversations).recount()
    events.append(
        pull.account.owner_id,
        "message.gone",
        messages=ids,
        conversations=conversations,
    )
