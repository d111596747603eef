"""The connection of one linked account, and how what it says becomes rows.

No row is touched in the loop: the rows' work goes to threads, a batch at a time, and
while a batch is stored the next one gathers.
"""

import asyncio
import logging
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from accounts.clients import client_for, outgoing
from accounts.models import Account
from inboxhub.lib.database import short_write
from inboxhub.lib.fields import CannotOpen
from inboxhub.lib.http import (
    HttpError,
    Socket,
    SocketClosed,
    SocketRefused,
    open_socket,
)
from inboxhub.networks.base import RemoteAuthor, RemoteMessage, Target
from inboxhub.networks.errors import ProviderError
from inboxhub.networks.stream import Heard, NoteChange, Stream
from messaging import allowance, demands
from messaging.models import Author, Conversation
from messaging.sync import heard, stream_lease
from messaging.sync.exchange import Exchange
from messaging.sync.lookups import Items, LookUps
from messaging.sync.pages import Pages
from messaging.sync.reconnect import again_and_again, first_end, keep_alive
from messaging.sync.stream_lease import StreamLost
from messaging.sync.timelines import Timelines

logger = logging.getLogger(__name__)

MOST_WAITING, MOST_CHARACTERS = 1_000, 8_000_000
"""Frames that wait to be stored, and what is in them; beyond, the network waits too."""
JOIN_WITHIN = 10.0
NOT_OFFERED_WAIT = 3600.0
REFUSED_WAIT = 60.0
MOST_UNKNOWN = 50
MOST_PEOPLE = 50


class NotOffered(Exception):
    """The host has no stream for this account now."""


class Line:
    """The connection of one account: opened again whenever it ends."""

    def __init__(self, exchange: Exchange, account_id: int) -> None:
        self.exchange, self.account_id = exchange, account_id
        self.host = ""
        self.pages = Pages(exchange.demands, demands.of_account(account_id))
        self.lookups = LookUps(self._by_http, self._found)
        self.timelines = Timelines(self.pages, self._timeline)
        self.allowance = allowance.Allowance(time.monotonic())
        self.waiting: list[Heard] = []
        self.characters = 0
        self.filled, self.room = asyncio.Event(), asyncio.Event()
        self.unknown: dict[str, int] = {}
        """How many frames of each kind nobody here understood."""
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await self.pages.tell_states()

    # --- Again and again --------------------------------------------------------------

    async def _run(self) -> None:
        with suppress(StreamLost):
            await first_end(
                again_and_again(self._safely_once), self.timelines.keep_looking()
            )

    async def _safely_once(self) -> float:
        try:
            return await self._once()
        except StreamLost:
            raise
        except Exception:
            logger.exception("a stream failed account=%s", self.account_id)
            return 0.0

    async def _once(self) -> float:
        """One connection, until it ends; how many seconds to wait at least."""
        try:
            account = await self.exchange.rows(self._held)
            stream = await self.exchange.ask(self.host, _stream_of, account)
            await self.exchange.handshake(self.host)
            await self._connected(stream)
        except (SocketClosed, HttpError, ProviderError, CannotOpen) as error:
            logger.info("stream ended account=%s: %s", self.account_id, error)
            if isinstance(error, SocketRefused) and error.status in (401, 403):
                # Not to be believed by itself: a pull asks over HTTP.
                await self._soon_pulled()
                return REFUSED_WAIT
        except NotOffered:
            return NOT_OFFERED_WAIT
        return 0.0

    def _held(self) -> Account:
        with short_write():
            account = stream_lease.held(self.exchange.holder, self.account_id)
        self.host, self.pages.owner_id = account.host, account.owner_id
        return account

    async def _connected(self, stream: Stream) -> None:
        address = stream.address
        http = outgoing()
        async with open_socket(http, address.url, headers=address.headers) as opened:
            for frame in stream.hello():
                await opened.send(frame)
            try:
                await first_end(
                    self._read(stream, opened),
                    keep_alive(stream, opened),
                    self._keep_storing(),
                    self.pages.keep_asking(stream, opened, self._people_of),
                    self.lookups.keep_looking(stream, opened),
                )
            finally:
                await self._closed()

    # --- Frames -----------------------------------------------------------------------

    async def _read(self, stream: Stream, opened: Socket) -> None:
        if not stream.confirms:
            await self._joined()
            joined = True
        else:
            joined = False
        ends_at = time.monotonic() + JOIN_WITHIN
        while True:
            if joined:
                frame = await opened.receive()
            else:
                frame = await _within(opened.receive(), ends_at - time.monotonic())
            said = stream.read(frame)
            if said.joined == stream.inbox and not joined:
                joined = True
                await self._joined()
            await self._hear(said, len(frame))
            # Frames that have come already would never let the pages have their turn.
            await asyncio.sleep(0)

    async def _hear(self, said: Heard, size: int) -> None:
        if said.unknown:
            self._count(said.unknown)
        if said.answer:
            self.lookups.answered(said.answer)
        for change in said.changes:
            if change.kind == "edited" and change.note is None:
                self.lookups.add(change.note_id)
        await self.pages.hear(said)
        await self._keep(await self._allowed(said, size), size)

    async def _allowed(self, said: Heard, size: int) -> Heard:
        """Without its messages, where the host has sent more than an hour's."""
        now = time.monotonic()
        if not said.items or self.allowance.takes(len(said.items), size, now):
            return said
        if self.allowance.to_be_said(now):
            number = self.allowance.passed_over
            logger.warning("passed over account=%s: %s", self.account_id, number)
            await self.exchange.rows(allowance.say, self.account_id, number)
        return replace(said, items=())

    def _count(self, kind: str) -> None:
        """The kinds are the host's own words: after some they are counted together."""
        if kind not in self.unknown and len(self.unknown) >= MOST_UNKNOWN:
            kind = "others"
        self.unknown[kind] = self.unknown.get(kind, 0) + 1

    async def _keep(self, said: Heard, size: int) -> None:
        if not _concerns_rows(said):
            return
        while len(self.waiting) >= MOST_WAITING or self.characters > MOST_CHARACTERS:
            self.room.clear()
            await self.room.wait()
        self.waiting.append(said)
        self.characters += size
        self.filled.set()

    async def _keep_storing(self) -> None:
        while True:
            await self.filled.wait()
            await self._store()

    async def _store(self) -> None:
        batch, self.waiting, self.characters = self.waiting, [], 0
        self.filled.clear()
        self.room.set()
        if batch:
            holder, store = self.exchange.holder, heard.store
            new = await self.exchange.rows(store, holder, self.account_id, batch)
            self.allowance.stored(new)

    # --- The account's row ------------------------------------------------------------

    async def _joined(self) -> None:
        """From now on news come; what came before is pulled."""
        logger.info("stream open account=%s", self.account_id)
        holder = self.exchange.holder
        await self.exchange.rows(stream_lease.opened, holder, self.account_id)
        await self._soon_pulled()

    async def _closed(self) -> None:
        """What was heard is kept; the account is looked at more often again."""
        if self.unknown:
            known = ", ".join(f"{kind}: {n}" for kind, n in self.unknown.items())
            logger.info("not understood account=%s: %s", self.account_id, known)
            self.unknown.clear()
        await self.pages.tell_states()
        with suppress(StreamLost):
            await self._store()
        holder = self.exchange.holder
        await self.exchange.rows(stream_lease.closed, holder, self.account_id)

    async def _soon_pulled(self) -> None:
        await self.exchange.rows(_pull_soon, self.account_id)

    # --- What pages and look-ups need -------------------------------------------------

    async def _people_of(self, conversation_key: str) -> Sequence[RemoteAuthor]:
        return await self.exchange.rows(_people, self.account_id, conversation_key)

    async def _by_http(self, note_id: str) -> Items:
        return await self.exchange.ask(self.host, _looked_up, self.account_id, note_id)

    async def _timeline(self, channel: str) -> Items:
        return await self.exchange.ask(
            self.host, _timeline_of, self.account_id, channel
        )

    async def _found(self, item: RemoteMessage) -> None:
        holder = self.exchange.holder
        await self.exchange.rows(heard.renew, holder, self.account_id, [item])
        now = NoteChange(item.remote_id, "edited", note=item)
        await self.pages.tell_change(now)


def _stream_of(account: Account) -> Stream:
    stream = client_for(account).stream()
    if stream is None:
        raise NotOffered
    return stream


def _pull_soon(account_id: int) -> None:
    with short_write():
        heard.pull_soon(account_id)


def _people(account_id: int, conversation_key: str) -> list[RemoteAuthor]:
    """Those of the account's conversation with that key, as far as we know them."""
    found = Conversation.objects.filter(account=account_id, key=conversation_key)
    ids = [
        pk for people in found.values_list("participants", flat=True) for pk in people
    ]
    known = Author.objects.filter(account=account_id, pk__in=ids[:MOST_PEOPLE])
    return [
        RemoteAuthor(
            remote_id=author.remote_id,
            handle=author.handle,
            name=author.name,
            avatar_url=author.avatar_url,
            url=author.url,
            emojis=author.emojis,
        )
        for author in known
    ]


def _looked_up(account_id: int, note_id: str) -> Items:
    """The note over HTTP; nothing where the host does not give it."""
    try:
        account = Account.objects.get(pk=account_id)
        return (client_for(account).get(Target("note", note_id)),)
    except (Account.DoesNotExist, ProviderError, CannotOpen) as error:
        logger.info("a note was not looked up account=%s: %s", account_id, error)
        return ()


def _timeline_of(account_id: int, channel: str) -> Items:
    """The newest notes over HTTP; nothing where the host does not give them."""
    try:
        account = Account.objects.at_work().get(pk=account_id)
        return client_for(account).timeline(channel)
    except (Account.DoesNotExist, ProviderError, CannotOpen) as error:
        logger.info("a timeline was not given account=%s: %s", account_id, error)
        return ()


def _concerns_rows(said: Heard) -> bool:
    told = (said.items, said.gone, said.read, said.changes, said.identity)
    return any(told) or said.pull or said.doubt


async def _within(frame: Coroutine[Any, Any, str], seconds: float) -> str:
    """The frame; NotOffered when none comes in time after we asked to join."""
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            return await frame
    except TimeoutError:
        raise NotOffered from None
