"""Link an account, or sign in again: a server is typed, and found."""

from difflib import get_close_matches

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts import linking
from accounts.clients import outgoing
from accounts.forms import LinkForm, TokenForm
from accounts.linking import LinkRefused
from accounts.models import Account, Provider
from accounts.providers.table import PROVIDERS, spoken, way_to
from accounts.signed_in import SignedInRequest
from accounts.views import browser, preview
from accounts.wording import Trouble, sentence
from inboxhub.lib.http import HttpError, canonical_host
from inboxhub.networks.base import HostFacts
from inboxhub.networks.discovery import Found, discover
from inboxhub.networks.errors import ProviderError


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
        host = canonical_host(typed) if typed else ""
        found = _find(host, form.cleaned_data["provider"])
        host = PROVIDERS[found.provider].place() or host
        way_to(found.provider, host)
    except (LinkRefused, ProviderError, HttpError) as trouble:
        return _form(request, form, trouble=trouble, host=host, status=422)
    return _begin(request, found.provider, host, found.facts)


@require_http_methods(["GET", "POST"])
def renew(request: SignedInRequest, account_id: int) -> HttpResponse:
    """Sign in again: the way of linking, for one account that is named before."""
    mine = Account.objects.of(request.user).exclude(status=Account.Status.ERASING)
    account = get_object_or_404(mine, pk=account_id, provider__in=PROVIDERS)
    context = {"account": account, "host": spoken(account.provider, account.host)}
    if request.method != "POST":
        return render(request, "accounts/renew.html", context)
    try:
        way_to(account.provider, account.host)
    except LinkRefused as refusal:
        context["text"] = sentence(refusal, account.host)
        return render(request, "accounts/renew.html", context, status=422)
    facts = _facts_of(account)
    return _begin(request, account.provider, account.host, facts, account)


def _begin(
    request: SignedInRequest,
    provider: str,
    host: str,
    facts: HostFacts,
    account: Account | None = None,
) -> HttpResponse:
    """Make the pending link; what it lacks then, the preview says with the other ways."""
    details: dict[str, str] = {}
    trouble: ProviderError | None = None
    try:
        details = PROVIDERS[provider].prepare(host, facts)
    except ProviderError as error:
        trouble = error
    pending = linking.start(
        request.user,
        provider,
        host,
        facts,
        account=account,
        details=details,
    )
    browser.remember(request, pending)
    if trouble:
        return preview.show(request, pending, TokenForm(), trouble=trouble, status=422)
    return redirect("accounts:preview", pending.pk)


def _find(host: str, provider: str) -> Found:
    """The network of a host, or the one that the person chose by hand."""
    for name, way in PROVIDERS.items():
        place = way.place()
        if place and (name == provider or (host == place and not provider)):
            return Found(name, HostFacts(name, "", name=way.name, domain=""))
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


def _is_named(provider: object) -> bool:
    """Whether it is a network of many hosts, of which one is to be named."""
    way = PROVIDERS.get(str(provider))
    return way is not None and not way.place()


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
        "by_hand": code == "unknown-network" or _is_named(form.data.get("provider")),
        "places": {n: way for n, way in PROVIDERS.items() if way.place()},
        "known": known,
        "similar": [name for name in similar if name != host],
    }
    return render(request, "accounts/link.html", context, status=status)
