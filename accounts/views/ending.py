"""How every try to link ends on the web: the page of success, or one that says why not."""

from collections.abc import Mapping

from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts import linking
from accounts.linking import LinkRefused
from accounts.models import PendingLink
from accounts.wording import Trouble, sentence
from inboxhub.networks.base import ProviderError


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
        return finish(request, pending, {"token": login.token.token})
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
    context = {
        "text": sentence(trouble, pending.host if pending else ""),
        "code": trouble.code,
        "pending": pending,
        "again": again,
    }
    return render(request, "accounts/refused.html", context, status=422)
