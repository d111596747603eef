"""Before the browser leaves: what was found, what we ask for, and the other ways."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from accounts import linking
from accounts.forms import TokenForm
from accounts.linking import LinkRefused
from accounts.models import PendingLink
from accounts.providers.table import PROVIDERS, spoken
from accounts.signed_in import SignedInRequest
from accounts.views import browser, ending
from accounts.wording import Trouble, sentence
from inboxhub.networks.errors import ProviderError


@require_GET
@never_cache
def preview(request: SignedInRequest, pending_id: UUID) -> HttpResponse:
    """What was found, what we ask for and why, before the browser leaves for the host."""
    try:
        pending = _open_link(request, pending_id)
    except LinkRefused as refusal:
        return ending.refused(request, refusal)
    return show(request, pending, TokenForm())


@require_POST
@never_cache
@sensitive_post_parameters("token")
def token(request: SignedInRequest, pending_id: UUID) -> HttpResponse:
    """Link with a pasted token. A refused one is told why and never shown again."""
    try:
        pending = _open_link(request, pending_id)
    except LinkRefused as refusal:
        return ending.refused(request, refusal)
    if not PROVIDERS[pending.provider].token_help():
        raise Http404
    form = TokenForm(request.POST)
    if not form.is_valid():
        return show(request, pending, form, status=422)
    pasted = form.cleaned_data["token"]
    claimed = linking.claimed(request.user, pending.provider, pending.pk, pending.state)
    try:
        with claimed as pending:
            credentials = PROVIDERS[pending.provider].credentials(pasted)
            return ending.finish(request, pending, credentials)
    except (LinkRefused, ProviderError) as trouble:
        return show(request, pending, TokenForm(), trouble=trouble, status=422)


def _open_link(request: SignedInRequest, pending_id: UUID) -> PendingLink:
    """The pending link that this browser began and that may still be claimed."""
    state = browser.state_of(request, pending_id)
    mine = PendingLink.objects.filter(pk=pending_id, user=request.user, state=state)
    pending = mine.select_related("account").first()
    if pending is None:
        raise LinkRefused("not-yours")
    if pending.claimed_at:
        raise LinkRefused("used")
    if not mine.open_at(timezone.now()).exists():
        raise LinkRefused("too-late")
    return pending


def show(
    request: SignedInRequest,
    pending: PendingLink,
    form: TokenForm,
    *,
    trouble: Trouble | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of the preview. Without what an approval needs it offers another try."""
    way = PROVIDERS[pending.provider]
    facts, details = pending.host_facts, pending.details
    domain = facts.get("domain")
    named = spoken(pending.provider, pending.host)
    context = {
        "pending": pending,
        "facts": facts,
        "host": named,
        "other_domain": "" if domain == pending.host or way.place() else domain,
        "way": way,
        "asks": way.asks(details),
        "hint": way.hint(details),
        "token_help": way.token_help(),
        "token_warning": way.token_warning(),
        "token_tried": bool(form.is_bound or trouble),
        "approve_url": way.approve_url(pending),
        "form": form,
        "text": sentence(trouble, named) if trouble else "",
        "code": trouble.code if trouble else "",
    }
    return render(request, "accounts/preview.html", context, status=status)
