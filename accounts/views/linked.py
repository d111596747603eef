"""After the link: who it is, what it cannot do, how far the messages are."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import Account
from accounts.providers.table import PROVIDERS
from accounts.signed_in import SignedInRequest


@require_GET
def linked(request: SignedInRequest, account_id: int) -> HttpResponse:
    """The account is linked: who it is, what it cannot do, how far the messages are."""
    account = get_object_or_404(
        Account.objects.of(request.user).linked(),
        pk=account_id,
        provider__in=PROVIDERS,
    )
    able = account.able
    context = {
        "account": account,
        "renewed": "renewed" in request.GET,
        "missing": PROVIDERS[account.provider].missing(able),
        "too_mighty": "native-token" in able.warnings,
        "other_domain": able.domain if able.domain != account.host else "",
    }
    return render(request, "accounts/linked.html", context)
