"""Whom one could write to: people by handle or by name."""

import re
from collections.abc import Mapping

from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.errors import PermanentError, TemporaryError
from inboxhub.networks.misskey.people import read_user
from inboxhub.networks.misskey.session import Session
from inboxhub.networks.values import line_of

HANDLE = re.compile(r"@?(?P<name>[A-Za-z0-9_.-]{1,128})(?:@(?P<host>[^\s@/]{1,253}))?")
MOST = 10
# What a host says when the other host does not tell it about that person.
NOT_FOUND_THERE = {"FAILED_TO_RESOLVE_REMOTE_USER", "INTERNAL_ERROR"}


def find_people(session: Session, text: str) -> tuple[RemoteAuthor, ...]:
    """The likeliest first, at most ten. Misskey API: `users/search-by-username-and-host`,
    `users/search`; `users/show`, which asks other hosts about people never seen."""
    wanted = line_of(text, 400)
    handle = HANDLE.fullmatch(wanted)
    if not wanted:
        return ()
    if handle is None:
        found = _listed(session, "users/search", {"query": wanted})
    else:
        found = _by_handle(session, handle["name"], handle["host"] or "")
    people = {person.remote_id: person for person in found}
    people.pop(session.viewer.me, None)
    return tuple(people.values())[:MOST]


def _by_handle(session: Session, name: str, host: str) -> list[RemoteAuthor]:
    """Exactly that one in front, then those whose handle or name begins so."""
    here = host.lower() in ("", session.viewer.domain.lower())
    exact = _shown(session, name, "" if here else host)
    query: dict[str, object] = {"username": name}
    if host:
        query["host"] = "." if here else host
    found = _listed(session, "users/search-by-username-and-host", query)
    if not host and len(found) < MOST:
        found += _listed(session, "users/search", {"query": name})
    return [*exact, *found]


def _shown(session: Session, name: str, host: str) -> list[RemoteAuthor]:
    query: dict[str, object] = {"username": name}
    if host:
        query["host"] = host
    try:
        person = read_user(session.call("users/show", query), session.viewer)
    except PermanentError:
        return []
    except TemporaryError as error:
        if error.code not in NOT_FOUND_THERE:
            raise
        return []
    return [person] if person else []


def _listed(
    session: Session,
    endpoint: str,
    query: Mapping[str, object],
) -> list[RemoteAuthor]:
    """Nobody where the host does not let this account search."""
    try:
        rows = session.rows(endpoint, {**query, "limit": MOST, "detail": False})
    except PermanentError:
        return []
    people = (read_user(row, session.viewer) for row in rows[:MOST])
    return [person for person in people if person]
