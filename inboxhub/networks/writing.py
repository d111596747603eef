"""What a person writes, on its way out: drafts, files, and what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from inboxhub.networks.base import RemoteAuthor, RemoteMessage, Target
from inboxhub.networks.errors import PermanentError


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture to send along; `description` is its alternative text."""

    name: str
    mime: str
    data: bytes = field(repr=False)
    description: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Audience:
    """To whom an answer goes without anybody being chosen, and who else can see it.

    `people` counts them all; `handles` has the ids of all of them, or is empty, with
    their handles as far as they are known.
    """

    people: int
    visibility: str = ""
    handles: Mapping[str, str] = field(default_factory=dict)

    def exceeds(self, shown: "Audience", widths: Sequence[str]) -> bool:
        """Whether it holds anybody whom `shown` does not.

        `widths` are the network's visibilities, the narrowest first; others count as
        the narrowest.
        """
        wider = _width(self.visibility, widths) > _width(shown.visibility, widths)
        if shown.handles and self.handles:
            return wider or not self.handles.keys() <= shown.handles.keys()
        return wider or self.people > shown.people


class AudienceChanged(PermanentError):
    """Not sent: more people would get it, or could see it, than the form said."""

    def __init__(self, now: Audience) -> None:
        super().__init__(
            "it would reach others than was shown", code="audience-changed"
        )
        self.now = now


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be sent: the answer to `answers`, or something new to `recipients`.

    An answer goes to all whom the network takes for part of the talk, whom the client
    asks the host for, and to `recipients` besides. Nobody else may be addressed by it,
    whatever names stand in the text. It is never shown to more people than what it
    answers; `visibility` may narrow that, empty means the same.

    `key` is a UUID, the same at every try. `started_at` is the moment before the first
    one, and `known` what `Client.sent_before` said then. `file_ids` are those of
    `Client.upload`. `shown` is what the person saw of an answer's audience, None where
    nothing was: a client that would reach others refuses with AudienceChanged.
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
    shown: Audience | None = None

    def hold(
        self, people: Mapping[str, str], visibility: str, widths: Sequence[str]
    ) -> None:
        """AudienceChanged unless all of it was shown; `people` are ids and handles."""
        if self.shown is None or self.answers is None:
            return
        chosen = {person.remote_id for person in self.recipients}
        handles = {one: people[one] for one in people if one not in chosen}
        now = Audience(len(handles), visibility, handles)
        if now.exceeds(self.shown, widths):
            raise AudienceChanged(now)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a draft became on the remote.

    `message` is that as the host tells it, None where it only tells the id. `unreached`
    are handles of people who were to be addressed and are not.
    """

    remote_id: str
    message: RemoteMessage | None = None
    unreached: tuple[str, ...] = ()


def _width(visibility: str, widths: Sequence[str]) -> int:
    return widths.index(visibility) if visibility in widths else 0
