"""The way back from mixi's page of approval."""

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.clients import outgoing
from accounts.models import PendingLink, Provider
from accounts.providers.mixi import app as site
from accounts.signed_in import SignedInRequest
from accounts.views import approval
from inboxhub.networks import mixi


@require_GET
@never_cache
def callback(request: SignedInRequest) -> HttpResponse:
    """Where mixi sends the browser after its question. Works once."""
    return approval.come_back(request, Provider.MIXI, site.host(), _exchange)


def _exchange(pending: PendingLink, code: str) -> dict[str, str]:
    return mixi.exchange(
        outgoing(),
        site.app(),
        code,
        server_state=pending.details.get("server_state", ""),
    )
