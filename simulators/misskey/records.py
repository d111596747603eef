"""What a simulated Misskey host remembers. Moments are milliseconds since 1970."""

from dataclasses import dataclass, field

PUBLIC, HOME, FOLLOWERS, SPECIFIED = "public", "home", "followers", "specified"
VISIBILITIES = (PUBLIC, HOME, FOLLOWERS, SPECIFIED)


@dataclass(slots=True)
class User:
    """A person or bot; `host` is None for those who live on this host.

    `owner` marks the people who sit in front of a program like ours and whom the
    approval page offers.
    """

    id: str
    created: int
    username: str
    name: str | None = None
    host: str | None = None
    owner: bool = False
    picture: str = ""
    description: str | None = None
    emojis: tuple[str, ...] = ()
    bot: bool = False
    cat: bool = False
    locked: bool = False
    suspended: bool = False
    moved_to: str | None = None
    chat_scope: str = "mutual"
    chat_availability: str = "available"
    rate_limit_factor: float = 1
    updated: int | None = None
    achievements: dict[str, int] = field(default_factory=dict)
    roles: list[str] = field(default_factory=list)

    @property
    def acct(self) -> str:
        """Return `name` for local people, `name@host` for others."""
        return self.username if self.host is None else f"{self.username}@{self.host}"


@dataclass(slots=True)
class File:
    """A file of somebody's drive; its bytes are drawn or kept by the media module."""

    id: str
    created: int
    user_id: str
    name: str
    mime: str
    picture: str = ""
    content: bytes = b""
    size: int = 0
    md5: str = ""
    width: int = 0
    height: int = 0
    comment: str | None = None
    sensitive: bool = False


@dataclass(slots=True)
class Choice:
    """One answer of a poll and who voted for it."""

    text: str
    voters: set[str] = field(default_factory=set)
    other_votes: int = 0


@dataclass(slots=True)
class Poll:
    """A poll of a note; `expires` is None when it stays open."""

    choices: list[Choice]
    multiple: bool = False
    expires: int | None = None
    ended: bool = False


@dataclass(slots=True)
class Reaction:
    """One person's reaction to a note, as written: `👍`, `:name:`, `:name@host:`."""

    id: str
    created: int
    user_id: str
    reaction: str


@dataclass(slots=True)
class Note:
    """A note; `reply_id` and `renote_id` may point at notes that are gone."""

    id: str
    created: int
    user_id: str
    text: str | None = None
    cw: str | None = None
    visibility: str = PUBLIC
    visible_user_ids: list[str] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    reply_id: str | None = None
    renote_id: str | None = None
    file_ids: list[str] = field(default_factory=list)
    poll: Poll | None = None
    reactions: dict[str, Reaction] = field(default_factory=dict)
    local_only: bool = False
    channel_id: str | None = None
    emojis: tuple[str, ...] = ()
    tags: list[str] = field(default_factory=list)
    uri: str | None = None
    url: str | None = None
    withheld: bool = False
    updated: int | None = None

    @property
    def pure_renote(self) -> bool:
        """Say whether it only passes another note on."""
        return bool(self.renote_id) and not (
            self.text or self.cw or self.poll or self.file_ids
        )


@dataclass(slots=True)
class Notification:
    """A notice of one user; `extra` holds what only some types have."""

    id: str
    created: int
    type: str
    user_id: str | None = None
    note_id: str | None = None
    room_id: str | None = None
    extra: dict[str, object] = field(default_factory=dict)
    read: bool = False


@dataclass(slots=True)
class ChatMessage:
    """A chat message to a person or a room; `read` counts where old hosts track it."""

    id: str
    created: int
    user_id: str
    to_user_id: str | None = None
    to_room_id: str | None = None
    text: str | None = None
    file_id: str | None = None
    reactions: list[tuple[str, str]] = field(default_factory=list)
    read: bool = False


@dataclass(slots=True)
class Room:
    """A chat room; membership rows carry ids and moments of their own."""

    id: str
    created: int
    owner_id: str
    name: str
    description: str = ""
    members: dict[str, "Link"] = field(default_factory=dict)
    invited: dict[str, "Link"] = field(default_factory=dict)


@dataclass(slots=True)
class Link:
    """A relation between two rows: a following, a request, a seat in a room."""

    id: str
    created: int


@dataclass(slots=True)
class Token:
    """A key to an account; `native` ones open everything and name no app."""

    token: str
    created: int
    user_id: str
    name: str = ""
    permissions: frozenset[str] = frozenset()
    native: bool = False


@dataclass(slots=True)
class Announcement:
    """A word from the host's staff to everybody."""

    id: str
    created: int
    title: str
    text: str
    read_by: set[str] = field(default_factory=set)
