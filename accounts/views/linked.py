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
    able, way = account.able, PROVIDERS[account.provider]
    context = {
        "account": account,
        "renewed": "renewed" in request.GET,
        "missing": way.missing(able),
        "afterword": way.afterword(),
        "too_mighty": "native-token" in able.warnings,
        "other_domain": ""
        if able.domain == account.host or way.place()
        else able.domain,
    }
    return render(request, "accounts/linked.html", context)
