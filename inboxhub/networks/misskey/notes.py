"""Notes: what one is to the account that sees it, and the message made of it.

Source, box, kind and conversation follow from the note alone, so that it does not
matter which listing, notification or frame brings it first.
"""

from datetime import datetime

from inboxhub.networks.base import (
    MENTIONS,
    MESSAGES,
    NOTICES,
    Attachment,
    RemoteAuthor,
    RemoteMessage,
    Unreadable,
)
from inboxhub.networks.misskey import mfm
from inboxhub.networks.misskey.ids import is_id, time_of
from inboxhub.networks.misskey.people import (
    custom_names,
    emoji_name,
    emojis_of,
    home_of,
    read_user,
)
from inboxhub.networks.people import everybody, people_key
from inboxhub.networks.values import (
    Viewer,
    line_of,
    link_of,
    mapping_of,
    mappings_of,
    media_of,
    moment_of,
    number_of,
    text_of,
    word_of,
)

EXCERPT = 300
MOST_FILES = 32
MOST_PEOPLE = 500
MOST_REACTIONS = 50

BOX_OF_KIND = {"message": MESSAGES, "renote": NOTICES, "post": NOTICES}

Note = dict[object, object]


def read_note(
    raw: object,
    viewer: Viewer,
    *,
    hint: str = "post",
) -> RemoteMessage | Unreadable:
    """A note as a message; `hint` is what it is when the note itself does not say.

    Misskey API: the object Note of `notes/show`, `notes/mentions`, `i/notifications`.
    """
    note = mapping_of(raw)
    identifier = note.get("id")
    if not is_id(identifier):
        return Unreadable("note", "", "a note without an id")
    author_id = author_of(note)
    sent_at = moment_of(note.get("createdAt")) or time_of(identifier)
    if not author_id or sent_at is None:
        return Unreadable("note", identifier, "a note without author or time")
    mine = author_id == viewer.me
    kind = kind_of(note, viewer.me, hint=hint)
    home = home_of(note.get("user"))
    body = mfm.render(note.get("text"), origin=viewer.origin, home=home)
    warning = mfm.plain(note.get("cw"), 2_000)
    author = read_user(note.get("user"), viewer)
    reactions = _reactions(note)
    return RemoteMessage(
        source="note",
        remote_id=identifier,
        box=MENTIONS if mine and kind == "post" else BOX_OF_KIND.get(kind, MENTIONS),
        kind=kind,
        conversation_key=_key(note, kind, author_id, viewer.me, sent_at),
        sent_at=sent_at,
        author=author,
        outgoing=mine,
        text=body.text,
        html=body.html,
        content_warning=warning,
        visibility=word_of(note.get("visibility"), 24),
        url=_url(note, identifier, home, viewer),
        uri=link_of(note.get("uri"), viewer),
        target=_identifier(note, "renoteId"),
        reply_to_remote_id=_identifier(note, "replyId"),
        participants=_participants(note, author, viewer),
        attachments=read_files(note.get("files"), viewer),
        emojis=_emojis(note, body.text + warning, home, viewer, tuple(reactions)),
        extra=_extra(note, kind, reactions, viewer),
        unread=False if mine else None,
        edited_at=_edited_at(note, sent_at),
        withheld=note.get("isHidden") is True,
    )


def kind_of(note: Note, me: str, *, hint: str) -> str:
    """message, renote, reply, mention, quote, or what the hint says."""
    if note.get("visibility") == "specified":
        return "message"
    quoted = author_of(mapping_of(note.get("renote"))) == me != author_of(note)
    if is_pure_renote(note):
        return "renote" if quoted or hint == "renote" else "post"
    if author_of(note) == me:
        return "reply" if answers_somebody(note, me) else "post"
    if author_of(mapping_of(note.get("reply"))) == me:
        return "reply"
    if me in people_of(note.get("mentions")):
        return "mention"
    return "quote" if quoted else hint


def is_pure_renote(note: Note) -> bool:
    """A renote without a word of its own. One with any content is a quote."""
    own = any(note.get(name) for name in ("text", "cw", "poll", "files", "fileIds"))
    return is_id(note.get("renoteId")) and not own and not is_id(note.get("replyId"))


def answers_somebody(note: Note, me: str) -> bool:
    """Whether this note of mine answers another person (and not only myself).

    The host puts the author of what is answered among the mentions, so this holds for
    a note whose parent is gone too.
    """
    if not is_id(note.get("replyId")):
        return False
    parent = author_of(mapping_of(note.get("reply")))
    if parent:
        return parent != me
    return any(person != me for person in people_of(note.get("mentions")))


def is_kept(message: RemoteMessage) -> bool:
    """Own direct notes and own answers to people are kept, own broadcasts are not."""
    return not message.outgoing or message.kind in {"message", "reply"}


def author_of(note: Note) -> str:
    author = note.get("userId")
    if not is_id(author):
        author = mapping_of(note.get("user")).get("id")
    return author if is_id(author) else ""


def people_of(raw: object) -> tuple[str, ...]:
    """The user ids of a list."""
    if not isinstance(raw, list):
        return ()
    return tuple(person for person in raw[:MOST_PEOPLE] if is_id(person))


def read_files(raw: object, viewer: Viewer) -> tuple[Attachment, ...]:
    """DriveFile objects; one without an address is left out."""
    return tuple(
        Attachment(
            url=media_of(file.get("url"), viewer),
            thumbnail_url=media_of(file.get("thumbnailUrl"), viewer),
            mime=line_of(file.get("type"), 100),
            name=line_of(file.get("name"), 200),
            description=text_of(file.get("comment"), 2_000),
            sensitive=file.get("isSensitive") is True,
            width=number_of(mapping_of(file.get("properties")).get("width")),
            height=number_of(mapping_of(file.get("properties")).get("height")),
        )
        for file in mappings_of(raw, MOST_FILES)
        if media_of(file.get("url"), viewer)
    )


def read_excerpt(raw: object, viewer: Viewer) -> dict[str, object]:
    """What is shown of a note that another message answers, quotes or is about."""
    note = mapping_of(raw)
    identifier = note.get("id")
    if not is_id(identifier):
        return {}
    author = read_user(note.get("user"), viewer)
    text = mfm.plain(note.get("cw"), EXCERPT) or mfm.plain(note.get("text"), EXCERPT)
    home = home_of(note.get("user"))
    return {
        "remote_id": identifier,
        "name": author.name if author else "",
        "handle": author.handle if author else "",
        "avatar": author.avatar_url if author else "",
        "text": text,
        "emojis": _emojis(note, text, home, viewer, ()),
        "url": _url(note, identifier, home, viewer),
        "mine": author_of(note) == viewer.me,
    }


def read_poll(raw: object) -> dict[str, object]:
    """Choices with their votes, and when it ends or ended."""
    poll = mapping_of(raw)
    choices = [
        {
            "text": mfm.plain(choice.get("text"), 200),
            "votes": number_of(choice.get("votes")),
            "mine": choice.get("isVoted") is True,
        }
        for choice in mappings_of(poll.get("choices"), 20)
    ]
    if not choices:
        return {}
    ends_at = moment_of(poll.get("expiresAt"))
    return {
        "choices": choices,
        "multiple": poll.get("multiple") is True,
        "ends_at": ends_at.isoformat() if ends_at else "",
    }


def _key(note: Note, kind: str, author: str, me: str, sent_at: datetime) -> str:
    identifier, parent = _identifier(note, "id"), _identifier(note, "replyId")
    match kind:
        case "message":
            return people_key({author, *people_of(note.get("visibleUserIds"))}, me)
        case "renote":
            return f"renote:{_identifier(note, 'renoteId')}:{sent_at:%Y-%m-%d}"
        case "post" if author != me:
            return f"post:{author}:{sent_at:%Y-%m-%d}"
    if author == me:  # an own answer stands beside what it answers
        above = mapping_of(note.get("reply"))
        parent = _identifier(above, "replyId") or _identifier(above, "id") or parent
    return f"note:{parent or identifier}"


def _participants(
    note: Note,
    author: RemoteAuthor | None,
    viewer: Viewer,
) -> tuple[RemoteAuthor, ...]:
    """The people of a direct note, without me, as far as the note shows them."""
    people = {author_of(note), *people_of(note.get("visibleUserIds"))} - {viewer.me}
    known = (author, read_user(mapping_of(note.get("reply")).get("user"), viewer))
    return tuple(
        {
            one.remote_id: one for one in known if one and one.remote_id in people
        }.values()
    )


def _extra(
    note: Note,
    kind: str,
    reactions: dict[str, int],
    viewer: Viewer,
) -> dict[str, object]:
    quoted = read_excerpt(note.get("renote"), viewer)
    parts: dict[str, object] = {
        "reactions": reactions,
        "my_reaction": emoji_name(note.get("myReaction")),
        "poll": read_poll(note.get("poll")),
        "quote": {} if kind == "renote" else quoted,
        "context": quoted if kind == "renote" else _above(note, viewer),
        "local_only": note.get("localOnly") is True,
    }
    audience = everybody(_audience(note, viewer), viewer.me)
    return {name: part for name, part in parts.items() if part} | {"audience": audience}


def _audience(note: Note, viewer: Viewer) -> dict[str, str]:
    """Whom an answer to the note is for; only its author is told by name."""
    direct = note.get("visibility") == "specified"
    named = people_of(note.get("visibleUserIds" if direct else "mentions"))
    author = read_user(note.get("user"), viewer)
    told = {author.remote_id: author.handle} if author else {}
    return dict.fromkeys([author_of(note), *named], "") | told


def _above(note: Note, viewer: Viewer) -> dict[str, object]:
    return read_excerpt(note.get("reply"), viewer)


def _reactions(note: Note) -> dict[str, int]:
    """Counts by reaction as it is shown, the most frequent first."""
    counts: dict[str, int] = {}
    for key, count in list(mapping_of(note.get("reactions")).items())[:500]:
        name = emoji_name(key)
        if name and number_of(count):
            counts[name] = counts.get(name, 0) + number_of(count)
    most = sorted(counts.items(), key=lambda pair: -pair[1])
    return dict(most[:MOST_REACTIONS])


def _emojis(
    note: Note,
    text: str,
    home: str,
    viewer: Viewer,
    reactions: tuple[str, ...],
) -> dict[str, str]:
    """Of the text and of the reactions; both tables of the note in one."""
    in_text = emojis_of(note.get("emojis"), text, viewer, home=home)
    given = note.get("reactionEmojis")
    if isinstance(note.get("emojis"), list):
        return in_text
    return emojis_of(given, "", viewer, names=custom_names(reactions)) | in_text


def _edited_at(note: Note, sent_at: datetime) -> datetime | None:
    """Forks that let people edit say when (`updatedAt`)."""
    edited_at = moment_of(note.get("updatedAt"))
    return edited_at if edited_at and edited_at > sent_at else None


def _url(note: Note, identifier: str, home: str, viewer: Viewer) -> str:
    """The page of a note: the original's where it is from another host."""
    original = link_of(note.get("url"), viewer) or link_of(note.get("uri"), viewer)
    here = f"{viewer.origin}/notes/{identifier}"
    return original or here if home else here


def _identifier(note: Note, name: str) -> str:
    value = note.get(name)
    return value if is_id(value) else ""
