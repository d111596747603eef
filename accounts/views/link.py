"""Link an account, or sign in again: a server is typed, and found."""

from difflib import get_close_matches

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts import linking
from accounts.clients import outgoing
from accounts.forms import LinkForm
from accounts.linking import LinkRefused
from accounts.models import Account, Provider
from accounts.providers.table import PROVIDERS
from accounts.signed_in import SignedInRequest
from accounts.views import browser
from accounts.wording import Trouble, sentence
from inboxhub.lib.http import HttpError, canonical_host
from inboxhub.networks.base import HostFacts, ProviderError
from inboxhub.networks.discovery import Found, discover


@require_http_methods(["GET", "POST"])
def link(request: SignedInRequest) -> HttpResponse:
    """Find the network of what was typed and go on to the preview."""
    if request.method != "POST":
        return _form(request, LinkForm(initial={"address": request.GET.get("address")}))
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=422)
    host = typed = form.cleaned_data["address"]
    try:
        host = canonical_host(typed)
        found = _find(host, form.cleaned_data["provider"])
    except (LinkRefused, ProviderError, HttpError) as trouble:
        return _form(request, form, trouble=trouble, host=host, status=422)
    pending = linking.start(request.user, found.provider, host, found.facts)
    browser.remember(request, pending)
    return redirect("accounts:preview", pending.pk)


@require_http_methods(["GET", "POST"])
def renew(request: SignedInRequest, account_id: int) -> HttpResponse:
    """Sign in again: the way of linking, for one account that is named before."""
    mine = Account.objects.of(request.user).exclude(status=Account.Status.ERASING)
    account = get_object_or_404(mine, pk=account_id, provider__in=PROVIDERS)
    if request.method != "POST":
        return render(request, "accounts/renew.html", {"account": account})
    pending = linking.start(
        request.user,
        account.provider,
        account.host,
        _facts_of(account),
        account=account,
    )
    browser.remember(request, pending)
    return redirect("accounts:preview", pending.pk)


def _find(host: str, provider: str) -> Found:
    """The network of a host, or the one that the person chose by hand."""
    if provider:
        outgoing().check(host)
        return Found(provider, HostFacts("", "", name=host, domain=""))
    found = discover(outgoing(), host)
    if found.provider in PROVIDERS:
        return found
    if found.provider:
        raise LinkRefused("not-offered", got=Provider(found.provider).label)
    if found.moved_to:
        raise LinkRefused("moved", got=found.moved_to)
    raise LinkRefused("unknown-network")


def _facts_of(account: Account) -> HostFacts:
    able = account.able
    name = able.host_name or account.host
    return HostFacts(able.software, able.version, name=name, domain=able.domain)


def _form(
    request: SignedInRequest,
    form: LinkForm,
    *,
    trouble: Trouble | None = None,
    host: str = "",
    status: int = 200,
) -> HttpResponse:
    """The form, with what went wrong and the hosts that may have been meant."""
    hosts = Account.objects.of(request.user).linked().values_list("host", flat=True)
    known = sorted(set(hosts))
    similar = get_close_matches(host, known, n=1) if trouble else []
    code = trouble.code if trouble else ""
    if isinstance(trouble, LinkRefused) and trouble.code == "moved":
        similar = [trouble.got]
    context = {
        "form": form,
        "text": sentence(trouble, host) if trouble else "",
        "code": code,
        "by_hand": code == "unknown-network" or form.data.get("provider"),
        "known": known,
        "similar": [name for name in similar if name != host],
    }
    return render(request, "accounts/link.html", context, status=status)
