"""Link an account with a token from standard input; makes the same row as the pages."""

import getpass
import json
import sys
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from accounts import linking
from accounts.linking import Linked, LinkRefused
from accounts.models import Provider
from accounts.providers.table import PROVIDERS, way_to
from accounts.users import user_named
from accounts.wording import sentence
from inboxhub.lib.http import HttpError, canonical_host
from inboxhub.networks.errors import ProviderError

MOST_READ = 65_536


class Command(BaseCommand):
    help = (
        "Link an account of USER. The access token, or the JSON of the network's token"
        " answer, is read from standard input and verified with the host first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER")
        parser.add_argument("provider", metavar="PROVIDER", help=", ".join(PROVIDERS))
        parser.add_argument("host", metavar="HOST")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: object, **options: object) -> None:
        user = user_named(options["user"])
        provider, host = str(options["provider"]), str(options["host"])
        if provider not in PROVIDERS:
            known = ", ".join(PROVIDERS)
            raise CommandError(f"There is no network named {provider}; known: {known}.")
        try:
            host = canonical_host(host)
            credentials = way_to(provider, host).credentials(_pasted())
            linked = linking.complete(user, provider, host, credentials)
        except (LinkRefused, ProviderError, HttpError) as trouble:
            raise CommandError(sentence(trouble, host)) from None
        self.stdout.write(_shown(linked, as_json=bool(options["json"])))


def _pasted() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Access token: ")
    pasted = sys.stdin.read(MOST_READ)
    if not pasted.strip():
        raise CommandError(
            "No access token came on standard input; put `< FILE` with the token in it"
            " behind the command.",
        )
    return pasted


def _shown(linked: Linked, *, as_json: bool) -> str:
    account = linked.account
    groups = PROVIDERS[account.provider].missing(account.able)
    missing = [name for group in groups for name in group.permissions]
    if as_json:
        return json.dumps(
            {
                "id": account.pk,
                "provider": account.provider,
                "host": account.host,
                "handle": account.handle,
                "status": account.status,
                "renewed": linked.renewed,
                "missing": missing,
            },
        )
    done = "Renewed" if linked.renewed else "Linked"
    lacks = f"; the token lacks {', '.join(missing)}" if missing else ""
    network = Provider(account.provider).label
    return f"{done} {account.handle} ({network}), id {account.pk}{lacks}"
