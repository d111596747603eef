"""The steps of linking as a browser takes them, on a simulated host."""

from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client

from accounts.models import Account, PendingLink
from simulators.misskey import Simulator
from tests.factories import make_user

LINK = "/accounts/link/"


def signed_in(name: str = "") -> Client:
    """A browser of its own, in which a user is signed in."""
    browser = Client()
    browser.force_login(make_user(name))
    return browser


def begin(browser: Client, address: str) -> HttpResponse:
    """Type an address; the preview when that works."""
    return browser.post(LINK, {"address": address}, follow=True)  # type: ignore[return-value]  # the test client's own answer


def newest_try() -> PendingLink:
    return PendingLink.objects.latest("created_at")


def approve(sim: Simulator, preview: HttpResponse, person: str = "alice") -> str:
    """Press "Allow" on the host's page; the address that the browser is sent to."""
    return sim.approve(approval_page(preview), person)


def approval_page(preview: HttpResponse) -> str:
    """Where the preview's main link leads."""
    address: str = preview.context["approve_url"]  # type: ignore[attr-defined]  # the test client's
    return address


def come_back(browser: Client, callback: str) -> HttpResponse:
    """Open the callback on our site."""
    parts = urlsplit(callback)
    return browser.get(f"{parts.path}?{parts.query}")  # type: ignore[return-value]  # the test client's own answer


def link(browser: Client, sim: Simulator, person: str = "alice") -> Account:
    """All of it, for tests that begin with a linked account."""
    answer = come_back(browser, approve(sim, begin(browser, sim.host), person))
    assert answer.status_code == 302
    return Account.objects.get(pk=int(answer["Location"].split("/")[2]))
