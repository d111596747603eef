"""mixi end to end: pulls that see changes, verbs, tokens that end, on a simulator."""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts import linking
from accounts.clients import outgoing
from accounts.models import Account
from accounts.providers.table import PROVIDERS
from inboxhub.networks import mixi
from inboxhub.networks.budget import Budgets
from messaging import services
from messaging.models import Message, Operation, OperationItem
from messaging.selection import Selection
from messaging.sync import engine
from messaging.sync.foreground import pull_now
from simulators.mixi import Simulator, running
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sim(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    clock = count(step=60).__next__
    monkeypatch.setattr(mixi.Client, "budgets", Budgets(clock))
    with running() as host:
        settings.INBOXHUB_PRIVATE_HOSTS = [host.host]
        for name, value in host.settings.items():
            setattr(settings, name, value)
        outgoing.cache_clear()
        yield host
    outgoing.cache_clear()


def link(sim: Simulator, user: str = "me", person: str = "sakura") -> Account:
    answer = json.dumps(sim.token_answer(person))
    credentials = PROVIDERS["mixi"].credentials(answer)
    return linking.complete(make_user(user), "mixi", sim.host, credentials).account


def pull(account: Account, *, full: bool = False) -> Account:
    parts = pull_now(account, full=full)
    assert [part.error for part in parts if part.error] == []
    account.refresh_from_db()
    return account


def pick(*messages: Message) -> Selection:
    return Selection.messages(message.pk for message in messages)


def done(operation: Operation) -> None:
    for _round in range(3):
        engine.drain()
        OperationItem.objects.update(not_before=None)
    operation.refresh_from_db()
    assert (operation.state, operation.failed) == ("done", 0)


def titled(account: Account, title: str, *, source: str = "inbox") -> Message:
    return account.messages.get(title=title, source=source)


def due(account: Account) -> None:
    """The pause between two pulls is over."""
    Account.objects.filter(pk=account.pk).update(next_pull_at=timezone.now())


def test_all_three_boxes_fill_on_the_first_pull(sim: Simulator) -> None:
    sim.message("mika", "sakura", "hello", "how are you?")
    sim.message("sakura", "mika", "fine", "and you?")
    sim.notice("sakura", "news", "<p>from mixi</p>")
    account = pull(link(sim))
    found = account.messages.values_list("source", "box", "outgoing", "title")
    assert set(found) == {
        ("inbox", "messages", False, "hello"),
        ("outbox", "messages", True, "fine"),
        ("notice", "notices", False, "news"),
    }
    assert account.conversations.filter(box="messages").count() == 1


def test_letter_to_the_other_linked_account_is_a_row_in_each(sim: Simulator) -> None:
    sim.message("ren", "sakura", "between us", "two")
    mine, other = pull(link(sim)), pull(link(sim, person="ren"))
    assert [m.source for m in mine.messages.all()] == ["inbox"]
    assert [m.source for m in other.messages.all()] == ["outbox"]


def test_mark_read_and_replied_reach_mixi_and_never_go_back(sim: Simulator) -> None:
    sim.message("mika", "sakura", "hello", "how are you?")
    account = pull(link(sim))
    message = titled(account, "hello")
    done(services.mark_read(account.owner, pick(message)))
    assert sim.inbox("sakura")[0].status == "read"
    done(services.mark_replied(account.owner, pick(message)))
    assert sim.inbox("sakura")[0].status == "replied"
    sim.forget_calls()
    message.refresh_from_db()
    done(services.mark_read(account.owner, pick(message)))
    assert sim.calls(method="PUT") == []
    message.refresh_from_db()
    assert message.remote_state == "replied"


def test_mark_unread_stays_here_and_outlives_the_next_pulls(sim: Simulator) -> None:
    sim.message("mika", "sakura", "hello", "how are you?")
    account = pull(link(sim))
    message = titled(account, "hello")
    done(services.mark_read(account.owner, pick(message)))
    done(services.mark_unread(account.owner, pick(message)))
    pull(account, full=True)
    message.refresh_from_db()
    assert (message.unread, message.remote_state) == (True, "read")


def test_delete_goes_to_the_trash_and_notices_for_good(sim: Simulator) -> None:
    sim.message("mika", "sakura", "hello", "how are you?")
    sim.notice("sakura", "news", "from mixi")
    account = pull(link(sim))
    notice = titled(account, "news", source="notice")
    done(services.delete(account.owner, pick(titled(account, "hello"), notice)))
    assert [m.title for m in sim.trash("sakura")] == ["hello"]
    assert (sim.inbox("sakura"), sim.notices("sakura")) == ([], [])


def test_many_are_deleted_by_few_calls(sim: Simulator) -> None:
    sim.flood("sakura", 120, by="mika")
    account = pull(link(sim), full=True)
    engine.drain()
    sim.forget_calls()
    every = account.messages.filter(source="inbox")
    assert every.count() == 120
    done(services.delete(account.owner, pick(*every)))
    assert sim.inbox("sakura") == []
    assert len(sim.calls(method="DELETE")) <= 5


@pytest.mark.parametrize("behaviour", ["nothing", "partial", "success"])
def test_unknown_id_among_many_leaves_none_undone(
    sim: Simulator, behaviour: str
) -> None:
    sim.flood("sakura", 20, by="mika")
    account = pull(link(sim), full=True)
    sim.delete("sakura", sim.inbox("sakura")[3].id)
    sim.silences(unknown_id=behaviour)
    done(services.delete(account.owner, pick(*account.messages.all())))
    assert sim.inbox("sakura") == []


def test_read_elsewhere_shows_here_after_the_next_window(sim: Simulator) -> None:
    sim.message("mika", "sakura", "hello", "how are you?")
    account = pull(link(sim))
    sim.read("sakura", sim.inbox("sakura")[0].id)
    sim.advance(700)
    pull(account)
    message = titled(account, "hello")
    assert (message.unread, message.remote_state) == (False, "read")


def test_deleted_elsewhere_is_gone_after_the_reconciling_turn(sim: Simulator) -> None:
    sim.message("mika", "sakura", "hello", "how are you?")
    sim.message("mika", "sakura", "stays", "here")
    account = pull(link(sim))
    sim.delete("sakura", sim.inbox("sakura")[0].id)
    due(account)
    engine.drain()
    assert titled(account, "hello").gone_at is None
    long_ago = timezone.now() - timedelta(hours=7)
    Account.objects.filter(pk=account.pk).update(reconciled_at=long_ago)
    due(account)
    engine.drain()
    assert titled(account, "hello").gone_at
    assert titled(account, "stays").gone_at is None


def test_restored_from_the_trash_is_back_after_a_while(sim: Simulator) -> None:
    sim.message("mika", "sakura", "hello", "how are you?")
    account = pull(link(sim))
    letter = sim.inbox("sakura")[0].id
    done(services.delete(account.owner, pick(titled(account, "hello"))))
    sim.restore("sakura", letter)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    account.messages.update(gone_at=an_hour_ago)
    pull(account, full=True)
    back = titled(account, "hello")
    assert (back.gone_at, back.hidden_at) == (None, None)


def test_outbox_is_looked_at_less_often_unless_asked(sim: Simulator) -> None:
    account = pull(link(sim))
    sim.forget_calls()
    due(account)
    engine.drain()
    paths = {call.path for call in sim.calls()}
    assert any("@inbox" in path for path in paths)
    assert not any("@outbox" in path for path in paths)
    services.sync_now(account)
    engine.drain()
    assert any("@outbox" in call.path for call in sim.calls())


def test_token_that_ends_in_the_middle_is_renewed_once(sim: Simulator) -> None:
    sim.flood("sakura", 30, by="mika")
    account = pull(link(sim))
    sim.forget_calls()
    sim.expire("sakura")
    done(services.delete(account.owner, pick(*account.messages.all())))
    assert sim.inbox("sakura") == []
    assert len(sim.calls("token")) == 1
    account.refresh_from_db()
    assert account.status == "active"


def test_sign_in_that_ended_for_good_keeps_what_was_asked_for(sim: Simulator) -> None:
    sim.message("mika", "sakura", "hello", "how are you?")
    account = pull(link(sim))
    sim.expire("sakura")
    sim.expire_refresh("sakura")
    operation = services.delete(account.owner, pick(titled(account, "hello")))
    engine.drain()
    account.refresh_from_db()
    assert account.status == "sign_in_needed"
    assert operation.items.get().state == "pending"
    link(sim)
    done(operation)
    assert sim.inbox("sakura") == []


def test_new_name_of_a_friend_shows_after_the_next_pull(sim: Simulator) -> None:
    sim.message("mika", "sakura", "hello", "how are you?")
    account = pull(link(sim))
    sim.rename("mika", "みかん")
    sim.message("mika", "sakura", "hello again", "it is me")
    pull(account)
    authors = {m.author.name for m in account.messages.all() if m.author}
    assert authors == {"みかん"}
    assert account.conversations.filter(box="messages").count() == 1


def test_person_who_left_mixi_keeps_the_messages_here(sim: Simulator) -> None:
    sim.message("mika", "sakura", "hello", "how are you?")
    account = pull(link(sim))
    sim.leave("sakura")
    due(account)
    engine.drain()
    account.refresh_from_db()
    assert account.status == "sign_in_needed"
    kept = titled(account, "hello")
    assert (kept.gone_at, kept.hidden_at) == (None, None)


@pytest.mark.parametrize("told", ["none", "seconds", "date"])
def test_bulk_work_outlasts_a_busy_host(sim: Simulator, told: str) -> None:
    sim.flood("sakura", 120, by="mika")
    account = pull(link(sim), full=True)
    sim.silences(retry_after=told)
    sim.busy(2)
    sim.forget_calls()
    operation = services.delete(account.owner, pick(*account.messages.all()))
    for _round in range(8):
        engine.drain()
        OperationItem.objects.update(not_before=None)
    operation.refresh_from_db()
    assert (operation.state, operation.failed) == ("done", 0)
    assert sim.inbox("sakura") == []
    assert len([call for call in sim.calls() if call.status == 503]) == 2
