"""What every client of a network speaks: plain values, and the Client itself.

Plain Python: no Django, no rows. Bytes come in through `inboxhub.lib.http`, frozen
dataclasses go out. The words are those of docs/architecture.md.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from inboxhub.lib.http import Http
from inboxhub.networks.capabilities import Capabilities
from inboxhub.networks.errors import NotSupported

if TYPE_CHECKING:
    from inboxhub.networks.stream import Stream
    from inboxhub.networks.writing import Draft, Sent, Upload

MESSAGES, MENTIONS, NOTICES, REQUESTS = "messages", "mentions", "notices", "requests"
BOXES = (MESSAGES, MENTIONS, NOTICES, REQUESTS)


@dataclass(frozen=True, slots=True)
class RemoteAuthor:
    """A person (or a bot, a host) on the remote.

    `emojis` maps a custom emoji's name, without colons, to the picture's address.
    """

    remote_id: str
    handle: str
    name: str
    avatar_url: str = ""
    url: str = ""
    emojis: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message; addresses are the remote's, `mime` is only a claim."""

    url: str
    thumbnail_url: str = ""
    mime: str = ""
    name: str = ""
    description: str = ""
    sensitive: bool = False
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class RemoteMessage:
    """One message as the remote tells it; the key that joins it to others is in it.

    `unread` is None where the remote knows nothing about it. `html` is the remote's and
    not clean; empty means that `text` is all there is. `sent_at` is aware, as told.
    `source`, `box`, `kind` and `conversation_key` follow from the remote object alone,
    so that the order of arrival never matters.
    """

    source: str
    remote_id: str
    box: str
    kind: str
    conversation_key: str
    sent_at: datetime
    undated: bool = False
    """No time was told: `sent_at` is when it came, and a stored one is better."""
    author: RemoteAuthor | None = None
    outgoing: bool = False
    notification_id: str = ""
    title: str = ""
    text: str = ""
    html: str = ""
    content_warning: str = ""
    lang: str = ""
    visibility: str = ""
    url: str = ""
    uri: str = ""
    target: str = ""
    reply_to_remote_id: str = ""
    participants: tuple[RemoteAuthor, ...] = ()
    conversation_title: str = ""
    conversation_ids: tuple[str, ...] = ()
    """The remote's own ids of the conversation, where it has some; they may change."""
    attachments: tuple[Attachment, ...] = ()
    emojis: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)
    """What only some messages have. `audience`: all whom an answer goes to, ids to
    handles or, a crowd, as a number (`people.everybody`)."""
    unread: bool | None = None
    replied: bool = False
    """The remote knows that the person answered; it is read then, too."""
    edited_at: datetime | None = None
    read_through: bool = False
    """Read, and with it everything older of the same source in the conversation."""
    withheld: bool = False
    """The remote hides the content from us now; a stored one must not be blanked."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that could not be parsed: kept, counted, shown as such."""

    source: str
    remote_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a listing, newest first.

    `next` is where the following, older page starts; None says that there is none. A
    short page is not the end. `newest` is handed back at the next pull of the newest.
    `heads` are the ids of all rows that the listing showed, where some of them are not
    among `items`. `beside`: `next` first goes on with what lies beside the listing
    (threads, talks), which does not tell how far down the listing was read.
    """

    items: tuple[RemoteMessage | Unreadable, ...]
    next: str | None = None
    newest: str = ""
    heads: tuple[str, ...] = ()
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing of the remote that a pull walks; `box` is where its state is shown.

    `history` is False for an overview that has only one page. `pause` is how many
    seconds should lie between two looks at it, unless the person asks for one.
    """

    name: str
    box: str
    history: bool = True
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose token this is. `domain` is the one that handles show (may differ)."""

    remote_id: str
    handle: str
    name: str
    avatar_url: str = ""
    url: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What a host says of itself, without any token."""

    software: str
    version: str
    name: str
    domain: str
    icon_url: str = ""
    docs_url: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A message that a verb is for, as far as a call needs to know it."""

    source: str
    remote_id: str
    conversation_key: str = ""
    conversation_ids: tuple[str, ...] = ()
    notification_id: str = ""
    outgoing: bool = False
    seen_at: datetime | None = None
    """When it was first told to us, by our own clock."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one target: `done`, `gone` (was gone already) or `failed`.

    `error` is a code wherever there is one, see `ProviderError.stored`.
    """

    state: str
    error: str = ""


Renew = Callable[[Mapping[str, str]], Mapping[str, str]]
"""Given credentials that have ended, those to use instead.

It looks whether somebody else has stored newer ones, under a lock of the account, and
only otherwise asks the network and stores what came before it returns.
"""


class Client(ABC):
    """One account on one host. Every method blocks; run it in a worker.

    Each raises only the ProviderError family. `facts` is what `capabilities()` found
    the last time; a client without them finds out what it must know by itself. `renew`
    is asked for new credentials when they end; without it, that is a CredentialsError.
    It is set before the first call.
    """

    provider: ClassVar[str]
    streams: ClassVar[bool] = False
    """Whether some hosts of the network have a stream, see `stream`."""
    reconcile_every: ClassVar[float] = 0.0
    """Seconds between two comparisons of all that is stored with the listings; 0: never.

    For networks where nothing else tells what was deleted there.
    """
    visitors: ClassVar[bool] = False
    """Whether its hosts show timelines to those without an account."""
    plain_pictures: ClassVar[bool] = False
    """Whether it gives the addresses of its pictures as `http://` only."""
    renew: Renew | None = None

    def __init__(
        self,
        http: Http,
        host: str,
        credentials: Mapping[str, str],
        *,
        remote_id: str = "",
        facts: Mapping[str, object] | None = None,
    ) -> None:
        self.http = http
        self.host = host
        self.credentials = credentials
        self.remote_id = remote_id
        self.facts: Mapping[str, object] = facts or {}

    @abstractmethod
    def whoami(self) -> Identity:
        """Whose token it is; CredentialsError when the host refuses it."""

    @abstractmethod
    def capabilities(self) -> Capabilities:
        """Ask the host what is possible; changes nothing there."""

    @abstractmethod
    def listings(self) -> tuple[Listing, ...]:
        """The listings to pull, those that show something first in front."""

    @abstractmethod
    def pull(self, listing: str, position: str | None, *, newest: str = "") -> Page:
        """One page of a listing: the newest, or the one that starts at `position`.

        Marks nothing read on the remote.
        """

    @abstractmethod
    def get(self, target: Target) -> RemoteMessage | Unreadable:
        """The message as it is now; NotFound when it is gone."""

    @abstractmethod
    def thread(self, target: Target) -> tuple[RemoteMessage | Unreadable, ...]:
        """What stands around the message, oldest first, as far as the remote tells."""

    @abstractmethod
    def missing(self, targets: Sequence[Target]) -> frozenset[Target]:
        """Those of `targets` that are surely gone from the remote.

        TemporaryError with `sent` False where that takes longer than a turn should:
        asked again, it goes on. `reconciled` ends it.
        """

    def reconciled(self) -> None:  # noqa: B027  most have nothing to forget
        """All were asked about: the next time `missing` looks afresh."""

    @abstractmethod
    def mark_read(self, targets: Sequence[Target]) -> list[Outcome]:
        """One outcome per target, in order. Naturally repeatable."""

    @abstractmethod
    def delete(self, targets: Sequence[Target]) -> list[Outcome]:
        """One outcome per target, in order. Naturally repeatable: gone is done."""

    def mark_unread(self, targets: Sequence[Target]) -> list[Outcome]:
        raise NotSupported("this network marks nothing unread", code="not-offered")

    def mark_replied(self, targets: Sequence[Target]) -> list[Outcome]:
        raise NotSupported("this network marks nothing replied", code="not-offered")

    def remove(self, targets: Sequence[Target]) -> list[Outcome]:
        raise NotSupported(
            "this network has no list to remove from", code="not-offered"
        )

    # --- Writing and answering --------------------------------------------------------

    look_after: ClassVar[float] = 5.0
    """Seconds until something that was sent surely shows in `find_sent`."""
    uploads_kept: ClassVar[float] = 0.0
    """Seconds that the network surely keeps an upload that nothing was sent with; 0: for
    ever."""

    def find_people(self, text: str) -> tuple[RemoteAuthor, ...]:
        """Whom one could write to by that handle or name, the likeliest first, few."""
        raise NotSupported("this network finds nobody", code="not-offered")

    def upload(self, file: "Upload") -> str:
        """The id of the stored picture, ready to be sent. Twice makes two, unseen."""
        raise NotSupported("this network takes no pictures", code="no-pictures")

    def sent_before(self, draft: "Draft") -> frozenset[str]:
        """What `find_sent` must not take for the draft: asked before the first try."""
        return frozenset()

    def send(self, draft: "Draft") -> "Sent":
        """Send it once. Never called again for a draft before `find_sent` was.

        OutcomeUnknown: perhaps it was sent. TemporaryError, PermanentError: surely not.
        """
        raise NotSupported("this network takes no messages", code="not-offered")

    def find_sent(self, draft: "Draft") -> "tuple[Sent, ...]":
        """What may be the draft among what was sent since its start.

        One: it was sent. None: it was not, or the host does not show it yet. More:
        nobody can tell.
        """
        raise NotSupported("this network takes no messages", code="not-offered")

    def react(self, target: Target, reaction: str) -> Outcome:
        """Give a reaction, instead of another where one is all; twice is once."""
        raise NotSupported("this network has no reactions", code="not-offered")

    def unreact(self, target: Target, reaction: str) -> Outcome:
        """Take the reaction back; one that is not there is done."""
        raise NotSupported("this network has no reactions", code="not-offered")

    def accept(self, targets: Sequence[Target]) -> list[Outcome]:
        """Say yes to requests: one outcome per target, in order. Naturally repeatable."""
        raise NotSupported("this network has no requests", code="not-offered")

    def reject(self, targets: Sequence[Target]) -> list[Outcome]:
        """Say no to requests: one outcome per target, in order. Naturally repeatable."""
        raise NotSupported("this network has no requests", code="not-offered")

    def clear_notices(self) -> None:
        """Destroy all notices on the host, those too that were never pulled."""
        raise NotSupported("this network clears no notices", code="not-offered")

    # --- News as they happen, and the end ---------------------------------------------

    def stream(self) -> "Stream | None":
        """What to connect for news as they happen; None where only listings tell.

        May ask the host, and so raise, like every other method.
        """
        return None

    def timeline(self, channel: str) -> "tuple[RemoteMessage | Unreadable, ...]":
        """The newest notes of one of the stream's `channels`, for looking at only.

        For a page that looks while no stream is open; nothing of it is stored.
        """
        raise NotSupported("this network has no timelines", code="not-offered")

    def revoke(self) -> bool:
        """Take our token back on the host; False where only the person can do that."""
        return False


def newest_first(items: Iterable[RemoteMessage]) -> list[RemoteMessage]:
    """Sorted by the time told, then by id, as one host's ids compare."""
    return sorted(items, key=lambda m: (m.sent_at, m.remote_id), reverse=True)
