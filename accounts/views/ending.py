"""How every try to link ends on the web: the page of success, or one that says why not."""

from collections.abc import Mapping

from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.models import SocialAccount, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import AuthProcess
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts import linking
from accounts.linking import LinkRefused
from accounts.models import PendingLink
from accounts.providers.table import spoken
from accounts.wording import Trouble, sentence
from inboxhub.networks.errors import ProviderError


def hand_over(
    request: HttpRequest,
    pending: PendingLink,
    credentials: Mapping[str, str],
) -> HttpResponse:
    """Give what a host has granted to allauth, which comes back to `end_link`."""
    # None of these is ever saved: allauth would keep the token in the clear.
    account = SocialAccount(provider=pending.provider, uid=str(pending.pk))
    token = SocialToken(account=account, token=credentials["token"])
    login = SocialLogin(account=account, token=token)
    login.state = {
        "process": AuthProcess.CONNECT,
        "pending": str(pending.pk),
        "credentials": dict(credentials),
    }
    response: HttpResponse = complete_social_login(request, login)
    return response


def end_link(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    """The end of an approval that came through allauth: link, or say why not.

    Whatever is not the claimed link of somebody signed in does not exist here.
    """
    if login.state.get("process") != AuthProcess.CONNECT or login.token is None:
        raise Http404
    mine = PendingLink.objects.filter(user=request.user.pk).exclude(claimed_at=None)
    pending = get_object_or_404(
        mine.select_related("user", "account"),
        pk=login.state.get("pending"),
    )
    try:
        return finish(request, pending, login.state["credentials"])
    except (LinkRefused, ProviderError) as trouble:
        return refused(request, trouble, pending)


def finish(
    request: HttpRequest,
    pending: PendingLink,
    credentials: Mapping[str, str],
) -> HttpResponse:
    """Link with credentials that have just been got, and go on to the account."""
    linked = linking.complete(
        pending.user,
        pending.provider,
        pending.host,
        credentials,
        pending=pending,
    )
    address = reverse("accounts:linked", args=[linked.account.pk])
    return redirect(f"{address}?renewed=1" if linked.renewed else address)


def refused(
    request: HttpRequest,
    trouble: Trouble,
    pending: PendingLink | None = None,
    *,
    again: bool = False,
) -> HttpResponse:
    """Nothing was linked: why, and the one next step. `again`: this try is still open."""
    host = spoken(pending.provider, pending.host) if pending else ""
    context = {
        "text": sentence(trouble, host),
        "code": trouble.code,
        "pending": pending,
        "again": again,
    }
    return render(request, "accounts/refused.html", context, status=422)
