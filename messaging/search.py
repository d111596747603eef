"""The query language: words, "phrases", -word, and operators such as `in:` and `is:`.

Everything is joined by and. `messages` never refuses a query: what it does not know as
an operator is searched as a word, and a note says so.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Account, Provider
from inboxhub.lib.text import fold
from messaging.models import Box, Message, MessageQuerySet

# -operator:"quoted value", -"phrase", -word; full-width signs were folded before.
_PART = re.compile(
    r'(?P<minus>-)?(?:(?P<name>[a-z]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]+))',
)
LONGEST_QUERY = 1000
# One condition each: SQLite refuses a tree of a thousand, and nobody types so many.
MOST_TERMS = 40
HIGHEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a query; `operator` is empty for a word or phrase."""

    operator: str
    value: str
    excluded: bool
    unknown: str = ""
    """What stood before the colon without being an operator; `value` holds it too."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The rows, newest first, and sentences about parts that were not understood."""

    queryset: MessageQuerySet
    notes: tuple[str, ...]
    whole: bool
    """The whole text was used: a query that is cut finds more than was asked for."""


HIDDEN = Q(hidden_at__isnull=False, gone_at=None)
_HIDDEN_ONLY = Term("is", "hidden", excluded=False)


class Unknown(Exception):
    """The operator does not take this value; the text says what it takes."""


def parse(text: str) -> list[Term]:
    """The first terms of a query, in order. Never fails; an empty text has none."""
    return _parse(text)[:MOST_TERMS]


def _parse(text: str) -> list[Term]:
    # Folding may make eighteen letters of one.
    folded = fold(text[:LONGEST_QUERY])[:LONGEST_QUERY]
    terms: list[Term] = []
    for part in _PART.finditer(folded):
        value = part["quoted"] if part["quoted"] is not None else part["bare"]
        operator, unknown = part["name"] or "", ""
        if operator and operator not in OPERATORS:
            operator, unknown, value = "", operator, f"{operator}:{value}"
        if value:
            terms.append(Term(operator, value, part["minus"] is not None, unknown))
    return terms


def messages(user: User, text: str, *, hidden: bool = False) -> SearchResult:
    """The user's messages that match; hidden ones only where the query asks for them.

    With `hidden`, only hidden ones, as if the query began with `is:hidden`.
    """
    terms = parse(text)
    rows = Message.objects.of(user)
    if hidden:
        rows = rows.filter(HIDDEN)
    elif _HIDDEN_ONLY not in terms:
        rows = rows.shown()
    notes = []
    for term in terms:
        try:
            condition = _condition(user, term)
        except Unknown as problem:
            notes.append(str(problem))
            condition = _word(f"{term.operator}:{term.value}")
        rows = rows.exclude(condition) if term.excluded else rows.filter(condition)
        if term.unknown:
            notes.append(
                _("“%(name)s:” is not an operator; searched as a word.")
                % {"name": term.unknown},
            )
    used = whole(text)
    if not used:
        notes.append(_("The search is too long; only its beginning is used."))
    return SearchResult(rows.newest_first(), tuple(notes), used)


def whole(text: str) -> bool:
    """Whether all of the text is used: a query that is cut finds more than it says."""
    return len(fold(text)) <= LONGEST_QUERY and len(_parse(text)) <= MOST_TERMS


def _condition(user: User, term: Term) -> Q:
    if not term.operator:
        return _word(term.value)
    return OPERATORS[term.operator](user, term.value)


def _word(value: str) -> Q:
    return Q(folded__contains=value)


def _in(_user: User, value: str) -> Q:
    if value == "sent":
        return Q(outgoing=True)
    if value in Box.values:
        return Q(box=value)
    raise Unknown(
        _("“in:” takes messages, mentions, notices, requests or sent."),
    )


def _is(_user: User, value: str) -> Q:
    states = {
        "unread": Q(unread=True),
        "read": Q(unread=False),
        "replied": Q(remote_state=Message.RemoteState.REPLIED),
        "hidden": HIDDEN,
        "sent": Q(outgoing=True),
        "gone": Q(gone_at__isnull=False),
    }
    if value not in states:
        raise Unknown(_("“is:” takes unread, read, replied, hidden, sent or gone."))
    return states[value]


def _account(user: User, value: str) -> Q:
    """By the id here, the handle with or without its server, or the name."""
    if value.isdecimal() and int(value) <= HIGHEST_ID:
        return Q(account_id=int(value))
    accounts = Account.objects.of(user)
    return Q(account__in=[one.pk for one in accounts if value in _names_of(one)])


def _names_of(account: Account) -> set[str]:
    """All that an account is called, folded as the query is."""
    handle = fold(account.handle)
    whole = handle.removeprefix("@")
    names = {handle, whole, fold(account.display_name)}
    if handle != whole:
        name = whole.partition("@")[0]
        names |= {name, f"@{name}"}
    return names


def _provider(_user: User, value: str) -> Q:
    if value not in Provider.values:
        names = ", ".join(Provider.values)
        raise Unknown(_("“provider:” takes one of %(names)s.") % {"names": names})
    return Q(account__provider=value)


def _host(_user: User, value: str) -> Q:
    return Q(account__host__iexact=value)


def _kind(_user: User, value: str) -> Q:
    return Q(kind__iexact=value)


def _from(_user: User, value: str) -> Q:
    return Q(author__handle__icontains=value) | Q(author__folded__contains=value)


OPERATORS: dict[str, Callable[[User, str], Q]] = {
    "in": _in,
    "is": _is,
    "account": _account,
    "provider": _provider,
    "host": _host,
    "kind": _kind,
    "from": _from,
}
