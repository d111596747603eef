"""`manage.py messages`: list messages, newest first."""

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from accounts.users import user_named
from messaging import search, wording
from messaging.models import Box, Message

AT_ONCE = 500


class Command(BaseCommand):
    """The same query language as the page's search field."""

    help = "List a user's messages, newest first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER")
        parser.add_argument(
            "query",
            metavar="QUERY",
            nargs="?",
            default="",
            help="as in the page's search; put -- before one that begins with -",
        )
        parser.add_argument("--box", choices=Box.values)
        parser.add_argument("--limit", type=int, default=50)
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: object) -> None:
        user, limit = user_named(options["user"]), int(str(options["limit"]))
        if limit < 1:
            raise CommandError(f"--limit {limit} would list nothing; take 1 or more.")
        found = search.messages(user, str(options["query"]))
        for note in found.notes:
            self.stderr.write(note)
        rows = found.queryset.select_related("account", "author")
        if options["box"]:
            rows = rows.filter(box=options["box"])
        few = rows[: min(limit, search.HIGHEST_ID)]
        for message in few.iterator(chunk_size=AT_ONCE):
            line = as_json(message) if options["json"] else as_line(message)
            self.stdout.write(line)


def as_json(message: Message) -> str:
    account = message.account
    return json.dumps(
        {
            "id": message.pk,
            "account": account.pk,
            "provider": account.provider,
            "host": account.host,
            "box": message.box,
            "kind": message.kind,
            "remote_id": message.remote_id,
            "author": message.author.handle if message.author else None,
            "title": message.title,
            "text": message.text,
            "sent_at": message.sent_at.isoformat(),
            "unread": message.unread,
            "remote_state": message.remote_state,
            "outgoing": message.outgoing,
        },
        ensure_ascii=False,
    )


def as_line(message: Message) -> str:
    mark = "*" if message.unread else " "
    author = message.author.handle if message.author else "-"
    shown = message.content_warning or message.title or message.text
    text = " ".join((shown or str(wording.kind(message.kind).name)).split())
    when = message.sent_at.strftime("%Y-%m-%d %H:%M")
    return (
        f"{mark} {message.pk} {when} {message.box}/{message.kind} {author}: {text[:80]}"
    )
