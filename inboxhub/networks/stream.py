"""The interface of a network's stream: frames in and out, without a connection.

A `Stream` knows what to send and what a frame means; `messaging.sync.listen` has the
socket, the time and the rows. So the meaning of frames can be held to recorded ones.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from inboxhub.networks.base import (
    MENTIONS,
    Identity,
    RemoteAuthor,
    RemoteMessage,
    Unreadable,
)


@dataclass(frozen=True, slots=True)
class NoteChange:
    """Something that happened to a note on a screen.

    `kind` is `reacted`, `unreacted`, `deleted`, `voted` or `edited`. `value` is the
    reaction, or the number of the option that was voted for; `picture` the address of a
    custom emoji's picture; `person` the id of who did it.
    """

    note_id: str
    kind: str
    value: str = ""
    picture: str = ""
    person: str = ""
    note: RemoteMessage | None = None
    """The note as it is now, where it was edited; None: only a look-up tells it."""
    source: str = "note"
    """What `note_id` names: a note, or a message of an open `chat`."""


@dataclass(frozen=True, slots=True)
class LiveNote:
    """A note that a channel brought, for the Live page only: it is never stored."""

    channel_id: str
    note: RemoteMessage


@dataclass(frozen=True, slots=True)
class Answer:
    """What the host said to one `Stream.ask`; `error` is its code where it refused."""

    request_id: str
    items: tuple[RemoteMessage | Unreadable, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one frame said.

    `items` belong into the inbox. `gone` names what was deleted, `read` what the person
    read elsewhere, both by source and remote id. `pull` asks for the listings, since
    something changed that only they tell.
    `doubt` asks whether the token still counts. `joined` is the id of a channel that is
    connected from now on, `unknown` the kind of a frame that nobody here understands,
    `activity` a line for the Live page: a code and a person's handle.
    """

    items: tuple[RemoteMessage | Unreadable, ...] = ()
    box: str = MENTIONS
    """Where an unreadable item is shown."""
    gone: tuple[tuple[str, str], ...] = ()
    read: tuple[tuple[str, str], ...] = ()
    pull: bool = False
    doubt: bool = False
    identity: Identity | None = None
    joined: str = ""
    live: tuple[LiveNote, ...] = ()
    changes: tuple[NoteChange, ...] = ()
    activity: tuple[str, str] | None = None
    answer: Answer | None = None
    unknown: str = ""


NOTHING = Heard()


@dataclass(frozen=True, slots=True)
class StreamAddress:
    """Where to connect. The headers hold the token: they are never logged."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Stream(ABC):
    """One connection of one account, or of nobody. Nothing in it blocks or raises."""

    address: StreamAddress
    inbox = "inbox"
    """The id that `Heard.joined` has once what `hello` asks for has begun."""
    confirms = True
    """Whether that is ever said; otherwise it has begun once `hello` is sent."""
    channels: tuple[str, ...] = ()
    """What the Live page can join: `home`, `local`, `social`, `global`."""
    captures = False
    """Whether changes of single notes can be asked for."""

    @abstractmethod
    def hello(self) -> list[str]:
        """The frames to send first: what an inbox needs; none for nobody's."""

    @abstractmethod
    def read(self, frame: str) -> Heard:
        """What a frame says; anything is possible in it."""

    def keep_alive(self) -> list[str]:
        """Frames to send every 45 s, where the protocol's own pings are not enough."""
        return []

    def join(self, channel: str, channel_id: str) -> list[str]:
        """The frames that begin one of `channels` under an id of our own choice."""
        return []

    def join_chat(
        self,
        conversation_key: str,
        channel_id: str,
        people: Sequence[RemoteAuthor] = (),
    ) -> list[str]:
        """The frames that listen to a chat while it is open; none where it is no chat.

        What is said in it then comes at once, my own words too, with names as far as
        `people` or earlier frames told them. `leave` ends it.
        """
        return []

    def leave(self, channel_id: str) -> list[str]:
        """The frames that end it; what still comes from it is dropped."""
        return []

    def capture(self, note_id: str) -> list[str]:
        """The frames that ask for the changes of a note. Counted by the caller."""
        return []

    def release(self, note_id: str) -> list[str]:
        return []

    def ask(
        self, endpoint: str, data: Mapping[str, object]
    ) -> tuple[str, list[str]] | None:
        """A call that only reads: the id of its `Heard.answer`, and the frames to send.

        None where the host does not answer calls over the stream, or not this one: then
        HTTP. After 5 s without an answer, `unanswered` and HTTP.
        """
        return None

    def unanswered(self, request_id: str) -> bool:
        """Nothing came: a late answer is dropped, and the host is not asked again.

        False where nothing was waited for any more.
        """
        return False
