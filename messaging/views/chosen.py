"""Whom a form is for: people as its buttons hold them, and what it showed of all."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict

from django.core import signing

from accounts.models import Account
from inboxhub.networks.base import RemoteAuthor
from messaging import drafts
from messaging.models import Draft

LOOKED_UP = 24 * 60 * 60  # seconds that a found person can be chosen


def digest(draft: Draft) -> str:
    """As whom and to whom it goes: what a form shows must still be so when it comes.

    Not by the visibility that is chosen in the form itself.
    """
    to: list[object] = [person.remote_id for person in drafts.people(draft)]
    if (audience := drafts.audience(draft)) and draft.answers:
        by_host = draft.told.get("visibility") if draft.told else ""
        to += [audience.people, sorted(audience.handles), draft.answers.visibility]
        to += [by_host]
    return _sha256([draft.account_id, *to])


def words_of(*words: str) -> str:
    """The words that a form began with, by which it knows whether they are still so."""
    return _sha256(words)


def _sha256(what: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()


def signed(account: Account, person: RemoteAuthor) -> str:
    """A person as a button holds them: only who was found can be chosen."""
    return signing.dumps(asdict(person), salt=_salt(account), compress=True)


def unsigned(account: Account, text: str) -> RemoteAuthor | None:
    try:
        found = signing.loads(text, salt=_salt(account), max_age=LOOKED_UP)
    except signing.BadSignature:
        return None
    return RemoteAuthor(**found)


def _salt(account: Account) -> str:
    return f"recipient of {account.pk}"
