"""Who wrote the items of a page: known by what was told last."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from inboxhub.lib.database import in_utc, insert_rows, update_rows
from inboxhub.lib.text import fold, tidy
from inboxhub.networks.base import RemoteAuthor, RemoteMessage
from messaging.models import Author
from messaging.sync.known import KnownAuthor, from_json, known_authors

SHORT = 512


class Seen(NamedTuple):
    """When somebody was told last, by the id of their row."""

    id: int
    seen_at: datetime


_AUTHOR = ["handle", "name", "folded", "avatar_url", "url", "emojis", "seen_at"]


def store_authors(account_id: int, messages: Sequence[RemoteMessage]) -> dict[str, int]:
    """Write what the items tell of people; the ids of all of them, by remote id."""
    told = _told(messages)
    known = known_authors(account_id, list(told))
    ids = {remote_id: row.id for remote_id, row in known.items()}
    new, changed, confirmed = [], [], []
    for remote_id, (seen_at, person) in told.items():
        row = known.get(remote_id)
        if row is None:
            new.append(_described(account_id, person, seen_at))
            continue
        was_at = in_utc(datetime.fromisoformat(row.seen_at))
        if seen_at >= was_at and _differs(row, person):
            changed.append(_described(account_id, person, seen_at, row.id))
        elif seen_at > was_at:
            confirmed.append(Seen(row.id, seen_at))
    written = insert_rows(Author, new, ["account", "remote_id", *_AUTHOR])
    ids |= zip((one.remote_id for one in new), written, strict=True)
    update_rows(Author, changed, _AUTHOR)
    update_rows(Author, confirmed, ["seen_at"])
    return ids


def _told(
    messages: Sequence[RemoteMessage],
) -> dict[str, tuple[datetime, RemoteAuthor]]:
    """Everybody in the items, as the latest of these tells it."""
    told: dict[str, tuple[datetime, RemoteAuthor]] = {}
    for item in messages:
        for person in (item.author, *item.participants):
            if person is None:
                continue
            known = told.get(person.remote_id)
            if known is None or _is_later(item.sent_at, person, *known):
                told[person.remote_id] = (item.sent_at, person)
    return told


def _is_later(
    moment: datetime, person: RemoteAuthor, known_at: datetime, known: RemoteAuthor
) -> bool:
    if moment != known_at or person == known:
        return moment > known_at
    # Of two versions with one time any will do, but always the same one.
    return repr(person) > repr(known)


def _differs(row: KnownAuthor, person: RemoteAuthor) -> bool:
    was = (row.handle, row.name, row.avatar_url, row.url)
    told = (person.handle, person.name, person.avatar_url, person.url)
    emojis = from_json(row.emojis)
    if was == told and emojis == person.emojis:
        return False
    tidied = (
        *(tidy(person.handle, SHORT), tidy(person.name, SHORT)),
        *(tidy(person.avatar_url, 2048), tidy(person.url, 2048)),
    )
    return was != tidied or emojis != dict(person.emojis)


def _described(
    account_id: int, person: RemoteAuthor, seen_at: datetime, pk: int | None = None
) -> Author:
    name = tidy(person.name, SHORT)
    return Author(
        id=pk,
        account_id=account_id,
        remote_id=person.remote_id,
        handle=tidy(person.handle, SHORT),
        name=name,
        folded=fold(name),
        avatar_url=tidy(person.avatar_url, 2048),
        url=tidy(person.url, 2048),
        emojis=dict(person.emojis),
        seen_at=seen_at,
    )
