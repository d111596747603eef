"""`manage.py sync`: pull now, in the foreground."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Account
from accounts.users import user_named
from messaging.sync.foreground import AccountBusy, pull_now
from messaging.sync.pull import Pulled


class Command(BaseCommand):
    """Exit code 1 when a box could not be read; the others are pulled all the same."""

    help = "Pull the newest of linked accounts now; --full goes back to the limit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", metavar="USER")
        parser.add_argument("--account", type=int)
        parser.add_argument("--full", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: object) -> None:
        accounts = self._accounts(options)
        errors = []
        for account in accounts:
            try:
                boxes = pull_now(account, full=bool(options["full"]))
            except AccountBusy as busy:
                errors.append(f"{account}: {busy}")
                continue
            self._show(account, boxes, as_json=bool(options["json"]))
            errors += [
                f"{account}, {box.box}: {box.error}" for box in boxes if box.error
            ]
        if errors:
            raise CommandError("; ".join(errors))

    def _accounts(self, options: dict[str, object]) -> list[Account]:
        rows = Account.objects.linked()
        if options["user"] is not None:
            rows = rows.filter(owner=user_named(options["user"]))
        if options["account"] is not None:
            rows = rows.filter(pk=int(str(options["account"])))
        found = list(rows)
        if not found and (
            options["user"] is not None or options["account"] is not None
        ):
            raise CommandError(
                "There is no such linked account; `manage.py accounts USER` lists them.",
            )
        return found

    def _show(
        self,
        account: Account,
        boxes: Iterable[Pulled],
        *,
        as_json: bool,
    ) -> None:
        for box in boxes:
            if as_json:
                line = {"account": account.pk, **asdict(box)}
                self.stdout.write(json.dumps(line, ensure_ascii=False))
            else:
                self.stdout.write(
                    f"{account} {box.box}: {box.new} new, {box.changed} changed, "
                    f"{box.gone} gone, {box.unreadable} unreadable"
                    + (f" ({box.error})" if box.error else ""),
                )
