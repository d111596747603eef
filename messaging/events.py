"""The per-user event log: numbered facts for the user's browsers.

The log is what counts. Telling the open sockets (`messaging.live`) is only faster than
their own look at the log, and may be lost.
"""

import json
from collections.abc import Iterable

from django.db import connection, transaction
from django.utils import timezone

from messaging import live
from messaging.models import Event, EventCounter

KEPT = 5_000
"""So many of a user's events can be told again; who missed more reads all anew."""
PRUNED_EVERY = 500
MOST_IDS = 500
"""Beyond that a page is better off to read all anew."""
RESYNC = "resync"

_counters = EventCounter._meta.db_table
_NEXT = (
    f"INSERT INTO {_counters} (owner_id, last_seq) VALUES (%s, 1) "  # noqa: S608  our names
    f"ON CONFLICT (owner_id) DO UPDATE SET last_seq = {_counters}.last_seq + 1 "
    "RETURNING last_seq"
)
_INSERT = (
    f"INSERT INTO {Event._meta.db_table} (owner_id, seq, kind, messages, conversations,"  # noqa: S608  our names
    " created_at) VALUES (%s, %s, %s, %s, %s, %s)"
)


def append(
    owner_id: int,
    kind: str,
    *,
    messages: Iterable[int] = (),
    conversations: Iterable[int] = (),
) -> int:
    """Write the user's next event and return its number.

    Runs inside the transaction of the change that it tells of; the counter's row lock
    orders the commits, so nobody sees number n + 1 before n. A change of more than
    `MOST_IDS` is told as a `resync`.
    """
    told, rows = list(messages), list(conversations)
    if max(len(told), len(rows)) > MOST_IDS:
        kind, told, rows = RESYNC, [], []
    seq = _write(owner_id, kind, json.dumps(told), json.dumps(rows))
    if seq % PRUNED_EVERY == 0:
        Event.objects.filter(owner_id=owner_id, seq__lte=seq - KEPT).delete()
    text = json.dumps(_frame(seq, kind, told, rows))
    transaction.on_commit(lambda: live.tell(owner_id, seq, text))
    return seq


def _write(owner_id: int, kind: str, messages: str, conversations: str) -> int:
    """Store an event under the user's next number. Every change does: no ORM."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [owner_id])
        (seq,) = cursor.fetchone()
        values = [owner_id, seq, kind, messages, conversations, now]
        cursor.execute(_INSERT, values)
    return int(seq)


def last(owner_id: int) -> int:
    """The number of the user's newest event; 0 before the first."""
    counters = EventCounter.objects.filter(owner_id=owner_id)
    return counters.values_list("last_seq", flat=True).first() or 0


def after(owner_id: int, seq: int, limit: int) -> list[Event] | None:
    """The user's events after number `seq`, oldest first, at most `limit` of them.

    None when they cannot all be told any more, or when `seq` is none of this log's:
    whoever asks must read everything anew.
    """
    newest = last(owner_id)
    if not 0 <= seq <= newest:
        return None
    rows = Event.objects.filter(owner_id=owner_id, seq__gt=seq).order_by("seq")
    found = list(rows[:limit])
    if seq < newest and (not found or found[0].seq != seq + 1):
        return None
    return found


def frame(event: Event) -> dict[str, object]:
    """What a browser is told of an event: ids, no content."""
    return _frame(event.seq, event.kind, event.messages, event.conversations)


def _frame(
    seq: int, kind: str, messages: list[int], conversations: list[int]
) -> dict[str, object]:
    if kind == RESYNC:
        return {"resync": seq}
    return {"seq": seq, "kind": kind, "ids": messages, "conversations": conversations}
