"""What a person asks for: the local effect at once, an item per message, own rows only."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import User

from accounts.models import Account
from inboxhub.lib import doorbell
from inboxhub.lib.database import short_write
from inboxhub.networks.capabilities import NOWHERE, SERVER, Ability, Capabilities
from messaging import operations, services
from messaging.models import Conversation, Message, Operation
from messaging.selection import Selection
from tests.factories import make_account, make_message, make_user

pytestmark = pytest.mark.django_db

ABLE = Capabilities(
    abilities={
        "mark-read": {
            "note": Ability("here", reason="no-per-item-read"),
            "chat": Ability(SERVER, effect="whole-chat-read", unit="conversation"),
        },
        "mark-replied": {"chat": Ability(SERVER, effect="replied-for-good")},
        "delete": {
            "note:own": Ability(SERVER, effect="gone-for-everyone", seconds=1.1),
            "note": Ability(NOWHERE, reason="not-yours"),
        },
        "remove": {
            "direct": Ability(SERVER, effect="leaves-the-list", unit="conversation"),
            "notification": Ability(SERVER, effect="dismissed"),
        },
    },
)


@pytest.fixture
def me() -> User:
    return make_user("me")


@pytest.fixture
def account(me: User) -> Account:
    return make_account(me, capabilities=ABLE.as_json())


def pick(*messages: Message) -> Selection:
    return Selection.messages(message.pk for message in messages)


def states(operation: Operation) -> list[str]:
    return list(operation.items.order_by("pk").values_list("state", flat=True))


def test_mark_read_is_seen_at_once_and_counted(me: User, account: Account) -> None:
    message = make_message(account=account, unread=True)
    operation = services.mark_read(me, pick(message))
    message.refresh_from_db()
    assert not message.unread
    assert Conversation.objects.get().unread_count == 0
    assert (operation.state, operation.done) == ("done", 1)


def test_mark_read_goes_to_the_server_where_policy_and_host_allow(
    me: User,
    account: Account,
) -> None:
    chat = make_message(account=account, source="chat", unread=True)
    mention = make_message(account=account, source="chat", box="mentions", unread=True)
    assert states(services.mark_read(me, pick(chat, mention))) == ["pending", "done"]


def test_mark_unread_brings_a_message_back(me: User, account: Account) -> None:
    message = make_message(account=account)
    services.mark_unread(me, pick(message))
    assert Conversation.objects.get().unread_count == 1


def test_mark_unread_leaves_out_own_messages(me: User, account: Account) -> None:
    theirs = make_message(account=account)
    chosen = pick(theirs, make_message(account=account, outgoing=True))
    assert services.preview(me, "mark-unread", chosen).total == 1
    assert services.mark_unread(me, chosen).items.get().message == theirs
    assert list(Message.objects.unread()) == [theirs]


def test_hide_and_unhide_are_local_and_undo_each_other(
    me: User,
    account: Account,
) -> None:
    message = make_message(account=account)
    assert services.hide(me, pick(message)).state == "done"
    assert not Conversation.objects.of(me).shown().exists()
    services.unhide(me, pick(message))
    assert Conversation.objects.of(me).shown().get().latest == message


def test_delete_skips_what_others_wrote_and_leaves_it_shown(
    me: User,
    account: Account,
) -> None:
    mine = make_message(account=account, outgoing=True)
    theirs = make_message(account=account)
    operation = services.delete(me, pick(mine, theirs))
    assert states(operation) == ["pending", "skipped"]
    shown = Message.objects.of(me).shown()
    assert list(shown) == [theirs]
    assert operation.items.get(state="skipped").error == "not-yours"


def test_preview_counts_by_effect_and_changes_nothing(
    me: User,
    account: Account,
) -> None:
    mine = [make_message(account=account, outgoing=True) for _ in range(3)]
    theirs = make_message(account=account)
    preview = services.preview(me, "delete", pick(*mine, theirs))
    assert (preview.total, preview.possible) == (4, 3)
    seconds = {line.effect or line.reason: line.seconds for line in preview.lines}
    assert seconds == pytest.approx({"gone-for-everyone": 3.3, "not-yours": 0})
    assert not Operation.objects.exists()


@pytest.mark.parametrize("verb", list(services.VERBS))
def test_strangers_ids_are_left_out(verb: str, me: User, account: Account) -> None:
    message = make_message(account=account, unread=True, outgoing=True)
    before = Message.objects.values().get()
    eve = make_user("eve")
    make_account(eve)
    operation = services.VERBS[verb](eve, pick(message))
    assert operation.total == 0
    assert Message.objects.values().get() == before


def test_selection_by_query_leaves_out_what_comes_later(
    me: User,
    account: Account,
) -> None:
    early = make_message(account=account)
    selection = Selection.matching(me, "in:messages")
    late = make_message(account=account)
    services.hide(me, selection)
    assert list(Message.objects.shown()) == [late]
    assert early.pk not in Message.objects.shown().values_list("pk", flat=True)


def test_verb_on_a_conversation_takes_its_shown_messages(
    me: User,
    account: Account,
) -> None:
    first = make_message(account=account, unread=True)
    make_message(first.conversation, unread=True)
    selection = Selection.conversations(me, [first.conversation_id])
    assert services.mark_read(me, selection).total == 2


@pytest.mark.django_db(transaction=True)
def test_bell_rings_after_the_commit_only_for_accounts_with_work() -> None:
    me = make_user("me")
    busy = make_account(me, capabilities=ABLE.as_json())
    idle = make_account(me, capabilities=ABLE.as_json())
    rung: list[int] = []
    doorbell.listen(rung.append)
    try:
        mine = make_message(account=busy, outgoing=True)
        services.delete(me, pick(mine, make_message(account=idle)))
    finally:
        doorbell.stop_listening(rung.append)
    assert rung == [busy.pk]


def test_unlink_keeps_messages_and_gives_up_what_waited(
    me: User,
    account: Account,
) -> None:
    mine = make_message(account=account, outgoing=True)
    operation = services.delete(me, pick(mine))
    services.unlink(account, erase=False)
    account.refresh_from_db()
    operation.refresh_from_db()
    assert (account.status, account.credentials) == ("unlinked", {})
    assert (operation.state, operation.failed) == ("done", 1)
    assert Message.objects.filter(account=account).exists()


def test_query_count_of_a_verb_does_not_grow_with_the_selection(
    me: User,
    account: Account,
    django_assert_max_num_queries: object,
) -> None:
    messages = [make_message(account=account, unread=True) for _ in range(60)]
    with django_assert_max_num_queries(25):  # type: ignore[operator]  # a pytest fixture
        services.mark_read(me, pick(*messages))


def test_account_that_is_being_erased_gets_no_more_work(
    me: User,
    account: Account,
) -> None:
    message = make_message(account=account, outgoing=True)
    services.unlink(account, erase=True)
    for verb in (services.delete, services.mark_read):
        assert verb(me, pick(message)).state == Operation.State.DONE
    assert services.refresh(me, message).state == Operation.State.DONE


def test_erasing_is_not_taken_back_by_a_second_unlink(account: Account) -> None:
    services.unlink(account, erase=True)
    services.unlink(account, erase=False)
    account.refresh_from_db()
    assert account.status == Account.Status.ERASING


def test_account_unlinked_at_the_same_moment_gets_no_work(
    me: User,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    message = make_message(account=account, outgoing=True)

    @contextmanager
    def after_the_other() -> Iterator[None]:
        """The other tab was first at the lock."""
        monkeypatch.setattr(operations, "short_write", short_write)
        services.unlink(account, erase=False)
        with short_write():
            yield

    monkeypatch.setattr(operations, "short_write", after_the_other)
    operation = services.delete(me, pick(message))
    assert states(operation) == ["skipped"]
    assert operation.state == Operation.State.DONE


@pytest.mark.parametrize(
    ("verb", "known", "state"),
    [
        ("mark-read", "unread", "pending"),
        ("mark-read", "read", "done"),
        ("mark-read", "replied", "done"),
        ("mark-replied", "read", "pending"),
        ("mark-replied", "replied", "done"),
    ],
)
def test_what_the_remote_knows_already_is_not_told_to_it(
    me: User, account: Account, verb: str, known: str, state: str
) -> None:
    message = make_message(
        account=account, source="chat", unread=True, remote_state=known
    )
    operation = services.VERBS[verb](me, pick(message))
    assert states(operation) == [state]


def test_mark_after_one_that_still_waits_is_told_to_the_remote(
    me: User, account: Account
) -> None:
    """What is known of the remote is about to change."""
    message = make_message(account=account, source="chat", remote_state="read")
    waiting = services.mark_replied(me, pick(message))
    assert states(waiting) == ["pending"]
    assert states(services.mark_read(me, pick(message))) == ["pending"]


def test_remove_takes_the_whole_conversation_where_the_network_does(
    me: User,
    account: Account,
) -> None:
    first = make_message(account=account, source="direct")
    make_message(account=account, source="direct", conversation=first.conversation)
    make_message(account=account, source="direct")
    assert services.preview(me, "remove", pick(first)).total == 2
    assert services.remove(me, pick(first)).total == 2
    assert Message.objects.of(me).shown().count() == 1


def test_remove_takes_one_notice_where_notices_go_one_by_one(
    me: User,
    account: Account,
) -> None:
    first = make_message(account=account, source="notification")
    make_message(
        account=account, source="notification", conversation=first.conversation
    )
    assert services.preview(me, "remove", pick(first)).total == 1
    assert services.remove(me, pick(first)).total == 1
