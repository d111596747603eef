"""Signing in; on the very first visit the page to become the owner stands there."""

from allauth.account.views import login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse


@login_not_required
def entrance(request: HttpRequest) -> HttpResponseBase:
    """allauth's sign-in, once there is somebody who could."""
    nobody = settings.INBOXHUB_SIGNUP == "first" and not User.objects.exists()
    if request.method == "GET" and nobody:
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{reverse('account_signup')}?{query}".rstrip("?"))
    answer: HttpResponseBase = login(request)
    return answer
