"""What one open page asks of the streams: only for the user's own accounts and messages.

A page names our own ids; which accounts, notes and conversations these are is looked up
here among the user's rows, so that nobody can ask for anything of others.
"""

import time
from collections.abc import Sequence

from channels.db import database_sync_to_async

from accounts.models import Account
from messaging import demands
from messaging.demands import CARD, CHANNEL, CHAT, NOTE, SAY_EVERY, Want
from messaging.models import Conversation, Message

MOST_WATCHED = 100
"""Messages that a page may watch at once."""


class Asking:
    """The wants of one page, said again while it is open; `end` takes them back."""

    def __init__(self, viewer: str, owner_id: int) -> None:
        self.viewer, self.owner_id = viewer, owner_id
        self._watched: tuple[Want, ...] = ()
        self._channel: tuple[Want, ...] = ()
        self._cards: tuple[Want, ...] = ()
        self._said: tuple[Want, ...] = ()
        self._said_at = time.monotonic()

    async def watch(self, messages: Sequence[int], conversation: int) -> None:
        """These messages are on the screen; the conversation is open, or 0."""
        ids = messages[:MOST_WATCHED]
        self._watched = tuple(await _watched(self.owner_id, ids, conversation))
        await self._differ()

    async def look_at(self, place: str, channel: str) -> None:
        """The page shows this channel from now on, and no other."""
        self._channel = (Want(place, CHANNEL, channel),)
        await self._differ()

    async def show(self, place: str, note_ids: Sequence[str]) -> None:
        """The page shows these notes, which nobody stores."""
        self._cards = tuple(Want(place, CARD, note_id) for note_id in note_ids)
        await self._differ()

    async def again(self) -> None:
        """Say it all again when it is time to."""
        if self._said and time.monotonic() - self._said_at > SAY_EVERY:
            await self._say()

    async def end(self) -> None:
        """Nothing is wanted any more."""
        self._watched = self._channel = self._cards = ()
        await self._differ()

    async def _differ(self) -> None:
        wants = (*self._watched, *self._channel, *self._cards)
        if wants != self._said:
            self._said = wants
            await self._say()

    async def _say(self) -> None:
        self._said_at = time.monotonic()
        await demands.say(self.viewer, self.owner_id, self._said)


@database_sync_to_async
def own_account(owner_id: int, account_id: int) -> Account | None:
    """The account if it is the user's."""
    return Account.objects.at_work().filter(owner=owner_id, pk=account_id).first()


@database_sync_to_async
def _watched(owner_id: int, messages: Sequence[int], conversation: int) -> list[Want]:
    """The user's own among them, as their networks call them."""
    rows = Message.objects.filter(owner=owner_id, pk__in=messages, gone_at=None)
    notes = rows.filter(source="note").values_list("account", "remote_id")
    found = [Want(demands.of_account(pk), NOTE, name) for pk, name in notes]
    if conversation:
        own = Conversation.objects.filter(owner=owner_id, pk=conversation)
        chats = own.filter(box="messages").values_list("account", "key")
        found += [Want(demands.of_account(pk), CHAT, key) for pk, key in chats]
    return found
