"""What a page on the screen must show anew after events: its rows, counts, and thread."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from accounts.signed_in import SignedInRequest
from messaging.forms import ChangesForm
from messaging.models import Conversation
from messaging.views.conversation import Pane, pane_of
from messaging.views.frame import Frame, frame_of
from messaging.views.rows import Day, rows_again


@require_GET
@never_cache
@vary_on_headers("HX-Request", "HX-Current-URL")
def live_changes(request: SignedInRequest) -> HttpResponse:
    """`?conversation=1,2&message=3`: as far as they are on the page that asks.

    Which page that is stands in `HX-Current-URL`. A row that no longer belongs into its
    list is left out. Changes nothing.
    """
    form = ChangesForm(request.GET)
    if not form.is_valid():
        return HttpResponse(status=400)
    frame = frame_of(request)
    conversations = form.cleaned_data["conversation"]
    context = {
        "days": _days(frame, conversations, form.cleaned_data["message"]),
        "pane": _pane(request, frame, conversations),
    }
    return render(request, "messaging/fragments/live.html", context)


def _days(frame: Frame, conversations: list[int], messages: list[int]) -> list[Day]:
    if frame.path != "/":
        return []
    ids = messages if frame.filters.of_messages else conversations
    return rows_again(frame.user, frame.filters, frame.accounts, ids)


def _pane(
    request: SignedInRequest, frame: Frame, conversations: list[int]
) -> Pane | None:
    if frame.reading not in conversations:
        return None
    rows = Conversation.objects.of(request.user).select_related("account")
    found = rows.filter(pk=frame.reading).first()
    return pane_of(request, found) if found else None
