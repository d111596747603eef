"""The newest notes of a timeline, for a page that looks while no stream is open."""

from inboxhub.networks.base import RemoteMessage, Unreadable
from inboxhub.networks.errors import NotSupported
from inboxhub.networks.misskey.notes import read_note
from inboxhub.networks.misskey.session import Session

MOST = 20
LISTS = {
    "home": "notes/timeline",
    "local": "notes/local-timeline",
    "social": "notes/hybrid-timeline",
    "global": "notes/global-timeline",
}


def timeline(session: Session, channel: str) -> tuple[RemoteMessage | Unreadable, ...]:
    """Misskey API: `notes/timeline` and the three like it."""
    if channel not in LISTS:
        raise NotSupported("there is no such timeline", code="not-offered")
    rows = session.rows(LISTS[channel], {"limit": MOST})
    notes = (read_note(row, session.viewer) for row in rows)
    return tuple(n for n in notes if isinstance(n, Unreadable) or not n.withheld)
