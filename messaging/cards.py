"""Notes that are shown as they come and never stored: the Live page's cards.

A card is a message row that no database has, so that pages show it as they show others.
"""

import json
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import asdict
from datetime import datetime
from typing import Any

from accounts.models import Account
from inboxhub.lib.html import clean
from inboxhub.lib.text import tidy
from inboxhub.networks.base import RemoteMessage
from messaging.models import Author, Message

SHORT = 512

passing: ContextVar[bool] = ContextVar("passing", default=False)
"""Whether what is being rendered will not stay: its pictures are not kept either."""


def packed(note: RemoteMessage) -> str:
    """What a card needs of a note, as text that any channel layer carries."""
    author = note.author
    return json.dumps(
        {
            "source": note.source,
            "remote_id": note.remote_id,
            "kind": note.kind,
            "sent_at": note.sent_at.isoformat(),
            "edited_at": note.edited_at.isoformat() if note.edited_at else "",
            "author": {**asdict(author), "emojis": dict(author.emojis)}
            if author
            else None,
            "outgoing": note.outgoing,
            "title": note.title,
            "text": note.text,
            "html": note.html,
            "content_warning": note.content_warning,
            "lang": note.lang,
            "visibility": note.visibility,
            "url": note.url,
            "attachments": [asdict(attachment) for attachment in note.attachments],
            "extra": {**note.extra, "emojis": dict(note.emojis)},
        },
    )


def unpacked(text: str, account: Account) -> Message:
    """The card of a note that somebody who uses `account` looks at, cleaned."""
    told = json.loads(text)
    return Message(
        owner_id=account.owner_id,
        account=account,
        source=told["source"],
        remote_id=told["remote_id"],
        kind=told["kind"][:64],
        sent_at=datetime.fromisoformat(told["sent_at"]),
        edited_at=_moment(told["edited_at"]),
        author=_author(told["author"], account),
        outgoing=told["outgoing"],
        title=tidy(told["title"], SHORT),
        text=tidy(told["text"]),
        html=clean(told["html"]) if told["html"] else "",
        content_warning=tidy(told["content_warning"]),
        lang=told["lang"][:35],
        visibility=told["visibility"][:24],
        url=tidy(told["url"], 2048),
        attachments=told["attachments"],
        extra=told["extra"],
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _author(told: Mapping[str, Any] | None, account: Account) -> Author | None:
    if told is None:
        return None
    return Author(
        account=account,
        remote_id=told["remote_id"],
        handle=tidy(told["handle"], SHORT),
        name=tidy(told["name"], SHORT),
        avatar_url=tidy(told["avatar_url"], 2048),
        url=tidy(told["url"], 2048),
        emojis=told["emojis"],
    )
