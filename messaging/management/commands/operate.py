"""`manage.py operate`: a verb on every message that matches a query."""

import json
from argparse import ArgumentParser
from collections import Counter

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Account
from accounts.users import user_named
from messaging import search, services, wording
from messaging.course import course
from messaging.models import Operation
from messaging.selection import Selection
from messaging.sync.foreground import work_off

WAITS = ("waiting-for-host", "unreachable", "sign-in-needed")
"""States of an account's work in which nothing happens for a while."""


class Command(BaseCommand):
    """A dry run without `--yes`; there is no undo window.

    `--yes` stores the operation and leaves the work to the server; with `--wait` the
    work is done here, under the same leases, when no server does it. What it waits for
    stands on standard error; Ctrl+C ends the waiting and leaves the rest to the server.
    """

    help = "Do something with all messages that match a query."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER")
        parser.add_argument("verb", choices=list(services.VERBS))
        parser.add_argument(
            "query",
            metavar="QUERY",
            help="as in the page's search; put -- before one that begins with -",
        )
        parser.add_argument("--yes", action="store_true")
        parser.add_argument("--wait", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: object) -> None:
        user, verb = user_named(options["user"]), str(options["verb"])
        query = str(options["query"])
        _refuse_doubtful(search.messages(user, query), query)
        selection = Selection.matching(user, query)
        lines = _matching(services.preview(user, verb, selection))
        problem = ""
        if options["yes"]:
            operation = services.VERBS[verb](user, selection)
            if options["wait"]:
                self._wait(operation)
                problem = _add_outcomes(lines, operation)
        for line in lines.values():
            self.stdout.write(_shown(line, as_json=bool(options["json"])))
        if problem:
            raise CommandError(problem)
        if not options["json"]:
            self.stdout.write(_what_now(bool(lines), options))

    def _wait(self, operation: Operation) -> None:
        """Do the work, and tell once what an account waits for, each time it changes."""
        told: dict[int, str] = {}

        def tell() -> None:
            for lane in course(operation).lanes:
                words = wording.lane_state(lane.account, lane.state, lane.until)
                if lane.state in WAITS and told.get(lane.account.pk) != words:
                    told[lane.account.pk] = words
                    self.stderr.write(f"{lane.account.handle}: {words}")

        try:
            work_off(operation, tell)
        except KeyboardInterrupt:
            number = operation.items.open().count()
            message = f"Stopped waiting: {number} still open; the server does them."
            raise CommandError(message) from None


def _refuse_doubtful(found: search.SearchResult, query: str) -> None:
    """What is not understood could match far more than was meant, here without a look."""
    if found.notes:
        raise CommandError(f"Nothing was done: {' '.join(found.notes)}")
    if not found.whole:
        raise CommandError("Nothing was done: the query is too long; shorten it.")
    if not search.parse(query):
        raise CommandError(
            "Nothing was done: an empty query matches every message. Say which ones,"
            " for example is:read in:notices.",
        )


def _what_now(matching: bool, options: dict[str, object]) -> str:
    if not matching:
        return "No message matches."
    if not options["yes"]:
        return "A dry run: nothing was done. --yes does it."
    return "Done." if options["wait"] else "Stored; the server does the work."


def _matching(preview: services.Preview) -> dict[int, dict[str, int]]:
    lines: dict[int, dict[str, int]] = {}
    for part in preview.lines:
        line = lines.setdefault(
            part.account.pk,
            {
                "account": part.account.pk,
                "matching": 0,
                "possible": 0,
                "not_possible": 0,
            },
        )
        line["matching"] += part.count
        line["not_possible" if part.reach == "nowhere" else "possible"] += part.count
    return dict(sorted(lines.items()))


def _add_outcomes(lines: dict[int, dict[str, int]], operation: Operation) -> str:
    """Count what came of it; a sentence when that is not all that was asked for."""
    settled = Counter(operation.items.order_by().values_list("account", "state"))
    for account_id, line in lines.items():
        for state in ("done", "failed", "skipped"):
            line[state] = settled[account_id, state]
    failed = sum(line["failed"] for line in lines.values())
    problems = [f"{failed} could not be done."] if failed else []
    waiting = operation.items.open()
    accounts = Account.objects.filter(pk__in=waiting.values("account"))
    if handles := ", ".join(account.handle for account in accounts):
        problems.append(
            f"{waiting.count()} still wait: sign in again as {handles}, then the server"
            " goes on with them.",
        )
    return " ".join(problems)


def _shown(line: dict[str, int], *, as_json: bool) -> str:
    if as_json:
        return json.dumps(line)
    return ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in line.items()
    )
