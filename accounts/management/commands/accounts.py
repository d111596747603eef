"""List the linked accounts of a user."""

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from accounts.models import Account
from accounts.users import user_named


class Command(BaseCommand):
    help = "List the linked accounts of USER with their status."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER")
        parser.add_argument(
            "--json",
            action="store_true",
            help="one JSON object per line",
        )

    def handle(self, *args: object, **options: object) -> None:
        for account in Account.objects.of(user_named(options["user"])):
            facts = _facts(account)
            line = json.dumps(facts) if options["json"] else _line(facts)
            self.stdout.write(line)


def _facts(account: Account) -> dict[str, object]:
    due = account.next_pull_at
    return {
        "id": account.pk,
        "provider": account.provider,
        "host": account.host,
        "handle": account.handle,
        "status": account.status,
        "next_pull_at": due.isoformat() if due else None,
        "last_error": account.last_error,
    }


def _line(facts: dict[str, object]) -> str:
    keys = ("id", "provider", "handle", "host", "status", "last_error")
    return "\t".join(str(facts[key]) for key in keys).rstrip()
