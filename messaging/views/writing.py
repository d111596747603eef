"""Writing: answers below a conversation, and new messages on a page of their own.

One form, one door: every button sends all that was typed, which is kept first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.contrib import messages as notes
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
)
from django.views.decorators.vary import vary_on_headers

from accounts.models import Account
from accounts.signed_in import SignedInRequest
from inboxhub.lib.pictures import Busy, NotAPicture, made_small
from inboxhub.networks.base import ProviderError, RemoteAuthor
from messaging import drafts, wording
from messaging.forms import DraftForm, PictureForm
from messaging.models import Draft, DraftFile, Message, Operation
from messaging.views.composer import (
    Composer,
    composer_of,
    kept_drafts,
    sending_of,
    signed,
    unnamed,
    writers,
)
from messaging.views.conversation import below, participants
from messaging.views.frame import wants_fragment
from messaging.views.keeping import Kept, keep

MOST_DRAFTS = 20
PREVIEW = 320  # pixels


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look for people brought."""

    text: str
    people: tuple[RemoteAuthor, ...] = ()
    problem: str = ""


# --- Answers --------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@never_cache
@vary_on_headers("HX-Request")
def reply(request: SignedInRequest, message_id: int) -> HttpResponse:
    """The form below the conversation; what it sends."""
    rows = Message.objects.of(request.user).select_related("conversation", "account")
    found = get_object_or_404(rows, pk=message_id)
    if request.method == "POST":
        return _typed(request, found.account, found)
    if wants_fragment(request):
        return answer_again(request, found)
    place = f"/c/{found.conversation_id}/?reply={found.pk}#answer"
    return HttpResponseRedirect(place)


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


# --- New messages ---------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@never_cache
@vary_on_headers("HX-Request")
def compose(request: SignedInRequest) -> HttpResponse:
    """`?account=3`: a new message as this account; without, the one that was begun.

    `&draft=7`: that one, instead of the account's newest.
    """
    asked = {name: request.GET.get(name) for name in ("account", "draft")}
    number = DraftForm(asked)
    number.full_clean()
    chosen = number.cleaned_data.get("account")
    if request.method == "POST":
        rows = Account.objects.of(request.user)
        return _typed(request, get_object_or_404(rows, pk=chosen), None)
    return _compose(request, chosen, number.cleaned_data.get("draft"))


def _compose(
    request: SignedInRequest, chosen: int | None, named: int | None
) -> HttpResponse:
    own = writers(request.user)
    kept = list(kept_drafts(request.user)[:MOST_DRAFTS])
    account = next((one for one in own if one.pk == chosen), None)
    if chosen is not None and account is None:
        account = get_object_or_404(Account.objects.of(request.user), pk=chosen)
    if account is None and own:
        begun = [one.account for one in kept if not one.is_answer]
        account = next((one for one in begun if one in own), own[0])
    composer = None
    if account is not None:
        draft = _new(request, account, named)
        composer = composer_of(draft, check="check" in request.GET)
    others = [one for one in kept if composer is None or one.pk != composer.draft.pk]
    context = {"composer": composer, "writers": own, "drafts": others}
    return render(request, "messaging/compose.html", context)


def _new(request: SignedInRequest, account: Account, named: int | None) -> Draft:
    """The new message of the account that is being written, or an empty one."""
    rows = Draft.objects.of(request.user).filter(account=account, is_answer=False)
    editing = rows.filter(state=Draft.State.EDITING).order_by("-changed_at", "-pk")
    joined = editing.select_related("account")
    found = joined.filter(pk=named or 0).first() or joined.first()
    return found or drafts.blank(request.user, account, None)


# --- What the form sends --------------------------------------------------------------


def _typed(
    request: SignedInRequest, account: Account, answers: Message | None
) -> HttpResponse:
    """Keep all of it, then do what the button says."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _unreadable(request)
    given = form.cleaned_data
    kept = keep(request.user, account, answers, given)
    draft = kept.draft
    if kept.operation or draft.state == Draft.State.SENDING:
        return _on_its_way(request, draft, kept.operation, given["do"])
    refused = _pictures(request, draft, given) if draft.pk else ""
    if not kept.as_shown:
        return _not_as_shown(request, kept, given["do"], refused)
    match given["do"]:
        case "discard" if wants_fragment(request) and not _is_empty(draft):
            return form_again(request, draft, asks=True)
        case "discard" | "throw":
            drafts.discard(draft)
            return _discarded(request, draft)
        case ("send" | "as-it-is") as do if not refused:
            ticket = str(given["ticket"] or "")
            return _send(request, draft, ticket, as_it_is=do == "as-it-is")
        case "keep":
            return _saved(request, draft)
        case "find":
            looked = _look(draft.account, given["find"])
            return form_again(request, draft, looked=looked)
        case _:
            return form_again(request, draft, refused=refused)


def _unreadable(request: SignedInRequest) -> HttpResponse:
    """A form that no page of ours makes, or a text beyond all limits."""
    text = _("This text could not be read. Nothing was sent; make it shorter.")
    whole = not wants_fragment(request)
    template = "messaging/refused.html" if whole else "messaging/fragments/said.html"
    return render(request, template, {"text": text}, status=422)


def _pictures(request: SignedInRequest, draft: Draft, given: Mapping[str, str]) -> str:
    """Keep words and files of pictures; a sentence when one was not taken."""
    for pk in draft.files.values_list("pk", flat=True):
        words = PictureForm(request.POST, prefix=str(pk))
        if f"{pk}-description" in request.POST and words.is_valid():
            told = words.cleaned_data
            drafts.describe(draft, pk, told["description"], told["sensitive"])
    if given["detach"]:
        drafts.detach(draft, int(given["detach"]))
    able = drafts.writing_of(draft)
    for picture in request.FILES.getlist("picture"):
        try:
            if (picture.size or 0) > wording.LARGEST_PICTURE:
                raise drafts.Refused("file-too-large")
            drafts.attach(
                draft,
                name=picture.name or "",
                data=picture.read(),
                description="",
                sensitive=False,
            )
        except drafts.Refused as refused:
            return wording.in_the_way(refused.code, draft.account, able)
    return ""


def _look(account: Account, text: str) -> Looked:
    """Ask the network for people; what goes wrong is a sentence."""
    if not text.strip():
        return Looked("")
    try:
        people = drafts.find_people(account, text.strip())
    except ProviderError as error:
        host = wording.server_name(account)
        return Looked(text, problem=wording.problem(error.stored, host))
    if not people:
        host = wording.server_name(account)
        nobody = _("%(host)s knows nobody by that name.") % {"host": host}
        return Looked(text, problem=nobody)
    return Looked(text, people)


def _send(
    request: SignedInRequest, draft: Draft, ticket: str, *, as_it_is: bool
) -> HttpResponse:
    """Begin to send it; what is in the way is said in the form instead."""
    if not as_it_is and unnamed(draft, draft.files.defer("data")):
        return form_again(request, draft, check=True)
    try:
        operation = drafts.send(draft, key=ticket)
    except drafts.Refused:
        return form_again(request, draft, check=True)
    draft.refresh_from_db()
    return _on_its_way(request, draft, operation, "send")


def _not_as_shown(
    request: SignedInRequest, kept: Kept, do: str, refused: str
) -> HttpResponse:
    """Nothing is sent: the person looks at the form as the draft is now."""
    draft = kept.draft
    if do == "keep":
        # The one that came back has other words, which stay as they are.
        return _saved(request, draft) if kept.stored else HttpResponse(status=409)
    if do in ("discard", "throw") and not draft.pk:
        return _discarded(request, draft)
    why = [_("This was not sent.")] if do in ("send", "as-it-is") else []
    if refused:
        why.append(refused)
    return form_again(request, draft, refused=" ".join(why), changed=True)


# --- What the form gets back ----------------------------------------------------------


def _on_its_way(
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


def _saved(request: SignedInRequest, draft: Draft) -> HttpResponse:
    """That it is kept; a form that was emptied is forgotten."""
    kept = not _is_empty(draft)
    if not kept:
        drafts.discard(draft)
    context = {"draft": draft, "kept": kept}
    return render(request, "messaging/fragments/saved.html", context)


def _is_empty(draft: Draft) -> bool:
    something = draft.text.strip() or draft.recipients
    return not something and not draft.files.exists()


def _discarded(request: SignedInRequest, draft: Draft) -> HttpResponse:
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
        context = {"composer": composer, "writers": _others(request, draft)}
        return render(request, "messaging/compose.html", context, status=status)
    if refused:
        notes.error(request, refused)
    query = "&check=1" if check else ""
    if draft.answers is not None:
        place = f"/c/{draft.answers.conversation_id}/?reply={draft.answers_id}{query}"
        return HttpResponseRedirect(f"{place}#answer")
    return HttpResponseRedirect(f"{_place(draft)}{query}")


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
    people, others = [], 0
    if draft.answers is not None:
        whole = draft.answers.conversation
        people = participants(whole)
        others = max(0, whole.participant_count - len(people))
    made = composer_of(draft, people=people, others=others, check=check)
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
    return [] if draft.is_answer else writers(request.user)


# --- Pictures ---------------------------------------------------------------------------


@require_GET
@never_cache
def draft_file(request: SignedInRequest, file_id: int) -> HttpResponse:
    """A picture of a draft, made small, as its writer sees it in the form."""
    rows = DraftFile.objects.filter(draft__owner=request.user)
    found = get_object_or_404(rows, pk=file_id)
    try:
        small = made_small(bytes(found.data), PREVIEW)
    except Busy:
        return HttpResponse(status=503)
    except NotAPicture:
        raise Http404 from None
    headers = {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(small, content_type="image/webp", headers=headers)
