"""Remote items become rows: one per remote object, in any order, whatever they hold."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Account
from inboxhub.networks.base import RemoteAuthor, RemoteMessage, Unreadable
from messaging.models import Author, Conversation, Event, Message, Operation
from messaging.sync.ingest import Ingested, ingest, ingest_surely
from tests.factories import make_account

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
HANA = RemoteAuthor("a1", "@hana@misskey.example", "花")
KEN = RemoteAuthor("a2", "@ken@misskey.example", "Ken")


def remote(remote_id: str = "n1", **values: object) -> RemoteMessage:
    settings: dict[str, object] = {
        "source": "note",
        "remote_id": remote_id,
        "box": "messages",
        "kind": "message",
        "conversation_key": "a1",
        "sent_at": NOON,
        "author": HANA,
        "text": "こんにちは",
        **values,
    }
    return RemoteMessage(**settings)  # type: ignore[arg-type]  # by name, as given


def store(account: Account, *items: RemoteMessage | Unreadable) -> Ingested:
    return ingest(account, "messages", items, timezone.now())


def state_of(account: Account) -> object:
    messages = account.messages.values_list(
        *("source", "remote_id", "box", "text", "unread", "remote_state"),
        *("notification_id", "conversation__key", "author__remote_id", "sort_key"),
    )
    conversations = account.conversations.values_list(
        *("box", "key", "unread_count", "message_count", "sort_key"),
        *("latest__remote_id", "participant_count", "title"),
    )
    people = Author.objects.filter(account=account).values_list("remote_id", "name")
    return sorted(messages), sorted(conversations), sorted(people)


ITEMS = [
    remote("n1", unread=True, notification_id="x1"),
    remote("n1", unread=None),
    remote("n2", author=KEN, text="two", sent_at=NOON + timedelta(minutes=2)),
    remote("n3", outgoing=True, author=KEN, participants=(HANA,), text="mine"),
    remote("c1", source="chat", unread=False, text="chat"),
]


def test_ingest_gives_the_same_rows_in_any_order() -> None:
    states = []
    for order in permutations(ITEMS):
        account = make_account(linked_at=NOON - timedelta(days=1))
        for item in order:
            store(account, item)
        states.append(state_of(account))
    assert states.count(states[0]) == len(states)


def test_ingest_of_a_page_equals_ingest_one_by_one() -> None:
    together, single = make_account(), make_account()
    store(together, *ITEMS)
    for item in ITEMS:
        store(single, item)
    assert state_of(together) == state_of(single)


def test_author_is_known_by_what_was_told_last() -> None:
    account = make_account()
    renamed = replace(HANA, name="Hana the second")
    later = remote("n2", author=renamed, sent_at=NOON + timedelta(minutes=2))
    store(account, later, remote("n1", author=HANA))
    store(account, remote("n0", author=HANA, sent_at=NOON - timedelta(minutes=2)))
    author = account.authors.get(remote_id=HANA.remote_id)
    assert author.name == "Hana the second"


def test_name_is_that_of_the_latest_message_in_any_order() -> None:
    other = replace(HANA, name="for a day")
    told = [
        remote(f"n{hour}", author=author, sent_at=NOON + timedelta(hours=hour))
        for hour, author in enumerate((HANA, other, HANA))
    ]
    for order in permutations(told):
        account = make_account()
        for item in order:
            store(account, item)
        assert account.authors.get().name == HANA.name


def test_ingest_twice_changes_nothing() -> None:
    account = make_account()
    store(account, *ITEMS)
    before, events = state_of(account), Event.objects.count()
    again = store(account, *ITEMS)
    assert (again.new, again.changed, again.known) == (0, 0, True)
    assert state_of(account) == before
    assert Event.objects.count() == events


def test_page_that_brings_nothing_new_only_reads(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    account = make_account()
    store(account, *ITEMS)
    with django_assert_num_queries(3):  # notes, chats, people
        store(account, *ITEMS)


def test_page_costs_as_many_statements_however_long_it_is(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    account = make_account()
    people = [replace(HANA, remote_id=f"a{n}") for n in range(40)]
    items = [
        remote(f"n{n}", author=person, conversation_key=person.remote_id)
        for n, person in enumerate(people)
    ]
    with django_assert_max_num_queries(12):
        store(account, *items)


def test_what_is_older_than_the_link_is_read_where_the_network_knows_nothing() -> None:
    account = make_account(linked_at=NOON)
    store(account, remote("old", sent_at=NOON - timedelta(hours=1)))
    store(account, remote("new", sent_at=NOON + timedelta(hours=1)))
    unread = account.messages.filter(unread=True).values_list("remote_id", flat=True)
    assert list(unread) == ["new"]


def test_own_mark_wins_until_the_remote_really_changes() -> None:
    account = make_account()
    store(account, remote(unread=True))
    account.messages.update(unread=False, marked=True)
    store(account, remote(unread=True))
    assert not account.messages.get().unread
    store(account, remote(unread=False))
    store(account, remote(unread=True))
    assert account.messages.get().unread


def test_withheld_item_never_blanks_and_never_makes_a_row() -> None:
    account = make_account()
    store(account, remote(text="kept"))
    store(account, remote(text="", withheld=True), remote("n9", withheld=True))
    assert [m.text for m in account.messages.all()] == ["kept"]


def test_older_version_never_replaces_a_newer_one() -> None:
    account = make_account()
    later = NOON + timedelta(minutes=5)
    store(account, remote(text="second", edited_at=later))
    store(account, remote(text="first"))
    assert account.messages.get().text == "second"


def test_unreadable_item_is_kept_and_replaced_when_it_can_be_read() -> None:
    account = make_account()
    done = store(account, Unreadable("note", "n1", "no author"), remote("n2"))
    assert (done.new, done.unreadable) == (2, 1)
    assert account.messages.get(remote_id="n1").unreadable
    store(account, remote("n1", text="now"))
    message = account.messages.get(remote_id="n1")
    assert (message.unreadable, message.text) == (False, "now")
    assert Conversation.objects.get(key="unreadable:note:n1").message_count == 0


@pytest.mark.parametrize("values", [{"sent_at": None}, {"lang": ["en"]}])
def test_item_that_breaks_the_store_leaves_the_others(
    values: dict[str, object],
) -> None:
    account = make_account()
    broken = remote("n2", **values)
    done = ingest_surely(account, "messages", [remote("n1"), broken], timezone.now())
    assert done.unreadable == 1
    assert account.messages.filter(unreadable=False).get().remote_id == "n1"


def test_time_in_the_future_is_sorted_at_arrival() -> None:
    account = make_account()
    store(account, remote(sent_at=timezone.now() + timedelta(days=400)))
    limit = (timezone.now() + timedelta(minutes=6)).timestamp() * 1000
    assert account.messages.get().sort_key < limit


def test_same_note_in_two_accounts_is_two_rows() -> None:
    one, other = make_account(), make_account()
    store(one, remote())
    store(other, remote())
    assert Message.objects.filter(remote_id="n1").count() == 2


def test_read_through_marks_older_messages_of_the_conversation_read() -> None:
    account = make_account()
    early = NOON - timedelta(hours=1)
    store(account, remote("c1", source="chat", unread=True, sent_at=early))
    store(account, remote("c2", source="chat", unread=False, read_through=True))
    assert not account.messages.filter(unread=True).exists()
    assert account.conversations.get().unread_count == 0


def test_hostile_html_is_cleaned_before_it_is_stored() -> None:
    account = make_account()
    store(account, remote(html='<p>hi<script>x()</script><img src="https://e/x"></p>'))
    assert "script" not in account.messages.get().html
    assert "<img" not in account.messages.get().html


def test_message_without_a_time_keeps_the_one_it_was_first_seen_at() -> None:
    account = make_account()
    store(account, remote(sent_at=NOON, undated=True, text="one"))
    later = NOON + timedelta(hours=1)
    again = store(account, remote(sent_at=later, undated=True, text="one"))
    assert (again.new, again.changed) == (0, 0)
    store(account, remote(sent_at=later, undated=True, text="two"))
    row = account.messages.get()
    assert (row.text, row.sent_at) == ("two", NOON)


def test_answered_message_is_read_and_stays_so_when_read_is_told_again() -> None:
    account = make_account(linked_at=NOON - timedelta(days=1))
    store(account, remote(unread=True))
    store(account, remote(unread=False, replied=True))
    row = account.messages.get()
    assert (row.remote_state, row.unread) == ("replied", False)


def test_mark_unread_here_outlives_what_the_remote_goes_on_to_say() -> None:
    account = make_account()
    store(account, remote(unread=False, replied=True))
    account.messages.update(unread=True, marked=True)
    store(account, remote(unread=False, replied=True))
    assert account.messages.get().unread


def test_rows_of_the_remote_with_the_same_people_are_one_conversation() -> None:
    account = make_account()
    store(account, remote("n1", conversation_ids=("7",)))
    store(account, remote("n2", conversation_ids=("9",)), remote("n1"))
    store(account, remote("n2", conversation_ids=("9",)))
    assert account.conversations.get().remote_ids == ["7", "9"]
    target = account.messages.get(remote_id="n1").as_target()
    assert target.conversation_ids == ("7", "9")


@pytest.mark.parametrize(
    ("verb", "shown"), [("", True), ("delete", True), ("remove", False)]
)
def test_message_that_is_listed_again_is_back_unless_removed_from_a_list(
    verb: str, shown: bool
) -> None:
    account = make_account()
    store(account, remote())
    long_ago = timezone.now() - timedelta(hours=1)
    row = account.messages.get()
    if verb:
        operation = Operation.objects.create(owner=account.owner, verb=verb)
        operation.items.create(
            account=account,
            message=row,
            verb=verb,
            source="note",
            remote_id="n1",
            state="done",
        )
    hidden_at = long_ago if verb else None
    account.messages.update(gone_at=long_ago, hidden_at=hidden_at)
    store(account, remote())
    row.refresh_from_db()
    assert (row.gone_at is None, row.hidden_at is None) == (shown, shown)


def test_message_that_is_listed_just_after_its_deletion_stays_gone() -> None:
    account = make_account()
    store(account, remote())
    account.messages.update(gone_at=timezone.now())
    assert store(account, remote()).changed == 0
    assert account.messages.get().gone_at
