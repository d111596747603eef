"""How far the first messages of a fresh link are: a fragment that asks for itself."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import Account
from accounts.signed_in import SignedInRequest
from messaging.models import Cursor, Message


@require_GET
@never_cache
def link_progress(request: SignedInRequest, account_id: int) -> HttpResponse:
    """The count so far; polled by the page until the history is fetched."""
    account = get_object_or_404(Account.objects.of(request.user), pk=account_id)
    cursors = list(Cursor.objects.filter(account=account))
    context = {
        "account": account,
        "number": Message.objects.of(request.user).filter(account=account).count(),
        "going_on": account.status == Account.Status.ACTIVE
        and (account.pulled_at is None or _more(cursors)),
    }
    return render(request, "messaging/fragments/link_progress.html", context)


def _more(cursors: list[Cursor]) -> bool:
    """Whether a listing was not asked yet, or has older pages still to fetch.

    A listing that was never asked for has no cursor; the account's first pull ends when
    all have one.
    """
    return any(
        cursor.pulled_at is None
        or (cursor.oldest is not None and not cursor.history_done)
        for cursor in cursors
    )
