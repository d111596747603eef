"""What the bar of a selection asks: how much a list holds, how far each verb goes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from django.contrib.auth.models import User
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Account
from accounts.signed_in import SignedInRequest
from messaging import reach
from messaging.forms import ExtentForm, SelectionForm
from messaging.models import Operation
from messaging.selection import WHOLE, Selection
from messaging.views.frame import short_name
from messaging.views.verbs import PARTS, chosen

Verb = Operation.Verb

COUNTED = (*PARTS, Verb.REMOVE, Verb.DELETE, Verb.ACCEPT, Verb.REJECT)
"""The verbs that do not reach every message; hiding does."""


@require_GET
@never_cache
def selection(request: SignedInRequest) -> HttpResponse:
    """The snapshot of a list as it is now; with a bound, which rows belong to that one.

    `messages` and `rows` are exact up to a limit, beyond which `exact` is false; `bound`
    is what a form must say to mean this snapshot and nothing that comes later.
    """
    form = ExtentForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"problem": "no-list"}, status=422)
    filters, bound = form.cleaned_data["list"], form.cleaned_data["bound"]
    if bound is not None:
        known = Selection(filters=filters, bound=bound)
        ids = form.cleaned_data["row"]
        return JsonResponse({"rows": sorted(known.among(request.user, ids))})
    listed = Selection.listed(request.user, filters)
    extent = listed.extent(request.user)
    accounts = Account.objects.of(request.user).in_bulk(extent.by_account)
    # Translators: time of day in Django's date format.
    clock = date_format(timezone.localtime(), _("H:i"))
    return JsonResponse(
        {
            "bound": listed.bound,
            "rows": extent.rows,
            "messages": extent.messages,
            "accounts": _by_name(accounts, extent.by_account),
            "exact": extent.exact,
            "time": clock,
        },
    )


@require_POST
@never_cache
def reached(request: SignedInRequest) -> HttpResponse:
    """How many messages of the selection each verb is possible for; changes nothing.

    The form is the one of the verbs. `bound` is what it must say to mean just these.
    """
    form = SelectionForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"problem": "no-selection"}, status=422)
    selection = chosen(request, form, "")
    accounts = Account.objects.of(request.user).in_bulk()
    kinds = _kinds(request.user, selection)
    by_account: Counter[int] = Counter()
    for kind in kinds[WHOLE]:
        by_account[kind.account] += kind.messages
    return JsonResponse(
        {
            "bound": selection.bound,
            "messages": by_account.total(),
            "accounts": _by_name(accounts, by_account),
            "verbs": {
                verb: reach.possible(accounts, verb, kinds[PARTS.get(verb, WHOLE)])
                for verb in COUNTED
            },
        },
    )


def _kinds(user: User, selection: Selection) -> dict[str, list[reach.Kind]]:
    """By part of the rows that verbs mean; one query each."""
    parts = {WHOLE, *PARTS.values()}
    return {part: reach.kinds(replace(selection, part=part).of(user)) for part in parts}


def _by_name(
    accounts: Mapping[int, Account], numbers: Mapping[int, int]
) -> list[dict[str, object]]:
    """How many messages of which account, the most first."""
    most = sorted(numbers.items(), key=lambda pair: -pair[1])
    return [
        {
            "name": accounts[pk].handle,
            "short": short_name(accounts[pk]),
            "messages": messages,
        }
        for pk, messages in most
    ]
