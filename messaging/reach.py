"""How far a verb goes for each kind of message: to the server, only here, or nowhere."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, F, Q
from django.db.models.lookups import IsNull

from accounts.models import Account
from inboxhub.networks.capabilities import HERE, NOWHERE, SERVER, Ability, Capabilities
from messaging.models import Message, MessageQuerySet, Operation

Verb = Operation.Verb

MARKS = (Verb.MARK_READ, Verb.MARK_UNREAD)
_ONLY_HERE = Ability(HERE, effect="hide-here")
_ENDED = (Account.Status.UNLINKED, Account.Status.ERASING)
_GONE = Q(gone_at__isnull=False)


# --- Counted by kind, for previews ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """What a verb's reach depends on, and how many messages are alike in it."""

    account: int
    source: str
    outgoing: bool
    box: str
    gone: bool
    messages: int
    conversations: int


def kinds(rows: MessageQuerySet) -> list[Kind]:
    """The kinds among the messages, counted by one statement."""
    plain = rows.order_by().select_related(None)
    named = plain.annotate(gone=IsNull(F("gone_at"), False))
    grouped = named.values_list("account", "source", "outgoing", "box", "gone")
    counted = grouped.annotate(
        messages=Count("pk"), conversations=Count("conversation", distinct=True)
    )
    return [Kind(*row) for row in counted]


def abilities(
    accounts: Mapping[int, Account], verb: str, found: Iterable[Kind]
) -> list[tuple[Kind, Ability]]:
    """What the verb does to messages of each kind, policies included."""
    able = {pk: account.able for pk, account in accounts.items()}
    return [
        (kind, _ability(accounts[kind.account], able[kind.account], verb, kind))
        for kind in found
    ]


def possible(accounts: Mapping[int, Account], verb: str, found: Iterable[Kind]) -> int:
    """How many messages of these kinds the verb can be done to, at least here."""
    reaching = abilities(accounts, verb, found)
    return sum(kind.messages for kind, able in reaching if able.reach != NOWHERE)


def _ability(account: Account, able: Capabilities, verb: str, kind: Kind) -> Ability:
    if verb in (Verb.HIDE, Verb.UNHIDE):
        return _ONLY_HERE
    if account.status in _ENDED:
        return Ability(HERE if verb in MARKS else NOWHERE, reason="unlinked")
    if verb == Verb.REFRESH:
        return Ability(SERVER)
    if kind.gone:
        return Ability(HERE if verb in MARKS else NOWHERE, reason="already-gone")
    found = able.ability(verb, kind.source, own=kind.outgoing)
    if verb not in MARKS:
        return found
    if found.reach == SERVER and account.read_policy.get(kind.box) == SERVER:
        return found
    reason = "policy-here" if found.reach == SERVER else found.reason
    return Ability(HERE, effect="here-only", reason=reason)


# --- The same rules as conditions, for statements -------------------------------------


def cases(accounts: Mapping[int, Account], verb: str) -> list[tuple[Q, Ability]]:
    """The first that fits a message counts; the last one fits all."""
    if verb in (Verb.HIDE, Verb.UNHIDE):
        return [(Q(), _ONLY_HERE)]
    linked = {pk: a for pk, a in accounts.items() if a.status not in _ENDED}
    ended = (~Q(account__in=linked), Ability(NOWHERE, reason="unlinked"))
    if verb == Verb.REFRESH:
        return [ended, (Q(), Ability(SERVER))]
    told = list(_told(linked, verb))
    if verb in MARKS:
        reaching = [one for one in told if one[1].reach == SERVER]
        return [(_GONE, Ability(HERE)), *reaching, (Q(), Ability(HERE))]
    gone = (_GONE, Ability(NOWHERE, reason="already-gone"))
    return [ended, gone, *told, (Q(), Ability(NOWHERE, reason="not-offered"))]


def _told(accounts: Mapping[int, Account], verb: str) -> Iterator[tuple[Q, Ability]]:
    """What the networks say, accounts with the same rules in one condition."""
    sources: dict[tuple[int, bool, Ability], set[str]] = {}
    for pk, account in accounts.items():
        able = account.able
        for name in able.abilities.get(verb, {}):
            source, _, mine = name.partition(":")
            ability = able.ability(verb, source, own=bool(mine))
            sources.setdefault((pk, bool(mine), ability), set()).add(source)
    alike: dict[tuple[bool, Ability, frozenset[str]], list[int]] = {}
    for (pk, own, ability), names in sources.items():
        alike.setdefault((own, ability, frozenset(names)), []).append(pk)
    for (own, ability, same), pks in alike.items():
        which = Q(account__in=pks, outgoing=own, source__in=sorted(same))
        if verb in MARKS:
            which &= _to_be_told(accounts, pks)
        yield which, ability


def _to_be_told(accounts: Mapping[int, Account], pks: list[int]) -> Q:
    """What lies in the boxes of which the person wants the server to know."""
    which = Q(pk=None)
    for pk in pks:
        policy = accounts[pk].read_policy
        boxes = sorted(box for box, told in policy.items() if told == SERVER)
        which |= Q(account=pk, box__in=boxes)
    return which


def impossible(accounts: Mapping[int, Account], verb: str) -> Q:
    """Messages that the verb can't be done to."""
    which, possible = Q(pk=None), Q(pk=None)
    for case, ability in cases(accounts, verb):
        if ability.reach == NOWHERE:
            which |= case & ~possible
        else:
            possible |= case
    return which


def as_one(accounts: Mapping[int, Account], verb: str) -> Q:
    """Messages whose conversation the verb takes as a whole."""
    which = Q(pk=None)
    for case, ability in cases(accounts, verb):
        if ability.unit == "conversation":
            which |= case
    return which & ~_GONE


def rest_of(user: User, rows: MessageQuerySet) -> MessageQuerySet:
    """All that is shown of the conversations of these messages."""
    held = rows.order_by().select_related(None).values("conversation")
    return Message.objects.of(user).shown().filter(conversation__in=held)
