"""Where django-allauth asks us: who may sign up, how a link ends, how secrets are kept."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import Provider
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import redirect

from accounts.views import ending
from inboxhub.lib.database import short_write
from inboxhub.lib.fields import key_ring
from inboxhub.lib.logs import remember_secret

MFA_SECRETS = "allauth.mfa"
"""What the sealed secrets are bound to: allauth's hook does not name the row."""


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """`first` lets one person in, the owner; `open` everybody; else nobody."""
        match settings.INBOXHUB_SIGNUP:
            case "open":
                return True
            case "first":
                return not User.objects.exists()
            case _:
                return False

    def save_user(
        self,
        request: HttpRequest,
        user: User,
        form: BaseForm,
        commit: bool = True,
    ) -> User:
        """Of two first visitors at the same moment one becomes the owner."""
        with short_write():
            # The row lock puts sign-ups in line where transactions run side by side.
            list(ContentType.objects.select_for_update().filter(model="user"))
            if not self.is_open_for_signup(request):
                raise ImmediateHttpResponse(redirect("account_signup"))
            saved: User = super().save_user(request, user, form, commit)
            return saved


class LinkAdapter(DefaultSocialAccountAdapter):
    """allauth's half of a link ends here; it stores nothing and signs nobody in."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        raise ImmediateHttpResponse(ending.end_link(request, sociallogin))

    def list_providers(self, request: HttpRequest) -> list[Provider]:
        """None: a network is linked by somebody signed in, never signed in with."""
        return []

    def is_open_for_signup(
        self,
        request: HttpRequest,
        sociallogin: SocialLogin,
    ) -> bool:
        return False


class MfaAdapter(DefaultMFAAdapter):
    """Two-step secrets lie in the database under our key ring."""

    def encrypt(self, text: str) -> str:
        remember_secret(text)
        return key_ring().seal(text.encode(), MFA_SECRETS)

    def decrypt(self, encrypted_text: str) -> str:
        text = key_ring().open(encrypted_text, MFA_SECRETS).decode()
        remember_secret(text)
        return text
