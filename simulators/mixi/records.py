"""What a simulated mixi remembers. Moments are seconds since 1970."""

from dataclasses import dataclass, field
from typing import Literal

Box = Literal["inbox", "outbox", "noticebox"]
BOXES: tuple[Box, ...] = ("inbox", "outbox", "noticebox")
Status = Literal["unread", "read", "replied"]
INBOX_STATES: tuple[Status, ...] = ("unread", "read", "replied")


@dataclass(slots=True)
class Person:
    """Somebody on mixi.

    `owner` marks those who sit in front of a program and whom the consent page offers.
    Who is `prohibited` cannot send; who has `left` has no account any more.
    """

    name: str
    id: str
    display: str
    picture: str
    owner: bool = False
    prohibited: bool = False
    left: bool = False


@dataclass(slots=True)
class Message:
    """One person's copy of a message; `other` is the other person's `name`.

    Notices have no other person. `copy` is the id of the inbox copy of a sent message.
    `raw` is an entry that is told as it stands, for
    shapes that no document knows.
    """

    id: str
    box: Box
    sent: int
    arrived: int
    title: str
    body: str
    other: str = ""
    copy: str = ""
    status: Status | None = None
    changed: float = 0
    trashed: bool = False
    raw: object = None
    odd: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person allowed on the consent page, and for how long."""

    person: str
    scopes: tuple[str, ...]
    always: bool
    redirect_uri: str = ""
    server_state: str = ""


@dataclass(slots=True)
class Code:
    """An authorization code; `tokens` were made from it."""

    consent: Consent
    until: float
    used: bool = False
    family: int = 0


@dataclass(slots=True)
class AccessToken:
    """A key to the API; tokens of one `family` come from one consent."""

    word: str
    person: str
    scopes: tuple[str, ...]
    until: float
    family: int


@dataclass(slots=True)
class RefreshToken:
    """A key to new access tokens."""

    word: str
    consent: Consent
    until: float
    family: int


@dataclass(frozen=True, slots=True)
class Served:
    """One answered call, without tokens and secrets."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: object = None
    status: int = 200
    person: str = ""
