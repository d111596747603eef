"""The steps of linking as a browser takes them, on a simulated host."""

from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client

from accounts.models import Account, PendingLink
from tests.factories import make_user

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

    Answer = _MonkeyPatchedWSGIResponse
else:
    Answer = HttpResponse  # the test client adds `context` and `redirect_chain`

LINK = "/accounts/link/"


class Host(Protocol):
    """A simulated host of any network."""

    host: str

    def approve(self, address: str, person: str, /) -> str:
        """Press "Allow" on a page of approval; the address that the browser gets."""


def signed_in(name: str = "") -> Client:
    """A browser of its own, in which a user is signed in."""
    browser = Client()
    browser.force_login(make_user(name))
    return browser


def begin(browser: Client, address: str) -> Answer:
    """Type an address; the preview when that works."""
    return browser.post(LINK, {"address": address}, follow=True)


def newest_try() -> PendingLink:
    return PendingLink.objects.latest("created_at")


def approve(sim: Host, preview: Answer, person: str = "alice") -> str:
    """Press "Allow" on the host's page; the address that the browser is sent to."""
    return sim.approve(approval_page(preview), person)


def approval_page(preview: Answer) -> str:
    """Where the preview's main link leads."""
    address: str = preview.context["approve_url"]
    return address


def come_back(browser: Client, callback: str) -> Answer:
    """Open the callback on our site."""
    parts = urlsplit(callback)
    return browser.get(f"{parts.path}?{parts.query}")


def link(browser: Client, sim: Host, person: str = "alice") -> Account:
    """All of it, for tests that begin with a linked account."""
    answer = come_back(browser, approve(sim, begin(browser, sim.host), person))
    assert answer.status_code == 302
    return Account.objects.get(pk=int(answer["Location"].split("/")[2]))
