"""What a message holds besides its text, read from its stored JSON piece by piece.

It came from a remote and went through a parser of ours, maybe of an older release: what
has not the expected shape is left out, never an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime

from messaging.models import Message
from messaging.templatetags.rich import clean_emojis, emojis_of, web_address

MOST = 50
MOST_PIXELS = 10_000


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
    """A note that the message answers, quotes, or is about; `mine` when I wrote it."""

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


@dataclass(frozen=True, slots=True)
class Reaction:
    """A sign and how many gave it."""

    sign: str
    count: int


@dataclass(frozen=True, slots=True)
class Content:
    """All parts of a message beside its text."""

    files: tuple[File, ...]
    context: Quoted | None
    quote: Quoted | None
    poll: Poll | None
    reactions: tuple[Reaction, ...]
    emojis: Mapping[str, str]

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
        reactions=tuple(_reactions(extra.get("reactions"))),
        emojis=emojis_of(message),
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


def _reactions(stored: object) -> list[Reaction]:
    """`{sign: number}`, most given first."""
    pairs = [(sign, _number(number)) for sign, number in _mapping(stored).items()]
    most = sorted(pairs, key=lambda pair: -pair[1])[:MOST]
    return [Reaction(sign[:300], number) for sign, number in most if number]
