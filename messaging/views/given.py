"""Reactions to a message as they will be once what was asked for is done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from messaging.models import Message, Operation, OperationItem
from messaging.views.content import FAVOURED, FAVOURITE, Content

Verb, State = Operation.Verb, OperationItem.State
TOLD_FOR = timedelta(minutes=10)
"""How long a message says that a reaction to it was refused."""
OPEN = ("pending", "in_flight", "unknown")
Wish = tuple[str, str]
"""A verb that is on its way, and its reaction."""


@dataclass(frozen=True, slots=True)
class Given:
    """A sign, how many gave it, and whether the person is among them."""

    sign: str
    count: int
    favourite: bool
    mine: bool
    own_host: bool
    """One that this account can give, too: not another host's own emoji."""


@dataclass(slots=True)
class Doings:
    """What the operations know of one message."""

    wishes: list[Wish] = field(default_factory=list)
    """Reactions that are on their way, in the order of the clicks."""
    unreached: list[str] = field(default_factory=list)
    """Handles of people whom what was sent from here was not brought to."""
    refused: str = ""
    """The code why the last reaction was refused, a moment ago."""


def doings(messages: Iterable[Message]) -> dict[int, Doings]:
    """By message; one query for all of them."""
    on_its_way = Q(verb__in=(Verb.REACT, Verb.UNREACT), state__in=OPEN)
    sent = Q(verb=Verb.SEND, state=State.DONE)
    lately = Q(settled_at__gte=timezone.now() - TOLD_FOR)
    refused = Q(verb__in=(Verb.REACT, Verb.UNREACT), state=State.FAILED) & lately
    of_them = Q(message__in=[message.pk for message in messages])
    items = OperationItem.objects.filter(of_them, on_its_way | sent | refused)
    told = items.order_by("pk").values_list(
        "message", "verb", "operation__argument", "before", "state", "error"
    )
    found: dict[int, Doings] = {}
    for pk, verb, sign, before, state, error in told:
        known = found.setdefault(pk, Doings())
        if verb == Verb.SEND:
            known.unreached += before.get("unreached", [])
        elif state == State.FAILED:
            known.refused = error or "refused"
        else:
            known.wishes.append((verb, sign))
            known.refused = ""
    return found


def given(
    message: Message, content: Content, asked: Sequence[Wish], *, only: str
) -> list[Given]:
    """Most given first; `only` is the one reaction of its network, always shown."""
    counts = {reaction.sign: reaction.count for reaction in content.reactions}
    mine = _mine(message.extra if isinstance(message.extra, dict) else {})
    for verb, sign in asked:
        wanted = verb == Verb.REACT
        if wanted == (sign in mine):
            continue
        # A note takes one reaction of each person, a chat message several.
        for other in list(mine) if wanted and message.source != "chat" else ():
            _add(counts, mine, other, given=False)
        _add(counts, mine, sign, given=wanted)
    if only:
        counts.setdefault(only, 0)
    favoured = message.source in FAVOURED
    return [
        Given(
            sign=sign,
            count=count,
            favourite=favoured and sign == FAVOURITE,
            mine=sign in mine,
            own_host="@" not in sign or not sign.startswith(":"),
        )
        for sign, count in counts.items()
        if count or sign == only
    ]


def _mine(extra: Mapping[str, object]) -> set[str]:
    one, several = extra.get("my_reaction"), extra.get("my_reactions")
    signs = [one, *(several if isinstance(several, list) else ())]
    return {sign for sign in signs if isinstance(sign, str) and sign}


def _add(counts: dict[str, int], mine: set[str], sign: str, *, given: bool) -> None:
    counts[sign] = max(0, counts.get(sign, 0) + (1 if given else -1))
    if given:
        mine.add(sign)
    else:
        mine.discard(sign)
