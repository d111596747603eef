"""Looking for people to write to, by what somebody typed."""

import re
from contextlib import suppress

from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.errors import NotFound, NotSupported
from inboxhub.networks.mastodon.links import Query
from inboxhub.networks.mastodon.people import read_account
from inboxhub.networks.mastodon.session import Session

LONGEST, MOST = 300, 8
NAME = re.compile(r"[A-Za-z0-9_.-]+(?:@[^\s@/]+)?")
PAGE = re.compile(r"https?://([^/\s@]+)/(?:@|users/)([^/\s@]+)(?:@([^/\s@]+))?/?")


def find_people(session: Session, text: str) -> tuple[RemoteAuthor, ...]:
    """Mastodon API: `/api/v1/accounts/search`; with a host, it asks that one too.

    A page's address is as good as a handle.
    """
    wanted = _wanted(text)
    if not wanted:
        return ()
    found = _searched(session, wanted) or _looked_up(session, wanted)
    others = [one for one in found if one.remote_id != session.viewer.me]
    return tuple(sorted(others, key=lambda one: not _is(one, wanted, session))[:MOST])


def _wanted(text: str) -> str:
    wanted = " ".join(text[:LONGEST].split())
    if page := PAGE.fullmatch(wanted):
        return f"{page[2]}@{page[3] or page[1]}"
    return wanted.removeprefix("@")


def _searched(session: Session, wanted: str) -> list[RemoteAuthor]:
    handle = "@" in wanted and NAME.fullmatch(wanted) is not None
    query: Query = {"q": wanted, "limit": str(MOST), "resolve": str(handle).lower()}
    with suppress(NotSupported):
        rows = session.page("/api/v1/accounts/search", query).rows
        people = (read_account(row, session.viewer) for row in rows[:MOST])
        return [person for person in people if person]
    return []


def _looked_up(session: Session, wanted: str) -> list[RemoteAuthor]:
    """Mastodon API: `/api/v1/accounts/lookup`, for those whom the host knows already."""
    if NAME.fullmatch(wanted) is None:
        return []
    with suppress(NotFound, NotSupported):
        found = session.get("/api/v1/accounts/lookup", {"acct": wanted})
        person = read_account(found, session.viewer)
        return [person] if person else []
    return []


def _is(person: RemoteAuthor, wanted: str, session: Session) -> bool:
    handle = f"@{wanted}" if "@" in wanted else f"@{wanted}@{session.viewer.domain}"
    return person.handle.lower() == handle.lower()
