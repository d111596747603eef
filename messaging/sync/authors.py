"""Who wrote the items of a page: known by what was told last."""

from collections.abc import Sequence
from datetime import datetime

from inboxhub.lib.database import insert_rows, update_rows
from inboxhub.lib.text import fold, tidy
from inboxhub.networks.base import RemoteAuthor, RemoteMessage
from messaging.models import Author
from messaging.sync.known import KnownAuthor, known_authors

SHORT = 512

_AUTHOR = ["handle", "name", "folded", "avatar_url", "url", "emojis", "seen_at"]


def store_authors(
    account_id: int, messages: Sequence[RemoteMessage]
) -> dict[str, KnownAuthor]:
    """Write what the items tell of people; all of them, by their remote ids."""
    told: dict[str, tuple[datetime, RemoteAuthor]] = {}
    for item in messages:
        for person in (item.author, *item.participants):
            if person is None:
                continue
            known = told.get(person.remote_id)
            if known is None or _later((item.sent_at, person), known):
                told[person.remote_id] = (item.sent_at, person)
    authors = known_authors(account_id, list(told))
    new, changed = [], []
    for remote_id, (seen_at, person) in told.items():
        row = authors.get(remote_id)
        if row is None:
            row = KnownAuthor(account_id, remote_id)
            new.append(row)
        elif seen_at < row.seen_at or not _differs(row, person):
            continue
        else:
            changed.append(row)
        _describe(row, person, seen_at)
        authors[remote_id] = row
    ids = insert_rows(Author, new, ["account", "remote_id", *_AUTHOR])
    for row, pk in zip(new, ids, strict=True):
        row.id = pk
    update_rows(Author, changed, _AUTHOR)
    return authors


def _later(
    told: tuple[datetime, RemoteAuthor],
    known: tuple[datetime, RemoteAuthor],
) -> bool:
    # Of two versions with one time any will do, but always the same one.
    return (told[0], repr(told[1])) > (known[0], repr(known[1]))


def _differs(row: KnownAuthor, person: RemoteAuthor) -> bool:
    was = (row.handle, row.name, row.avatar_url, row.url, row.emojis)
    told = (person.handle, person.name, person.avatar_url, person.url, person.emojis)
    return was != told and was != (
        tidy(person.handle, SHORT),
        tidy(person.name, SHORT),
        tidy(person.avatar_url, 2048),
        tidy(person.url, 2048),
        dict(person.emojis),
    )


def _describe(row: KnownAuthor, person: RemoteAuthor, seen_at: datetime) -> None:
    row.handle, row.name = tidy(person.handle, SHORT), tidy(person.name, SHORT)
    row.folded = fold(row.name)
    row.avatar_url, row.url = tidy(person.avatar_url, 2048), tidy(person.url, 2048)
    row.emojis = dict(person.emojis)
    row.seen_at = seen_at
