"""What a person can do with messages: one function per verb, one path for one or many.

Each verb takes a `Selection`, applies its local effect at once, writes an `Operation`
with an item per message in the same transaction, and rings the accounts' bells. What
the remote must be told is done by `messaging.sync.push`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.contrib.auth.models import User

from accounts.models import Account
from messaging.models import Message, MessageQuerySet, Operation


@dataclass(frozen=True, slots=True)
class Selection:
    """A snapshot of messages: ids, or a query with the newest row that it may touch."""

    message_ids: tuple[int, ...] = ()
    query: str = ""
    bound: int = 0
    """The highest message id that existed when the query was chosen."""

    @classmethod
    def messages(cls, ids: Iterable[int]) -> Self:
        raise NotImplementedError

    @classmethod
    def conversations(cls, user: User, ids: Iterable[int]) -> Self:
        """The shown messages of these conversations, as they are now."""
        raise NotImplementedError

    @classmethod
    def matching(cls, user: User, query: str) -> Self:
        """All that match the query now; later arrivals are never swept in."""
        raise NotImplementedError

    def of(self, user: User) -> MessageQuerySet:
        """The rows, of which a stranger's ids are simply left out."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """How many messages of one account share the same effect of a verb.

    `reach` is `server`, `here` or `nowhere`; `effect` and `reason` are codes of
    `messaging.wording`; `seconds` is about how long the host's limits make it take.
    """

    account: Account
    count: int
    reach: str
    effect: str
    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Preview:
    """What a verb would do, before it is done."""

    verb: str
    total: int
    possible: int
    lines: tuple[PreviewLine, ...]


def preview(user: User, verb: str, selection: Selection) -> Preview:
    """Count per account and effect what the verb would do; changes nothing."""
    raise NotImplementedError


def mark_read(user: User, selection: Selection) -> Operation:
    raise NotImplementedError


def mark_unread(user: User, selection: Selection) -> Operation:
    raise NotImplementedError


def hide(user: User, selection: Selection) -> Operation:
    raise NotImplementedError


def unhide(user: User, selection: Selection) -> Operation:
    raise NotImplementedError


def remove(user: User, selection: Selection) -> Operation:
    raise NotImplementedError


def delete(user: User, selection: Selection) -> Operation:
    raise NotImplementedError


def refresh(user: User, message: Message) -> Operation:
    """Fetch one message again from its network."""
    raise NotImplementedError


def sync_now(account: Account) -> None:
    """Pull every box of the account as soon as a turn is free."""
    raise NotImplementedError


def load_older(account: Account) -> None:
    """Raise the history limit by one step (1,000 messages, 90 days) and go on."""
    raise NotImplementedError


def set_read_policy(account: Account, box: str, policy: str) -> None:
    """`server` or `here` for one box of the account."""
    raise NotImplementedError


def unlink(account: Account, *, erase: bool) -> None:
    """Forget the credentials; keep the messages read-only, or erase all of it."""
    raise NotImplementedError
