"""The per-user event log: numbered facts for the user's browsers."""

from collections.abc import Iterable

from django.db.models import F

from messaging.models import Event, EventCounter


def append(
    owner_id: int,
    kind: str,
    *,
    messages: Iterable[int] = (),
    conversations: Iterable[int] = (),
) -> int:
    """Write the user's next event and return its number.

    Runs inside the transaction of the change that it tells of; the counter's row lock
    orders the commits, so nobody sees number n + 1 before n.
    """
    counters = EventCounter.objects.filter(owner_id=owner_id)
    if not counters.update(last_seq=F("last_seq") + 1):
        EventCounter.objects.get_or_create(owner_id=owner_id)
        counters.update(last_seq=F("last_seq") + 1)
    seq = counters.values_list("last_seq", flat=True).get()
    Event.objects.create(
        owner_id=owner_id,
        seq=seq,
        kind=kind,
        messages=list(messages),
        conversations=list(conversations),
    )
    return seq
