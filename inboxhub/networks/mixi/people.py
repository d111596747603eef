"""People: whoever is at the other end of a message, and the account itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.mixi.values import id_of
from inboxhub.networks.values import line_of, link_of, mapping_of

NAME_CAP = 200
# No id that mixi gives has a colon, so nobody else can be one of these.
NAMELESS_PREFIX = "name:"
MIXI_ITSELF = "mixi:notices"


@dataclass(frozen=True, slots=True)
class Facts:
    """Who the account is, for the messages it sent.

    `off` has the sources of the trays that mixi does not list for its token.
    """

    id: str = ""
    name: str = ""
    avatar_url: str = ""
    off: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.id,
            "name": self.name,
            "avatar_url": self.avatar_url,
            "off": list(self.off),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Self:
        """The stored form back; empty where the client never asked mixi."""
        off = stored.get("off")
        return cls(
            id=str(stored.get("id", "")),
            name=str(stored.get("name", "")),
            avatar_url=str(stored.get("avatar_url", "")),
            off=tuple(map(str, off)) if isinstance(off, list) else (),
        )

    @property
    def author(self) -> RemoteAuthor | None:
        if not self.id:
            return None
        return RemoteAuthor(self.id, self.name, self.name, self.avatar_url)


def read_person(raw: object) -> RemoteAuthor | None:
    """`sender` or `recipient`; None when it names nobody.

    mixi Message API: `id` and `profileUrl` are missing of people who are no friends.
    Their id is made from the name, and `url` is empty.
    """
    person = mapping_of(raw)
    identifier = id_of(person.get("id"))
    if ":" in identifier:
        identifier = ""
    name = line_of(person.get("displayName"), NAME_CAP)
    if not identifier and not name:
        return None
    return RemoteAuthor(
        remote_id=identifier or f"{NAMELESS_PREFIX}{name}",
        handle=name or identifier,
        name=name or identifier,
        avatar_url=link_of(person.get("thumbnailUrl")),
        url=link_of(person.get("profileUrl")) if identifier else "",
    )


def read_mixi(raw: object) -> RemoteAuthor:
    """The sender of a notice: always mixi, which has no id."""
    sender = mapping_of(raw)
    name = line_of(sender.get("displayName"), NAME_CAP) or "mixi"
    picture = link_of(sender.get("thumbnailUrl"))
    return RemoteAuthor(MIXI_ITSELF, name, name, picture)


def read_me(value: object) -> RemoteAuthor | None:
    """mixi People API: `people/@me/@self`; `entry` is an object, or a list with one."""
    entry = mapping_of(value).get("entry")
    if isinstance(entry, list) and len(entry) == 1:
        entry = entry[0]
    me = read_person(entry)
    return None if me is None or has_no_id(me) else me


def has_no_id(person: RemoteAuthor) -> bool:
    return person.remote_id.startswith(NAMELESS_PREFIX)
