"""Addresses of libraries that this site does not have."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse


@login_not_required
def here(request: HttpRequest, rest: str = "") -> HttpResponse:
    raise Http404
