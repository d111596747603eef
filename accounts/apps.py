"""The accounts app."""

from django.apps import AppConfig
from django.core.checks import register

from accounts.checks import check_settings


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        register(check_settings)
