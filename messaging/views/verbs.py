"""What a click does: one door per verb, a page that asks before what cannot be undone."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID, uuid4, uuid5

from django.contrib import messages as notes
from django.contrib.auth.models import User
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Account
from accounts.signed_in import SignedInRequest
from inboxhub.networks.capabilities import NOWHERE
from messaging import services, wording
from messaging.forms import SelectionForm
from messaging.models import Conversation, Message, Operation
from messaging.operations import WINDOW_OF_MANY, WINDOW_OF_ONE
from messaging.selection import LATEST, READ, UNREAD, WHOLE, Selection
from messaging.views.conversation import toolbar_of
from messaging.views.frame import Frame, frame_of, wants_fragment
from messaging.views.offers import Offers
from messaging.views.rows import Row, conversation_rows, message_rows

ASKS_FIRST = ("mark-replied", "remove", "delete", "accept", "reject")
PARTS = {"mark-read": UNREAD, "mark-unread": READ, "mark-replied": LATEST}
"""Which messages of a row a verb means, when not all of them.

A conversation is unread or replied by its latest message of others alone: a chat of years
does not become a thousand unread messages.
"""
TAKES_AWAY = ("remove", "delete")
MOST_SWAPPED = 200
"""Rows that are put in place one by one; beyond that the list is loaded anew."""


@require_POST
def verb(request: SignedInRequest, name: str) -> HttpResponse:
    """Do it, then show what became of it: the changed rows, or the page again."""
    form = SelectionForm(request.POST)
    if not form.is_valid():
        return _refused(request)
    selection = chosen(request, form, name)
    if not selection.of(request.user).exists():
        return nothing_selected(request, form, name)
    operation = _asked(request.user, name, selection, form)
    if wants_fragment(request):
        return changes(request, operation, opened=form.cleaned_data["opened"])
    notes.success(request, wording.operation_sentence(operation))
    if operation.state != Operation.State.DONE:
        return HttpResponseRedirect(f"/operations/{operation.pk}/")
    return HttpResponseRedirect(form.cleaned_data["next"])


def _asked(
    user: User, name: str, selection: Selection, form: SelectionForm
) -> Operation:
    key, impossible = key_of(name, form), form.cleaned_data["unless"]
    if name == "hide" and impossible:
        return services.hide_instead(user, impossible, selection, key=key)
    if name == "mark-read" and form.cleaned_data["opened"]:
        return services.mark_opened(user, selection, key=key)
    return services.VERBS[name](user, selection, undoable=True, key=key)


def key_of(name: str, form: SelectionForm) -> str:
    """One per page, verb and selection: the same click again is the same operation."""
    given = form.cleaned_data
    if not isinstance(given["key"], UUID):
        return ""
    fields = (f"{field}={value}" for field, value in selection_fields(form))
    return str(uuid5(given["key"], "&".join((name, *fields))))


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
    if not selection.of(request.user).exists():
        return nothing_selected(request, form, name)
    preview = services.preview(request.user, name, selection)
    window = WINDOW_OF_ONE if preview.total == 1 else WINDOW_OF_MANY
    context = {
        "verb": name,
        "preview": preview,
        "accounts": _by_account(preview),
        "wording": wording.confirmation(name, _effects(preview)),
        "selected": _selected(request.user, name, selection, preview),
        "instead": preview.impossible if name in TAKES_AWAY else 0,
        "fields": list(selection_fields(form, selection.bound)),
        "key": uuid4(),
        "window": window.seconds,
        "next": form.cleaned_data["next"],
    }
    whole = not wants_fragment(request)
    template = "confirm" if whole else "fragments/confirm"
    return render(request, f"messaging/{template}.html", context)


def _selected(
    user: User, verb: str, selection: Selection, preview: services.Preview
) -> str:
    """With the number of the bar, which counts all that the rows hold."""
    along, number = preview.along, preview.total - preview.along
    if selection.part:
        number = replace(selection, part=WHOLE).of(user).count()
    return wording.selected(verb, number, preview.possible - along, along)


def _by_account(preview: services.Preview) -> list[dict[str, object]]:
    """Each account with what happens there, what is not possible last."""
    lines: dict[Account, list[services.PreviewLine]] = defaultdict(list)
    for line in preview.lines:
        lines[line.account].append(line)
    return [
        {
            "account": account,
            "count": sum(line.count for line in held),
            "lines": [_explained(line) for line in sorted(held, key=_impossible)],
        }
        for account, held in sorted(lines.items(), key=lambda pair: pair[0].pk)
    ]


def _impossible(line: services.PreviewLine) -> bool:
    return line.reach == NOWHERE


def _explained(line: services.PreviewLine) -> dict[str, object]:
    """A line of the preview in words, impossible ones with the reason."""
    host = wording.server_name(line.account)
    impossible = _impossible(line)
    why = wording.reason(line.reason, host)
    return {
        "count": line.count,
        "whole": line.conversations
        and wording.conversations_with(line.conversations, line.count),
        "impossible": impossible,
        "words": why if impossible else wording.effect(line.effect, host),
        "duration": wording.duration(line.seconds),
    }


def _effects(preview: services.Preview) -> Counter[str]:
    """How many messages have which effect, of those that the verb is possible for."""
    counted: Counter[str] = Counter()
    for line in preview.lines:
        if not _impossible(line):
            counted[line.effect] += line.count
    return counted


def chosen(request: SignedInRequest, form: SelectionForm, verb: str) -> Selection:
    """What the form means by its rows, list or place; a stranger's rows are left out."""
    given, user = form.cleaned_data, request.user
    if given["older"]:
        place = get_object_or_404(Message.objects.of(user), pk=given["older"])
        selection = Selection.older(user, place)
    elif given["list"] is not None:
        selection = Selection(
            filters=given["list"],
            bound=given["bound"],
            excluded=tuple(given["excluded"]),
        )
    else:
        selection = Selection.rows(
            user, messages=given["message"], conversations=given["conversation"]
        )
        if given["bound"] is not None:
            selection = replace(selection, bound=given["bound"])
    return replace(selection, part=PARTS.get(verb, WHOLE))


def selection_fields(
    form: SelectionForm, bound: int | None = None
) -> Iterator[tuple[str, object]]:
    """The form's selection as fields of another form, up to `bound` if it had none."""
    given = form.cleaned_data
    listed = given["list"] is not None
    if listed:
        yield "list", given["list"].url()
    for name in ("excluded",) if listed else ("message", "conversation"):
        if given[name]:
            yield name, ",".join(map(str, given[name]))
    upto = bound if given["bound"] is None else given["bound"]
    if upto is not None:
        yield "bound", upto
    for name in ("older", "unless"):
        if given[name]:
            yield name, given[name]


def changes(
    request: SignedInRequest,
    operation: Operation,
    *,
    opened: bool = False,
) -> HttpResponse:
    """Fragments for what the operation changed on the screen, and a status line."""
    if operation.total > MOST_SWAPPED:
        return _many_changed(request, operation, opened=opened)
    rows = Message.objects.of(request.user).filter(items__operation=operation)
    changed = list(rows.select_related("author", "conversation").newest_first())
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
        "quiet": _quiet(changed, offers),
    }
    return render(request, "messaging/fragments/changes.html", context)


def _many_changed(
    request: SignedInRequest, operation: Operation, *, opened: bool
) -> HttpResponse:
    """The operation's page where it goes on for long, otherwise the list once more."""
    if operation.verb in TAKES_AWAY:
        return HttpResponse(headers={"HX-Redirect": f"/operations/{operation.pk}/"})
    context = {"operation": operation, "opened": opened}
    answer = render(request, "messaging/fragments/changes.html", context)
    answer["HX-Trigger"] = "inboxhub:many"
    return answer


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


def nothing_selected(
    request: SignedInRequest, form: SelectionForm, verb: str
) -> HttpResponse:
    """Nothing is ticked, or of what is ticked nothing is left for the verb."""
    given = form.cleaned_data
    text = _("Nothing is selected. Tick a message first.")
    if given["older"]:
        text = _("Everything older is marked read already.")
    elif given["list"] or given["message"] or given["conversation"]:
        text = wording.nothing_left(verb)
    if wants_fragment(request):
        return render(request, "messaging/fragments/said.html", {"text": text})
    notes.warning(request, text)
    return HttpResponseRedirect(given["next"])


def _refused(request: SignedInRequest) -> HttpResponse:
    """A form that no page of ours makes: too many ids, or none that is a number."""
    text = _("This selection could not be read. Go back and tick the messages again.")
    whole = not wants_fragment(request)
    template = "messaging/refused.html" if whole else "messaging/fragments/said.html"
    return render(request, template, {"text": text}, status=422)
