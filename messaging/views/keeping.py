"""What a form to write with sends, kept in the draft that it names and in no other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import Account
from inboxhub.lib.database import short_write
from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.writing import Audience
from messaging import drafts
from messaging.models import Draft, Message, Operation
from messaging.views.chosen import digest, unsigned, words_of

WORDS = ("text", "title", "content_warning")


@dataclass(frozen=True, slots=True)
class Kept:
    """The draft as it is now; one that is not stored holds what was typed."""

    draft: Draft
    as_shown: bool = True
    """Whether it goes to whom the form said; otherwise nothing may be sent."""
    joined: bool = False
    """Whether it was changed elsewhere: it has the words of both, not as shown."""
    stored: bool = True
    """Whether what was typed is in the database."""
    shown: Audience | None = None
    """Whom the form of an answer said that it goes to."""
    operation: Operation | None = None
    """What sends it, or has sent it."""


def keep(
    user: User, account: Account, answers: Message | None, given: Mapping[str, Any]
) -> Kept:
    """Keep what was typed, and the people that were chosen."""
    with short_write():
        # Held, so that two clicks come one after the other.
        held = Account.objects.of(user).select_for_update(no_key=True)
        get_object_or_404(held, pk=account.pk)
        begun = drafts.blank(user, account, answers)
        asked = _asked_before(user, given)
        sent = asked.drafts.first() if asked else None
        if asked and (sent is None or sent.state == Draft.State.SENDING):
            return Kept(sent or begun, operation=asked)
        draft = _named(begun, given)
        if draft is None:
            return _gone(begun, given)
        if draft.state == Draft.State.SENDING:
            if draft.text != given["text"]:
                return _gone(begun, given)
            return Kept(draft, operation=draft.operation)
        if not _seen(draft, given):
            return _joined(draft, given)
        if given["shown"] != digest(draft):
            return Kept(_words(draft, given), as_shown=False)
        if draft.is_answer and draft.answers_id is None:
            draft = drafts.made_new(draft)
        draft, answered = _all(draft, given), draft.answers
        draft.answers = answered  # as it was when it was held against the form
        # Undone meanwhile: the same click, coming late, does not send it again.
        return Kept(draft, as_shown=asked is None, shown=drafts.audience(draft))


def _asked_before(user: User, given: Mapping[str, Any]) -> Operation | None:
    """What this very form was sent as already."""
    if not given["ticket"]:
        return None
    sends = Operation.objects.of(user).filter(verb=Operation.Verb.SEND)
    return sends.filter(key=str(given["ticket"])).first()


def _named(begun: Draft, given: Mapping[str, Any]) -> Draft | None:
    """The row that the form is about; a new one when it was not stored yet.

    None where that is gone, or another answer to the same message was begun meanwhile.
    """
    rows = _rows(begun)
    if given["draft"]:
        return rows.filter(pk=given["draft"]).first()
    if given["ticket"] and (found := rows.filter(key=given["ticket"]).first()):
        return found
    return None if _other_answer(begun) else _stored(begun, given)


def _rows(begun: Draft) -> QuerySet[Draft]:
    """Answers to the same message; of new ones all, and answers that have none any more."""
    rows = Draft.objects.filter(owner=begun.owner_id, answers=begun.answers_id)
    return rows.select_related("account", "answers__conversation", "operation")


def _other_answer(begun: Draft) -> Draft | None:
    """The answer to the same message that is being edited; there is only one."""
    editing = _rows(begun).filter(state=Draft.State.EDITING)
    return editing.first() if begun.is_answer else None


def _gone(begun: Draft, given: Mapping[str, Any]) -> Kept:
    """The form's draft is sent, discarded or joined with another: look again."""
    other = _other_answer(begun)
    if other is not None and given["ticket"]:
        return _joined(other, given)
    if other is not None:
        return Kept(other, as_shown=False, stored=False)
    if given["do"] == "keep":
        return Kept(_words(_stored(begun, {"ticket": None}), given))
    for name in WORDS:
        setattr(begun, name, given[name])
    return Kept(begun, as_shown=False, stored=False)


def _stored(begun: Draft, given: Mapping[str, Any]) -> Draft:
    """A row that the same form finds by its key until it is sent the first time."""
    ticket = given["ticket"]
    if ticket and not Draft.objects.filter(key=ticket).exists():
        begun.key = ticket
    begun.written_in = ticket
    begun.save()
    return begun


def _seen(draft: Draft, given: Mapping[str, Any]) -> bool:
    """Whether the words that are stored go on in those of the form, or it showed them.

    What a form itself has stored it knows, whether the answer came or not.
    """
    if given["ticket"] and given["ticket"] == draft.written_in:
        return True
    words = [getattr(draft, name) for name in WORDS]
    held = all(word in given[name] for name, word in zip(WORDS, words, strict=True))
    return held or given["was"] == words_of(*words)


def _joined(draft: Draft, given: Mapping[str, Any]) -> Kept:
    """The words of the draft and of a form that does not know them: none are lost.

    They go to the narrower of both audiences. No form has shown them yet.
    """
    words = {name: getattr(draft, name) for name in WORDS}
    mine = {name: given[name] for name in WORDS}
    unchanged = given["was"] == words_of(*mine.values())
    if not unchanged and given["do"] != "throw":
        for name, word in words.items():
            between = "\n\n" if name == "text" else " "
            words[name] = _both(word, mine[name], between)
    order = drafts.visibilities(draft)
    both = {given["visibility"], drafts.visibility(draft)} & set(order)
    _written(draft, None)
    kept = drafts.save(
        draft,
        **words,
        visibility=min(both, key=order.index) if len(both) > 1 else draft.visibility,
        recipients=drafts.people(draft),
    )
    return Kept(kept, as_shown=False, joined=True)


def _both(theirs: str, mine: str, between: str) -> str:
    if mine in theirs:
        return theirs
    return mine if theirs in mine else between.join((theirs, mine))


def _written(draft: Draft, form: UUID | None) -> None:
    Draft.objects.filter(pk=draft.pk).update(written_in=form)


def _words(draft: Draft, given: Mapping[str, Any]) -> Draft:
    """What was typed, for those whom the draft is for already."""
    _written(draft, given["ticket"])
    return drafts.save(
        draft,
        text=given["text"],
        title=given["title"],
        content_warning=given["content_warning"],
        visibility=draft.visibility,
        recipients=drafts.people(draft),
    )


def _all(draft: Draft, given: Mapping[str, Any]) -> Draft:
    """What was typed and chosen; another account begins with nobody chosen."""
    other, wanted = None, given["account"]
    if not draft.is_answer and wanted and wanted != draft.account_id:
        other = get_object_or_404(Account.objects.of(draft.owner), pk=wanted)
    _written(draft, given["ticket"])
    return drafts.save(
        draft,
        text=given["text"],
        title=given["title"],
        content_warning=given["content_warning"],
        visibility="" if other else given["visibility"],
        recipients=() if other else _people(draft, given),
        account=other,
    )


def _people(draft: Draft, given: Mapping[str, Any]) -> list[RemoteAuthor]:
    chosen = [one for one in drafts.people(draft) if one.remote_id != given["drop"]]
    added = unsigned(draft.account, given["add"]) if given["add"] else None
    if added and added.remote_id not in {one.remote_id for one in chosen}:
        chosen.append(added)
    return chosen
