"""Statuses: what one is to the account that sees it, and the message made of it.

Source, box, kind and conversation follow from the status alone (an own answer needs the
status that it answers besides), so that it does not matter which listing brings it. A
direct status has a source of its own, because the verbs do other things to it; its
visibility never changes, so there is still one message per status.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from inboxhub.lib.html import plain
from inboxhub.networks.base import (
    MENTIONS,
    MESSAGES,
    NOTICES,
    Attachment,
    RemoteMessage,
    Unreadable,
)
from inboxhub.networks.mastodon.filters import filtered_by
from inboxhub.networks.mastodon.ids import id_of
from inboxhub.networks.mastodon.people import emojis_of, read_account
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

DIRECT, STATUS = "direct", "status"
EXCERPT = 300
MOST_FILES = 32
MOST_PEOPLE = 500
FAVOURITE = "⭐"
MIMES = {"image": "image/*", "gifv": "video/*", "video": "video/*", "audio": "audio/*"}
BOX_OF_KIND = {"message": MESSAGES, "boost": NOTICES, "post": NOTICES}
# What stands in for a quote where a reader knows none (4.5).
QUOTE_INLINE = re.compile(r"<p class=\"quote-inline\">[^\n]{0,4000}?</p>")

Raw = dict[object, object]
Parents = Mapping[str, object]
NO_PARENTS: Parents = {}


def read_status(
    raw: object,
    viewer: Viewer,
    *,
    hint: str = "post",
    parents: Parents = NO_PARENTS,
) -> RemoteMessage | Unreadable:
    """A status as a message; `hint` is what it is when the status does not say.

    Mastodon API: the object Status. `parents` has the statuses that others answer, by
    id; only those of own answers are looked at.
    """
    status = mapping_of(raw)
    identifier = id_of(status.get("id"))
    source = source_of(status)
    if not identifier:
        return Unreadable(source, "", "a status without an id")
    author = read_account(status.get("account"), viewer)
    sent_at = moment_of(status.get("created_at"))
    if author is None or sent_at is None:
        return Unreadable(source, identifier, "a status without author or time")
    mine = author.remote_id == viewer.me
    kind = kind_of(status, viewer.me, hint=hint)
    extra = _extra(status, kind, viewer)
    html = _content(status, quoted="quote" in extra)
    return RemoteMessage(
        source=source,
        remote_id=identifier,
        box=MENTIONS if mine and kind == "post" else BOX_OF_KIND.get(kind, MENTIONS),
        kind=kind,
        conversation_key=_key(status, kind, viewer.me, sent_at, parents),
        sent_at=sent_at,
        author=author,
        outgoing=mine,
        text=plain(html),
        html=html,
        content_warning=text_of(status.get("spoiler_text"), 2_000),
        lang=word_of(status.get("language"), 35),
        visibility=word_of(status.get("visibility"), 24),
        url=_url(status, viewer),
        uri=link_of(status.get("uri"), viewer),
        target=id_of(mapping_of(quoted_of(status)).get("id")),
        reply_to_remote_id=id_of(status.get("in_reply_to_id")),
        participants=(author,) if kind == "message" and not mine else (),
        attachments=_files(status, viewer),
        emojis=emojis_of(status.get("emojis"), viewer),
        extra=extra,
        unread=False if mine else None,
        edited_at=moment_of(status.get("edited_at")),
    )


def source_of(status: Raw) -> str:
    return DIRECT if status.get("visibility") == "direct" else STATUS


def kind_of(status: Raw, me: str, *, hint: str) -> str:
    """message, boost, reply, mention, quote, or what the hint says."""
    if status.get("visibility") == "direct":
        return "message"
    if id_of(mapping_of(status.get("reblog")).get("id")):
        return "boost"
    if author_of(status) == me:
        return "reply" if answers_somebody(status, me) else "post"
    if id_of(status.get("in_reply_to_account_id")) == me:
        return "reply"
    if me in people_of(status):
        return "mention"
    return "quote" if author_of(quoted_of(status)) == me else hint


def answers_somebody(status: Raw, me: str) -> bool:
    """Whether this status of mine answers another person, known on the host or not."""
    if not id_of(status.get("in_reply_to_id")):
        return False
    answered = id_of(status.get("in_reply_to_account_id"))
    if answered and answered != me:
        return True
    return any(person != me for person in people_of(status))


def is_kept(item: RemoteMessage | Unreadable) -> bool:
    """Own direct statuses and own answers to people are kept, own broadcasts are not."""
    if isinstance(item, Unreadable):
        return True
    return not item.outgoing or item.kind in {"message", "reply"}


def author_of(raw: object) -> str:
    return id_of(mapping_of(mapping_of(raw).get("account")).get("id"))


def people_of(status: Raw) -> set[str]:
    """The ids of whom it names."""
    named = (
        id_of(m.get("id")) for m in mappings_of(status.get("mentions"), MOST_PEOPLE)
    )
    return {person for person in named if person}


def quoted_of(status: Raw) -> object:
    """The quoted status (4.4), as long as its author lets it be shown."""
    quote = mapping_of(status.get("quote"))
    return quote.get("quoted_status") if quote.get("state") == "accepted" else None


def unnamed_parents(rows: Iterable[object], me: str) -> Iterator[str]:
    """The statuses that own answers among `rows` answer and that are not among them."""
    statuses = [mapping_of(row) for row in rows]
    known = {id_of(status.get("id")) for status in statuses}
    for status in statuses:
        parent = id_of(status.get("in_reply_to_id"))
        mine = author_of(status) == me
        answer = mine and kind_of(status, me, hint="post") == "reply"
        if answer and parent and parent not in known:
            yield parent


def read_excerpt(raw: object, viewer: Viewer) -> dict[str, object]:
    """What is shown of a status that another message quotes or is about."""
    status = mapping_of(raw)
    identifier = id_of(status.get("id"))
    if not identifier:
        return {}
    author = read_account(status.get("account"), viewer)
    text = text_of(status.get("spoiler_text"), EXCERPT)
    text = text or plain(_content(status, quoted=bool(quoted_of(status))))[:EXCERPT]
    return {
        "remote_id": identifier,
        "name": author.name if author else "",
        "handle": author.handle if author else "",
        "avatar": author.avatar_url if author else "",
        "text": text,
        "emojis": emojis_of(status.get("emojis"), viewer),
        "url": _url(status, viewer),
        "mine": author_of(status) == viewer.me,
    }


def read_poll(raw: object) -> dict[str, object]:
    """Mastodon API: the object Poll. Votes are null while they are secret."""
    poll = mapping_of(raw)
    own = poll.get("own_votes")
    mine = own if isinstance(own, list) else []
    choices = [
        {
            "text": line_of(option.get("title"), 200),
            "votes": number_of(option.get("votes_count")),
            "mine": number in mine,
        }
        for number, option in enumerate(mappings_of(poll.get("options"), 20))
    ]
    if not choices:
        return {}
    ends_at = moment_of(poll.get("expires_at"))
    return {
        "choices": choices,
        "multiple": poll.get("multiple") is True,
        "ends_at": ends_at.isoformat() if ends_at else "",
    }


def _key(
    status: Raw,
    kind: str,
    me: str,
    sent_at: datetime,
    parents: Parents,
) -> str:
    author = author_of(status)
    identifier = id_of(status.get("id"))
    parent = id_of(status.get("in_reply_to_id"))
    match kind:
        case "message":
            return people_key({author, *people_of(status)}, me)
        case "boost":
            boosted = id_of(mapping_of(status.get("reblog")).get("id"))
            return f"boost:{boosted}:{sent_at:%Y-%m-%d}"
        case "post" if author != me:
            return f"post:{author}:{sent_at:%Y-%m-%d}"
        case _:
            pass
    if author == me:  # an own answer stands beside what it answers
        above = mapping_of(parents.get(parent))
        parent = id_of(above.get("in_reply_to_id")) or parent
    return f"status:{parent or identifier}"


def _content(status: Raw, *, quoted: bool) -> str:
    html = text_of(status.get("content"))
    return QUOTE_INLINE.sub("", html, count=1) if quoted else html


def _extra(status: Raw, kind: str, viewer: Viewer) -> dict[str, object]:
    favourites = number_of(status.get("favourites_count"))
    boosted = status.get("reblog") if kind == "boost" else None
    parts: dict[str, object] = {
        "reactions": {FAVOURITE: favourites} if favourites else {},
        "my_reaction": FAVOURITE if status.get("favourited") is True else "",
        "poll": read_poll(status.get("poll")),
        "quote": read_excerpt(quoted_of(status), viewer),
        "context": read_excerpt(boosted, viewer),
        "local_only": status.get("local_only") is True,
        "filtered": filtered_by(status)[0],
    }
    audience = everybody(_audience(status, viewer), viewer.me)
    return {name: part for name, part in parts.items() if part} | {"audience": audience}


def _audience(status: Raw, viewer: Viewer) -> dict[str, str]:
    """Whom an answer goes to. Who answers a boost answers what was boosted."""
    boosted = mapping_of(status.get("reblog"))
    answered = boosted if id_of(boosted.get("id")) else status
    named = mappings_of(answered.get("mentions"), MOST_PEOPLE)
    people = (read_account(one, viewer) for one in [answered.get("account"), *named])
    return {one.remote_id: one.handle for one in people if one}


def _files(status: Raw, viewer: Viewer) -> tuple[Attachment, ...]:
    """MediaAttachment objects. One of an unknown type is still with its author."""
    sensitive = status.get("sensitive") is True or filtered_by(status)[1]
    files = (
        _file(raw, viewer, sensitive=sensitive)
        for raw in mappings_of(status.get("media_attachments"), MOST_FILES)
    )
    return tuple(file for file in files if file)


def _file(raw: Raw, viewer: Viewer, *, sensitive: bool) -> Attachment | None:
    url = media_of(raw.get("url"), viewer) or media_of(raw.get("remote_url"), viewer)
    preview = media_of(raw.get("preview_url"), viewer)
    if not url and not preview:
        return None  # it is still being prepared there
    original = mapping_of(mapping_of(raw.get("meta")).get("original"))
    kind = raw.get("type")
    return Attachment(
        url=url or preview,
        thumbnail_url=preview,
        mime=MIMES.get(kind, "") if isinstance(kind, str) else "",
        description=text_of(raw.get("description"), 10_000),
        sensitive=sensitive,
        width=number_of(original.get("width")),
        height=number_of(original.get("height")),
    )


def _url(status: Raw, viewer: Viewer) -> str:
    """The page for people; some statuses have none."""
    return link_of(status.get("url"), viewer) or link_of(status.get("uri"), viewer)
