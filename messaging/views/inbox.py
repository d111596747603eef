"""The inbox: conversations of all accounts, newest first, filtered by what the URL says."""

from dataclasses import replace

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from accounts.models import Account
from accounts.signed_in import SignedInRequest
from messaging import search, wording
from messaging.filters import Filters
from messaging.listing import matching_conversations
from messaging.models import Conversation, Message
from messaging.views.conversation import Pane, pane_of
from messaging.views.frame import Frame, frame_of, wants_fragment
from messaging.views.rows import Listing, listing
from messaging.views.subjects import list_words


@require_GET
@never_cache
@vary_on_headers("HX-Request")
def inbox(request: SignedInRequest) -> HttpResponse:
    """The whole page, or to htmx only the rows that follow."""
    frame = frame_of(request)
    filters = frame.filters
    page = listing(request.user, filters, frame.accounts)
    context: dict[str, object] = {"filters": filters, "listing": page}
    if wants_fragment(request) and filters.at:
        return render(request, "messaging/fragments/rows.html", context)
    context |= {
        "heading": heading(frame),
        "reading": _reading(request, filters),
        "list_words": list_words(filters, {a.pk: a.handle for a in frame.accounts}),
    }
    if not page.days:
        context["empty"] = why_empty(request, frame, page)
    return render(request, "messaging/inbox.html", context)


def heading(frame: Frame) -> str:
    """The name of what is listed."""
    if frame.filters.q:
        return _("Search")
    names = {place.name: place.label for place in frame.boxes}
    return names[frame.filters.box or "inbox"]


def _reading(request: SignedInRequest, filters: Filters) -> Pane | None:
    """The conversation beside the list; one that is not there is no error of the list."""
    if filters.open is None:
        return None
    try:
        rows = Conversation.objects.of(request.user).select_related("account")
        found = rows.get(pk=filters.open)
    except ObjectDoesNotExist:
        return None
    return pane_of(request, found)


def why_empty(
    request: SignedInRequest, frame: Frame, page: Listing
) -> dict[str, object]:
    """What an empty list says, and the number of rows without the unread filter."""
    filters = frame.filters
    if not frame.accounts:
        return {"why": "no-account"}
    if filters.at or filters.upto:
        return {"why": "end"}
    if lacking := without_box(frame):
        return {"why": "not-offered", "lacking": lacking}
    if filters.unread and not (filters.q or filters.of_messages):
        everything = replace(filters, unread=False)
        rows = matching_conversations(request.user, everything)
        return {"why": "all-read", "number": rows.order_by().count()}
    if filters.narrowed:
        return {"why": "no-match"}
    if filters.box in ("hidden", "sent", "requests"):
        return {"why": filters.box}
    held = Message.objects.of(request.user)
    if held.exists():
        return {"why": "nothing-left", "hidden": held.filter(search.HIDDEN).exists()}
    return {"why": "nothing-yet"}


def without_box(frame: Frame) -> list[tuple[Account, str]]:
    """The accounts of the list with the reason why their networks lack its box.

    Empty as soon as one of them has it.
    """
    reasons = [
        (account, account.able.boxes.get(frame.filters.box, ""))
        for account in frame.chosen_accounts
    ]
    if not all(code for _account, code in reasons):
        return []
    return [
        (account, wording.reason(code, wording.server_name(account)))
        for account, code in reasons
    ]
