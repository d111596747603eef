"""What was written and is on its way: how long it can be undone, and what became of it."""

from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.signed_in import SignedInRequest
from messaging import drafts, running
from messaging.models import Draft, Operation
from messaging.views.again import answer_again, form_again
from messaging.views.frame import wants_fragment
from messaging.views.under_way import sending_of


@require_GET
@never_cache
@vary_on_headers("HX-Request")
def sending(request: SignedInRequest, sending_id: int) -> HttpResponse:
    """How far it is; once it is not on its way any more, the form with the text."""
    found = _operation(request, sending_id)
    return _sending(request, found, _draft_of(found))


@require_POST
def sending_step(request: SignedInRequest, sending_id: int, name: str) -> HttpResponse:
    """Undo, send now, or what the person knows of one that perhaps arrived."""
    found = _operation(request, sending_id)
    draft = _draft_of(found)
    match name:
        case "undo":
            running.undo(found)
        case "now":
            drafts.send_now(found)
        case "arrived":
            drafts.it_arrived(found)
        case "again":
            drafts.send_again(found)
        case _:
            raise Http404
    found.refresh_from_db()
    return _sending(request, found, draft)


def _operation(request: SignedInRequest, sending_id: int) -> Operation:
    rows = Operation.objects.of(request.user).filter(verb=Operation.Verb.SEND)
    # The item goes with its account; nothing can be said or done without it.
    return get_object_or_404(rows.exclude(items=None), pk=sending_id)


def _draft_of(operation: Operation) -> Draft | None:
    """The text that it sends, or that it gave back."""
    rows = Draft.objects.filter(owner=operation.owner_id)
    joined = rows.select_related("account", "answers__conversation")
    names = operation.items.values_list("remote_id", flat=True)
    keys = [name.removeprefix("draft:") for name in names if name.startswith("draft:")]
    return joined.filter(Q(operation=operation) | Q(key__in=keys)).first()


def _sending(
    request: SignedInRequest, operation: Operation, draft: Draft | None
) -> HttpResponse:
    """The form again where the text came back, otherwise how far it is.

    A page that looks on by itself, `beside` another form, gets no second one.
    """
    draft = Draft.objects.filter(pk=draft.pk).first() if draft else None
    beside = request.method == "GET" and "beside" in request.GET
    if draft is not None and draft.state == Draft.State.EDITING and not beside:
        return _came_back(request, draft)
    context = {"sending": sending_of(operation, draft)}
    if wants_fragment(request):
        return render(request, "messaging/fragments/sending.html", context)
    if draft is not None and draft.answers is not None:
        return HttpResponseRedirect(f"/c/{draft.answers.conversation_id}/#answer")
    return render(request, "messaging/sending.html", context)


def _came_back(request: SignedInRequest, draft: Draft) -> HttpResponse:
    """The form with its text, instead of all that stands below the conversation."""
    if draft.answers is None or not wants_fragment(request):
        return form_again(request, draft)
    answer = answer_again(request, draft.answers)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#answer", "innerHTML"
    return answer
