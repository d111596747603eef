"""What is done to messages on mixi: marking, deleting, looking up.

mixi Message API: "メッセージの閲覧状態の変更", "メッセージの削除". All of it may be
repeated: a status that a message has gone beyond, and a message that is gone, are done.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from inboxhub.networks.base import (
    Outcome,
    RemoteAuthor,
    RemoteMessage,
    Target,
    Unreadable,
)
from inboxhub.networks.budget import PATIENCE_IN_A_ROW, PATIENCE_OF_CHANGES
from inboxhub.networks.errors import NotFound, PermanentError, TemporaryError
from inboxhub.networks.mixi.call import (
    ACCESS_DENIED,
    CONFLICT,
    INSUFFICIENT,
    NOT_FOUND,
    Ask,
    Line,
)
from inboxhub.networks.mixi.credentials import READ, WRITE
from inboxhub.networks.mixi.listing import Look, Looks, present_ids
from inboxhub.networks.mixi.messages import read_message
from inboxhub.networks.mixi.trays import (
    NOTICEBOX,
    OUTBOX,
    TRAYS,
    Tray,
    fits_a_path,
    one_path,
    read_path,
    tray_of,
    write_path,
)
from inboxhub.networks.mixi.values import id_of
from inboxhub.networks.outcomes import DONE, GONE, tried
from inboxhub.networks.values import mapping_of

BATCH = 50
FEW = 3
# A look at what is left after a refusal must cost less than deleting one by one.
MOST_LOOKED_AT = 10
# Refusals that are most likely about the account, whichever message it is.
OF_THE_ACCOUNT = {ACCESS_DENIED, INSUFFICIENT}
# Perhaps just too many ids in one call; nothing says how many mixi takes.
TOO_MANY = {"status-400", "status-413"}

BAD_ID, NO_TRAY = Outcome("failed", "bad-id"), Outcome("failed", "no-such-box")
NEVER_REPLIED = {
    OUTBOX.source: Outcome("failed", "your-own"),
    NOTICEBOX.source: Outcome("failed", "notice-no-reply"),
}


def mark_read(line: Line, targets: Sequence[Target]) -> list[Outcome]:
    """One outcome per target, in order. What one sent has no status: it is done."""
    return [
        DONE if target.source == OUTBOX.source else _mark(line, target, "read")
        for target in targets
    ]


def mark_replied(line: Line, targets: Sequence[Target]) -> list[Outcome]:
    """One outcome per target, in order. Only received messages have that status."""
    return [
        NEVER_REPLIED.get(target.source) or _mark(line, target, "replied")
        for target in targets
    ]


def delete(line: Line, targets: Sequence[Target]) -> list[Outcome]:
    """One outcome per target, in order; a call for up to 50 of a tray.

    From inbox and outbox to mixi's trash, from the notices for good.
    """
    found: dict[tuple[str, str], Outcome] = {}
    for source, tray in TRAYS.items():
        mine = [target.remote_id for target in targets if target.source == source]
        ids = list(dict.fromkeys(filter(id_of, mine)))
        for start in range(0, len(ids), BATCH):
            some = _delete_some(line, tray, ids[start : start + BATCH])
            found |= {(source, one): outcome for one, outcome in some.items()}
    return [
        found.get((t.source, t.remote_id), BAD_ID if t.source in TRAYS else NO_TRAY)
        for t in targets
    ]


def find(
    line: Line,
    target: Target,
    me: RemoteAuthor | None,
) -> RemoteMessage | Unreadable:
    """The message as it is now; NotFound when it is gone.

    It is not known whether mixi then counts it as read: only for a person who asks.
    """
    tray = tray_of(target.source)
    path = read_path(line.person, tray, _checked(target.remote_id))
    answer = line.call(Ask("GET", path, READ, {"fields": tray.asked()}))
    entry = mapping_of(answer.value).get("entry")
    rows = entry if isinstance(entry, list) else [entry]
    if entry == []:
        raise NotFound("the message no longer exists on mixi", code=NOT_FOUND)
    return _that_one(rows, target, tray, me, answer.at)


def missing(line: Line, targets: Sequence[Target], looks: Looks) -> frozenset[Target]:
    """Those that a complete listing of their tray lacks, and that are older than it.

    A tray takes a call per 50 messages, or fewer if mixi gives fewer, and twice as many
    where it tells no total; the calls wait for their budget. So 10,000 messages take
    about five minutes, in many goes: until then TemporaryError with `sent` False.
    """
    found = {
        source: looks.at(line, TRAYS[source])
        for source in sorted({t.source for t in targets if t.source in TRAYS})
    }
    return frozenset(
        target
        for target in targets
        if target.source in found and _lacks(found[target.source], target)
    )


def _lacks(look: Look, target: Target) -> bool:
    """What came while we looked may stand above where we began."""
    late = target.seen_at is not None and target.seen_at >= look.began_at
    whole = look.whole
    return (
        whole is not None
        and whole.complete
        and not late
        and target.remote_id not in whole.ids
    )


def _that_one(
    rows: Sequence[object],
    target: Target,
    tray: Tray,
    me: RemoteAuthor | None,
    received_at: datetime,
) -> RemoteMessage | Unreadable:
    for row in rows:
        item = read_message(row, tray, me, received_at)
        if item.remote_id == target.remote_id:
            return item
    raise TemporaryError("mixi gave another message than asked for", code="not-that")


def _mark(line: Line, target: Target, status: str) -> Outcome:
    tray = TRAYS.get(target.source)
    if tray is None:
        return NO_TRAY
    outcome = tried(partial(_set_status, line, tray, target.remote_id, status))
    # Both say that the message has this status already, or one beyond it.
    return DONE if outcome.error == CONFLICT else outcome


def _set_status(line: Line, tray: Tray, remote_id: str, status: str) -> None:
    path = one_path(line.person, tray, remote_id)
    ask = Ask("PUT", path, WRITE, body={"status": status})
    _change(line, ask, patience=PATIENCE_OF_CHANGES)


def _delete_some(
    line: Line,
    tray: Tray,
    ids: Sequence[str],
    *,
    look: bool = True,
) -> dict[str, Outcome]:
    """At once; after a refusal what is still there, then in ever smaller parts.

    What mixi does to the others when one id is unknown is not told: nothing, everything,
    with or without an error. So only what is seen counts.
    """
    if len(ids) <= FEW:
        return _delete_each(line, tray, ids)
    outcome = tried(partial(_delete_many, line, tray, ids))
    if outcome == DONE:
        return dict.fromkeys(ids, DONE)
    if outcome.error in OF_THE_ACCOUNT:
        return _delete_denied(line, tray, ids, outcome)
    if look and outcome.error not in TOO_MANY:
        whole = present_ids(line, tray, most=MOST_LOOKED_AT)
        there = [one for one in ids if one in whole.ids or not whole.complete]
        gone = dict.fromkeys(set(ids) - set(there), GONE)
        return gone | _delete_some(line, tray, there, look=False)
    middle = len(ids) // 2
    return {
        **_delete_some(line, tray, ids[:middle], look=False),
        **_delete_some(line, tray, ids[middle:], look=False),
    }


def _delete_denied(
    line: Line,
    tray: Tray,
    ids: Sequence[str],
    denied: Outcome,
) -> dict[str, Outcome]:
    """When a few are refused alone as well, the account may delete none."""
    found = _delete_each(line, tray, ids[:FEW])
    if set(found.values()) == {denied}:
        return dict.fromkeys(ids, denied)
    return found | _delete_some(line, tray, ids[FEW:], look=False)


def _delete_each(line: Line, tray: Tray, ids: Sequence[str]) -> dict[str, Outcome]:
    return {one: tried(partial(_delete_one, line, tray, one)) for one in ids}


def _delete_one(line: Line, tray: Tray, one: str) -> None:
    if not fits_a_path(one):
        _delete_many(line, tray, [one])
        return
    _change(line, Ask("DELETE", one_path(line.person, tray, one), WRITE))


def _delete_many(line: Line, tray: Tray, ids: Sequence[str]) -> None:
    """Never without ids: nobody knows what mixi would then delete."""
    if not ids or not all(map(id_of, ids)):
        raise PermanentError("nothing was named to be deleted", code="no-ids")
    path = write_path(line.person, tray)
    _change(line, Ask("DELETE", path, WRITE, body={"ids": list(ids)}))


def _change(line: Line, ask: Ask, *, patience: float = PATIENCE_IN_A_ROW) -> None:
    """Deleting waits for its budget: put back in the middle, it would start anew."""
    answer = line.call(ask, patience=patience)
    if not isinstance(answer.value, dict):
        raise TemporaryError("mixi gave no readable answer", code="not-an-object")
    if "error" in answer.value:
        raise PermanentError("mixi did not accept the request", code="error")


def _checked(remote_id: str) -> str:
    if not remote_id:
        raise NotFound("mixi has no message without an id", code=NOT_FOUND)
    return remote_id
