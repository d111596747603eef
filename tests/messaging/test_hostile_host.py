"""A host that answers anything at all: turns end, pages show, and the rest stays whole."""

import json
import logging
import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Account
from inboxhub.lib.http import FilePart, Http
from inboxhub.networks.misskey import call
from messaging.models import Conversation, Cursor, Message
from messaging.sync import backoff
from messaging.sync.turn import turn
from simulators.misskey import Simulator
from tests.messaging.conftest import Link

pytestmark = pytest.mark.django_db

ROUNDS = 12
Path = tuple[str | int, ...]


def nested(depth: int) -> object:
    value: object = []
    for _ in range(depth):
        value = [value]
    return value


BAD: tuple[object, ...] = (
    *(None, True, 0, -1, 1e308, float("inf"), 10**400, 2**64, "", "\0", "\ud800"),
    *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59-23:59"),
    *("x" * 100_000, "../../etc", "a/b", "a" * 64, "<script>alert(1)</script>"),
    *("javascript:alert(1)", "http://127.0.0.1/x", "https://[::1", "https://a:99999/"),
    *([], [None] * 1000, [1] * 10_000, {}, {"\ud800": "\ud800"}, {"id": "\ud800"}),
    *(nested(90), "\u202e\u2066", "\ufdfa" * 5000, "specified", ":a:" * 3000),
    *("$[x " * 500, "9" * 30, {"a": float("inf")}, [{"id": "x"}], "\uffff"),
)


def places(value: object, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for name, part in value.items():
            yield from places(part, (*path, name))
    elif isinstance(value, list):
        for number, part in enumerate(value[:50]):
            yield from places(part, (*path, number))


def spoiled(answer: object, draw: random.Random) -> object:
    """The answer with a few of its values replaced."""
    answer = json.loads(json.dumps(answer))
    for _ in range(draw.choice((1, 1, 3, 10))):
        *way, last = draw.choice(list(places(answer))) or (None,)
        if last is None:
            continue
        part: Any = answer
        for step in way:
            part = part[step]
        part[last] = json.loads(json.dumps(draw.choice(BAD)))
    return answer


@pytest.fixture
def account(sim: Simulator, link: Link, settings: Settings) -> Account:
    settings.INBOXHUB_URL = "http://testserver"
    sim.direct("taro", "hana", "direct")
    sim.mention("taro", "hana", "look :a: **b** @hana")
    sim.chat("taro", "hana", "chat")
    sim.react("taro", str(sim.note("hana", "mine")["id"]), "👍")
    return link()


@pytest.mark.parametrize("seed", range(3))
def test_any_answer_is_survived(
    account: Account,
    seed: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    draw = random.Random(seed)  # noqa: S311  no secret
    send = call.send

    def spoiling(
        http: Http,
        host: str,
        endpoint: str,
        body: Mapping[str, object],
        *,
        file: FilePart | None = None,
    ) -> object:
        answer = send(http, host, endpoint, body, file=file)
        return spoiled(answer, draw) if draw.random() < 0.8 else answer

    browser = Client()
    browser.force_login(account.owner)
    browser.cookies["time_zone"] = "Asia/Tokyo"
    with monkeypatch.context() as patched:
        patched.setattr(call, "send", spoiling)
        for number in range(ROUNDS):
            _begin_again(account, learn=number % 5 == 0)
            turn(account.pk)
            _show_everything(browser, account)
    broken = [record for record in caplog.records if record.exc_info]
    assert not broken, logging.Formatter().format(broken[0])
    _begin_again(account, learn=True)
    Message.objects.all().delete()
    turn(account.pk)
    shown = Message.objects.filter(unreadable=False)
    assert {"direct", "chat"} <= set(shown.values_list("text", flat=True))


def _begin_again(account: Account, *, learn: bool) -> None:
    backoff.hosts.forget()
    Cursor.objects.all().delete()
    Account.objects.filter(pk=account.pk).update(
        status=Account.Status.ACTIVE,
        pull_wanted=True,
        capabilities_at=None if learn else timezone.now(),
    )


def _show_everything(browser: Client, account: Account) -> None:
    conversations = Conversation.objects.values_list("pk", flat=True)
    addresses = ["/", "/?box=notices", f"/accounts/{account.pk}/", "/accounts/"]
    for address in (*addresses, *(f"/c/{pk}/" for pk in conversations)):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert b"<script>alert" not in answer.content
    for note in Message.objects.filter(source="note")[:1]:
        assert browser.get(f"/m/{note.pk}/thread/").status_code == 200
