"""The frames that an open page may send, each an object with one main key.

`{"hello": S}`, `{"seen": N}`, `{"watch": [message ids], "open": conversation id or 0}`,
`{"live": {"account": id, "channel": name}}` or `{"live": {"host": name, …}}`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

LONGEST = 4_000
MOST_IDS = 100
LARGEST_ID = 2**63 - 1
LONGEST_HOST = 300
CHANNELS = ("home", "local", "social", "global")


@dataclass(frozen=True, slots=True)
class Hello:
    """The last event that the page knows."""

    seq: int


@dataclass(frozen=True, slots=True)
class Seen:
    """The last event that the page was told of."""

    seq: int


@dataclass(frozen=True, slots=True)
class Watch:
    """What is on the screen: messages, and the open conversation or 0."""

    messages: tuple[int, ...]
    conversation: int


@dataclass(frozen=True, slots=True)
class Live:
    """A channel of an account's network, or of a host where `account` is 0."""

    account: int
    host: str
    channel: str


Frame = Hello | Seen | Watch | Live


def read(text: str | None) -> Frame | None:
    """None for what no page of ours sends."""
    if text is None or len(text) > LONGEST:
        return None
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match found:
        case {"hello": int(seq)} if _is_id(seq):
            return Hello(seq)
        case {"seen": int(seq)} if _is_id(seq):
            return Seen(seq)
        case {"watch": list(ids), "open": conversation}:
            return _watch(ids, conversation)
        case {"live": {"channel": str(channel), **place}} if channel in CHANNELS:
            return _live(place, channel)
        case _:
            return None


def _watch(ids: list[object], conversation: object) -> Watch | None:
    numbers = [one for one in (*ids, conversation) if _is_id(one)]
    if len(ids) > MOST_IDS or len(numbers) <= len(ids):
        return None
    return Watch(tuple(numbers[:-1]), numbers[-1])


def _live(place: Mapping[object, object], channel: str) -> Live | None:
    match place:
        case {"account": int(account)} if _is_id(account) and len(place) == 1:
            return Live(account, "", channel)
        case {"host": str(host)} if 0 < len(host) <= LONGEST_HOST and len(place) == 1:
            return Live(0, host, channel)
        case _:
            return None


def _is_id(value: object) -> TypeGuard[int]:
    """A number that a column of ids can hold; `true` is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return 0 <= value <= LARGEST_ID
