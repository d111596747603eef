"""Reactions to a message, and the answers to requests."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages as notes
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.signed_in import SignedInRequest
from messaging import services, wording
from messaging.forms import ReactionForm, SelectionForm
from messaging.models import Message
from messaging.templatetags.rich import emojis_of
from messaging.views.conversation import alone, place_of
from messaging.views.frame import wants_fragment
from messaging.views.verbs import changes, chosen, key_of, nothing_selected

COMMON = ("👍", "❤️", "😆", "🤔", "😮", "🎉", "💢", "😥", "😇", "🍮")
LOOKED_AT = 300
"""The newest messages of the account whose emoji are offered."""
MOST_CUSTOM = 24


@dataclass(frozen=True, slots=True)
class Picker:
    """What a message can be reacted with."""

    message: Message
    common: tuple[str, ...]
    custom: Mapping[str, str]
    """Custom emoji of the host that were seen already: `:name:` to its picture."""

    @property
    def emojis(self) -> dict[str, str]:
        return {sign.strip(":"): address for sign, address in self.custom.items()}


@require_GET
@never_cache
@vary_on_headers("HX-Request")
def reactions(request: SignedInRequest, message_id: int) -> HttpResponse:
    """The reactions to choose from."""
    found = _message(request, message_id)
    picker = Picker(found, COMMON, dict(_seen(found)))
    whole = not wants_fragment(request)
    name = "reactions" if whole else "fragments/picker"
    return render(request, f"messaging/{name}.html", {"picker": picker})


def _seen(message: Message) -> list[tuple[str, str]]:
    """The host's own custom emoji among what people reacted with, the newest first."""
    rows = Message.objects.filter(account=message.account_id).newest_first()
    known: dict[str, str] = {}
    for row in rows.only("extra")[:LOOKED_AT]:
        given = row.extra.get("reactions") if isinstance(row.extra, dict) else None
        pictures = emojis_of(row)
        for sign in given if isinstance(given, dict) else ():
            name = sign.strip(":")
            if sign.startswith(":") and "@" not in name and name in pictures:
                known.setdefault(sign, pictures[name])
    return list(known.items())[:MOST_CUSTOM]


@require_POST
def react(request: SignedInRequest, message_id: int, name: str) -> HttpResponse:
    """Give the reaction or take it back; the message shows it at once."""
    found = _message(request, message_id)
    form = ReactionForm(request.POST)
    if not form.is_valid():
        text = _("Type one emoji, or the name of a custom one between colons.")
        if wants_fragment(request):
            context = {"text": text}
            template = "messaging/fragments/said.html"
            return render(request, template, context, status=422)
        notes.warning(request, text)
        return HttpResponseRedirect(place_of(found))
    sign = form.cleaned_data["reaction"]
    match name:
        case "react":
            operation = services.react(request.user, found, sign)
        case "unreact":
            operation = services.unreact(request.user, found, sign)
        case _:
            raise Http404
    if not wants_fragment(request):
        notes.success(request, wording.done_sentence(operation))
        return HttpResponseRedirect(place_of(found))
    shown = {
        "shown": alone(found),
        "message": found,
        "account": found.account,
        "operation": operation,
        "sentence": wording.done_sentence(operation),
    }
    return render(request, "messaging/fragments/reacted.html", shown)


@require_GET
@never_cache
def reacted(request: SignedInRequest, message_id: int) -> HttpResponse:
    """The reactions as they are now: given, or refused and why."""
    found = _message(request, message_id)
    if not wants_fragment(request):
        return HttpResponseRedirect(place_of(found))
    shown = {"shown": alone(found), "message": found, "account": found.account}
    return render(request, "messaging/fragments/message_reactions.html", shown)


def _message(request: SignedInRequest, message_id: int) -> Message:
    rows = Message.objects.of(request.user)
    joined = rows.select_related("conversation", "author", "account")
    return get_object_or_404(joined, pk=message_id)


@require_POST
def decide(request: SignedInRequest, name: str) -> HttpResponse:
    """Yes or no to requests, which leave the box at once."""
    form = SelectionForm(request.POST)
    if not form.is_valid():
        return HttpResponseRedirect("/?box=requests")
    selection = chosen(request, form, name)
    if not selection.of(request.user).exists():
        return nothing_selected(request, form, name)
    ask = {"accept": services.accept, "reject": services.reject}[name]
    key = key_of(name, form)
    operation = ask(request.user, selection, undoable=True, key=key)
    if wants_fragment(request):
        return changes(request, operation)
    notes.success(request, wording.done_sentence(operation))
    return HttpResponseRedirect(form.cleaned_data["next"])
