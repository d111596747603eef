"""How much a list holds: asked when a person selects all of it, and not only a page."""

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import Account
from accounts.signed_in import SignedInRequest
from messaging.forms import ExtentForm
from messaging.selection import Selection


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
    chosen = Selection.listed(request.user, filters)
    extent = chosen.extent(request.user)
    accounts = Account.objects.of(request.user).in_bulk(extent.by_account)
    # Translators: time of day in Django's date format.
    clock = date_format(timezone.localtime(), _("H:i"))
    return JsonResponse(
        {
            "bound": chosen.bound,
            "rows": extent.rows,
            "messages": extent.messages,
            "accounts": [
                {"name": accounts[pk].handle, "messages": messages}
                for pk, messages in extent.by_account.items()
            ],
            "exact": extent.exact,
            "time": clock,
        },
    )
