"""Pulls against a simulated host: everything arrives, once, and nothing is disturbed."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.clients import client_for
from accounts.models import Account
from inboxhub.lib.database import short_write
from messaging.models import Message
from messaging.sync import engine
from messaging.sync.foreground import pull_now
from messaging.sync.ingest import ingest_surely
from messaging.sync.pull import Pull, Pulled
from simulators.misskey import Simulator
from tests.messaging.conftest import Link

pytestmark = pytest.mark.django_db

OTHER_KEY = "other:YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU="


def pull(account: Account, *, full: bool = False) -> dict[str, Pulled]:
    account.refresh_from_db()
    return {part.box: part for part in pull_now(account, full=full)}


def texts(account: Account, box: str) -> list[str]:
    rows = account.messages.filter(box=box).order_by("sort_key", "pk")
    return list(rows.values_list("text", flat=True))


def test_every_box_fills_on_the_first_pull(sim: Simulator, link: Link) -> None:
    sim.direct("taro", "hana", "会場は2階です")
    sim.mention("taro", "hana", "look at this")
    sim.chat("taro", "hana", "やあ")
    mine = sim.note("hana", "my post")
    sim.react("taro", str(mine["id"]), "👍")
    account = link()
    pull(account)
    assert sorted(texts(account, "messages")) == ["やあ", "会場は2階です"]
    assert len(texts(account, "mentions")) == 1
    kinds = account.messages.filter(box="notices").values_list("kind", flat=True)
    assert "reaction" in kinds


def test_second_pull_brings_nothing_and_leaves_the_remote_alone(
    sim: Simulator,
    link: Link,
) -> None:
    sim.direct("taro", "hana", "one")
    sim.chat("taro", "hana", "two")
    account = link()
    unread = sim.unread_notifications("hana")
    pull(account)
    again = pull(account)
    assert sum(part.new + part.changed for part in again.values()) == 0
    assert sim.unread_notifications("hana") == unread
    assert sim.chat_unread("hana", "taro")


def test_new_message_is_found_below_a_full_page_of_newer_ones(
    sim: Simulator,
    link: Link,
) -> None:
    account = link()
    pull(account)
    for number in range(250):
        sim.mention("taro", "hana", f"number {number}")
    pull(account)
    assert len(texts(account, "mentions")) == 250


def test_messages_below_those_that_came_another_way_are_found(
    sim: Simulator,
    link: Link,
) -> None:
    """A stream, too, brings the newest before the older ones of a gap are here."""
    account = link()
    sim.mention("taro", "hana", "long known")
    pull(account)
    for number in range(350):
        sim.mention("taro", "hana", f"number {number}")
    client, position = client_for(account), None
    for _page in range(2):
        page = client.pull("mentions", position)
        position = page.next
        with short_write():
            ingest_surely(account, "mentions", page.items, timezone.now())
    pull(account)
    engine.drain()
    assert len(texts(account, "mentions")) == 351


@pytest.mark.parametrize("kept", [True, False])
def test_pull_ends_where_the_last_one_began(
    sim: Simulator, link: Link, kept: bool
) -> None:
    """And below it, where all that stood there was deleted."""
    for number in range(900):
        sim.mention("taro", "hana", f"number {number}")
    account = link()
    engine.drain()
    pull(account)
    for note in [] if kept else sim.notes_of("taro")[-150:]:
        sim.delete_note(note.id)
    sim.forget_calls()
    pull(account)
    assert len(sim.calls("notes/mentions")) <= 3


def test_history_is_fetched_backwards_up_to_the_limit(
    sim: Simulator,
    link: Link,
) -> None:
    for number in range(350):
        sim.mention("taro", "hana", f"number {number}")
    account = link()
    Account.objects.filter(pk=account.pk).update(history={"messages": 150, "days": 0})
    engine.drain()
    assert 150 <= len(texts(account, "mentions")) < 350


def test_history_that_is_always_recent_ends_too(
    sim: Simulator,
    link: Link,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A host could go on for ever, until the disk is full."""
    monkeypatch.setattr("messaging.sync.pull.MOST_LISTED", 50)
    for number in range(350):
        sim.mention("taro", "hana", f"number {number}")
    account = link()
    Account.objects.filter(pk=account.pk).update(history={"messages": 1, "days": 9999})
    engine.drain()
    assert 150 <= len(texts(account, "mentions")) < 350


def test_late_message_below_the_known_ones_is_found(
    sim: Simulator,
    link: Link,
) -> None:
    for number in range(100):
        sim.mention("taro", "hana", f"number {number}")
    # Without notices, which would tell of the late one on top.
    account = link(permissions=["read:account"])
    pull(account)
    sim.note("taro", "@hana late", minutes_ago=30, late=True)
    pull(account)
    assert len(texts(account, "mentions")) == 101


def test_interrupted_pull_remembers_its_gap(sim: Simulator, link: Link) -> None:
    account = link()
    sim.mention("taro", "hana", "first")
    pull(account)
    for number in range(250):
        sim.mention("taro", "hana", f"number {number}")
    sim.fault("api/notes/mentions", "status", times=1, status=503)
    failed = pull(account)
    assert "answered with status 503" in failed["mentions"].error
    assert account.cursors.get(listing="mentions").error == "status-503"
    sim.faults.clear()
    pull(account)
    engine.drain()
    assert len(texts(account, "mentions")) == 251


def test_full_pull_marks_what_is_gone_and_only_that(sim: Simulator, link: Link) -> None:
    kept = sim.mention("taro", "hana", "kept")
    lost = sim.mention("taro", "hana", "lost")
    unlisted = sim.mention("bob", "hana", "of somebody who is muted now")
    account = link()
    pull(account)
    sim.delete_note(str(lost["id"]))
    sim.mute("hana", "bob")
    assert pull(account, full=True)["mentions"].gone == 1
    gone = account.messages.exclude(gone_at=None).values_list("remote_id", flat=True)
    assert list(gone) == [lost["id"]]
    for note in (kept, unlisted):
        assert account.messages.get(remote_id=note["id"]).gone_at is None


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("status", {"status": 503}),
        ("status", {"status": 403}),
        ("status", {"status": 401, "body": "text"}),
        ("status", {"status": 500, "body": "empty"}),
        ("body", {"body": "html"}),
        ("body", {"body": "truncated"}),
        ("body", {"body": "json"}),
        ("body", {"body": "null"}),
        ("limit", {"header": "30"}),
        ("truncate", {}),
        ("mangle", {}),
        ("cut", {}),
    ],
)
def test_trouble_of_a_host_is_no_sign_in_problem_and_loses_nothing(
    kind: str,
    options: dict[str, object],
    sim: Simulator,
    link: Link,
) -> None:
    sim.mention("taro", "hana", "before")
    account = link()
    pull(account)
    sim.fault("*", kind, **options)  # type: ignore[arg-type]  # by name, as given
    pull(account)
    account.refresh_from_db()
    assert account.status in ("active", "unreachable")
    assert Message.objects.filter(account=account, gone_at=None).count() >= 1
    assert account.next_pull_at is not None


def test_third_failure_says_unreachable_and_an_answer_heals_it(
    sim: Simulator,
    link: Link,
) -> None:
    account = link()
    sim.fault("*", "status", status=503)
    for _try in range(3):
        pull(account)
    account.refresh_from_db()
    assert (account.status, account.last_error) == ("unreachable", "status-503")
    sim.faults.clear()
    pull(account)
    account.refresh_from_db()
    assert (account.status, account.error_count) == ("active", 0)


def test_revoked_token_asks_to_sign_in_again_and_keeps_everything(
    sim: Simulator,
    link: Link,
) -> None:
    sim.mention("taro", "hana", "kept")
    account = link()
    pull(account)
    sim.revoke("hana")
    pull(account)
    account.refresh_from_db()
    assert account.status == "sign_in_needed"
    assert account.last_error == "AUTHENTICATION_FAILED"
    assert account.messages.exists()
    link()
    account.refresh_from_db()
    assert account.status == "active"


def test_token_under_a_lost_key_asks_to_sign_in_again(
    link: Link,
    settings: Settings,
) -> None:
    account = link()
    settings.INBOXHUB_KEYS = OTHER_KEY
    engine.drain()
    locked = Account.objects.get(pk=account.pk)
    assert (locked.status, locked.last_error) == ("sign_in_needed", "cannot-open")


def test_account_that_is_not_due_is_left_alone(sim: Simulator, link: Link) -> None:
    account = link()
    engine.drain()
    sim.forget_calls()
    engine.drain()
    assert not sim.calls()
    Account.objects.filter(pk=account.pk).update(
        next_pull_at=timezone.now() - timedelta(seconds=1),
    )
    engine.drain()
    assert sim.calls("notes/mentions")


def test_listing_that_is_refused_for_good_leaves_the_others_alone(
    sim: Simulator,
    link: Link,
) -> None:
    sim.mention("taro", "hana", "still arrives")
    sim.fault("api/i/notifications", "status", status=413)
    account = link()
    engine.drain()
    assert texts(account, "mentions") == ["@hana still arrives"]
    account.refresh_from_db()
    assert account.status == "active"
    assert account.cursors.get(listing="notifications").error == "status-413"


def test_full_pull_finds_a_chat_that_its_author_deleted(
    sim: Simulator,
    link: Link,
) -> None:
    lost = sim.chat("taro", "hana", "taken back")
    account = link()
    pull(account)
    sim.delete_chat(str(lost["id"]))
    pull(account, full=True)
    assert account.messages.get(text="taken back").gone_at is not None


def test_pull_that_is_asked_for_during_another_follows_it(
    sim: Simulator,
    link: Link,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The one under way may have looked before the reason for asking came about."""
    account = link()
    newest = Pull.newest

    def asked_for(pull: Pull) -> dict[str, Pulled]:
        done = newest(pull)
        now = timezone.now()
        Account.objects.filter(pk=account.pk).update(next_pull_at=now, pull_wanted=True)
        return done

    monkeypatch.setattr(Pull, "newest", asked_for)
    pull(account)
    account.refresh_from_db()
    assert account.pull_wanted
    assert account.next_pull_at is not None
    assert account.next_pull_at <= timezone.now()
