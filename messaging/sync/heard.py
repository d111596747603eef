"""What a stream said becomes rows, in batches: new messages, changes, deletions.

All of it may come twice, late, or after a pull that knew it already.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from django.db.models import Q
from django.utils import timezone

from accounts.models import Account
from inboxhub.lib import doorbell
from inboxhub.lib.database import short_write
from inboxhub.networks.base import Identity
from inboxhub.networks.stream import Heard, NoteChange
from messaging import events
from messaging.models import Conversation, Message, MessageQuerySet, OperationItem
from messaging.sync import stream_lease
from messaging.sync.ingest import ingest_surely

AT_ONCE = 50
MOST_COUNTED = 1_000_000


def store(holder: str, account_id: int, batch: Sequence[Heard]) -> None:
    """Write it all; StreamLost when the stream is somebody else's now.

    In several short transactions: a burst must not keep a page waiting.
    """
    for part in _parts(batch):
        with short_write():
            account = stream_lease.held(holder, account_id)
            _store(account, part)


def _parts(batch: Sequence[Heard]) -> Iterator[list[Heard]]:
    rest = iter(batch)
    while part := list(islice(rest, AT_ONCE)):
        yield part


def _store(account: Account, part: list[Heard]) -> None:
    now = timezone.now()
    by_box: dict[str, list[Heard]] = {}
    for heard in part:
        if heard.items:
            by_box.setdefault(heard.box, []).append(heard)
    for box, told in by_box.items():
        items = [item for heard in told for item in heard.items]
        ingest_surely(account, box, items, now)
    _mark_gone(account, [key for heard in part for key in heard.gone])
    _mark_read(account, [key for heard in part for key in heard.read])
    _change(account, [change for heard in part for change in heard.changes])
    renamed = [heard.identity for heard in part if heard.identity]
    if renamed:
        _rename(account, renamed[-1])
    if any(heard.pull or heard.doubt for heard in part):
        pull_soon(account.pk)


def pull_soon(account_id: int) -> None:
    """The listings tell what the stream did not. Inside a write transaction."""
    Account.objects.filter(pk=account_id).update(next_pull_at=timezone.now())
    doorbell.ring(account_id)


def _mark_gone(account: Account, keys: list[tuple[str, str]]) -> None:
    rows = _rows(account, keys).filter(gone_at=None)
    _update(account, rows, "message.gone", gone_at=timezone.now())


def _mark_read(account: Account, keys: list[tuple[str, str]]) -> None:
    """Read elsewhere; what the person has just marked here waits for its own turn."""
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
    by_note: dict[tuple[str, str], list[NoteChange]] = {}
    for change in changes:
        by_note.setdefault((change.source, change.note_id), []).append(change)
    changed = []
    for row in _rows(account, list(by_note)):
        extra = row.extra
        for change in by_note[row.source, row.remote_id]:
            extra = _changed(extra, change)
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


def _changed(extra: dict[str, object], change: NoteChange) -> dict[str, object]:
    match change.kind:
        case "reacted" | "unreacted":
            counts = extra.get("reactions")
            reactions = dict(counts) if isinstance(counts, dict) else {}
            step = 1 if change.kind == "reacted" else -1
            number = int(reactions.get(change.value, 0)) + step
            reactions[change.value] = min(max(number, 0), MOST_COUNTED)
            shown = {name: count for name, count in reactions.items() if count}
            emojis = extra.get("emojis")
            pictures = dict(emojis) if isinstance(emojis, dict) else {}
            if change.picture:
                pictures.setdefault(change.value.strip(":"), change.picture)
            return {**extra, "reactions": shown, "emojis": pictures}
        case "voted":
            return _voted(extra, change.value)
        case _:
            return extra


def _voted(extra: dict[str, object], option: str) -> dict[str, object]:
    poll = extra.get("poll")
    choices = poll.get("choices") if isinstance(poll, dict) else None
    if not isinstance(poll, dict) or not isinstance(choices, list):
        return extra
    counted = [
        {**choice, "votes": int(choice.get("votes") or 0) + 1}
        if str(number) == option
        else choice
        for number, choice in enumerate(choices)
    ]
    return {**extra, "poll": {**poll, "choices": counted}}


def _rename(account: Account, identity: Identity) -> None:
    told = {
        "display_name": identity.name,
        "avatar_url": identity.avatar_url,
        "handle": identity.handle[:512] or account.handle,
    }
    if any(getattr(account, name) != value for name, value in told.items()):
        Account.objects.filter(pk=account.pk).update(**told)
        events.append(account.owner_id, "account.changed")
