"""Mastodon and what speaks its API, end to end: pulls, verbs, commands, on a simulator."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from pytest_django import Settings

from accounts import linking
from accounts.clients import outgoing
from accounts.models import Account
from inboxhub.networks import mastodon
from inboxhub.networks.budget import Budgets
from messaging import services
from messaging.models import Message, Operation, OperationItem
from messaging.selection import Selection
from messaging.sync import engine
from messaging.sync.foreground import pull_now
from simulators.mastodon import Simulator, running
from tests.factories import make_user

pytestmark = pytest.mark.django_db

Start = Callable[..., Simulator]


@pytest.fixture
def start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Simulator]]:
    """Starts a host with a profile; its people's direct messages are not filtered."""
    clock = count(step=60).__next__
    monkeypatch.setattr(mastodon.Client, "budgets", Budgets(clock))
    opened = []

    def begin(profile: str = "4.6") -> Simulator:
        context = running(profile=profile, limits=False)
        host = context.__enter__()
        opened.append(context)
        settings.INBOXHUB_PRIVATE_HOSTS = [host.host]
        outgoing.cache_clear()
        if profile == "4.6":
            host.policy("alice", for_private_mentions="accept")
        return host

    yield begin
    for context in opened:
        context.__exit__(None, None, None)
    outgoing.cache_clear()


@pytest.fixture
def sim(start: Start) -> Simulator:
    return start()


def link(sim: Simulator, user: str = "me") -> Account:
    credentials = {"token": sim.token("alice")}
    owner = make_user(user)
    return linking.complete(owner, "mastodon", sim.host, credentials).account


def pull(account: Account, *, full: bool = False) -> Account:
    parts = pull_now(account, full=full)
    assert [part.error for part in parts if part.error] == []
    account.refresh_from_db()
    return account


def pick(*messages: Message) -> Selection:
    return Selection.messages(message.pk for message in messages)


def by_text(account: Account, text: str) -> Message:
    return account.messages.get(text__contains=text)


def done(operation: Operation) -> None:
    """Run the turns until nothing of the operation waits."""
    for _round in range(3):
        engine.drain()
        OperationItem.objects.update(not_before=None)
    operation.refresh_from_db()
    assert (operation.state, operation.failed) == ("done", 0)


@pytest.mark.parametrize("profile", ["4.6", "4.1", "3.5", "gotosocial"])
def test_every_box_fills_whatever_the_version(start: Start, profile: str) -> None:
    sim = start(profile)
    sim.direct("bob", "alice", "only for you")
    sim.mention("bob", "alice", "look at this")
    mine = sim.status("alice", "what I think")
    sim.favourite("carol", str(mine["id"]))
    sim.request_follow("dave", "alice")
    account = pull(link(sim))
    found = set(account.messages.values_list("box", "kind"))
    wanted = {
        ("messages", "message"),
        ("mentions", "mention"),
        ("notices", "favourite"),
    }
    assert wanted <= found
    assert "requests" in {box for box, _kind in found}


def test_host_that_refuses_all_it_lacks_with_401_degrades(start: Start) -> None:
    """Sharkey by its Mastodon API: lists, and little else; nobody is signed out."""
    sim = start("sharkey")
    sim.direct("bob", "alice", "only for you")
    mine = sim.status("alice", "what I think")
    for person in ("bob", "carol"):
        sim.favourite(person, str(mine["id"]))
    account = pull(link(sim))
    pull(account, full=True)
    assert account.messages.filter(gone_at=None).count() == 3
    told = by_text(account, "only for you")
    done(services.mark_read(account.owner, pick(told)))
    preview = services.preview(account.owner, "remove", pick(*account.messages.all()))
    assert {line.reach for line in preview.lines} == {"nowhere"}
    engine.drain()
    account.refresh_from_db()
    assert account.status == "active"
    told.refresh_from_db()
    assert not told.unread
    assert {call.call.split()[0] for call in sim.calls()} == {"GET"}


def test_second_pull_brings_nothing_and_marks_nothing(sim: Simulator) -> None:
    sim.direct("bob", "alice", "only for you")
    sim.mention("bob", "alice", "look at this")
    account = pull(link(sim))
    rows = list(account.messages.values_list("pk", "content_hash", "unread"))
    pull(account)
    assert list(account.messages.values_list("pk", "content_hash", "unread")) == rows
    assert all(row.unread for row in sim.rows_of("alice"))
    assert sim.marker_of("alice") in (None, "", 0)


def test_direct_message_that_is_mention_and_row_is_one_message(sim: Simulator) -> None:
    sim.direct("bob", "alice", "only for you")
    account = pull(link(sim))
    assert account.messages.filter(text__contains="only for you").count() == 1


def test_mark_read_reads_the_conversation_on_the_host(sim: Simulator) -> None:
    sim.direct("bob", "alice", "only for you")
    account = pull(link(sim))
    done(services.mark_read(account.owner, pick(by_text(account, "only for you"))))
    assert not any(row.unread for row in sim.rows_of("alice"))


def test_mark_unread_is_told_where_the_version_can(sim: Simulator) -> None:
    sim.direct("bob", "alice", "only for you")
    account = pull(link(sim))
    message = by_text(account, "only for you")
    done(services.mark_read(account.owner, pick(message)))
    done(services.mark_unread(account.owner, pick(message)))
    assert all(row.unread for row in sim.rows_of("alice"))


def test_mark_unread_stays_here_where_the_version_cannot(start: Start) -> None:
    sim = start("gotosocial")
    sim.direct("bob", "alice", "only for you")
    account = pull(link(sim))
    message = by_text(account, "only for you")
    done(services.mark_read(account.owner, pick(message)))
    done(services.mark_unread(account.owner, pick(message)))
    assert not any(row.unread for row in sim.rows_of("alice"))
    pull(account)
    message.refresh_from_db()
    assert message.unread


def test_remove_takes_the_conversation_off_the_own_list_only(sim: Simulator) -> None:
    sim.direct("bob", "alice", "only for you")
    account = pull(link(sim))
    message = by_text(account, "only for you")
    done(services.remove(account.owner, pick(message)))
    assert sim.rows_of("alice") == []
    assert sim.find_status(message.remote_id) is not None
    pull(account)
    message.refresh_from_db()
    assert message.hidden_at


def test_removed_conversation_comes_back_with_its_next_message(sim: Simulator) -> None:
    first = sim.direct("bob", "alice", "the old one")
    account = pull(link(sim))
    old = by_text(account, "the old one")
    done(services.remove(account.owner, pick(old)))
    sim.direct("bob", "alice", "the new one", reply_to=str(first["id"]))
    pull(account)
    new = by_text(account, "the new one")
    old.refresh_from_db()
    assert new.conversation_id == old.conversation_id
    assert (old.hidden_at is None, new.hidden_at is None) == (False, True)


def test_delete_removes_the_own_status_for_everyone(sim: Simulator) -> None:
    mine = sim.direct("alice", "bob", "a slip of mine")
    account = pull(link(sim))
    message = by_text(account, "a slip of mine")
    done(services.delete(account.owner, pick(message)))
    assert sim.find_status(str(mine["id"])) is None


def test_dismiss_takes_the_notice_away_and_leaves_the_status(sim: Simulator) -> None:
    mine = sim.status("alice", "what I think")
    sim.favourite("carol", str(mine["id"]))
    account = pull(link(sim))
    notice = account.messages.get(kind="favourite")
    done(services.remove(account.owner, pick(notice)))
    assert sim.notifications_of("alice") == []
    assert sim.find_status(str(mine["id"])) is not None


def test_direct_message_of_a_stranger_is_found_in_the_requests(start: Start) -> None:
    sim = start()
    sim.policy("alice", for_private_mentions="filter")
    sim.direct("bob", "alice", "who are you?")
    account = pull(link(sim))
    assert account.messages.filter(box="requests").count() == 1
    assert not account.messages.filter(box="messages").exists()


def test_stranger_who_is_let_in_writes_into_the_messages(start: Start) -> None:
    """Held back, the message is in the request only; let in, it is one message."""
    sim = start("4.6")
    sim.policy("alice", for_private_mentions="filter")
    sim.direct("dave", "alice", "hello from a stranger")
    account = pull(link(sim))
    request = account.messages.get(source="notification_request")
    assert not account.messages.filter(box="messages").exists()
    done(services.accept(account.owner, pick(request)))
    sim.finish()
    pull(account)
    pull(account, full=True)
    message = account.messages.get(box="messages")
    assert (message.text, message.gone_at) == ("@alice hello from a stranger", None)
    left = account.messages.filter(box="requests", gone_at=None, hidden_at=None)
    assert not left.exists()


def test_deleted_status_is_found_gone_by_a_full_pull(sim: Simulator) -> None:
    told = sim.mention("bob", "alice", "soon gone")
    account = pull(link(sim))
    sim.delete_status(str(told["id"]))
    pull(account, full=True)
    assert by_text(account, "soon gone").gone_at


def test_own_messages_and_those_of_others_are_never_one_call(sim: Simulator) -> None:
    """What may be deleted and what may not, in one selection."""
    first = sim.direct("bob", "alice", "his")
    sim.direct("alice", "bob", "mine", reply_to=str(first["id"]))
    account = pull(link(sim))
    both = account.messages.filter(box="messages")
    operation = services.delete(account.owner, pick(*both))
    engine.drain()
    operation.refresh_from_db()
    assert (operation.done, operation.skipped, operation.failed) == (1, 1, 0)


def test_host_that_no_longer_offers_a_verb_is_asked_again_what_it_can(
    sim: Simulator,
) -> None:
    sim.direct("bob", "alice", "only for you")
    account = pull(link(sim))
    sim.fault("api/v1/conversations/*", "status", times=9, status=501)
    operation = services.remove(account.owner, pick(by_text(account, "only for you")))
    asked = account.capabilities_at
    engine.drain()
    operation.refresh_from_db()
    assert operation.failed == 1
    account.refresh_from_db()
    assert account.capabilities_at != asked


def test_revoked_token_asks_to_sign_in_again(sim: Simulator) -> None:
    account = pull(link(sim))
    sim.revoke("alice")
    pull_now(account, full=False)
    account.refresh_from_db()
    assert account.status == "sign_in_needed"


def has_it(sim: Simulator, status_id: str) -> bool:
    status = sim.find_status(status_id)
    return status is not None and sim.id_of("alice") in status.favourites


def test_favourite_is_given_taken_back_and_seen(sim: Simulator) -> None:
    told = sim.direct("bob", "alice", "good news")
    account = pull(link(sim))
    message = by_text(account, "good news")
    status = str(told["id"])
    done(services.react(account.owner, message, "⭐"))
    assert has_it(sim, status)
    message.refresh_from_db()
    assert message.extra["my_reaction"] == "⭐"
    done(services.unreact(account.owner, message, "⭐"))
    assert not has_it(sim, status)


@pytest.mark.parametrize("verb", ["accept", "reject"])
def test_answered_follow_request_leaves_the_box(sim: Simulator, verb: str) -> None:
    sim.request_follow("dave", "alice")
    account = pull(link(sim))
    request = account.messages.get(source="follow_request")
    answer = services.accept if verb == "accept" else services.reject
    operation = answer(account.owner, pick(request))
    assert not account.messages.filter(box="requests").shown().exists()
    done(operation)
    request.refresh_from_db()
    assert request.gone_at
    assert sim.follow_requests_of("alice") == []


def test_what_an_accepted_person_sends_is_looked_for_at_once(sim: Simulator) -> None:
    sim.request_follow("dave", "alice")
    account = pull(link(sim))
    request = account.messages.get(source="follow_request")
    sim.direct("dave", "alice", "thank you!")
    done(services.accept(account.owner, pick(request)))
    assert by_text(account, "thank you!").unread


def test_refused_answer_shows_the_request_again(sim: Simulator) -> None:
    sim.request_follow("dave", "alice")
    account = pull(link(sim))
    request = account.messages.get(source="follow_request")
    sim.fault("api/v1/follow_requests/*", "status", times=9, status=422)
    operation = services.accept(account.owner, pick(request))
    engine.drain()
    operation.refresh_from_db()
    assert operation.failed == 1
    assert account.messages.filter(box="requests").shown().exists()


def test_cleared_notices_are_gone_here_too_and_later_ones_are_not(
    sim: Simulator,
) -> None:
    mine = sim.status("alice", "what I think")
    sim.favourite("carol", str(mine["id"]))
    account = pull(link(sim))
    notices = account.messages.filter(source="notification")
    assert notices.shown().count() == 1
    done(services.clear_notices(account.owner, account))
    assert sim.notifications_of("alice") == []
    assert not notices.shown().exists()
    sim.favourite("bob", str(mine["id"]))
    pull(account)
    assert notices.shown().count() == 1


@pytest.mark.parametrize("profile", ["4.6", "4.1", "3.5"])
def test_pull_of_a_quiet_host_reads_no_listing_to_its_end(
    start: Start, profile: str
) -> None:
    """Also where none of the newest rows is kept: broadcasts of one's own."""
    sim = start(profile)
    for number in range(130):
        sim.status("alice", f"to everybody {number}")
    account = pull(link(sim))
    pull(account)
    sim.forget_calls()
    pull(account)
    assert len([c for c in sim.calls() if c.path.endswith("/statuses")]) <= 2
    assert not any(cursor.gaps for cursor in account.cursors.all())
