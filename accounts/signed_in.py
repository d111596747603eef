"""The request of someone who is signed in, for the types of our views."""

from django.contrib.auth.models import User
from django.http import HttpRequest


class SignedInRequest(HttpRequest):
    """`LoginRequiredMiddleware` lets no other one through to our views."""

    user: User
