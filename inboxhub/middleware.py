"""What happens to every request: one address, the person's clock, whole sign-in pages."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from inboxhub.lib.zones import zone_named

Answer = Callable[[HttpRequest], HttpResponse]


def canonical_address(answer: Answer) -> Answer:
    """Redirect a GET under another host name, or in the clear, to `INBOXHUB_URL`.

    A link that starts under 127.0.0.1 and comes back to localhost would lose its
    session, and with it the pending link.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        wanted = urlsplit(settings.INBOXHUB_URL)
        # Only where the proxy says so itself: one that says nothing would go in circles.
        told = request.headers.get("X-Forwarded-Proto", "")
        in_the_clear = wanted.scheme == "https" and told == "http"
        elsewhere = request.get_host() != wanted.netloc
        if request.method in ("GET", "HEAD") and (elsewhere or in_the_clear):
            path = request.get_full_path()
            return HttpResponseRedirect(f"{settings.INBOXHUB_URL}{path}")
        return answer(request)

    return middleware


def sign_in_outside_fragments(answer: Answer) -> Answer:
    """Send a signed-out htmx request to the sign-in page, not the page into a fragment."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        redirected = isinstance(response, HttpResponseRedirect)
        if redirected and request.headers.get("HX-Request") == "true":
            return HttpResponse(headers={"HX-Redirect": response["Location"]})
        return response

    return middleware


def personal_time_zone(answer: Answer) -> Answer:
    """Show times on the clock of the browser, which says its zone in a cookie."""

    def middleware(request: HttpRequest) -> HttpResponse:
        zone = zone_named(request.COOKIES.get("time_zone", ""))
        with timezone.override(zone):
            return answer(request)

    return middleware
