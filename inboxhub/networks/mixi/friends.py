"""Friends: the people whom mixi tells by id, and so those one can write to."""

from collections.abc import Iterator

from inboxhub.lib.text import fold
from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.errors import TemporaryError
from inboxhub.networks.mixi.call import Ask, Line
from inboxhub.networks.mixi.credentials import PROFILE
from inboxhub.networks.mixi.people import has_no_id, read_person
from inboxhub.networks.values import mapping_of

COUNT = 1_000
MOST_CALLS = 5
MOST_FOUND = 10


def find_friends(line: Line, text: str) -> tuple[RemoteAuthor, ...]:
    """Those whose name holds the text, or whose id it is; names that begin so first.

    mixi People API: `GET /people/@me/@friends`. Without a text, the first few.
    """
    wanted = fold(text.strip())
    found: dict[str, RemoteAuthor] = {}
    for person in _friends(line):
        if wanted in fold(person.name) or text.strip() == person.remote_id:
            found.setdefault(person.remote_id, person)
    likely = sorted(
        found.values(), key=lambda one: not fold(one.name).startswith(wanted)
    )
    return tuple(likely[:MOST_FOUND])


def _friends(line: Line) -> Iterator[RemoteAuthor]:
    """All of them, in mixi's order, however few it gives at once."""
    start = 0
    for _call in range(MOST_CALLS):
        query = {"count": str(COUNT), "startIndex": str(start)}
        answer = line.call(Ask("GET", "/people/@me/@friends", PROFILE, query))
        rows = mapping_of(answer.value).get("entry")
        if not isinstance(rows, list):
            raise TemporaryError("mixi gave no list of friends", code="not-a-list")
        people = [person for person in map(read_person, rows) if person]
        yield from (person for person in people if not has_no_id(person))
        start += len(rows)
        total = mapping_of(answer.value).get("totalResults")
        if not rows or (isinstance(total, int) and start >= total):
            return
