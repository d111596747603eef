"""The Live page: a timeline of an account, or of a host without one, as it happens.

The page itself only says where to look; its socket brings the notes, and nothing of them
is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import Account
from accounts.signed_in import SignedInRequest
from messaging import wording
from messaging.forms import LiveForm
from messaging.views.frame import frame_of

HOST_TIMELINES = {"local": "", "global": ""}
AT_WORK = (Account.Status.ACTIVE, Account.Status.UNREACHABLE)
ELSEWHERE = ("cross-site", "same-site")


@dataclass(frozen=True, slots=True)
class Source:
    """An account whose timelines can be looked at."""

    account: Account
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """A timeline; `off` is the sentence why it cannot be looked at, empty when it can."""

    name: str
    label: str
    url: str
    current: bool
    off: str


@dataclass(frozen=True, slots=True)
class Place:
    """What is looked at: an account, or a host where there is none."""

    account: Account | None
    host: str
    timelines: dict[str, str]
    name: str

    def url(self, channel: str = "") -> str:
        where = {"account": self.account.pk} if self.account else {"host": self.host}
        return "/live/?" + urlencode(where | ({"channel": channel} if channel else {}))


@require_GET
@never_cache
def live(request: SignedInRequest) -> HttpResponse:
    """`?account=1&channel=local`, or `?host=misskey.example`; changes nothing."""
    accounts = [a for a in frame_of(request).linked if _can_look(a)]
    form = LiveForm(request.GET)
    form.is_valid()
    place = _place(form, accounts)
    channel = _channel(form, place) if place else ""
    context = {
        "form": form,
        "place": place,
        "channel": channel,
        "sources": [_source(account, place) for account in accounts],
        "tabs": _tabs(place, channel) if place else [],
        "starts": request.headers.get("Sec-Fetch-Site") not in ELSEWHERE,
    }
    return render(request, "messaging/live.html", context)


def _can_look(account: Account) -> bool:
    return account.status in AT_WORK and bool(account.able.timelines)


def _place(form: LiveForm, accounts: Sequence[Account]) -> Place | None:
    """What the address names, otherwise the first account; accounts of others are none."""
    host = form.cleaned_data.get("host")
    if host:
        return Place(None, host, HOST_TIMELINES, host)
    if "host" in form.errors:
        return None
    wanted = form.cleaned_data.get("account")
    found = [account for account in accounts if account.pk == wanted] or accounts
    if not found:
        return None
    account = found[0]
    timelines = dict(account.able.timelines)
    return Place(account, "", timelines, wording.server_name(account))


def _channel(form: LiveForm, place: Place) -> str:
    wanted = form.cleaned_data.get("channel", "")
    offered = [name for name, off in place.timelines.items() if not off]
    return wanted if wanted in offered else next(iter(offered), "")


def _source(account: Account, place: Place | None) -> Source:
    own = Place(account, "", {}, "")
    here = place is not None and place.account == account
    return Source(account, own.url(), here)


def _tabs(place: Place, channel: str) -> list[Tab]:
    labels = {
        "home": _("Home"),
        "local": _("Local"),
        "social": _("Social"),
        "global": _("Global"),
    }
    return [
        Tab(
            name,
            labels[name],
            place.url(name),
            name == channel,
            wording.reason(place.timelines[name], place.name),
        )
        for name in labels
        if name in place.timelines
    ]
