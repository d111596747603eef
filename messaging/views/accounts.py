"""The accounts page: how each account is, what it can do, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages as notes
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Account
from accounts.providers.table import PROVIDERS
from accounts.signed_in import SignedInRequest
from inboxhub.networks.base import BOXES, NOTICES
from inboxhub.networks.capabilities import SERVER
from messaging import allowance, services, wording
from messaging.forms import ClearNoticesForm, ColourForm, ReadPolicyForm, UnlinkForm
from messaging.models import Cursor, Message, Operation
from messaging.operations import UNFINISHED
from messaging.views.frame import frame_of, wants_fragment


@dataclass(frozen=True, slots=True)
class BoxState:
    """One box of an account: what is there and how it gets there.

    `off` is the sentence why the network does not offer it, empty when it does.
    `effects` say what the server does when it is told that a message was read; without
    any, `reasons` say why it cannot be told.
    """

    name: str
    label: str
    count: int
    cursors: list[Cursor]
    problems: list[str]
    off: str
    policy: str
    effects: list[str]
    reasons: list[str]

    @property
    def pulled(self) -> Cursor | None:
        done = [cursor for cursor in self.cursors if cursor.pulled_at]
        return max(done, key=lambda cursor: str(cursor.pulled_at), default=None)

    @property
    def older_possible(self) -> bool:
        return any(c.oldest is not None for c in self.cursors)

    @property
    def unreadable(self) -> int:
        return sum(cursor.unreadable_count for cursor in self.cursors)


@dataclass(frozen=True, slots=True)
class Card:
    """An account as the page shows it."""

    account: Account
    status: str
    problem: str
    boxes: list[BoxState]
    verbs: list[wording.VerbLine]
    warnings: list[str]
    messages: int

    @property
    def linked(self) -> bool:
        return self.account.status not in ("unlinked", "erasing")

    @property
    def older_possible(self) -> bool:
        return any(box.older_possible for box in self.boxes)

    @property
    def can_clear(self) -> bool:
        return self.linked and can_clear_notices(self.account)


@require_GET
@never_cache
def accounts(request: SignedInRequest) -> HttpResponse:
    """Every account of the user; those that were unlinked come last."""
    frame = frame_of(request)
    counts, cursors = _counts(request), _cursors(request)
    cards = [card(account, counts, cursors) for account in frame.accounts]
    cards.sort(key=lambda shown: not shown.linked)
    return render(request, "messaging/accounts.html", {"cards": cards})


@require_GET
@never_cache
def account(request: SignedInRequest, account_id: int) -> HttpResponse:
    """One account with all that it can and cannot do; to htmx its card alone."""
    found = get_object_or_404(Account.objects.of(request.user), pk=account_id)
    shown = card(found, _counts(request), _cursors(request))
    whole = not wants_fragment(request)
    template = "account" if whole else "fragments/account_card"
    context = {"card": shown, "colours": range(1, 9), "alone": True}
    return render(request, f"messaging/{template}.html", context)


def _counts(request: SignedInRequest) -> Mapping[tuple[int, str], int]:
    rows = Message.objects.of(request.user).filter(gone_at=None).order_by()
    counted = rows.values_list("account_id", "box").annotate(number=Count("pk"))
    return {(account, box): number for account, box, number in counted}


def _cursors(request: SignedInRequest) -> list[Cursor]:
    return list(Cursor.objects.filter(account__owner=request.user).order_by("listing"))


def card(
    account: Account,
    counts: Mapping[tuple[int, str], int],
    cursors: list[Cursor],
) -> Card:
    own = [cursor for cursor in cursors if cursor.account_id == account.pk]
    boxes = [_box(account, box, counts, own) for box in BOXES]
    return Card(
        account=account,
        status=wording.account_status(account, own),
        problem=wording.problem(account.last_error, wording.server_name(account)),
        boxes=boxes,
        verbs=wording.verb_lines(account),
        warnings=_warnings(account),
        messages=sum(box.count for box in boxes),
    )


def _warnings(account: Account) -> list[str]:
    told = [wording.warning(code, account) for code in account.able.warnings]
    missing = allowance.passed_over(account.pk)
    return [*told, wording.passed_over(missing, account)] if missing else told


def _box(
    account: Account,
    name: str,
    counts: Mapping[tuple[int, str], int],
    cursors: list[Cursor],
) -> BoxState:
    reason = account.able.boxes.get(name, "")
    host = wording.server_name(account)
    own = [cursor for cursor in cursors if cursor.box == name]
    problems = (wording.problem(c.error, host) for c in own if c.error)
    return BoxState(
        name=name,
        label=wording.box_name(name),
        count=counts.get((account.pk, name), 0),
        cursors=own,
        problems=list(dict.fromkeys(problems)),
        off=wording.reason(reason, host) if reason else "",
        policy=account.read_policy.get(name, ""),
        effects=wording.read_effects(account, name),
        reasons=wording.read_reasons(account, name),
    )


@require_POST
def sync_now(request: SignedInRequest, account_id: int) -> HttpResponse:
    found = get_object_or_404(Account.objects.of(request.user), pk=account_id)
    services.sync_now(found)
    notes.success(request, _("Checking %(handle)s now.") % {"handle": found.handle})
    return redirect("messaging:account", found.pk)


@require_POST
def load_older(request: SignedInRequest, account_id: int) -> HttpResponse:
    found = get_object_or_404(Account.objects.of(request.user), pk=account_id)
    services.load_older(found)
    text = _("Older messages of %(handle)s are coming; this can take some minutes.")
    notes.success(request, text % {"handle": found.handle})
    return redirect("messaging:account", found.pk)


@require_POST
def set_read_policy(request: SignedInRequest, account_id: int) -> HttpResponse:
    found = get_object_or_404(Account.objects.of(request.user), pk=account_id)
    form = ReadPolicyForm(request.POST)
    if form.is_valid():
        services.set_read_policy(found, **form.cleaned_data)
        notes.success(request, _("Saved."))
    return redirect("messaging:account", found.pk)


@require_POST
def set_colour(request: SignedInRequest, account_id: int) -> HttpResponse:
    found = get_object_or_404(Account.objects.of(request.user), pk=account_id)
    form = ColourForm(request.POST)
    if form.is_valid():
        rows = Account.objects.of(request.user).filter(pk=found.pk)
        rows.update(colour=form.cleaned_data["colour"])
        notes.success(request, _("Saved."))
    return redirect("messaging:account", found.pk)


@require_http_methods(["GET", "POST"])
def unlink(request: SignedInRequest, account_id: int) -> HttpResponse:
    """Ask what becomes of the messages and say what is revoked where; then do it."""
    found = get_object_or_404(Account.objects.of(request.user), pk=account_id)
    form = UnlinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        erase = form.cleaned_data["messages"] == "erase"
        notes.success(request, _unlinked(found, services.unlink(found, erase=erase)))
        return HttpResponseRedirect("/accounts/")
    number = Message.objects.of(request.user).filter(account=found).count()
    context = {
        "account": found,
        "revokes": PROVIDERS[found.provider].revokes,
        "number": number,
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "messaging/unlink.html", context, status=status)


def can_clear_notices(account: Account) -> bool:
    """Whether its server can destroy all notices at once."""
    able = account.able.ability(Operation.Verb.CLEAR, "notification", own=False)
    return able.reach == SERVER


@require_http_methods(["GET", "POST"])
def clear_notices(request: SignedInRequest, account_id: int) -> HttpResponse:
    """Say all that is lost with it, then do it; a second click finds the first one."""
    found = get_object_or_404(Account.objects.of(request.user), pk=account_id)
    if not can_clear_notices(found):
        host = {"host": wording.server_name(found)}
        notes.warning(request, _("%(host)s cannot clear all notices.") % host)
        return redirect("messaging:account", found.pk)
    form = ClearNoticesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = Operation.objects.of(request.user).filter(verb=Operation.Verb.CLEAR)
        open_one = asked.filter(state__in=UNFINISHED, items__account=found).first()
        operation = open_one or services.clear_notices(request.user, found)
        return redirect("messaging:operation", operation.pk)
    shown = Message.objects.of(request.user).shown().filter(account=found, box=NOTICES)
    context = {"account": found, "form": form, "number": shown.count()}
    status = 422 if request.method == "POST" else 200
    return render(request, "messaging/clear_notices.html", context, status=status)


def _unlinked(account: Account, revoked: bool | None) -> str:
    """What became of the key on the server, when it was asked."""
    names = {"handle": account.handle, "host": wording.server_name(account)}
    match revoked:
        case True:
            return (
                _("%(handle)s is unlinked, and %(host)s has revoked our key.") % names
            )
        case False:
            text = _(
                "%(handle)s is unlinked. Our key is not revoked on %(host)s; only you can"
                " do that there, under the installed apps.",
            )
            return text % names
        case None:
            return _("%(handle)s is unlinked.") % names
