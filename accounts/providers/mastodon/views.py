"""The way back from the page of approval of a host with Mastodon's API."""

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.clients import outgoing
from accounts.models import PendingLink, Provider
from accounts.providers.mastodon import registering
from accounts.signed_in import SignedInRequest
from accounts.views import approval
from inboxhub.networks import mastodon


@require_GET
@never_cache
def callback(request: SignedInRequest, host: str) -> HttpResponse:
    """Where `host` sends the browser after its question. Works once."""
    return approval.come_back(
        request, Provider.MASTODON, host, _exchange, mend=registering.mend
    )


def _exchange(pending: PendingLink, code: str) -> dict[str, str]:
    return mastodon.exchange(
        outgoing(),
        pending.host,
        registering.app_in(pending.details),
        code,
        verifier=pending.details.get("code_verifier", ""),
    )
