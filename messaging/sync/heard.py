"""What a stream said becomes rows, in batches: new messages, changes, deletions.

All of it may come twice, late, or after a pull that knew it already.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice

from django.db.models import Q
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib import doorbell
from inboxhub.lib.database import short_write
from inboxhub.networks.base import Identity, RemoteMessage, Unreadable
from inboxhub.networks.stream import Heard, NoteChange
from messaging import events
from messaging.counting import counted
from messaging.models import Conversation, Message, MessageQuerySet, OperationItem
from messaging.sync import stream_lease
from messaging.sync.ingest import ingest_surely

AT_ONCE = 50
# Seconds between two pulls that frames ask for: a host could ask without end.
REST = 10.0

_NEEDED = ("owner", "linked_at", "display_name", "avatar_url", "handle")


def store(holder: str, account_id: int, batch: Sequence[Heard]) -> int:
    """Write it all and return how many messages are new.

    StreamLost when the stream is somebody else's now. In several short transactions: a
    burst must not keep a page waiting.
    """
    new = 0
    for part in _parts(batch):
        with short_write():
            account = stream_lease.held(holder, account_id, only=_NEEDED)
            new += _store(account, part)
    return new


def renew(holder: str, account_id: int, items: Sequence[RemoteMessage]) -> None:
    """Write those anew that are stored; of the others nothing is kept."""
    with short_write():
        _renew(stream_lease.held(holder, account_id), items)


def _parts(batch: Sequence[Heard]) -> Iterator[list[Heard]]:
    rest = iter(batch)
    while part := list(islice(rest, AT_ONCE)):
        yield part


def _store(account: Account, part: list[Heard]) -> int:
    now = timezone.now()
    boxes = _by_box(part).items()
    new = sum(ingest_surely(account, box, items, now).new for box, items in boxes)
    _mark_gone(account, [key for heard in part for key in heard.gone])
    _mark_read(account, [key for heard in part for key in heard.read])
    changes = [change for heard in part for change in heard.changes]
    _change(account, changes)
    _renew(account, [change.note for change in changes if change.note])
    renamed = [heard.identity for heard in part if heard.identity]
    if renamed:
        _rename(account, renamed[-1])
    if any(heard.pull or heard.doubt for heard in part):
        pull_soon(account.pk, rest=REST)
    return new


def _by_box(part: list[Heard]) -> dict[str, list[RemoteMessage | Unreadable]]:
    """What is to be stored together: only what cannot be read needs to be told a box.

    A note and its notification, which come one after the other, are one change so.
    """
    found: dict[str, list[RemoteMessage | Unreadable]] = {}
    readable = []
    for heard in part:
        for item in heard.items:
            if isinstance(item, RemoteMessage):
                readable.append(item)
            else:
                found.setdefault(heard.box, []).append(item)
    if readable:
        found.setdefault(readable[0].box, [])[:0] = readable
    return found


def pull_soon(account_id: int, *, rest: float = 0.0) -> None:
    """The listings tell what the stream did not. Inside a write transaction.

    `rest`: not before so many seconds after the last pull.
    """
    row = Account.objects.filter(pk=account_id)
    due = timezone.now()
    if rest and (last := row.values_list("pulled_at", flat=True).first()):
        due = max(due, last + timedelta(seconds=rest))
    row.update(next_pull_at=due)
    doorbell.ring(account_id)


def _mark_gone(account: Account, keys: list[tuple[str, str]]) -> None:
    if not keys:
        return
    rows = _rows(account, keys).filter(gone_at=None)
    _update(account, rows, "message.gone", gone_at=timezone.now())


def _mark_read(account: Account, keys: list[tuple[str, str]]) -> None:
    """Read elsewhere; what the person has just marked here waits for its own turn."""
    if not keys:
        return
    waiting = OperationItem.objects.open().filter(account=account)
    unread = _rows(account, keys).filter(remote_state="unread")
    rows = unread.exclude(pk__in=waiting.exclude(message=None).values("message"))
    changed = {"remote_state": "read", "unread": False, "marked": False}
    _update(account, rows, "message.changed", **changed)


def _rows(account: Account, keys: list[tuple[str, str]]) -> MessageQuerySet:
    by_source: dict[str, list[str]] = {}
    for source, remote_id in keys:
        by_source.setdefault(source, []).append(remote_id)
    where = Q(pk=None)
    for source, remote_ids in by_source.items():
        where |= Q(source=source, remote_id__in=remote_ids)
    return Message.objects.filter(account=account).filter(where)


def _update(
    account: Account, rows: MessageQuerySet, kind: str, **values: object
) -> None:
    found = list(rows.values_list("pk", "conversation"))
    if not found:
        return
    ids = [pk for pk, _conversation in found]
    conversations = {conversation for _pk, conversation in found}
    Message.objects.filter(pk__in=ids).update(**values)
    Conversation.objects.filter(pk__in=conversations).recount()
    events.append(account.owner_id, kind, messages=ids, conversations=conversations)


def _change(account: Account, changes: list[NoteChange]) -> None:
    """Reactions and votes on stored notes; the next pull tells the exact numbers."""
    if not changes:
        return
    by_note: dict[tuple[str, str], list[NoteChange]] = {}
    for change in changes:
        by_note.setdefault((change.source, change.note_id), []).append(change)
    changed = []
    for row in _rows(account, list(by_note)):
        extra = row.extra
        for change in by_note[row.source, row.remote_id]:
            extra = counted(extra, change.kind, change.value, change.picture)
        if extra != row.extra:
            row.extra = extra
            row.save(update_fields=["extra"])
            changed.append(row)
    if changed:
        events.append(
            account.owner_id,
            "message.changed",
            messages=[row.pk for row in changed],
            conversations={row.conversation_id for row in changed},
        )


def _renew(account: Account, items: Sequence[RemoteMessage]) -> None:
    told = {(item.source, item.remote_id): item for item in items}
    rows = _rows(account, list(told)) if told else Message.objects.none()
    stored = [told[key] for key in rows.values_list("source", "remote_id")]
    if stored:
        ingest_surely(account, stored[0].box, stored, timezone.now())


def _rename(account: Account, identity: Identity) -> None:
    told = {
        "display_name": identity.name,
        "avatar_url": identity.avatar_url,
        "handle": identity.handle[:512] or account.handle,
    }
    if any(getattr(account, name) != value for name, value in told.items()):
        Account.objects.filter(pk=account.pk).update(**told)
        events.append(account.owner_id, "account.changed")
