"""The way back from MiAuth's page: the browser's callback, and a button without it.

MiAuth hands the token out once, but parallel checks may each get it, and a refusal never
calls back (Misskey API, "Step 3"). So the claim of the pending link is the gate, and
whoever asked too early may ask again.
"""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import linking
from accounts.clients import outgoing
from accounts.forms import CallbackForm
from accounts.linking import LinkRefused
from accounts.models import PendingLink, Provider
from accounts.signed_in import SignedInRequest
from accounts.views import browser, ending
from inboxhub.networks import misskey
from inboxhub.networks.errors import ProviderError


@require_GET
@never_cache
def callback(request: SignedInRequest) -> HttpResponse:
    """Where the host sends the browser after an approval. Works once."""
    form = CallbackForm(request.GET)
    if not form.is_valid():
        return ending.refused(request, LinkRefused("not-yours"))
    pending_id, state = form.cleaned_data["session"], form.cleaned_data["state"]
    try:
        browser.check(request, pending_id, state)
        return _fetch(request, pending_id, state)
    except LinkRefused as refusal:
        return ending.refused(request, refusal)


@require_POST
@never_cache
def approved(request: SignedInRequest, pending_id: UUID) -> HttpResponse:
    """The person has approved, but nobody sent the browser back."""
    try:
        return _fetch(request, pending_id, browser.state_of(request, pending_id))
    except LinkRefused as refusal:
        return ending.refused(request, refusal)


def _fetch(request: SignedInRequest, pending_id: UUID, state: str) -> HttpResponse:
    """Fetch the approved token and hand it to allauth, which ends in our adapter."""
    claimed = linking.claimed(request.user, Provider.MISSKEY, pending_id, state)
    pending: PendingLink | None = None
    try:
        with claimed as pending:
            token = misskey.miauth_check(outgoing(), pending.host, str(pending.pk))
    except ProviderError as error:
        return ending.refused(request, error, pending, again=True)
    return ending.hand_over(request, pending, {"token": token})
