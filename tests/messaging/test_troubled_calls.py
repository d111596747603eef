"""One call of a linked account goes wrong: nobody is locked out, and nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import linking
from accounts.clients import outgoing
from accounts.models import Account
from inboxhub.networks import misskey
from inboxhub.networks.budget import Budgets
from inboxhub.networks.capabilities import Capabilities
from messaging import services
from messaging.models import Operation, OperationItem
from messaging.selection import Selection
from messaging.sync import backoff, engine
from simulators.misskey import Simulator, running
from tests.factories import make_user

pytestmark = pytest.mark.django_db

SHORT = 0.5  # seconds
LEARNT_BY = ("i", "meta", "endpoints")
CALLS = {
    "2025.12": (
        *LEARNT_BY,
        *("notes/mentions", "users/notes", "i/notifications", "chat/history"),
        *("following/requests/list", "notes/show", "notes/conversation"),
        *("notes/children", "notes/delete", "chat/messages/user-timeline"),
        "chat/messages/delete",
    ),
    "12.110": (
        *("messaging/history", "messaging/messages", "messaging/messages/read"),
        "messaging/messages/delete",
    ),
}
FEW = ("endpoints", "notes/mentions", "notes/show", "notes/delete", "messaging/history")
TROUBLES: dict[str, dict[str, object]] = {
    "html": {"kind": "body", "body": "html"},
    "forbidden": {"kind": "status", "status": 403},
    "away": {"kind": "status", "status": 503},
    "cut": {"kind": "truncate"},
    "hang": {"kind": "hang"},
}


@dataclass
class Scene:
    """A linked account, and a browser of its owner."""

    sim: Simulator
    browser: Client
    learns: bool

    @property
    def account(self) -> Account:
        return Account.objects.get()

    @property
    def able(self) -> Capabilities:
        return self.account.able

    def say(self, word: str) -> None:
        """One of each kind, to be read, marked and deleted."""
        self.sim.mention("taro", "hana", f"note {word}")
        self.sim.chat("taro", "hana", f"chat {word}")
        self.sim.direct("hana", "taro", f"own note {word}")
        self.sim.chat("hana", "bob", f"own chat {word}")

    def ask(self, word: str) -> list[Operation]:
        """Mark what others said, fetch one of them again, and delete the own."""
        rows = self.account.messages.filter(text__endswith=word)
        own, others = (
            Selection.messages(list(found.values_list("pk", flat=True)))
            for found in (rows.filter(outgoing=True), rows.filter(outgoing=False))
        )
        user, note = self.account.owner, rows.get(text=f"@hana note {word}")
        return [
            services.mark_read(user, others),
            services.refresh(user, note),
            services.delete(user, own),
        ]

    def work(self) -> None:
        """All that there is for the background, as if every pause were over."""
        backoff.hosts.forget()
        OperationItem.objects.open().update(not_before=timezone.now())
        Account.objects.update(pull_wanted=True)
        if self.learns:
            Account.objects.update(capabilities_at=None)
        engine.drain()

    def look(self) -> None:
        """What a person may open meanwhile."""
        note = self.account.messages.filter(text__contains="@hana note").latest("pk")
        for address in ("/", f"/accounts/{self.account.pk}/", f"/m/{note.pk}/thread/"):
            assert self.browser.get(address).status_code == 200

    def texts(self, word: str) -> list[str]:
        rows = self.account.messages.filter(text__endswith=word, gone_at=None)
        return sorted(rows.values_list("text", flat=True))


@contextmanager
def linked(profile: str, settings: Settings, *, learns: bool) -> Iterator[Scene]:
    with running(profile=profile, limits=False) as sim:
        settings.INBOXHUB_PRIVATE_HOSTS = [sim.host]
        settings.INBOXHUB_URL = "http://testserver"
        outgoing.cache_clear()
        user = make_user()
        linking.complete(user, "misskey", sim.host, {"token": sim.token("hana")})
        browser = Client()
        browser.force_login(user)
        yield Scene(sim, browser, learns)


@pytest.mark.parametrize(
    ("profile", "call"),
    [
        pytest.param(profile, call, marks=[] if call in FEW else pytest.mark.wide)
        for profile, calls in CALLS.items()
        for call in calls
    ],
)
def test_call_in_trouble_locks_nobody_out_and_loses_nothing(
    profile: str,
    call: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    an_hour_each = count(0.0, 3600.0).__next__
    monkeypatch.setattr(misskey.Client, "budgets", Budgets(an_hour_each))
    with linked(profile, settings, learns=call in LEARNT_BY) as scene:
        scene.say("before")
        scene.work()
        able, last = scene.able, "before"
        for word, fault in TROUBLES.items():
            assert len(scene.texts(last)) == 4
            scene.sim.fault(f"api/{call}", **fault)  # type: ignore[arg-type]  # by name
            scene.say(word)
            operations = scene.ask(last)
            with monkeypatch.context() as patched:
                patched.setattr(
                    outgoing(), "_deadline", SHORT if word == "hang" else 30
                )
                scene.work()
                scene.look()
            assert scene.account.status in ("active", "unreachable")
            scene.sim.faults.clear()
            scene.work()
            assert scene.account.status == "active"
            assert scene.able == able
            for operation in operations:
                operation.refresh_from_db()
                assert (operation.state, operation.failed) == ("done", 0)
            assert scene.texts(last) == [f"@hana note {last}", f"chat {last}"]
            last = word
        assert len(scene.texts(last)) == 4
