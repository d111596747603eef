"""Whatever mixi means where its documents are silent, the work gets done."""

import dataclasses
from typing import get_args, get_type_hints

import pytest
from django.utils import timezone

from accounts import linking
from accounts.clients import client_for, outgoing
from accounts.models import Account
from accounts.providers.mixi import app as site
from inboxhub.networks import mixi
from inboxhub.networks.base import RemoteAuthor, Target
from inboxhub.networks.writing import Draft
from messaging import services
from simulators.mixi import Simulator
from simulators.mixi.consent import HELPER
from simulators.mixi.silences import Silences
from tests.factories import make_user
from tests.messaging.test_mixi import done, pick, pull, sim, titled

__all__ = ["sim"]

pytestmark = pytest.mark.django_db

NUMBERS: dict[str, tuple[object, ...]] = {
    "access_seconds": (60,),
    "expires_in": ("text", "absent", "0", "-1", "1e30", '"soon"', "null"),
    "invalid_client_status": (400,),
    "max_count": (50, 7, 1),
    "longest_title": (100,),
    "longest_body": (10_000,),
    "max_ids": (0, 2),
    "too_many_ids_status": (413, 500),
    "access_denied_status": (400, 500),
    "not_found_status": (400, 410, 500),
    "status_conflicted_status": (400, 500),
    "invalid_request_status": (422, 500),
}
# A page that mixi shows the person before anybody comes back; a permission that nobody
# has; how long things live, and how often may be asked: other tests have these.
ELSEWHERE = {
    "redirect_parameter",
    "withheld",
    "code_seconds",
    "refresh_seconds_always",
    "refresh_seconds_once",
    "calls_per_minute",
}
HINTS = get_type_hints(Silences)


def choices(name: str) -> tuple[object, ...]:
    """What else than its default a switch can be."""
    kind = HINTS[name]
    told = (True, False) if kind is bool else get_args(kind) or NUMBERS[name]
    return tuple(value for value in told if value != getattr(Silences(), name))


CHOICES = {
    field.name: choices(field.name)
    for field in dataclasses.fields(Silences)
    if field.name not in ELSEWHERE
}
CASES = [(name, value) for name, values in CHOICES.items() for value in values]


def approved(sim: Simulator) -> Account:
    """sakura's account, by mixi's page of approval and a code."""
    http = outgoing()
    # The page of mixi's own for programs that have no address to come back to.
    app = dataclasses.replace(site.app(), redirect_uri=f"{sim.url}{HELPER}")
    state = mixi.fetch_server_state(http, app)
    page = mixi.authorize_url(app, "s", server_state=state)
    code = sim.approve(page, "sakura").partition("code=")[2].partition("&")[0]
    found = mixi.exchange(http, app, code, server_state=state)
    return linking.complete(make_user("me"), "mixi", sim.host, found).account


@pytest.mark.wide
@pytest.mark.parametrize(("name", "value"), CASES, ids=str)
def test_everything_works_either_way(sim: Simulator, name: str, value: object) -> None:
    sim.silences(**{name: value})
    everything_works(sim)


@pytest.mark.parametrize("number", range(max(map(len, CHOICES.values()))))
def test_everything_works_with_many_switches_turned(
    sim: Simulator, number: int
) -> None:
    """Each switch with its choice of that number, if it has so many."""
    rest = {name: values[number:] for name, values in CHOICES.items()}
    sim.silences(**{name: values[0] for name, values in rest.items() if values})
    everything_works(sim)


def everything_works(sim: Simulator) -> None:
    """Link, list, mark, delete in bulk with an ended token, send; nothing else is gone."""
    sim.flood("sakura", 12, by="mika")
    sim.message("mika", "sakura", "hello", "how are you?")
    sim.message("mika", "sakura", "stays", "here")
    sim.message("sakura", "mika", "sent before", "fine")
    sim.notice("sakura", "news", "<p>from mixi</p>")
    account = approved(sim)
    services.set_read_policy(account, "notices", "server")
    pull(account, full=True)
    assert account.messages.filter(unreadable=False).count() == 16
    assert titled(account, "hello").text == "how are you?"

    done(services.mark_read(account.owner, pick(titled(account, "hello"))))
    done(services.mark_replied(account.owner, pick(titled(account, "hello"))))
    news = titled(account, "news", source="notice")
    done(services.mark_read(account.owner, pick(news)))
    states = {letter.title: letter.status for letter in sim.inbox("sakura")}
    assert states["hello"] == "replied"
    assert sim.notices("sakura")[0].status == "read"

    sim.delete("sakura", titled(account, "stays").remote_id)
    sim.expire("sakura")
    others = account.messages.filter(source="inbox").exclude(title="hello")
    done(services.delete(account.owner, pick(*others)))
    done(services.delete(account.owner, pick(news)))
    assert [letter.title for letter in sim.inbox("sakura")] == ["hello"]
    assert sim.notices("sakura") == []

    sends_once(sim, account)
    pull(account, full=True)
    left = account.messages.filter(gone_at=None, hidden_at=None)
    assert {(m.source, m.title) for m in left} == {
        ("inbox", "hello"),
        *(("outbox", title) for title in ("sent before", "new", "Re: hello")),
    }


def sends_once(sim: Simulator, account: Account) -> None:
    """A new message and an answer, each found again by a look into the outbox."""
    client = client_for(Account.objects.get(pk=account.pk))
    friend = RemoteAuthor(sim.id_of("mika"), "mika", "mika")
    hello = titled(account, "hello")
    answered = Target("inbox", hello.remote_id, hello.conversation.key)
    now = timezone.now()
    for draft in (
        Draft("1", now, "text 𝟙", title="new", recipients=(friend,)),
        Draft("2", now, "text 2", title="Re: hello", answers=answered),
    ):
        known = client.sent_before(draft)
        sent = client.send(draft)
        found = client.find_sent(dataclasses.replace(draft, known=known))
        assert [one.remote_id for one in found] == [sent.remote_id]
    assert len(sim.outbox("sakura")) == 3


def test_every_switch_is_turned() -> None:
    turned = CHOICES.keys() | ELSEWHERE
    assert turned == {field.name for field in dataclasses.fields(Silences)}
