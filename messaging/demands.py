"""What open pages want of the streams, told to whichever processes hold them.

It goes through the channel layer and lives for a minute: a page says again every 20
seconds all that it wants. So a page, a process or a message that is lost leaves nothing
behind, and a process that has just begun knows soon what is wanted.
"""

import logging
import time
from collections.abc import Awaitable, Collection, Mapping
from dataclasses import dataclass

from channels.exceptions import ChannelFull
from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

STREAMS = "streams"
"""The channel layer's name for all processes that hold streams."""
LASTS = 60.0
SAY_EVERY = 20.0
NOTE, CARD, CHAT, CHANNEL = "note", "card", "chat", "channel"
COMPLAIN_EVERY = 60.0
_complained_at = [-COMPLAIN_EVERY]
_ACCOUNT, _HOST = "account:", "host:"


@dataclass(frozen=True, slots=True)
class Want:
    """One thing that a page wants of the connection of one place.

    `kind` is `note` (the changes of a stored note), `card` (those of a note that the
    page shows and nobody stores, which the page itself is told), `chat` (a conversation
    while it is open) or `channel` (of the Live page). `name` is the note's id, the
    conversation's key, or the channel.
    """

    place: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Demand:
    """All that one page wants now. `viewer` is its socket's name in the channel layer."""

    viewer: str
    owner_id: int
    wants: tuple[Want, ...]


def of_account(account_id: int) -> str:
    """The place that is the connection of a linked account."""
    return f"{_ACCOUNT}{account_id}"


def of_host(host: str) -> str:
    """The place that is nobody's connection to a host."""
    return f"{_HOST}{host}"


def host_of(place: str) -> str:
    """The host of nobody's connection; empty for an account's."""
    return place.removeprefix(_HOST) if place.startswith(_HOST) else ""


async def say(viewer: str, owner_id: int, wants: Collection[Want]) -> None:
    """Tell all that hold streams; it replaces what the viewer wanted before."""
    layer = get_channel_layer()
    if layer is None:
        return
    listed = [[want.place, want.kind, want.name] for want in wants]
    message = {"type": "demand", "viewer": viewer, "owner": owner_id, "wants": listed}
    await send_or_lose(layer.group_send(STREAMS, message))


async def send_or_lose(sending: Awaitable[None]) -> None:
    """What is only for looking at may be lost: whoever sends it must go on.

    A page that takes nothing misses something; so do all while the layer is away.
    """
    try:
        await sending
    except ChannelFull:
        return
    except Exception:
        # Whatever the layer's library raises. A line for each would help nobody.
        if time.monotonic() > _complained_at[0] + COMPLAIN_EVERY:
            _complained_at[0] = time.monotonic()
            logger.exception("open pages and streams do not hear of each other")


def read(message: Mapping[str, object]) -> Demand | None:
    """What `say` told; None for what is none, of another release maybe."""
    match message:
        case {"viewer": str(viewer), "owner": int(owner), "wants": list(listed)}:
            wants = (_want(one) for one in listed)
            return Demand(viewer, owner, tuple(want for want in wants if want))
        case _:
            return None


def _want(listed: object) -> Want | None:
    match listed:
        case [str(place), str(kind), str(name)]:
            return Want(place, kind, name)
        case _:
            return None
