"""What a click does: one door per verb, a page that asks before what cannot be undone."""

from collections.abc import Sequence

from django.contrib import messages as notes
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.signed_in import SignedInRequest
from inboxhub.networks.base import NOWHERE
from messaging import services, wording
from messaging.forms import SelectionForm
from messaging.models import Conversation, Message, Operation
from messaging.services import Selection
from messaging.views.conversation import read_reach
from messaging.views.frame import frame_of
from messaging.views.rows import Row, conversation_rows, message_rows

ASKS_FIRST = ("remove", "delete")
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
    if request.headers.get("HX-Request") == "true":
        return changes(request, operation, opened=form.cleaned_data["opened"])
    notes.success(request, wording.done_sentence(operation))
    if operation.state != Operation.State.DONE:
        return HttpResponseRedirect(f"/operations/{operation.pk}/")
    return HttpResponseRedirect(form.cleaned_data["next"])


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
        "wording": wording.confirmation(name, preview.possible),
        "ids": ",".join(map(str, selection.message_ids)),
        "next": form.cleaned_data["next"],
    }
    whole = request.headers.get("HX-Request") != "true"
    template = "confirm" if whole else "fragments/confirm"
    return render(request, f"messaging/{template}.html", context)


def _explained(line: services.PreviewLine) -> dict[str, object]:
    """A line of the preview in words, impossible ones with the reason."""
    host = line.account.host
    impossible = line.reach == NOWHERE
    why = wording.reason(line.reason, host)
    return {
        "account": line.account,
        "count": line.count,
        "impossible": impossible,
        "words": why if impossible else wording.effect(line.effect, host),
        "minutes": round(line.seconds / 60) if line.seconds >= 90 else 0,
        "seconds": round(line.seconds) if 2 <= line.seconds < 90 else 0,
    }


def chosen(request: SignedInRequest, form: SelectionForm, verb: str) -> Selection:
    """The user's own messages among those named, conversations with all they show.

    A conversation that is marked unread is so from its latest message of others on: a
    chat of years does not become a thousand unread messages.
    """
    ids = list(form.cleaned_data["message"])
    whole = form.cleaned_data["conversation"]
    if whole and verb == "mark-unread":
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
    changed = Message.objects.of(request.user).filter(items__operation=operation)
    ids = list(changed.values_list("pk", "conversation_id")[: MOST_SWAPPED + 1])
    if len(ids) > MOST_SWAPPED:
        return HttpResponse(headers={"HX-Refresh": "true"})
    rows, gone = _rows_after(request, [pk for pk, _c in ids], {c for _pk, c in ids})
    whole = Conversation.objects.of(request.user).filter(pk__in={c for _pk, c in ids})
    context = {
        "rows": rows,
        "gone": gone,
        "operation": operation,
        "opened": opened,
        "opposite": OPPOSITE.get(operation.verb, ""),
        "message_ids": ",".join(str(pk) for pk, _c in ids),
        "conversations": [
            (one, read_reach(one.account, one.latest) if one.latest else "")
            for one in whole.select_related("account", "latest")
        ],
        "sentence": wording.done_sentence(operation),
        "quiet": _quiet(request, ids),
    }
    return render(request, "messaging/fragments/changes.html", context)


def _rows_after(
    request: SignedInRequest,
    message_ids: Sequence[int],
    conversation_ids: set[int],
) -> tuple[list[Row], list[str]]:
    """Rows to put in place, and the names of those that leave the list."""
    frame = frame_of(request)
    by_id = {account.pk: account for account in frame.accounts}
    messages = list(
        Message.objects.of(request.user)
        .filter(pk__in=message_ids)
        .select_related("author"),
    )
    hidden_view = frame.filters.box == "hidden"
    leaving = [m for m in messages if (m.hidden_at is None) == hidden_view]
    gone = [f"message-{m.pk}" for m in leaving]
    if frame.filters.of_messages:
        staying = [m for m in messages if m not in leaving]
        return message_rows(staying, by_id), gone
    conversations = Conversation.objects.of(request.user).filter(
        pk__in=conversation_ids,
    )
    shown = [c for c in conversations.select_related("latest__author") if c.sort_key]
    left = conversation_ids - {c.pk for c in shown}
    return conversation_rows(shown, by_id), gone + [f"conversation-{pk}" for pk in left]


def _quiet(request: SignedInRequest, ids: Sequence[tuple[int, int]]) -> str:
    """The quiet line of an opened conversation: how far reading it went."""
    found = Message.objects.of(request.user).select_related("account")
    message = found.filter(pk__in=[pk for pk, _c in ids]).newest_first().first()
    if message is None:
        return ""
    return wording.read_quietly(read_reach(message.account, message), message.account)


def _nothing_selected(request: SignedInRequest, back: str) -> HttpResponse:
    text = _("Nothing is selected. Tick a message first.")
    if request.headers.get("HX-Request") == "true":
        return render(request, "messaging/fragments/said.html", {"text": text})
    notes.warning(request, text)
    return HttpResponseRedirect(back)


def _refused(request: SignedInRequest) -> HttpResponse:
    """A form that no page of ours makes: too many ids, or none that is a number."""
    text = _("This selection could not be read. Go back and tick the messages again.")
    whole = request.headers.get("HX-Request") != "true"
    template = "messaging/refused.html" if whole else "messaging/fragments/said.html"
    return render(request, template, {"text": text}, status=422)
