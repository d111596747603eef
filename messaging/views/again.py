"""What a form to write with gets back: itself, what is on its way, or that it is kept."""

from dataclasses import dataclass, replace

from django.contrib import messages as notes
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.signed_in import SignedInRequest
from inboxhub.networks.base import RemoteAuthor
from messaging import drafts
from messaging.models import Draft, Message, Operation
from messaging.views.chosen import signed
from messaging.views.composer import Composer, composer_of
from messaging.views.conversation import below, pane_of, participants
from messaging.views.frame import list_filters, wants_fragment
from messaging.views.under_way import sending_of


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look for people brought."""

    text: str
    people: tuple[RemoteAuthor, ...] = ()
    problem: str = ""


def answer_again(
    request: SignedInRequest,
    answered: Message,
    *,
    check: bool = False,
    status: int = 200,
) -> HttpResponse:
    """What stands below the conversation now."""
    answer = below(answered.conversation, reply=answered, check=check)
    template = "messaging/fragments/answer.html"
    return render(request, template, {"answer": answer}, status=status)


def on_its_way(
    request: SignedInRequest, draft: Draft, operation: Operation | None, do: str
) -> HttpResponse:
    """Below the conversation, or instead of the form; nothing to a late save."""
    if do == "keep":
        return HttpResponse(status=204)
    if draft.answers is not None:
        if not wants_fragment(request):
            return HttpResponseRedirect(f"/c/{draft.answers.conversation_id}/#answer")
        answer = below(draft.answers.conversation)
        return render(request, "messaging/fragments/answer.html", {"answer": answer})
    if operation is None:
        raise Http404
    if not wants_fragment(request):
        return HttpResponseRedirect(f"/sending/{operation.pk}/")
    context = {"sending": sending_of(operation, draft if draft.pk else None)}
    return render(request, "messaging/fragments/sending.html", context)


def saved(request: SignedInRequest, draft: Draft) -> HttpResponse:
    """That it is kept; a form that was emptied is forgotten."""
    kept = not is_empty(draft)
    if not kept:
        drafts.discard(draft)
    context = {"draft": draft, "kept": kept}
    return render(request, "messaging/fragments/saved.html", context)


def is_empty(draft: Draft) -> bool:
    something = draft.text.strip() or draft.recipients
    return not something and not draft.files.exists()


def discarded(request: SignedInRequest, draft: Draft) -> HttpResponse:
    text = _("The draft is discarded.")
    if draft.answers is not None:
        if wants_fragment(request):
            answer = below(draft.answers.conversation)
            template = "messaging/fragments/answer.html"
            return render(request, template, {"answer": answer})
        notes.success(request, text)
        return HttpResponseRedirect(f"/c/{draft.answers.conversation_id}/")
    notes.success(request, text)
    if wants_fragment(request):
        return HttpResponse(headers={"HX-Redirect": "/compose/"})
    return HttpResponseRedirect("/compose/")


def form_again(
    request: SignedInRequest,
    draft: Draft,
    *,
    looked: Looked | None = None,
    refused: str = "",
    check: bool = False,
    asks: bool = False,
    changed: bool = False,
) -> HttpResponse:
    """The form again: to htmx alone, otherwise by its page.

    `changed`: it is not what the person has seen, and perhaps not stored.
    """
    composer = replace(_again(draft, looked, refused, check=check), asks=asks)
    status = 422 if refused or check or changed else 200
    if wants_fragment(request):
        return _fragment(request, composer, status)
    if looked is not None or changed:
        return _page(request, composer, status)
    if refused:
        notes.error(request, refused)
    query = "&check=1" if check else ""
    if draft.answers is not None:
        place = f"/c/{draft.answers.conversation_id}/?reply={draft.answers_id}{query}"
        return HttpResponseRedirect(f"{place}#answer")
    return HttpResponseRedirect(f"{_place(draft)}{query}")


def _page(request: SignedInRequest, composer: Composer, status: int) -> HttpResponse:
    """What is perhaps not stored, on a page: an answer stands in its conversation."""
    answers = composer.draft.answers
    if answers is None:
        context: dict[str, object] = {
            "composer": composer,
            "writers": _others(request, composer.draft),
        }
        return render(request, "messaging/compose.html", context, status=status)
    found = answers.conversation
    pane = pane_of(request, found)
    answer = replace(below(found, reply=answers), composer=composer)
    context = {
        "pane": replace(pane, answer=answer),
        "back": list_filters(request).url(),
    }
    return render(request, "messaging/conversation.html", context, status=status)


def _place(draft: Draft) -> str:
    """The page of a new message: this one, and not just the account's newest."""
    named = f"&draft={draft.pk}" if draft.pk else ""
    return f"/compose/?account={draft.account_id}{named}"


def _fragment(
    request: SignedInRequest, composer: Composer, status: int
) -> HttpResponse:
    """The form, an answer's with what else stands below the conversation."""
    draft = composer.draft
    if draft.answers is not None:
        whole = below(draft.answers.conversation, reply=draft.answers)
        context: dict[str, object] = {"answer": replace(whole, composer=composer)}
        template = "messaging/fragments/answer.html"
        return render(request, template, context, status=status)
    context = {"composer": composer, "writers": _others(request, draft)}
    template = "messaging/fragments/composer.html"
    shown = render(request, template, context, status=status)
    shown["HX-Replace-Url"] = _place(draft)
    return shown


def _again(
    draft: Draft, looked: Looked | None, refused: str, *, check: bool
) -> Composer:
    people = participants(draft.answers.conversation) if draft.answers else []
    made = composer_of(draft, people=people, check=check)
    if refused:
        made = replace(made, problems=[*made.problems, refused])
    if looked is None:
        return made
    return replace(
        made,
        found=[(one, signed(draft.account, one)) for one in looked.people],
        asked=looked.text,
        find_problem=looked.problem,
    )


def _others(request: SignedInRequest, draft: Draft) -> list[Account]:
    """The accounts that a new message could be written with instead."""
    return [] if draft.is_answer else drafts.writers(request.user)
