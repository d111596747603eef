"""The accounts app."""

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import register

from accounts.checks import check_settings
from inboxhub.lib.logs import remember_secret


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        register(check_settings)
        remember_secret(settings.MIXI_CLIENT_SECRET)
