"""The way back from a page of approval by OAuth 2, for every network that has one.

Who comes back is found by `state`: it is this browser's secret for one try. The try
knows its host, and only an answer at that host's own address counts. Whatever such an
answer is, it uses the try up.
"""

import re
from collections.abc import Callable
from typing import Protocol

from django.http import HttpResponse

from accounts import linking
from accounts.forms import AnswerForm
from accounts.linking import LinkRefused
from accounts.models import PendingLink
from accounts.providers.table import PROVIDERS
from accounts.signed_in import SignedInRequest
from accounts.views import browser, ending
from accounts.wording import Trouble
from inboxhub.networks.base import HostFacts
from inboxhub.networks.errors import ProviderError

Exchange = Callable[[PendingLink, str], dict[str, str]]


class Mend(Protocol):
    """Repairs what a new try needs, and says whether that is worth one.

    `told_by_host` is False where only the browser's address says what is wrong.
    """

    def __call__(
        self, pending: PendingLink, code: str, *, told_by_host: bool
    ) -> bool: ...


def _no_mending(pending: PendingLink, code: str, *, told_by_host: bool) -> bool:
    return False


# RFC 6749, 4.1.2.1; what else stands there may be anything.
ERROR = re.compile(r"[a-z_]{1,40}")
# An error on the page of approval that the token step has its own code for.
SAME_TROUBLE = {"invalid_scope": "scope-refused", "invalid_client": "app-unknown"}


def come_back(
    request: SignedInRequest,
    provider: str,
    host: str,
    exchange: Exchange,
    *,
    mend: Mend = _no_mending,
) -> HttpResponse:
    """Link with what `exchange` makes of the code, or say why not.

    `host` is whose address the browser came back to. A try with another one is refused
    before anybody is called, and stays open.
    """
    form = AnswerForm(request.GET)
    pending: PendingLink | None = None
    try:
        if not form.is_valid():
            raise LinkRefused("not-yours")
        state = form.cleaned_data["state"]
        pending_id = browser.link_of(request, state)
        pending = linking.claim(request.user, provider, pending_id, state, host=host)
        code = _code(form.cleaned_data["code"], form.cleaned_data["error"])
        credentials = exchange(pending, code)
    except (LinkRefused, ProviderError) as trouble:
        if pending and _mended(mend, pending, trouble):
            return _begin_again(request, pending, trouble)
        return ending.refused(request, trouble, pending)
    return ending.hand_over(request, pending, credentials)


def _mended(mend: Mend, pending: PendingLink, trouble: Trouble) -> bool:
    code = SAME_TROUBLE.get(trouble.code, trouble.code)
    try:
        return mend(pending, code, told_by_host=isinstance(trouble, ProviderError))
    except ProviderError:
        return False  # the host does not answer just now


def _code(code: str, error: str) -> str:
    """The code of an approval; LinkRefused for everything else."""
    if bool(code) == bool(error):
        raise LinkRefused("unclear")
    if error == "access_denied":
        raise LinkRefused("denied")
    if error:
        word = error if ERROR.fullmatch(error) else ""
        raise LinkRefused(SAME_TROUBLE.get(word, "turned-back"), got=word or "error")
    return code


def _begin_again(
    request: SignedInRequest,
    pending: PendingLink,
    trouble: Trouble,
) -> HttpResponse:
    """A fresh try for the same server, after what stood in the way was put right."""
    facts = HostFacts(**pending.host_facts)
    try:
        details = PROVIDERS[pending.provider].prepare(pending.host, facts)
    except ProviderError as error:
        return ending.refused(request, error, pending)
    fresh = linking.start(
        request.user,
        pending.provider,
        pending.host,
        facts,
        account=pending.account,
        details=details,
    )
    browser.remember(request, fresh)
    return ending.refused(request, trouble, fresh, again=True)
