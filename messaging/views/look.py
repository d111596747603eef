"""How the pages look to this browser: light, dark, or as the device says."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from messaging.forms import ThemeForm

YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice in a cookie; `system` forgets it."""
    form = ThemeForm(request.POST)
    if not form.is_valid():
        return HttpResponseRedirect("/")
    response = HttpResponseRedirect(form.cleaned_data["next"])
    theme = form.cleaned_data["theme"]
    if theme == "system":
        response.delete_cookie("theme", samesite="Lax")
    else:
        response.set_cookie(
            "theme",
            theme,
            max_age=YEAR,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Django's own view, open to those who are not signed in yet."""
    return django_set_language(request)
