"""What a click does: one door per verb, a page that asks before what cannot be undone."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.contrib import messages as notes
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Account
from accounts.signed_in import SignedInRequest
from inboxhub.networks.base import NOWHERE
from messaging import services, wording
from messaging.forms import SelectionForm
from messaging.models import Conversation, Message, Operation
from messaging.selection import Selection
from messaging.views.conversation import toolbar_of
from messaging.views.frame import Frame, frame_of, wants_fragment
from messaging.views.offers import Offers
from messaging.views.rows import Row, conversation_rows, message_rows

ASKS_FIRST = ("mark-replied", "remove", "delete")
FROM_THE_LATEST = ("mark-unread", "mark-replied")
"""Of a whole conversation these mean its latest message of others."""
TAKES_AWAY = ("remove", "delete")
OPPOSITE = {
    "mark-read": "mark-unread",
    "mark-unread": "mark-read",
    "hide": "unhide",
    "unhide": "hide",
}
MOST_SWAPPED = 200
"""Rows that are put in place one by one; beyond that the page is loaded anew."""


@require_POST
def verb(request: SignedInRequest, name: str) -> HttpResponse:
    """Do it, then show what became of it: the changed rows, or the page again."""
    form = SelectionForm(request.POST)
    if not form.is_valid():
        return _refused(request)
    selection = chosen(request, form, name)
    if not selection.message_ids:
        return _nothing_selected(request, form.cleaned_data["next"])
    operation = services.VERBS[name](request.user, selection)
    if wants_fragment(request):
        return changes(request, operation, opened=form.cleaned_data["opened"])
    notes.success(request, wording.done_sentence(operation))
    if operation.state != Operation.State.DONE:
        return HttpResponseRedirect(f"/operations/{operation.pk}/")
    return HttpResponseRedirect(form.cleaned_data["next"])


@require_POST
def refresh(request: SignedInRequest, message_id: int) -> HttpResponse:
    """Fetch one message again from its network; the status line brings it."""
    found = get_object_or_404(Message.objects.of(request.user), pk=message_id)
    operation = services.refresh(request.user, found)
    if wants_fragment(request):
        return changes(request, operation)
    return redirect("messaging:operation", operation.pk)


@require_http_methods(["GET", "POST"])
def confirm(request: SignedInRequest, name: str) -> HttpResponse:
    """What the verb would do, per account; nothing happens here."""
    if name not in ASKS_FIRST:
        raise Http404
    form = SelectionForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return _refused(request)
    selection = chosen(request, form, name)
    if not selection.message_ids:
        return _nothing_selected(request, form.cleaned_data["next"])
    preview = services.preview(request.user, name, selection)
    context = {
        "verb": name,
        "preview": preview,
        "lines": [_explained(line) for line in preview.lines],
        "wording": wording.confirmation(name, _effects(preview)),
        "ids": ",".join(map(str, selection.message_ids)),
        "impossible": len(preview.impossible_ids),
        "impossible_ids": ",".join(map(str, preview.impossible_ids)),
        "next": form.cleaned_data["next"],
    }
    whole = not wants_fragment(request)
    template = "confirm" if whole else "fragments/confirm"
    return render(request, f"messaging/{template}.html", context)


def _explained(line: services.PreviewLine) -> dict[str, object]:
    """A line of the preview in words, impossible ones with the reason."""
    host = wording.server_name(line.account)
    impossible = line.reach == NOWHERE
    why = wording.reason(line.reason, host)
    return {
        "account": line.account,
        "count": line.count,
        "impossible": impossible,
        "words": why if impossible else wording.effect(line.effect, host),
        "duration": wording.duration(line.seconds),
    }


def _effects(preview: services.Preview) -> Counter[str]:
    """How many messages have which effect, of those that the verb is possible for."""
    counted: Counter[str] = Counter()
    for line in preview.lines:
        if line.reach != NOWHERE:
            counted[line.effect] += line.count
    return counted


def chosen(request: SignedInRequest, form: SelectionForm, verb: str) -> Selection:
    """The user's own messages among those named, conversations with all they show.

    A conversation that is marked unread or replied is so by its latest message of others
    alone: a chat of years does not become a thousand unread messages.
    """
    ids = list(form.cleaned_data["message"])
    whole = form.cleaned_data["conversation"]
    if whole and verb in FROM_THE_LATEST:
        incoming = Message.objects.of(request.user).shown().filter(outgoing=False)
        in_it = incoming.filter(conversation=OuterRef("pk")).newest_first()
        rows = Conversation.objects.of(request.user).filter(pk__in=whole)
        latest = rows.annotate(newest=Subquery(in_it.values("pk")[:1]))
        ids += [pk for pk in latest.values_list("newest", flat=True) if pk]
    elif whole:
        ids += Selection.conversations(request.user, whole).message_ids
    own = Selection.messages(ids).of(request.user)
    if verb == "mark-read":
        own = own.unread()
    return Selection.messages(own.values_list("pk", flat=True))


def changes(
    request: SignedInRequest,
    operation: Operation,
    *,
    opened: bool = False,
) -> HttpResponse:
    """Fragments for what the operation changed on the screen, and a status line."""
    rows = Message.objects.of(request.user).filter(items__operation=operation)
    changed = list(
        rows.select_related("author", "conversation").newest_first()[: MOST_SWAPPED + 1]
    )
    if len(changed) > MOST_SWAPPED:
        return HttpResponse(headers={"HX-Refresh": "true"})
    whole = Conversation.objects.of(request.user).select_related("latest__author")
    conversations = list(whole.filter(pk__in={m.conversation_id for m in changed}))
    frame = frame_of(request)
    accounts = {account.pk: account for account in frame.accounts}
    offers = Offers(frame.accounts)
    rows_left, gone = _rows_after(frame, changed, conversations, accounts)
    context = {
        "rows": rows_left if frame.path == "/" else [],
        "gone": gone,
        "reading": [
            toolbar_of(one, one.latest, offers)
            for one in conversations
            if one.pk == frame.reading
        ],
        "menus": [
            (message, accounts[message.account_id], offers.of(message))
            for message in changed
            if message.conversation_id == frame.reading
            and f"message-{message.pk}" not in gone
        ],
        "operation": operation,
        "leaves": operation.verb in TAKES_AWAY,
        "opened": opened,
        "opposite": OPPOSITE.get(operation.verb, ""),
        "message_ids": ",".join(str(message.pk) for message in changed),
        "sentence": wording.done_sentence(operation),
        "quiet": _quiet(changed, offers),
    }
    return render(request, "messaging/fragments/changes.html", context)


def _rows_after(
    frame: Frame,
    changed: Sequence[Message],
    conversations: Sequence[Conversation],
    accounts: Mapping[int, Account],
) -> tuple[list[Row], list[str]]:
    """Rows to put in place, and the names of those that leave the page."""
    hidden_view = frame.filters.box == "hidden"
    leaving = [m for m in changed if (m.hidden_at is None) == hidden_view]
    listed = frame.filters.of_messages
    gone = [
        f"message-{message.pk}"
        for message in leaving
        if listed or message.conversation_id == frame.reading
    ]
    if listed:
        staying = [message for message in changed if message not in leaving]
        return message_rows(staying, accounts), gone
    shown = [one for one in conversations if one.sort_key]
    empty = [f"conversation-{one.pk}" for one in conversations if not one.sort_key]
    return conversation_rows(shown, accounts), gone + empty


def _quiet(changed: Sequence[Message], offers: Offers) -> str:
    """The quiet line of an opened conversation: how far reading it went."""
    if not changed:
        return ""
    account = offers.accounts[changed[0].account_id]
    return wording.read_quietly(offers.reach("mark-read", changed[0]), account)


def _nothing_selected(request: SignedInRequest, back: str) -> HttpResponse:
    text = _("Nothing is selected. Tick a message first.")
    if wants_fragment(request):
        return render(request, "messaging/fragments/said.html", {"text": text})
    notes.warning(request, text)
    return HttpResponseRedirect(back)


def _refused(request: SignedInRequest) -> HttpResponse:
    """A form that no page of ours makes: too many ids, or none that is a number."""
    text = _("This selection could not be read. Go back and tick the messages again.")
    whole = not wants_fragment(request)
    template = "messaging/refused.html" if whole else "messaging/fragments/said.html"
    return render(request, template, {"text": text}, status=422)
