"""Bulk work: what it costs to ask for it, and how near it comes to the host's limits.

Ours is the whole way: items, turns of the engine, the client with its budgets, rows and
events. The baseline is a bare `requests.Session` in a loop that deletes by the same calls
at the same pace; each has a simulated mixi of its own, and both run at the same time.
Targets: at least 0.9 of the loop's rate, at most 1 % of the calls refused, the items of
100,000 messages written within a second and without growing, and the inbox page meanwhile
in at most 1.5 times its time when nothing runs.
"""

import itertools
import json
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from accounts import linking
from accounts.clients import outgoing
from accounts.models import Account
from accounts.providers.table import PROVIDERS
from benchmarks.processes import pause
from benchmarks.world import fill
from inboxhub.networks import mixi
from inboxhub.networks.budget import Budgets
from inboxhub.networks.capabilities import SERVER, Ability, Capabilities
from inboxhub.networks.mixi.limits import OF_ACCOUNT
from messaging import running, services
from messaging.filters import Filters
from messaging.models import Message, Operation, OperationItem
from messaging.selection import Selection
from messaging.sync.engine import Engine
from messaging.sync.foreground import pull_now
from simulators.mixi import Simulator
from simulators.mixi import running as a_mixi

RATE, REFUSED, SECONDS, SLOWER = 0.9, 0.01, 1.0, 1.5
CHOSEN = 100_000
AT_ONCE = 50  # messages in one call
PAGES, TURNS = 15, 3
ME, OTHER = "sakura", "mika"
ABLE = Capabilities(abilities={"delete": {"note": Ability(SERVER)}})


def run(*, quick: bool) -> dict[str, object]:
    number = 1_500 if quick else 10_000
    asked = _ask(20_000 if quick else CHOSEN)
    with a_mixi() as ours, a_mixi() as theirs:
        for sim in (ours, theirs):
            sim.flood(ME, number, by=OTHER)
        account = _linked(ours)
        idle = _pages(account.owner, PAGES)
        took, bare, meanwhile = _delete(account, theirs, number)
        calls = [call for call in ours.calls() if call.method == "DELETE"]
    refused = sum(call.status >= 400 for call in calls) / len(calls)
    ratio, slower = bare / took, median(meanwhile) / median(idle)
    fits = ratio >= RATE and refused <= REFUSED and slower <= SLOWER
    return {
        "ratio": round(ratio, 2),
        "target": RATE,
        "ok": fits and asked["items_s_of_100000"] <= SECONDS,
        "detail": {
            "messages": number,
            "seconds": round(took, 1),
            "bare_seconds": round(bare, 1),
            "refused": round(refused, 4),
            "page_ms": round(median(idle) * 1000, 1),
            "page_ratio_meanwhile": round(slower, 2),
            **asked,
        },
    }


# --- Asking for it --------------------------------------------------------------------


def _ask(number: int) -> dict[str, float]:
    """Ask for a deletion of so many messages and take it back, some times."""
    user = fill(messages=number, accounts=5)
    Account.objects.filter(owner=user).update(capabilities=ABLE.as_json())
    selection = Selection.listed(user, Filters())
    items, whole, before = [], [], 0
    for _turn in range(TURNS):
        watch, began = _Watch(), time.perf_counter()
        with connection.execute_wrapper(watch):
            operation = services.delete(user, selection, undoable=True)
        whole.append(time.perf_counter() - began)
        items.append(watch.items)
        if operation.total != number:
            raise SystemExit(f"{operation.total} of {number} were chosen")
        running.undo(operation)
        before = before or _peak()
    Account.objects.filter(owner=user).update(status=Account.Status.UNLINKED)
    share = CHOSEN / number
    return {
        "chosen": number,
        "items_s_of_100000": round(min(items) * share, 2),
        "with_local_effect_s_of_100000": round(min(whole) * share, 2),
        "grown_mib": round((_peak() - before) / 1024, 1),
    }


class _Watch:
    """The seconds that writing items took."""

    def __init__(self) -> None:
        self.items = 0.0

    def __call__(
        self, execute: Any, sql: str, values: Any, many: bool, context: Any
    ) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, values, many, context)
        finally:
            if sql.startswith(f'INSERT INTO "{OperationItem._meta.db_table}"'):
                self.items += time.perf_counter() - began


def _peak() -> int:
    """Kibibytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


# --- Doing it -------------------------------------------------------------------------


def _linked(sim: Simulator) -> Account:
    """All of the host's messages are here, and the budgets are whole."""
    settings.INBOXHUB_PRIVATE_HOSTS = [sim.host]
    for name, value in sim.settings.items():
        setattr(settings, name, value)
    outgoing.cache_clear()
    credentials = PROVIDERS["mixi"].credentials(json.dumps(sim.token_answer(ME)))
    mixi.Client.budgets = Budgets(itertools.count(step=60).__next__)
    user = User.objects.create_user("reader")
    account = linking.complete(user, "mixi", sim.host, credentials).account
    pull_now(account, full=True)
    mixi.Client.budgets = Budgets()
    Account.objects.filter(pk=account.pk).update(history={"messages": 0, "days": 0})
    sim.forget_calls()
    return account


def _delete(
    account: Account, theirs: Simulator, number: int
) -> tuple[float, float, list[float]]:
    """The seconds of ours and of the bare loop, and of the pages meanwhile."""
    loops: list[float] = []
    loop = threading.Thread(target=lambda: loops.append(_bare(theirs)))
    with _engine():
        loop.start()
        began = time.perf_counter()
        chosen = Selection.listed(account.owner, Filters(box="messages"))
        operation = services.delete(account.owner, chosen)
        pages: list[float] = []
        while Operation.objects.get(pk=operation.pk).state != Operation.State.DONE:
            # All along, not only while the first calls go out at once.
            pages += _pages(account.owner, 1)
            pause(0.2)
        took = time.perf_counter() - began
    loop.join()
    if Message.objects.filter(account=account, gone_at=None).exists():
        raise SystemExit("not all were deleted")
    return took, loops[0], pages


@contextmanager
def _engine() -> Iterator[None]:
    engine = Engine()
    engine.start()
    try:
        yield
    finally:
        engine.stop()


def _bare(sim: Simulator) -> float:
    """The same calls at the same pace by a plain session; how long it took."""
    session = requests.Session()
    session.headers["Authorization"] = f"OAuth {sim.token(ME)}"
    ids = [message.id for message in sim.inbox(ME)]
    began = time.perf_counter()
    for place in range(0, len(ids), AT_ONCE):
        late = place // AT_ONCE - OF_ACCOUNT.burst + 1
        pause(began + late * OF_ACCOUNT.interval - time.perf_counter())
        answer = session.delete(
            f"{sim.api_url}/messages/@me/@self/@inbox",
            json={"ids": ids[place : place + AT_ONCE]},
            timeout=30,
        )
        answer.raise_for_status()
    took = time.perf_counter() - began
    if sim.inbox(ME):
        raise SystemExit("the bare loop left some")
    return took


def _pages(user: User, number: int) -> list[float]:
    client = Client(headers={"host": urlsplit(settings.INBOXHUB_URL).netloc})
    client.force_login(user)
    client.get("/")
    waits = []
    for _page in range(number):
        began = time.perf_counter()
        client.get("/")
        waits.append(time.perf_counter() - began)
    return waits
