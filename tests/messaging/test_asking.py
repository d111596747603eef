"""What a page asks of the streams is only ever about the user's own rows."""

from collections.abc import Coroutine

import pytest
from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, channel_layers

from messaging import asking, demands
from messaging.asking import Asking, own_account
from messaging.demands import Want, of_account
from tests.factories import make_account, make_conversation, make_message, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def layer() -> InMemoryChannelLayer:
    """A new one, in which a process that holds streams listens."""
    made = InMemoryChannelLayer()
    channel_layers.set("default", made)
    return made


class Process:
    """What a process that holds streams is told."""

    def __init__(self, layer: InMemoryChannelLayer) -> None:
        self.layer = layer

    async def told(self, asks: Coroutine[object, object, None]) -> list[Want]:
        """What is wanted after a page asked."""
        await self.layer.group_add(demands.STREAMS, "process")
        await asks
        demand = demands.read(await self.layer.receive("process"))
        assert demand is not None
        assert demand.viewer == "page"
        return list(demand.wants)


def wants_of(
    layer: InMemoryChannelLayer,
    owner_id: int,
    messages: list[int],
    conversation: int = 0,
) -> list[Want]:
    async def scenario() -> list[Want]:
        page = Asking("page", owner_id)
        return await Process(layer).told(page.watch(messages, conversation))

    return async_to_sync(scenario)()


def test_own_notes_and_chats_are_asked_for(layer: InMemoryChannelLayer) -> None:
    account = make_account()
    place = of_account(account.pk)
    chat = make_conversation(account, key="partner")
    note = make_message(chat, remote_id="note1")
    wanted = wants_of(layer, account.owner_id, [note.pk], chat.pk)
    assert wanted == [Want(place, "note", "note1"), Want(place, "chat", "partner")]


def test_rows_of_others_are_left_out(layer: InMemoryChannelLayer) -> None:
    me = make_account(make_user("me"))
    own = make_message(account=me, remote_id="mine")
    foreign = make_message(account=make_account(make_user("other")), remote_id="theirs")
    ids, open_ = [own.pk, foreign.pk], foreign.conversation_id
    wanted = wants_of(layer, me.owner_id, ids, open_)
    assert wanted == [Want(of_account(me.pk), "note", "mine")]


def test_only_messages_that_can_change_are_asked_for(
    layer: InMemoryChannelLayer,
) -> None:
    account = make_account()
    note = make_message(account=account, remote_id="there")
    gone = make_message(account=account, remote_id="gone", gone_at=note.sent_at)
    chat = make_message(account=account, source="chat")
    wanted = wants_of(layer, account.owner_id, [note.pk, gone.pk, chat.pk])
    assert [want.name for want in wanted] == ["there"]


def test_account_of_somebody_else_is_none() -> None:
    account = make_account()
    stranger = make_user()
    owner_id, account_id = account.owner_id, account.pk

    async def scenario() -> tuple[object, object]:
        own = await own_account(owner_id, account_id)
        return own, await own_account(stranger.pk, account_id)

    assert async_to_sync(scenario)() == (account, None)


@pytest.mark.parametrize("status", ["unlinked", "sign_in_needed", "paused", "erasing"])
def test_account_whose_network_is_not_asked_is_none(status: str) -> None:
    account = make_account(status=status)
    owner_id, account_id = account.owner_id, account.pk

    async def scenario() -> object:
        return await own_account(owner_id, account_id)

    assert async_to_sync(scenario)() is None


def test_wants_are_said_again_and_taken_back_at_the_end(
    layer: InMemoryChannelLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "SAY_EVERY", -1.0)
    want = Want(of_account(7), "channel", "home")

    async def scenario() -> list[list[Want]]:
        page, process = Asking("page", 1), Process(layer)
        first = await process.told(page.look_at(want.place, want.name))
        again = await process.told(page.again())
        return [first, again, await process.told(page.end())]

    assert async_to_sync(scenario)() == [[want], [want], []]
