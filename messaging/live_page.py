"""What one Live page shows of a channel: cards as they come, no faster than one reads.

Nothing of it is stored. The last cards are kept in memory while the page is open, and
shortly after, since it may only have lost its socket: so reactions, votes and deletions
go on to show on them.
"""

import asyncio
import json
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.clients import VISITED
from accounts.models import Account
from inboxhub.lib.http import HostRefused, canonical_host
from inboxhub.lib.zones import zone_named
from messaging import cards, demands, frames
from messaging.asking import Asking, own_account
from messaging.counting import counted
from messaging.models import Message

logger = logging.getLogger(__name__)

STEP = 0.2
"""Seconds between two cards: five a second."""
MOST_WAITING = 5
MOST_CARDS = 60
CAPTURE_EVERY = 2.0
SILENT_AFTER = 30.0
ANSWERED_WITHIN = 8.0
KEPT_FOR = 120.0
MOST_KEPT = 50
JOINING, DOWN, GONE = "joining", "down", "gone"

Send = Callable[[str], Awaitable[None]]
Made = TypeVar("Made")
Cards = OrderedDict[str, Message]

_left: OrderedDict[tuple[int, str, str], tuple[Cards, float]] = OrderedDict()
"""Whose page was left, and at which place and channel: its cards, and when that was."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the page looks: its language and clock, and whose it is."""

    user: User
    language: str
    zone: ZoneInfo


def look_of(scope: Mapping[str, Any]) -> Look:
    """As the pages of the same browser look."""
    request = HttpRequest()
    request.COOKIES = scope["cookies"]
    headers = dict(scope["headers"])
    languages = headers.get(b"accept-language", b"").decode("latin-1")
    request.META["HTTP_ACCEPT_LANGUAGE"] = languages
    return Look(
        user=scope["user"],
        language=translation.get_language_from_request(request),
        zone=zone_named(request.COOKIES.get("time_zone", "")),
    )


class LivePage:
    """One page and its channel, until `stop`. `account` is one that no row need have."""

    def __init__(
        self, asking: Asking, place: str, account: Account, look: Look, send: Send
    ) -> None:
        self.asking, self.place, self.account = asking, place, account
        self.look, self.send = look, send
        self.shown: Cards = OrderedDict()
        self.channel = ""
        self.state, self.state_at = JOINING, time.monotonic()
        self._waiting: deque[str] = deque()
        self._changed: OrderedDict[str, str] = OrderedDict()
        self._skipped = 0
        self._captured: tuple[str, ...] = ()
        self._captured_at = 0.0
        self._news = asyncio.Event()
        self._showing: asyncio.Task[None] | None = None

    async def start(self, channel: str) -> None:
        self.channel = channel
        self.shown |= _cards_left(self._key)
        self._showing = asyncio.create_task(self._keep_showing())
        await self.asking.look_at(self.place, channel)

    async def stop(self) -> None:
        if self._showing is not None:
            self._showing.cancel()
            await asyncio.gather(self._showing, return_exceptions=True)
            _left[self._key] = (self.shown, time.monotonic())
            while len(_left) > MOST_KEPT:
                _left.popitem(last=False)

    @property
    def _key(self) -> tuple[int, str, str]:
        return self.look.user.pk, self.place, self.channel

    # --- What comes -------------------------------------------------------------------

    def note(self, packed: str) -> None:
        """A note came; when too many wait, the oldest of them is passed over."""
        self._waiting.append(packed)
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self._skipped += 1
        self._news.set()

    def change(self, told: Mapping[str, Any]) -> None:
        """Something happened to a note; only cards that are shown change."""
        note_id: str = told["note"]
        card = self.shown.get(note_id)
        if card is None:
            return
        if told["kind"] == "deleted":
            card.gone_at = timezone.now()
        card.extra = counted(card.extra, told["kind"], told["value"], told["picture"])
        self._changed[note_id] = told["now"] or self._changed.get(note_id, "")
        self._news.set()

    async def activity(self, code: str, handle: str) -> None:
        """Somebody follows somebody."""
        html = await self._rendered("live_activity", code=code, handle=handle)
        await self._tell("activity", html=html)

    async def hear_state(self, state: str) -> None:
        """How the channel is; said again now and then while it is served at all."""
        self.state_at = time.monotonic()
        if state != self.state:
            self.state = state
            await self._tell("state", state=state)

    async def notice_silence(self) -> None:
        """Where nobody says how the channel is, nobody serves it."""
        patience = ANSWERED_WITHIN if self.state == JOINING else SILENT_AFTER
        if self.state != DOWN and time.monotonic() - self.state_at > patience:
            self.state = DOWN
            await self._tell("state", state=DOWN)

    # --- What is shown ----------------------------------------------------------------

    async def _keep_showing(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._until_capture()):
                    await self._news.wait()
            self._news.clear()
            try:
                await self._show_some()
                await self._capture()
            except Exception:
                logger.exception("a card could not be shown")
            if self._waiting or self._changed:
                self._news.set()
            await asyncio.sleep(STEP)

    async def _show_some(self) -> None:
        """One new card, and one that changed."""
        if self._waiting:
            card = await _aside(cards.unpacked, self._waiting.popleft(), self.account)
            self.shown[card.remote_id] = card
            self.shown.move_to_end(card.remote_id)
            while len(self.shown) > MOST_CARDS:
                self.shown.popitem(last=False)
            await self._tell_card("card", card)
        if self._changed:
            note_id, now = self._changed.popitem(last=False)
            if now and note_id in self.shown:
                self.shown[note_id] = await _aside(cards.unpacked, now, self.account)
            if note_id in self.shown:
                await self._tell_card("changed", self.shown[note_id])

    def _until_capture(self) -> float | None:
        if tuple(self.shown) == self._captured:
            return None
        return max(0.0, self._captured_at + CAPTURE_EVERY - time.monotonic())

    async def _capture(self) -> None:
        """Ask for what happens to the notes that are shown."""
        wait = self._until_capture()
        if wait is not None and wait <= 0:
            self._captured, self._captured_at = tuple(self.shown), time.monotonic()
            await self.asking.show(self.place, self._captured)

    async def _tell_card(self, what: str, card: Message) -> None:
        html = await self._rendered("live_card", message=card, account=self.account)
        await self._tell(what, id=card.remote_id, html=html, skipped=self._skipped)

    async def _tell(self, what: str, **parts: object) -> None:
        await self.send(json.dumps({"live": what, **parts}))

    async def _rendered(self, fragment: str, **context: object) -> str:
        return await _aside(rendered, self.look, fragment, context)


def _cards_left(key: tuple[int, str, str]) -> Cards:
    """Those of a page that may have come back; what others have is not touched."""
    cards, left_at = _left.pop(key, (Cards(), 0.0))
    return cards if time.monotonic() - left_at < KEPT_FOR else Cards()


async def place_of(owner_id: int, asked: frames.Live) -> tuple[str, Account] | None:
    """The place that a page asks for, and the account to look at it with.

    Only the user's own accounts; None for others. A host needs no account of theirs.
    """
    if asked.host:
        if not _is_canonical(asked.host):
            return None
        looking = Account(owner_id=owner_id, provider=VISITED, host=asked.host)
        return demands.of_host(asked.host), looking
    account = await own_account(owner_id, asked.account)
    return (demands.of_account(account.pk), account) if account else None


def _is_canonical(host: str) -> bool:
    """As the page writes it; whether it may be called is found out on the way there."""
    try:
        return canonical_host(host) == host
    except HostRefused:
        return False


async def _aside(work: Callable[..., Made], *arguments: object) -> Made:
    """In any thread: it asks no row, and must not hold up those who do."""
    return await sync_to_async(work, thread_sensitive=False)(*arguments)


def rendered(look: Look, fragment: str, context: dict[str, object]) -> str:
    request = HttpRequest()
    request.user = look.user
    context |= {"request": request, "user": look.user}
    name = f"messaging/fragments/{fragment}.html"
    with translation.override(look.language), timezone.override(look.zone):
        passing = cards.passing.set(True)
        try:
            return render_to_string(name, context)
        finally:
            cards.passing.reset(passing)
