"""What a person can do with messages: one function per verb, one path for one or many.

Each verb takes a `Selection`, applies its local effect at once, writes an `Operation`
with an item per message in the same transaction, and rings the accounts' bells. What
the remote must be told is done by `messaging.sync.push`.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import partial

from django.contrib.auth.models import User
from django.db.models import Count

from accounts import linking
from accounts.models import Account
from inboxhub.lib import doorbell
from inboxhub.lib.database import short_write
from inboxhub.networks.capabilities import HERE, NOWHERE, SERVER, Ability
from messaging import operations, reach
from messaging.models import Message, MessageQuerySet, Operation
from messaging.reach import Kind
from messaging.selection import Selection

Verb = Operation.Verb

HISTORY_STEP = {"messages": 1000, "days": 90}


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """How many messages of one account share the same effect of a verb.

    `reach` is `server`, `here` or `nowhere`; `effect` and `reason` are codes of
    `messaging.wording`; `seconds` is about how long the host's limits make it take.
    `conversations` is 0 unless the network takes whole conversations.
    """

    account: Account
    count: int
    reach: str
    effect: str
    reason: str
    seconds: float
    conversations: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What a verb would do, before it is done."""

    verb: str
    total: int
    possible: int
    lines: tuple[PreviewLine, ...]
    along: int = 0
    """How many of them were not chosen: their conversations go as a whole."""

    @property
    def impossible(self) -> int:
        """How many can't be done: `hide_instead` takes them."""
        return self.total - self.possible

    @property
    def seconds(self) -> float:
        """About how long all of it takes: the accounts work side by side."""
        by_account: dict[int, float] = defaultdict(float)
        for line in self.lines:
            by_account[line.account.pk] += line.seconds
        return max(by_account.values(), default=0.0)


def preview(user: User, verb: str, selection: Selection) -> Preview:
    """Count per account and effect what the verb would do; changes nothing."""
    accounts = Account.objects.of(user).in_bulk()
    rows = _meant(user, verb, selection)
    found = reach.kinds(rows)
    whole: dict[int, int] = {}
    along: list[Kind] = []
    if verb == Verb.REMOVE:
        as_one = rows.filter(reach.as_one(accounts, verb))
        whole = _conversations(as_one)
        rest = reach.rest_of(user, as_one)
        along = reach.kinds(rest.exclude(pk__in=rows.order_by().values("pk")))
    alike: dict[tuple[int, Ability], list[Kind]] = defaultdict(list)
    for kind, ability in reach.abilities(accounts, verb, [*found, *along]):
        alike[kind.account, ability].append(kind)
    lines = tuple(
        _preview_line(accounts[account_id], ability, kinds, whole.get(account_id, 0))
        for (account_id, ability), kinds in alike.items()
    )
    total = sum(line.count for line in lines)
    possible = sum(line.count for line in lines if line.reach != NOWHERE)
    return Preview(verb, total, possible, lines, sum(kind.messages for kind in along))


def _meant(user: User, verb: str, selection: Selection) -> MessageQuerySet:
    """The rows; what the person wrote is never unread, however it was chosen."""
    rows = selection.of(user)
    return rows.filter(outgoing=False) if verb == Verb.MARK_UNREAD else rows


def _conversations(rows: MessageQuerySet) -> dict[int, int]:
    """By account, in how many conversations the messages are."""
    number = Count("conversation", distinct=True)
    found = rows.order_by().select_related(None).values_list("account")
    return dict(found.annotate(number=number))


def _preview_line(
    account: Account, ability: Ability, kinds: list[Kind], whole: int
) -> PreviewLine:
    count = sum(kind.messages for kind in kinds)
    as_one = ability.reach == SERVER and ability.unit == "conversation"
    conversations = whole or sum(kind.conversations for kind in kinds) if as_one else 0
    return PreviewLine(
        account,
        count,
        ability.reach,
        ability.effect,
        ability.reason,
        ability.duration(conversations or count) if ability.reach == SERVER else 0.0,
        conversations,
    )


def _ask(
    verb: Verb,
    user: User,
    selection: Selection,
    *,
    argument: str = "",
    undoable: bool = False,
    by_opening: bool = False,
    key: str = "",
) -> Operation:
    """What every verb does, with the same choices.

    `undoable`: what reaches a server and cannot be brought back waits 10 s for one
    message, 30 s for more, until it begins (`messaging.running`). `key` is made by the
    page, so that a click which comes twice is one operation.
    """
    return operations.ask(
        user,
        verb,
        _meant(user, verb, selection),
        selection.as_json(),
        argument=argument,
        undoable=undoable,
        by_opening=by_opening,
        key=key,
    )


mark_read = partial(_ask, Verb.MARK_READ)
"""Read here at once; on the server too where the account's read policy says so."""

mark_opened = partial(mark_read, by_opening=True)
"""The same for what somebody looked at, without asking for anything."""

mark_unread = partial(_ask, Verb.MARK_UNREAD)
"""Unread here at once; on the server too where it can and the policy says so."""

mark_replied = partial(_ask, Verb.MARK_REPLIED)
"""Read here, and answered as the server sees it, where the network knows that."""

hide = partial(_ask, Verb.HIDE)
"""Gone from the lists of InboxHub; the networks hear nothing of it."""

unhide = partial(_ask, Verb.UNHIDE)
"""Shown again."""

remove = partial(_ask, Verb.REMOVE)
"""Away from the person's own list on the server, where the network has that."""

delete = partial(_ask, Verb.DELETE)
"""Deleted on the server, as far as the network lets the person."""

accept = partial(_ask, Verb.ACCEPT)
"""Yes to requests, which leave the box at once."""

reject = partial(_ask, Verb.REJECT)
"""No to requests, which leave the box at once."""


def hide_instead(
    user: User, verb: str, selection: Selection, *, key: str = ""
) -> Operation:
    """Hide here those messages that `verb` can't be done to."""
    accounts = Account.objects.of(user).in_bulk()
    rows = selection.of(user).filter(reach.impossible(accounts, verb))
    chosen = {**selection.as_json(), "impossible": verb}
    return operations.ask(user, Verb.HIDE, rows, chosen, key=key)


def react(user: User, message: Message, reaction: str) -> Operation:
    """Give a reaction; once the host has it, the message is fetched again."""
    return _ask(Verb.REACT, user, _only(message), argument=reaction)


def unreact(user: User, message: Message, reaction: str) -> Operation:
    """Take a reaction back; then the message is fetched again."""
    return _ask(Verb.UNREACT, user, _only(message), argument=reaction)


def clear_notices(user: User, account: Account) -> Operation:
    """Destroy all notices of the account on its host, never pulled ones too."""
    return operations.ask_account(user, Verb.CLEAR, account)


def refresh(user: User, message: Message) -> Operation:
    """Fetch one message again from its network."""
    return _ask(Verb.REFRESH, user, _only(message))


VERBS = {
    "mark-read": mark_read,
    "mark-unread": mark_unread,
    "mark-replied": mark_replied,
    "hide": hide,
    "unhide": unhide,
    "remove": remove,
    "delete": delete,
}


def _only(message: Message) -> Selection:
    return Selection.messages([message.pk])


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
        operations.give_up(account, "unlinked")
        if erase:
            Account.objects.filter(pk=account.pk).update(status=Account.Status.ERASING)
        doorbell.ring(account.pk)
    return linking.revoke(holder)
