"""What a person writes, on its way out: drafts, files, and what became of them."""

from dataclasses import dataclass, field
from datetime import datetime

from inboxhub.networks.base import RemoteAuthor, RemoteMessage, Target


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture to send along; `description` is its alternative text."""

    name: str
    mime: str
    data: bytes = field(repr=False)
    description: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be sent: the answer to `answers`, or something new to `recipients`.

    An answer goes to all whom the network takes for part of the talk, whom the client
    asks the host for, and to `recipients` besides. Nobody else may be addressed by it,
    whatever names stand in the text. It is never shown to more people than what it
    answers; `visibility` may narrow that, empty means the same.

    `key` is a UUID, the same at every try. `started_at` is the moment before the first
    one, and `known` what `Client.sent_before` said then. `file_ids` are those of
    `Client.upload`.
    """

    key: str
    started_at: datetime
    text: str = field(repr=False)
    title: str = field(default="", repr=False)
    content_warning: str = field(default="", repr=False)
    visibility: str = ""
    answers: Target | None = None
    recipients: tuple[RemoteAuthor, ...] = ()
    file_ids: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sent:
    """What a draft became on the remote.

    `message` is that as the host tells it, None where it only tells the id. `unreached`
    are handles of people who were to be addressed and are not.
    """

    remote_id: str
    message: RemoteMessage | None = None
    unreached: tuple[str, ...] = ()
