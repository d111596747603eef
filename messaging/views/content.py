"""What a message holds besides its text, read from its stored JSON piece by piece.

It came from a remote and went through a parser of ours, maybe of an older release: what
has not the expected shape is left out, never an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from messaging import wording
from messaging.models import Message
from messaging.templatetags.rich import clean_emojis, emojis_of, web_address

MOST = 50
MOST_PIXELS = 10_000
FAVOURITE, FAVOURED = "⭐", frozenset({"status", "direct"})
"""The sign that stands for favourites, and the sources whose network counts those."""


@dataclass(frozen=True, slots=True)
class File:
    """An attachment; `picture` is whether it can be shown as one."""

    url: str
    preview_url: str
    name: str
    description: str
    kind: str
    sensitive: bool
    width: int
    height: int

    @property
    def picture(self) -> bool:
        return self.kind == "image" and bool(self.preview_url)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A post that the message answers, quotes, or is about; `mine` when I wrote it."""

    remote_id: str
    who: str
    handle: str
    text: str
    url: str
    emojis: Mapping[str, str]
    mine: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a poll; `percent` of all votes, `mine` when I chose it."""

    text: str
    votes: int
    percent: int
    mine: bool


@dataclass(frozen=True, slots=True)
class Poll:
    choices: tuple[Choice, ...]
    votes: int
    multiple: bool
    ends_at: datetime | None

    @property
    def ended(self) -> bool:
        return self.ends_at is not None and self.ends_at <= timezone.now()


@dataclass(frozen=True, slots=True)
class Reaction:
    """A sign and how many gave it; `favourite` where it is what a network counts so."""

    sign: str
    count: int
    favourite: bool


@dataclass(frozen=True, slots=True)
class Content:
    """All parts of a message beside its text."""

    files: tuple[File, ...]
    context: Quoted | None
    quote: Quoted | None
    poll: Poll | None
    reactions: tuple[Reaction, ...]
    emojis: Mapping[str, str]
    local_only: bool
    """It was not sent to other servers."""
    undated: bool
    """The network told no time: the one shown is when it came."""
    stranger: bool
    """The network gives no id of its author, so only the name is known."""

    @property
    def noted(self) -> bool:
        """Whether something of it is told below the text."""
        return self.local_only or self.undated or self.stranger

    @property
    def sensitive(self) -> bool:
        return any(file.sensitive for file in self.files)


def content(message: Message) -> Content:
    extra = _mapping(message.extra)
    return Content(
        files=tuple(_files(message.attachments)),
        context=_quoted(extra.get("context")),
        quote=_quoted(extra.get("quote")),
        poll=_poll(extra.get("poll")),
        reactions=tuple(_reactions(extra.get("reactions"), message.source)),
        emojis=emojis_of(message),
        local_only=extra.get("local_only") is True,
        undated=extra.get("undated") is True,
        stranger=extra.get("no_id") is True and not message.outgoing,
    )


def kind_of(message: Message) -> wording.Kind:
    """How its kind is shown, by what is told of this one."""
    return wording.shown_kind(
        message.kind,
        title=message.title,
        extra=_mapping(message.extra),
        named=message.author_id is not None,
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _text(value: object, longest: int = 10_000) -> str:
    return value[:longest] if isinstance(value, str) else ""


def _number(value: object) -> int:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and isinstance(value, int) and value > 0 else 0


def _files(stored: object) -> list[File]:
    files = []
    for entry in stored[:MOST] if isinstance(stored, list) else []:
        row = _mapping(entry)
        url = web_address(row.get("url"))
        kind = _text(row.get("mime")).partition("/")[0]
        preview = web_address(row.get("thumbnail_url"))
        if not preview and kind == "image":
            preview = url
        if url or preview:
            files.append(
                File(
                    url=url or preview,
                    preview_url=preview,
                    name=_text(row.get("name"), 200),
                    description=_text(row.get("description"), 5000),
                    kind=kind,
                    sensitive=row.get("sensitive") is True,
                    width=min(_number(row.get("width")), MOST_PIXELS),
                    height=min(_number(row.get("height")), MOST_PIXELS),
                ),
            )
    return files


def _quoted(stored: object) -> Quoted | None:
    row = _mapping(stored)
    if not row:
        return None
    return Quoted(
        remote_id=_text(row.get("remote_id"), 255),
        who=_text(row.get("name"), 200),
        handle=_text(row.get("handle"), 500),
        text=_text(row.get("text")),
        url=web_address(row.get("url")),
        emojis=clean_emojis(row.get("emojis")),
        mine=row.get("mine") is True,
    )


def _poll(stored: object) -> Poll | None:
    row = _mapping(stored)
    choices = row.get("choices")
    if not isinstance(choices, list) or not choices:
        return None
    answers = [_mapping(choice) for choice in choices[:MOST]]
    votes = sum(_number(answer.get("votes")) for answer in answers)
    ends = _text(row.get("ends_at"), 40)
    try:
        ends_at = parse_datetime(ends) if ends else None
    except ValueError:
        ends_at = None
    return Poll(
        choices=tuple(
            Choice(
                text=_text(answer.get("text"), 500),
                votes=_number(answer.get("votes")),
                percent=round(100 * _number(answer.get("votes")) / votes)
                if votes
                else 0,
                mine=answer.get("mine") is True,
            )
            for answer in answers
        ),
        votes=votes,
        multiple=row.get("multiple") is True,
        ends_at=ends_at if ends_at and ends_at.tzinfo else None,
    )


def _reactions(stored: object, source: str) -> list[Reaction]:
    """`{sign: number}`, most given first."""
    pairs = [(sign, _number(number)) for sign, number in _mapping(stored).items()]
    most = sorted(pairs, key=lambda pair: -pair[1])[:MOST]
    favoured = source in FAVOURED
    return [
        Reaction(sign[:300], number, favoured and sign == FAVOURITE)
        for sign, number in most
        if number
    ]
