"""mixi for django-allauth: a provider whose app is in our settings."""

from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider


class MixiProvider(OAuth2Provider):
    """Brings our addresses into allauth's; where to approve is in `way`."""

    id = "mixi"
    name = "mixi"
    account_class = ProviderAccount
    uses_apps = False


provider_classes = [MixiProvider]
