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

from accounts.models import Provider
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


def messages(user: User, text: str) -> SearchResult:
    """The user's messages that match; hidden ones only where the query asks for them."""
    found = _parse(text)
    terms = found[:MOST_TERMS]
    rows = Message.objects.of(user)
    if not any(term.operator == "is" and term.value == "hidden" for term in terms):
        rows = rows.shown()
    notes = []
    for term in terms:
        try:
            condition = _condition(term)
        except Unknown as problem:
            notes.append(str(problem))
            condition = _word(f"{term.operator}:{term.value}")
        rows = rows.exclude(condition) if term.excluded else rows.filter(condition)
        if term.unknown:
            notes.append(
                _("“%(name)s:” is not an operator; searched as a word.")
                % {"name": term.unknown},
            )
    whole = len(fold(text)) <= LONGEST_QUERY and len(found) <= MOST_TERMS
    return SearchResult(rows.newest_first(), tuple(notes), whole)


def _condition(term: Term) -> Q:
    return OPERATORS[term.operator](term.value) if term.operator else _word(term.value)


def _word(value: str) -> Q:
    return Q(folded__contains=value)


def _in(value: str) -> Q:
    if value == "sent":
        return Q(outgoing=True)
    if value in Box.values:
        return Q(box=value)
    raise Unknown(
        _("“in:” takes messages, mentions, notices, requests or sent."),
    )


def _is(value: str) -> Q:
    states = {
        "unread": Q(unread=True),
        "read": Q(unread=False),
        "hidden": Q(hidden_at__isnull=False, gone_at=None),
        "sent": Q(outgoing=True),
        "gone": Q(gone_at__isnull=False),
    }
    if value not in states:
        raise Unknown(_("“is:” takes unread, read, hidden, sent or gone."))
    return states[value]


def _account(value: str) -> Q:
    if value.isdecimal() and int(value) <= HIGHEST_ID:
        return Q(account_id=int(value))
    handle = value if value.startswith("@") else f"@{value}"
    return Q(account__handle__iexact=handle) | Q(
        account__handle__istartswith=f"{handle}@"
    )


def _provider(value: str) -> Q:
    if value not in Provider.values:
        names = ", ".join(Provider.values)
        raise Unknown(_("“provider:” takes one of %(names)s.") % {"names": names})
    return Q(account__provider=value)


def _from(value: str) -> Q:
    return Q(author__handle__icontains=value) | Q(author__folded__contains=value)


OPERATORS: dict[str, Callable[[str], Q]] = {
    "in": _in,
    "is": _is,
    "account": _account,
    "provider": _provider,
    "from": _from,
}
