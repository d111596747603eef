"""What a simulated Mastodon host remembers. Moments are milliseconds since 1970."""

from dataclasses import dataclass, field

PUBLIC, UNLISTED, PRIVATE, DIRECT = "public", "unlisted", "private", "direct"
VISIBILITIES = (PUBLIC, UNLISTED, PRIVATE, DIRECT)
ACCEPT, FILTER, DROP = "accept", "filter", "drop"


def default_policy() -> dict[str, str]:
    """Return what a new account lets through: strangers' private mentions wait."""
    return {
        "for_not_following": ACCEPT,
        "for_not_followers": ACCEPT,
        "for_new_accounts": ACCEPT,
        "for_private_mentions": FILTER,
        "for_limited_accounts": FILTER,
        "for_bots": ACCEPT,
    }


@dataclass(slots=True)
class User:
    """A person or bot; `host` is None for those who live on this host.

    `owner` marks the people who sit in front of a program like ours and whom the
    sign-in page offers.
    """

    id: str
    created: int
    username: str
    name: str = ""
    host: str | None = None
    owner: bool = False
    picture: str = ""
    about: str = ""
    language: str = "en"
    bot: bool = False
    locked: bool = False
    disabled: bool = False
    limited: bool = False
    emojis: tuple[str, ...] = ()
    privacy: str = PUBLIC
    policy: dict[str, str] = field(default_factory=default_policy)

    @property
    def acct(self) -> str:
        """Return `name` for local people, `name@host` for others."""
        return self.username if self.host is None else f"{self.username}@{self.host}"


@dataclass(slots=True)
class App:
    """A registered program; its client dies when the host forgets it."""

    id: str
    created: int
    name: str
    website: str | None
    redirect_uris: list[str]
    scopes: list[str]
    client_id: str
    client_secret: str


@dataclass(slots=True)
class Grant:
    """What a person allowed: a code for one exchange at the token endpoint."""

    code: str
    created: int
    app_id: str
    user_id: str
    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str = ""
    used: bool = False


@dataclass(slots=True)
class Token:
    """A key of an app, to an account or (no user) to the app alone.

    `ends` and `refresh`, the word that brings the next one, are empty for those that
    live for ever.
    """

    word: str
    created: int
    app_id: str
    user_id: str | None
    scopes: tuple[str, ...]
    ends: int = 0
    refresh: str = ""


@dataclass(slots=True)
class Media:
    """An attachment; `picture` is a key of the drawn pictures."""

    id: str
    created: int
    user_id: str
    kind: str = "image"
    picture: str = ""
    content: bytes = b""
    mime: str = "image/webp"
    description: str | None = None
    width: int = 960
    height: int = 640
    ready: bool = True
    failed: bool = False


@dataclass(slots=True)
class Choice:
    """One answer of a poll and who voted for it."""

    text: str
    voters: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Poll:
    """A poll of a status; `expires` is None when it stays open."""

    id: str
    choices: list[Choice]
    multiple: bool = False
    expires: int | None = None
    ended: bool = False


@dataclass(slots=True)
class Edit:
    """A former state of a status."""

    created: int
    text: str
    spoiler: str
    sensitive: bool


@dataclass(slots=True)
class Status:
    """A post; `reply_to`, `reblog_of` and `quote_of` may point at what is gone.

    `thread` names the whole thread, as the rows of conversations need it. `html`
    stands in for the text where another host sent markup of its own. `deleting`
    says that it is gone for readers but still named by rows.
    """

    id: str
    created: int
    user_id: str
    text: str = ""
    spoiler: str = ""
    sensitive: bool = False
    visibility: str = PUBLIC
    language: str | None = "en"
    mentions: list[str] = field(default_factory=list)
    reply_to: str | None = None
    reply_to_user: str | None = None
    thread: str = ""
    reblog_of: str | None = None
    quote_of: str | None = None
    quote_state: str = "accepted"
    media_ids: list[str] = field(default_factory=list)
    poll: Poll | None = None
    favourites: dict[str, int] = field(default_factory=dict)
    bookmarks: set[str] = field(default_factory=set)
    edits: list[Edit] = field(default_factory=list)
    edited: int | None = None
    emojis: tuple[str, ...] = ()
    html: str | None = None
    url: str | None = None
    app: str = "Web"
    deleting: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """What a conversation was until a moment; without statuses it was not there."""

    until: int
    status_ids: tuple[str, ...]
    unread: bool


@dataclass(slots=True)
class Row:
    """One conversation in one person's list: a thread and its set of people.

    `past` is only kept while lists are late.
    """

    id: str
    user_id: str
    thread: str
    people: tuple[str, ...]
    status_ids: list[str] = field(default_factory=list)
    unread: bool = False
    past: list[Past] = field(default_factory=list)


@dataclass(slots=True)
class Notification:
    """A notice of one user; `extra` holds what only some types have.

    `arrived` is only kept while lists are late.
    """

    id: str
    created: int
    user_id: str
    type: str
    from_id: str
    status_id: str | None = None
    filtered: bool = False
    extra: dict[str, object] = field(default_factory=dict)
    arrived: int = 0


@dataclass(slots=True)
class Request:
    """A stranger whose notifications wait for a decision."""

    id: str
    created: int
    updated: int
    user_id: str
    from_id: str
    status_id: str | None


@dataclass(slots=True)
class Link:
    """A following or a request for one; `bell` asks to be told of every post."""

    id: str
    created: int
    bell: bool = False


@dataclass(slots=True)
class Marker:
    """How far somebody read a timeline; every change counts the version up."""

    last_read_id: str
    version: int
    updated: int


@dataclass(slots=True)
class Announcement:
    """A word from the host's staff to everybody."""

    id: str
    created: int
    html: str
    starts: int | None = None
    ends: int | None = None
    dismissed_by: set[str] = field(default_factory=set)
    reactions: dict[str, set[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Keyword:
    """One word of a filter."""

    id: str
    keyword: str
    whole_word: bool


@dataclass(slots=True)
class Filter:
    """A person's own filter; statuses by id, texts by keyword."""

    id: str
    user_id: str
    title: str
    context: list[str]
    action: str = "warn"
    expires: int | None = None
    keywords: list[Keyword] = field(default_factory=list)
    statuses: dict[str, str] = field(default_factory=dict)
