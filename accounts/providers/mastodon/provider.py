"""Mastodon for django-allauth: a provider with an app on each host, kept in `HostApp`."""

from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider


class MastodonProvider(OAuth2Provider):
    """Brings our addresses into allauth's; where to approve is in `way`."""

    id = "mastodon"
    name = "Mastodon"
    account_class = ProviderAccount
    uses_apps = False


provider_classes = [MastodonProvider]
