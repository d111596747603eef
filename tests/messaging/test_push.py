"""Operations reach a simulated host: each outcome is the remote's, whatever happens."""

import os
import socket
import subprocess
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import Account
from inboxhub.networks.base import Outcome, Target
from inboxhub.networks.misskey import Client
from messaging import services
from messaging.models import Message, Operation, OperationItem
from messaging.selection import Selection
from messaging.sync import engine, lease
from messaging.sync.foreground import pull_now
from simulators.misskey import Simulator
from tests.messaging.conftest import Link

pytestmark = pytest.mark.django_db


def pick(*messages: Message) -> Selection:
    return Selection.messages(message.pk for message in messages)


def by_text(account: Account, text: str) -> Message:
    return account.messages.get(text=text)


def settled(operation: Operation) -> tuple[str, int, int, int]:
    operation.refresh_from_db()
    row = operation
    return (row.state, row.done, row.failed, row.skipped)


@pytest.fixture
def account(sim: Simulator, link: Link) -> Account:
    first = sim.direct("taro", "hana", "question")
    sim.direct("hana", "taro", "answer", reply_to=str(first["id"]))
    sim.chat("taro", "hana", "chat of his")
    sim.chat("hana", "taro", "chat of mine")
    account = link()
    pull_now(account, full=False)
    account.refresh_from_db()
    return account


def test_delete_takes_the_own_note_from_the_server(
    sim: Simulator,
    account: Account,
) -> None:
    mine = by_text(account, "answer")
    operation = services.delete(account.owner, pick(mine))
    engine.drain()
    assert sim.find_note(mine.remote_id) is None
    assert settled(operation) == ("done", 1, 0, 0)
    mine.refresh_from_db()
    assert mine.gone_at is not None


def test_delete_of_what_is_gone_already_is_done(
    sim: Simulator,
    account: Account,
) -> None:
    mine = by_text(account, "answer")
    sim.delete_note(mine.remote_id)
    operation = services.delete(account.owner, pick(mine))
    engine.drain()
    assert settled(operation) == ("done", 1, 0, 0)


def test_delete_of_a_chat_leaves_the_note_alone(
    sim: Simulator,
    account: Account,
) -> None:
    chat, note = by_text(account, "chat of mine"), by_text(account, "answer")
    services.delete(account.owner, pick(chat))
    engine.drain()
    assert sim.find_chat(chat.remote_id) is None
    assert sim.find_note(note.remote_id) is not None


def test_mark_read_reads_the_chat_on_the_host(
    sim: Simulator,
    account: Account,
) -> None:
    sim.chat("taro", "hana", "one more")
    pull_now(account, full=False)
    assert sim.chat_unread("hana", "taro")
    services.mark_read(account.owner, pick(by_text(account, "one more")))
    engine.drain()
    assert not sim.chat_unread("hana", "taro")


def test_mark_read_stays_here_where_the_policy_says_so(
    sim: Simulator,
    account: Account,
) -> None:
    services.set_read_policy(account, "messages", "here")
    sim.chat("taro", "hana", "one more")
    pull_now(account, full=False)
    services.mark_read(account.owner, pick(by_text(account, "one more")))
    engine.drain()
    assert sim.chat_unread("hana", "taro")
    assert not by_text(account, "one more").unread


def test_refusal_puts_the_message_back_and_says_why(
    sim: Simulator,
    account: Account,
) -> None:
    mine = by_text(account, "answer")
    token = sim.token("hana", ["read:account", "read:notifications"])
    Account.objects.get(pk=account.pk)
    account.credentials = {"token": token}
    account.save(update_fields=["credentials"])
    operation = services.delete(account.owner, pick(mine))
    engine.drain()
    assert settled(operation) == ("done", 0, 1, 0)
    mine.refresh_from_db()
    assert (mine.hidden_at, mine.gone_at) == (None, None)
    assert operation.items.get().error == "PERMISSION_DENIED"
    assert sim.find_note(mine.remote_id) is not None


def test_trouble_of_the_host_waits_and_goes_on(
    sim: Simulator,
    account: Account,
) -> None:
    mine = by_text(account, "answer")
    sim.fault("api/notes/delete", "status", times=1, status=502)
    operation = services.delete(account.owner, pick(mine))
    engine.drain()
    item = operation.items.get()
    assert (item.state, item.attempts) == ("pending", 1)
    assert item.not_before is not None
    assert item.not_before > timezone.now()
    OperationItem.objects.update(not_before=timezone.now())
    engine.drain()
    assert settled(operation) == ("done", 1, 0, 0)


def test_rate_limit_puts_the_item_back_until_the_named_time(
    sim: Simulator,
    account: Account,
) -> None:
    mine = by_text(account, "answer")
    sim.fault("api/notes/delete", "limit", times=1, header="600")
    operation = services.delete(account.owner, pick(mine))
    engine.drain()
    item = operation.items.get()
    assert item.not_before is not None
    wait = item.not_before - timezone.now()
    assert timedelta(seconds=590) < wait < timedelta(seconds=610)


def test_answer_that_got_lost_is_not_done_twice_in_effect(
    sim: Simulator,
    account: Account,
) -> None:
    mine = by_text(account, "answer")
    sim.fault("api/notes/delete", "lost", times=1)
    operation = services.delete(account.owner, pick(mine))
    engine.drain()
    OperationItem.objects.update(not_before=timezone.now())
    engine.drain()
    assert settled(operation) == ("done", 1, 0, 0)
    assert sim.find_note(mine.remote_id) is None


def test_what_a_crash_left_in_flight_is_done_again(
    sim: Simulator,
    account: Account,
) -> None:
    mine = by_text(account, "answer")
    operation = services.delete(account.owner, pick(mine))
    # As a process leaves it that was killed between the claim and the outcome.
    held = lease.take(account.pk)
    assert held is not None
    operation.items.update(state="in_flight", fence=held.fence, attempts=1)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Account.objects.filter(pk=account.pk).update(lease_until=an_hour_ago)
    engine.drain()
    assert settled(operation) == ("done", 1, 0, 0)
    assert sim.find_note(mine.remote_id) is None


def test_late_holder_of_a_lost_lease_changes_no_row(account: Account) -> None:
    late = lease.take(account.pk)
    assert late is not None
    assert lease.take(account.pk) is None
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Account.objects.filter(pk=account.pk).update(lease_until=an_hour_ago)
    assert lease.take(account.pk) is not None
    with pytest.raises(lease.LeaseLost):
        late.renew()


def test_killed_holder_that_its_parent_has_not_looked_at_holds_nothing(
    account: Account,
) -> None:
    assert lease.take(account.pk) is not None
    with subprocess.Popen(["/bin/sleep", "600"]) as killed:
        stat = Path(f"/proc/{killed.pid}/stat")
        began = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[19]
        holder = f"{socket.gethostname()[:40]} {killed.pid} {began}"
        Account.objects.filter(pk=account.pk).update(lease_holder=holder)
        assert lease.take(account.pk) is None
        killed.kill()
        os.waitid(os.P_PID, killed.pid, os.WEXITED | os.WNOWAIT)
        assert stat.exists()
        assert lease.take(account.pk) is not None


def test_revoked_token_keeps_the_operation_waiting_until_signed_in_again(
    sim: Simulator,
    account: Account,
    link: Link,
) -> None:
    mine = by_text(account, "answer")
    sim.revoke("hana")
    operation = services.delete(account.owner, pick(mine))
    engine.drain()
    account.refresh_from_db()
    assert account.status == "sign_in_needed"
    assert operation.items.get().state == "pending"
    link()
    OperationItem.objects.update(not_before=None)
    engine.drain()
    assert settled(operation) == ("done", 1, 0, 0)


def test_pull_does_not_undo_a_mark_that_still_waits(
    sim: Simulator,
    account: Account,
) -> None:
    sim.chat("taro", "hana", "unread there")
    pull_now(account, full=False)
    message = by_text(account, "unread there")
    services.mark_read(account.owner, pick(message))
    pull_now(account, full=False)
    message.refresh_from_db()
    assert not message.unread


def test_refresh_brings_the_message_as_it_is_now(
    sim: Simulator,
    account: Account,
) -> None:
    message = by_text(account, "question")
    sim.edit_note(message.remote_id, "question, edited")
    services.refresh(account.owner, message)
    engine.drain()
    message.refresh_from_db()
    assert message.text == "question, edited"


def test_refresh_of_a_deleted_message_marks_it_gone(
    sim: Simulator,
    account: Account,
) -> None:
    message = by_text(account, "question")
    sim.delete_note(message.remote_id)
    services.refresh(account.owner, message)
    engine.drain()
    message.refresh_from_db()
    assert message.gone_at is not None


def test_unlink_with_erase_leaves_nothing(account: Account) -> None:
    services.unlink(account, erase=True)
    engine.drain()
    assert not Account.objects.filter(pk=account.pk).exists()
    assert not Message.objects.exists()


def test_one_failure_leaves_the_others_of_the_operation_done(
    sim: Simulator,
    account: Account,
) -> None:
    chats = [
        by_text(account, "chat of mine"),
        *_more_chats(sim, account, 4),
    ]
    sim.fault("api/chat/messages/delete", "status", times=1, status=413)
    operation = services.delete(account.owner, pick(*chats))
    engine.drain()
    assert settled(operation) == ("done", 4, 1, 0)


def _more_chats(sim: Simulator, account: Account, number: int) -> list[Message]:
    for place in range(number):
        sim.chat("hana", "taro", f"more {place}")
        # The overview shows only the newest of a conversation, so pull after each.
        pull_now(account, full=False)
    return list(account.messages.filter(text__startswith="more"))


def test_item_that_breaks_us_each_time_is_given_up_and_the_others_are_done(
    sim: Simulator,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    poison, healthy = by_text(account, "answer"), by_text(account, "chat of mine")
    real = Client.delete

    def delete(client: Client, targets: Sequence[Target]) -> list[Outcome]:
        if targets[0].remote_id == poison.remote_id:
            raise RuntimeError("a fault of ours")
        return real(client, targets)

    monkeypatch.setattr(Client, "delete", delete)
    operation = services.delete(account.owner, pick(poison, healthy))
    for _try in range(6):
        OperationItem.objects.update(not_before=None)
        engine.drain()
    assert settled(operation) == ("done", 1, 1, 0)
    poison.refresh_from_db()
    assert poison.hidden_at is None
