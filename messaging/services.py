"""What a person can do with messages: one function per verb, one path for one or many.

Each verb takes a `Selection`, applies its local effect at once, writes an `Operation`
with an item per message in the same transaction, and rings the accounts' bells. What
the remote must be told is done by `messaging.sync.push`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone

from accounts import linking
from accounts.models import Account
from inboxhub.lib import doorbell
from inboxhub.lib.database import short_write
from inboxhub.networks.base import HERE, NOWHERE, SERVER, Ability
from messaging import events
from messaging.models import (
    Conversation,
    Message,
    MessageQuerySet,
    Operation,
    OperationItem,
)
from messaging.selection import Selection

Verb = Operation.Verb
State = OperationItem.State

# What the remote says already need not be told to it.
_KNOWN_THERE = {
    Verb.MARK_READ: {"read", "replied"},
    Verb.MARK_UNREAD: {"unread"},
    Verb.MARK_REPLIED: {"replied"},
}
# Rows per statement: short enough for SQLite's write lock.
BATCH = 500
HISTORY_STEP = {"messages": 1000, "days": 90}


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """How many messages of one account share the same effect of a verb.

    `reach` is `server`, `here` or `nowhere`; `effect` and `reason` are codes of
    `messaging.wording`; `seconds` is about how long the host's limits make it take.
    """

    account: Account
    count: int
    reach: str
    effect: str
    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Preview:
    """What a verb would do, before it is done."""

    verb: str
    total: int
    possible: int
    lines: tuple[PreviewLine, ...]
    impossible_ids: tuple[int, ...]
    """The messages that the verb can't be done to."""


def preview(user: User, verb: str, selection: Selection) -> Preview:
    """Count per account and effect what the verb would do; changes nothing."""
    groups: dict[tuple[int, str, bool, str, bool], list[int]] = defaultdict(list)
    rows = _whole(user, verb, selection).of(user).order_by()
    keys = ("pk", "account", "source", "outgoing", "box", "gone_at")
    for pk, account, source, outgoing, box, gone_at in rows.values_list(*keys):
        groups[account, source, outgoing, box, gone_at is not None].append(pk)
    accounts = Account.objects.of(user).in_bulk({key[0] for key in groups})
    lines: dict[tuple[int, Ability], int] = defaultdict(int)
    impossible: list[int] = []
    for (account_id, source, outgoing, box, gone), ids in groups.items():
        ability = _ability(accounts[account_id], verb, source, outgoing, box, gone)
        lines[account_id, ability] += len(ids)
        impossible += ids if ability.reach == NOWHERE else []
    shown = tuple(
        _preview_line(accounts[account_id], ability, count)
        for (account_id, ability), count in lines.items()
    )
    total = sum(len(ids) for ids in groups.values())
    possible = total - len(impossible)
    return Preview(verb, total, possible, shown, tuple(impossible))


def _preview_line(account: Account, ability: Ability, count: int) -> PreviewLine:
    seconds = ability.duration(count) if ability.reach == SERVER else 0.0
    return PreviewLine(
        account,
        count,
        ability.reach,
        ability.effect,
        ability.reason,
        seconds,
    )


def mark_read(user: User, selection: Selection) -> Operation:
    """Read here at once; on the server too where the account's read policy says so."""
    return _perform(user, Verb.MARK_READ, selection)


def mark_unread(user: User, selection: Selection) -> Operation:
    """Unread here at once; on the server too where it can and the policy says so."""
    return _perform(user, Verb.MARK_UNREAD, selection)


def mark_replied(user: User, selection: Selection) -> Operation:
    """Read here, and answered as the server sees it, where the network knows that."""
    return _perform(user, Verb.MARK_REPLIED, selection)


def hide(user: User, selection: Selection) -> Operation:
    """Gone from the lists of InboxHub; the networks hear nothing of it."""
    return _perform(user, Verb.HIDE, selection)


def unhide(user: User, selection: Selection) -> Operation:
    """Shown again."""
    return _perform(user, Verb.UNHIDE, selection)


def remove(user: User, selection: Selection) -> Operation:
    """Away from the person's own list on the server, where the network has that."""
    return _perform(user, Verb.REMOVE, selection)


def delete(user: User, selection: Selection) -> Operation:
    """Deleted on the server, as far as the network lets the person."""
    return _perform(user, Verb.DELETE, selection)


def refresh(user: User, message: Message) -> Operation:
    """Fetch one message again from its network."""
    return _perform(user, Verb.REFRESH, Selection.messages([message.pk]))


VERBS = {
    "mark-read": mark_read,
    "mark-unread": mark_unread,
    "mark-replied": mark_replied,
    "hide": hide,
    "unhide": unhide,
    "remove": remove,
    "delete": delete,
}


def _ability(
    account: Account,
    verb: str,
    source: str,
    outgoing: bool,
    box: str,
    gone: bool,
) -> Ability:
    """What the verb does to such a message of this account, policies included."""
    if verb in (Verb.HIDE, Verb.UNHIDE):
        return Ability(HERE, effect="hide-here")
    if account.status in (Account.Status.UNLINKED, Account.Status.ERASING):
        local = verb in (Verb.MARK_READ, Verb.MARK_UNREAD)
        return Ability(HERE if local else NOWHERE, reason="unlinked")
    if verb == Verb.REFRESH:
        return Ability(SERVER)
    if gone:
        local = verb in (Verb.MARK_READ, Verb.MARK_UNREAD)
        return Ability(HERE if local else NOWHERE, reason="already-gone")
    ability = account.able.ability(verb, source, own=outgoing)
    if verb not in (Verb.MARK_READ, Verb.MARK_UNREAD):
        return ability
    if ability.reach == SERVER and account.read_policy.get(box) == SERVER:
        return ability
    reason = "policy-here" if ability.reach == SERVER else ability.reason
    return Ability(HERE, effect="here-only", reason=reason)


def _whole(user: User, verb: str, selection: Selection) -> Selection:
    """With the rest of each conversation that its network removes as one."""
    if verb != Verb.REMOVE:
        return selection
    rows = selection.of(user).order_by()
    kinds = rows.values_list("account", "source", "outgoing").distinct()
    accounts = Account.objects.of(user).in_bulk({kind[0] for kind in kinds})
    as_one = models.Q(pk=None)
    for account_id, source, own in kinds:
        ability = accounts[account_id].able.ability(verb, source, own=own)
        if ability.unit == "conversation":
            as_one |= models.Q(account=account_id, source=source, outgoing=own)
    taken = set(rows.filter(as_one).values_list("conversation", flat=True))
    if not taken:
        return selection
    rest = Selection.conversations(user, taken).message_ids
    return Selection.messages([*rows.values_list("pk", flat=True), *rest])


def _perform(user: User, verb: str, selection: Selection) -> Operation:
    selection = _whole(user, verb, selection)
    with short_write():
        # Read here, and held: what an account that is just unlinked gets now would wait
        # for ever, or until the account is linked again.
        held = Account.objects.of(user).select_for_update(no_key=True).order_by("pk")
        accounts = held.in_bulk()
        operation = Operation.objects.create(
            owner=user,
            verb=verb,
            state=Operation.State.RUNNING,
            selection=selection.as_json(),
        )
        for batch in _batches(selection.of(user).order_by("pk")):
            _add_items(operation, accounts, batch)
        settle(operation)
        for account_id in _waiting_accounts(operation):
            doorbell.ring(account_id)
    return operation


def _batches(rows: MessageQuerySet) -> Iterator[list[Message]]:
    # All ids first: the local effect may take rows out of the query's reach.
    ids = iter(list(rows.values_list("pk", flat=True)))
    while part := list(islice(ids, BATCH)):
        yield list(Message.objects.filter(pk__in=part).order_by("pk"))


def _add_items(
    operation: Operation,
    accounts: dict[int, Account],
    batch: list[Message],
) -> None:
    items, changed = [], []
    ids = [message.pk for message in batch]
    open_items = OperationItem.objects.open().filter(message__in=ids)
    on_its_way = set(open_items.values_list("message", flat=True))
    known = _KNOWN_THERE.get(Verb(operation.verb), set())
    for message in batch:
        ability = _ability(
            accounts[message.account_id],
            operation.verb,
            message.source,
            message.outgoing,
            message.box,
            message.gone_at is not None,
        )
        state = {
            SERVER: State.PENDING,
            HERE: State.DONE,
            NOWHERE: State.SKIPPED,
        }[ability.reach]
        if message.remote_state in known and message.pk not in on_its_way:
            state = State.DONE if state == State.PENDING else state
        items.append(
            OperationItem(
                operation=operation,
                account_id=message.account_id,
                message=message,
                verb=operation.verb,
                source=message.source,
                remote_id=message.remote_id,
                before=_before(message),
                state=state,
                error=ability.reason if state == State.SKIPPED else "",
            ),
        )
        if state != State.SKIPPED:
            changed.append(message)
    OperationItem.objects.bulk_create(items)
    _apply_here(operation, changed)


def _before(message: Message) -> dict[str, object]:
    return {"unread": message.unread, "hidden": message.hidden_at is not None}


def _apply_here(operation: Operation, messages: list[Message]) -> None:
    """The local effect, at once and in the same transaction."""
    rows = Message.objects.filter(pk__in=[message.pk for message in messages])
    match operation.verb:
        case Verb.MARK_READ | Verb.MARK_REPLIED:
            rows.update(unread=False, marked=True)
        case Verb.MARK_UNREAD:
            rows.update(unread=True, marked=True)
        case Verb.HIDE | Verb.REMOVE | Verb.DELETE:
            rows.filter(hidden_at=None).update(hidden_at=timezone.now())
        case Verb.UNHIDE:
            rows.update(hidden_at=None)
        case _:
            return
    conversations = {message.conversation_id for message in messages}
    Conversation.objects.filter(pk__in=conversations).recount()
    events.append(
        operation.owner_id,
        f"message.{operation.verb}",
        messages=[message.pk for message in messages],
        conversations=conversations,
    )


def settle(operation: Operation) -> None:
    """Count the items; an operation without open ones is done. Inside a transaction."""
    states = Counter(operation.items.values_list("state", flat=True))
    operation.total = sum(states.values())
    operation.done, operation.failed = states[State.DONE], states[State.FAILED]
    operation.skipped = states[State.SKIPPED]
    if not states[State.PENDING] + states[State.IN_FLIGHT]:
        operation.state = Operation.State.DONE
        operation.finished_at = timezone.now()
    operation.save(
        update_fields=["total", "done", "failed", "skipped", "state", "finished_at"],
    )


def _waiting_accounts(operation: Operation) -> list[int]:
    waiting = operation.items.filter(state=State.PENDING)
    return list(waiting.order_by().values_list("account", flat=True).distinct())


def sync_now(account: Account) -> None:
    """Pull every box of the account as soon as a turn is free."""
    with short_write():
        Account.objects.filter(pk=account.pk).update(pull_wanted=True)
        doorbell.ring(account.pk)


def load_older(account: Account) -> None:
    """Raise the history limit by one step (1,000 messages, 90 days) and go on."""
    with short_write():
        current = Account.objects.get(pk=account.pk).history
        history = {
            key: current.get(key, 0) + step for key, step in HISTORY_STEP.items()
        }
        Account.objects.filter(pk=account.pk).update(history=history)
        account.cursors.exclude(oldest=None).update(history_done=False)
        doorbell.ring(account.pk)


def set_read_policy(account: Account, box: str, policy: str) -> None:
    """`server` or `here` for one box of the account."""
    if policy not in (SERVER, HERE):
        raise ValueError(policy)
    with short_write():
        current = Account.objects.get(pk=account.pk).read_policy
        Account.objects.filter(pk=account.pk).update(
            read_policy={**current, box: policy},
        )


def unlink(account: Account, *, erase: bool) -> bool | None:
    """Forget the credentials; keep the messages read-only, or erase all of it.

    What still waited to be told to the remote is given up and says so in its operation.
    Erasing goes on in the background and survives a crash; nothing takes it back.
    Returns whether the host has then taken its token back; where not, only the person
    can do that. None: there was nothing to take back, or another link needs it.
    """
    with short_write():
        links = Account.objects.select_for_update(no_key=True).of_same_remote(account)
        now = {link.pk: link.status for link in links}
        if now.get(account.pk, Account.Status.ERASING) == Account.Status.ERASING:
            return None
        holder = linking.forget(account)
        waiting = OperationItem.objects.open().filter(account=account)
        touched = set(waiting.values_list("operation", flat=True))
        waiting.update(state=State.FAILED, error="unlinked")
        for operation in Operation.objects.filter(pk__in=touched):
            settle(operation)
        if erase:
            Account.objects.filter(pk=account.pk).update(status=Account.Status.ERASING)
        doorbell.ring(account.pk)
    return linking.revoke(holder)
