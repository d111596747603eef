"""What is done to messages on mixi: marking, deleting, looking up.

mixi Message API: "メッセージの閲覧状態の変更", "メッセージの削除". All of it may be
repeated: a status that a message has gone beyond, and a message that is gone, are done.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from inboxhub.networks.base import (
    NotFound,
    Outcome,
    PermanentError,
    RemoteAuthor,
    RemoteMessage,
    Target,
    TemporaryError,
    Unreadable,
)
from inboxhub.networks.mixi.call import (
    ACCESS_DENIED,
    CONFLICT,
    INSUFFICIENT,
    NOT_FOUND,
    Ask,
    Line,
)
from inboxhub.networks.mixi.credentials import READ, WRITE
from inboxhub.networks.mixi.listing import Whole, present_ids
from inboxhub.networks.mixi.messages import read_message
from inboxhub.networks.mixi.trays import (
    INBOX,
    OUTBOX,
    TRAYS,
    Tray,
    fits_a_path,
    one_path,
    read_path,
    tray_of,
    write_path,
)
from inboxhub.networks.mixi.values import id_of, mapping_of

BATCH = 50
FEW = 3
# A look at what is left after a refusal must cost less than deleting one by one.
MOST_LOOKED_AT = 10
# Refusals that are most likely about the account, whichever message it is.
OF_THE_ACCOUNT = {ACCESS_DENIED, INSUFFICIENT}
# Perhaps just too many ids in one call; nothing says how many mixi takes.
TOO_MANY = {"status-400", "status-413"}

DONE, GONE = Outcome("done"), Outcome("gone")


def mark_read(line: Line, targets: Sequence[Target]) -> list[Outcome]:
    """One outcome per target, in order. What one sent has no status: it is done."""
    return [
        DONE if target.source == OUTBOX.source else _mark(line, target, "read")
        for target in targets
    ]


def mark_replied(line: Line, targets: Sequence[Target]) -> list[Outcome]:
    """One outcome per target, in order. Only received messages have that status."""
    return [
        _mark(line, target, "replied")
        if target.source == INBOX.source
        else Outcome("failed", "only received messages can be marked replied on mixi")
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
    nothing = Outcome("failed", "mixi has no message of that id")
    return [found.get((t.source, t.remote_id), nothing) for t in targets]


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


def missing(
    line: Line,
    targets: Sequence[Target],
    listed: dict[str, Whole],
) -> frozenset[Target]:
    """Those that a complete listing of their tray lacks.

    `listed` takes up the listings by source, so that the next call can go by them.
    """
    for source in {t.source for t in targets if t.source in TRAYS} - set(listed):
        listed[source] = present_ids(line, TRAYS[source])
    return frozenset(
        target
        for target in targets
        if target.source in listed
        and listed[target.source].complete
        and target.remote_id not in listed[target.source].ids
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
        return Outcome("failed", "mixi has no messages of that kind")
    outcome, code = _tried(partial(_set_status, line, tray, target.remote_id, status))
    # Both say that the message has this status already, or one beyond it.
    return DONE if code == CONFLICT else outcome


def _set_status(line: Line, tray: Tray, remote_id: str, status: str) -> None:
    path = one_path(line.person, tray, remote_id)
    _change(line, Ask("PUT", path, WRITE, body={"status": status}), patient=False)


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
    outcome, code = _tried(partial(_delete_many, line, tray, ids))
    if outcome == DONE:
        return dict.fromkeys(ids, DONE)
    if code in OF_THE_ACCOUNT:
        return _delete_denied(line, tray, ids, outcome)
    if look and code not in TOO_MANY:
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
    return {one: _tried(partial(_delete_one, line, tray, one))[0] for one in ids}


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


def _change(line: Line, ask: Ask, *, patient: bool = True) -> None:
    """Deleting waits for its budget: put back in the middle, it would start anew."""
    answer = line.call(ask, patient=patient)
    if not isinstance(answer.value, dict):
        raise TemporaryError("mixi gave no readable answer", code="not-an-object")
    if "error" in answer.value:
        raise PermanentError("mixi did not accept the request", code="error")


def _tried(call: Callable[[], None]) -> tuple[Outcome, str]:
    """Final answers become outcomes, each with mixi's word for the error.

    What may work later is raised to the caller.
    """
    try:
        call()
    except NotFound as error:
        return GONE, error.code
    except PermanentError as error:
        return Outcome("failed", str(error)), error.code
    return DONE, ""


def _checked(remote_id: str) -> str:
    if not remote_id:
        raise NotFound("mixi has no message without an id", code=NOT_FOUND)
    return remote_id
