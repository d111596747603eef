"""mixi's three boxes of messages, called trays here: where they are, what they have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from inboxhub.networks.base import MESSAGES, NOTICES
from inboxhub.networks.errors import NotSupported, PermanentError
from inboxhub.networks.mixi.values import id_of

ALWAYS = ("id", "title")


@dataclass(frozen=True, slots=True)
class Tray:
    """`person` is the member that says who is at the other end.

    `fields` are all names that mixi takes for this tray; asking a tray for a name of
    another one is never tried. `pause`: as for `Listing`.
    """

    source: str
    path: str
    box: str
    person: str
    fields: tuple[str, ...]
    pause: float = 0.0

    def asked(self, names: Iterable[str] = ()) -> str:
        """The value of `fields` for a call; without names, all of them."""
        wanted = tuple(names) or self.fields
        if unknown := [name for name in wanted if name not in self.fields]:
            raise NotSupported(f"mixi's {self.path} has no {unknown[0]}", code="field")
        return ",".join(wanted)


INBOX = Tray(
    source="inbox",
    path="@inbox",
    box=MESSAGES,
    person="sender",
    fields=(
        *("id", "body", "timeSent", "title", "sender.id", "sender.displayName"),
        *("sender.profileUrl", "sender.thumbnailUrl", "status"),
    ),
)
OUTBOX = Tray(
    source="outbox",
    path="@outbox",
    box=MESSAGES,
    person="recipient",
    fields=(
        *("id", "body", "timeSent", "title", "recipient.id", "recipient.displayName"),
        *("recipient.profileUrl", "recipient.thumbnailUrl"),
    ),
    pause=150.0,  # what was sent elsewhere is in no hurry: with every third look
)
NOTICEBOX = Tray(
    source="notice",
    path="@noticebox",
    box=NOTICES,
    person="sender",
    fields=(
        *("id", "body", "timeSent", "title", "sender.displayName"),
        *("sender.thumbnailUrl", "status"),
    ),
)
TRAYS: Mapping[str, Tray] = {t.source: t for t in (INBOX, NOTICEBOX, OUTBOX)}


def tray_of(source: str) -> Tray:
    if source not in TRAYS:
        raise NotSupported("mixi has no messages of that kind", code="no-such-box")
    return TRAYS[source]


def read_path(person: str, tray: Tray, message_id: str = "") -> str:
    """Below the API's address. mixi Message API: reads have no `@self`."""
    path = f"/messages/{_segment(person)}/{tray.path}"
    return f"{path}/{_segment(message_id)}" if message_id else path


def write_path(person: str, tray: Tray) -> str:
    """Of the whole tray: where messages are sent to, or deleted by their `ids`."""
    return f"/messages/{_segment(person)}/@self/{tray.path}"


def one_path(person: str, tray: Tray, message_id: str) -> str:
    """Of one message. Without an id it would be the whole tray's: never let through."""
    return f"{write_path(person, tray)}/{_segment(message_id)}"


def fits_a_path(message_id: str) -> bool:
    """`.` and `..` cannot be sent: percent-encoded or not, they mean the folder."""
    return bool(id_of(message_id)) and message_id not in {".", ".."}


def _segment(name: str) -> str:
    if not fits_a_path(name):
        raise PermanentError("mixi has no message of that id", code="bad-id")
    return name if name == "@me" else quote(name, safe="")
