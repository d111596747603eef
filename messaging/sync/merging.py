"""What one remote item says, and how it becomes part of a message's row.

Every merge keeps the richer or the later of two values, never simply the last one that
came. Nothing here reads or writes the database.
"""

import hashlib
from dataclasses import fields
from datetime import datetime, timedelta
from operator import attrgetter

from inboxhub.lib.html import clean
from inboxhub.lib.text import fold, tidy
from inboxhub.networks.base import Attachment, RemoteMessage
from messaging.sync.known import MessageRow

FUTURE_ALLOWED = timedelta(minutes=5)
SHORT = 512

_content = attrgetter(
    *("box", "kind", "conversation_key", "outgoing", "title", "text", "html"),
    *("content_warning", "lang", "visibility", "url", "uri", "target"),
    *("reply_to_remote_id", "attachments", "emojis", "extra", "edited_at"),
)
_ATTACHMENT = [one.name for one in fields(Attachment)]


def digest(item: RemoteMessage) -> str:
    """Changes when something shown changes; made before cleaning, which varies."""
    when = None if item.undated else item.sent_at
    content = repr((_content(item), when)).encode("utf-8", "surrogatepass")
    author = item.author.remote_id if item.author else ""
    return hashlib.blake2b(content + author.encode(), digest_size=16).hexdigest()


def fill(row: MessageRow, item: RemoteMessage) -> None:
    """Everything that a page shows of the message itself, cleaned."""
    row.box, row.kind, row.outgoing = item.box, item.kind[:64], item.outgoing
    row.title = tidy(item.title, SHORT)
    row.text, row.content_warning = tidy(item.text), tidy(item.content_warning)
    row.html = clean(item.html) if item.html else ""
    author = f"{item.author.name} {item.author.handle}" if item.author else ""
    parts = (row.title, row.content_warning, row.text, tidy(author, SHORT))
    row.folded = fold("\n".join(filter(None, parts)))
    row.lang, row.visibility = item.lang[:35], item.visibility[:24]
    row.attachments = [_as_json(one) for one in item.attachments]
    row.extra = dict(item.extra)
    if item.emojis:
        row.extra["emojis"] = dict(item.emojis)
    if item.undated:
        row.extra["undated"] = True
    row.url, row.uri = tidy(item.url, 2048), tidy(item.uri, 2048)
    row.target = item.target[:255]
    row.reply_to_remote_id = item.reply_to_remote_id[:255]
    row.edited_at = item.edited_at
    if not (item.undated and row.id):
        row.sent_at = item.sent_at
        row.sort_key = sort_key(item.sent_at, row.received_at)
    row.unreadable = False


def _as_json(attachment: Attachment) -> dict[str, object]:
    return {name: getattr(attachment, name) for name in _ATTACHMENT}


def told(row: MessageRow) -> tuple[object, ...]:
    """What a change of the message shows in."""
    return (row.content_hash, row.remote_state, row.unread, row.notification_id)


def counted(row: MessageRow) -> tuple[int, object]:
    """The conversation, and all of the message that its counts and people depend on."""
    rest = (row.author_id, row.outgoing, row.sort_key, row.unread, row.hidden_at)
    return row.conversation_id, rest


def state(item: RemoteMessage) -> str:
    """What the remote says of reading; empty where it says nothing."""
    if item.unread is None or item.outgoing:
        return ""
    return "replied" if item.replied else "unread" if item.unread else "read"


def merge_unread(row: MessageRow, item: RemoteMessage) -> None:
    """The remote's word counts until the person's own; later only its real changes."""
    said = state(item)
    if not said or said == row.remote_state:
        return
    if row.remote_state or not row.marked:
        row.unread, row.marked = bool(item.unread), False
    row.remote_state = said


def is_older(item: RemoteMessage, row: MessageRow) -> bool:
    return bool(
        row.edited_at and (not item.edited_at or item.edited_at < row.edited_at)
    )


def sort_key(sent_at: datetime, received_at: datetime) -> int:
    """Milliseconds; what claims to be of the future is put a little after now."""
    moment = min(sent_at, received_at + FUTURE_ALLOWED)
    return max(1, int(moment.timestamp() * 1000))
