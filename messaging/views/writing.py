"""Writing: answers below a conversation, and new messages on a page of their own.

One form, one door: every button sends all that was typed, which is kept first.
"""

from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from accounts.models import Account
from accounts.signed_in import SignedInRequest
from inboxhub.networks.errors import ProviderError
from messaging import drafts, wording
from messaging.forms import DraftForm
from messaging.models import Draft, Message
from messaging.views.again import (
    Looked,
    answer_again,
    discarded,
    form_again,
    is_empty,
    on_its_way,
    saved,
)
from messaging.views.attached import take_pictures
from messaging.views.composer import composer_of, unnamed
from messaging.views.frame import wants_fragment
from messaging.views.keeping import Kept, keep

MOST_DRAFTS = 20


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
    own = drafts.writers(request.user)
    kept = list(drafts.kept(request.user)[:MOST_DRAFTS])
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
    """The new message of the account that is being written, or an empty one.

    An answer whose message was erased becomes one when it is named.
    """
    rows = Draft.objects.of(request.user).filter(account=account, answers=None)
    editing = rows.filter(state=Draft.State.EDITING).order_by("-changed_at", "-pk")
    joined = editing.select_related("account")
    asked = joined.filter(pk=named or 0).first()
    found = asked or joined.filter(is_answer=False).first()
    if found is None:
        return drafts.blank(request.user, account, None)
    found.is_answer = False
    return found


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
        return on_its_way(request, draft, kept.operation, given["do"])
    refused = take_pictures(request, draft, given) if draft.pk else ""
    if not kept.as_shown:
        return _not_as_shown(request, kept, given["do"], refused)
    match given["do"]:
        case "discard" if wants_fragment(request) and not is_empty(draft):
            return form_again(request, draft, asks=True)
        case "discard" | "throw":
            drafts.discard(draft)
            return discarded(request, draft)
        case ("send" | "as-it-is") as do if not refused:
            ticket = str(given["ticket"] or "")
            return _send(request, kept, ticket, as_it_is=do == "as-it-is")
        case "keep":
            return saved(request, draft)
        case "find":
            looked = look(draft.account, given["find"])
            return form_again(request, draft, looked=looked)
        case _:
            return form_again(request, draft, refused=refused)


def _unreadable(request: SignedInRequest) -> HttpResponse:
    """A form that no page of ours makes, or a text beyond all limits."""
    text = _("This text could not be read. Nothing was sent; make it shorter.")
    whole = not wants_fragment(request)
    template = "messaging/refused.html" if whole else "messaging/fragments/said.html"
    return render(request, template, {"text": text}, status=422)


def _send(
    request: SignedInRequest, kept: Kept, ticket: str, *, as_it_is: bool
) -> HttpResponse:
    """Begin to send it; what is in the way is said in the form instead."""
    draft = kept.draft
    if not as_it_is and unnamed(draft, draft.files.defer("data")):
        return form_again(request, draft, check=True)
    try:
        operation = drafts.send(draft, key=ticket, shown=kept.shown)
    except drafts.Refused as refused:
        if refused.code == drafts.CHANGED:
            draft.refresh_from_db()
            return _not_as_shown(request, replace(kept, draft=draft), "send", "")
        return form_again(request, draft, check=True)
    draft.refresh_from_db()
    return on_its_way(request, draft, operation, "send")


def _not_as_shown(
    request: SignedInRequest, kept: Kept, do: str, refused: str
) -> HttpResponse:
    """Nothing is sent: the person looks at the form as the draft is now."""
    draft = kept.draft
    if do == "keep" and not kept.joined:
        # Of no form of ours: the words that are there stay as they are.
        return saved(request, draft) if kept.stored else HttpResponse(status=409)
    if do in ("discard", "throw") and not draft.pk:
        return discarded(request, draft)
    why = []
    if do in ("send", "as-it-is"):
        why = [
            _("This was not sent."),
            _("It changed since you opened this form: look at it, then send it again."),
        ]
    if kept.joined:
        why.append(_("This draft was also changed elsewhere."))
        why.append(_("What was written there is in it now."))
    if refused:
        why.append(refused)
    again = form_again(request, draft, refused=" ".join(why), changed=True)
    if do == "keep":
        again.status_code = 409
    return again


def look(account: Account, text: str) -> Looked:
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
