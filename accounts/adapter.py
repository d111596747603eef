"""Where django-allauth asks us: who may sign up, how a link ends, how secrets are kept."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    pass


class LinkAdapter(DefaultSocialAccountAdapter):
    pass


class MfaAdapter(DefaultMFAAdapter):
    pass
