"""Misskey for django-allauth: a provider without an app of its own (MiAuth needs none)."""

from allauth.socialaccount.providers.base import Provider, ProviderAccount


class MisskeyProvider(Provider):
    """Brings our addresses into allauth's; where to approve is in `way`."""

    id = "misskey"
    name = "Misskey"
    account_class = ProviderAccount
    uses_apps = False


provider_classes = [MisskeyProvider]
