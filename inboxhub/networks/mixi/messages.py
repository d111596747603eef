"""One entry of a tray to one message."""

import re
from datetime import datetime
from html import unescape

from inboxhub.lib.html import plain
from inboxhub.networks.base import RemoteAuthor, RemoteMessage, Unreadable
from inboxhub.networks.mixi.people import has_no_id, read_mixi, read_person
from inboxhub.networks.mixi.trays import NOTICEBOX, OUTBOX, Tray
from inboxhub.networks.mixi.values import id_of, moment_of
from inboxhub.networks.values import line_of, mapping_of, text_of, word_of

TAG = re.compile(r"</?[A-Za-z]|<!")
ENTITY = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)
STATUSES = {"unread", "read", "replied"}

Item = RemoteMessage | Unreadable


def read_message(
    raw: object,
    tray: Tray,
    me: RemoteAuthor | None,
    received_at: datetime,
) -> Item:
    """mixi Message API, "個々のエントリに含まれる情報".

    `received_at` stands in for a time that cannot be read. A status that mixi does not
    document is kept in `extra` and counts as read.
    """
    row = mapping_of(raw)
    remote_id = id_of(row.get("id"))
    if not remote_id:
        return Unreadable(tray.source, "", "an entry without an id")
    sent_at = moment_of(row.get("timeSent"))
    status = word_of(row.get("status"))
    outgoing = tray is OUTBOX
    person = _person(row, tray)
    text, html = _content(row.get("body"), tray)
    extra: dict[str, object] = {}
    if status and status not in STATUSES:
        extra["status"] = status
    if person is not None and has_no_id(person):
        extra["no_id"] = True
    return RemoteMessage(
        source=tray.source,
        remote_id=remote_id,
        box=tray.box,
        kind="notice" if tray is NOTICEBOX else "message",
        conversation_key=_key(tray, person, remote_id),
        sent_at=sent_at or received_at,
        undated=sent_at is None,
        author=me if outgoing else person,
        outgoing=outgoing,
        title=line_of(row.get("title")),
        text=text,
        html=html,
        visibility="" if tray is NOTICEBOX else "direct",
        participants=(person,) if person else (),
        extra=extra,
        unread=status == "unread" if status and not outgoing else None,
        replied=status == "replied" and not outgoing,
    )


def _person(row: dict[object, object], tray: Tray) -> RemoteAuthor | None:
    raw = row.get(tray.person)
    return read_mixi(raw) if tray is NOTICEBOX else read_person(raw)


def _key(tray: Tray, person: RemoteAuthor | None, remote_id: str) -> str:
    """Me and the other person; a notice, or a message from nobody known, stands alone."""
    if tray is NOTICEBOX or person is None:
        return f"{tray.source}:{remote_id}"
    return person.remote_id


def _content(body: object, tray: Tray) -> tuple[str, str]:
    """Text and HTML. Only a notice may be HTML, and nothing but its text says so.

    With entities alone it is text that somebody escaped: its lines stay lines.
    """
    text = text_of(body)
    if tray is not NOTICEBOX:
        return text, ""
    if TAG.search(text):
        return text_of(plain(text)), text
    return (text_of(unescape(text)) if ENTITY.search(text) else text), ""
