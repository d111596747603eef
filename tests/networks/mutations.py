"""Answers, broken: what becomes of recorded ones, and what must hold whatever came."""

import copy
import json
from collections.abc import Callable, Iterator

from hypothesis import settings
from hypothesis import strategies as st

from inboxhub.networks.base import BOXES, Page, RemoteAuthor, RemoteMessage, Unreadable

HUGE = [
    *("x" * 70_000, "\x00\ud800\u202e" * 50, "<script>alert(1)</script>", "9" * 400),
    *(10**400, -(10**400), 1.5, [[[[]]]], {"": {"": None}}, ["a"] * 500),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-13-45"),
    *("/x", "//x"),
]
ODD = st.sampled_from([None, True, False, 0, -1, 7, "", " ", "text", [], {}, *HUGE])
ANYTHING = st.one_of(
    ODD, st.text(max_size=20), st.binary(max_size=5).map(str), st.lists(ODD, max_size=3)
)
LONGEST_ID = 255

Step = str | int


def examples(count: int) -> settings:
    """So many of them, the same at every run, however slow the machine is."""
    return settings(deadline=None, derandomize=True, max_examples=count)


def places(value: object, above: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """The way to every value in it."""
    yield above
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*above, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*above, number))


def mutated(value: object, draw: Callable[..., object]) -> object:
    """A copy in which a few values are missing or something else."""
    changed = copy.deepcopy(value)
    for _ in range(3):
        way = draw(st.sampled_from(list(places(changed))))
        assert isinstance(way, tuple)
        if not way:
            continue
        holder = changed
        for step in way[:-1]:
            assert isinstance(holder, dict | list)
            holder = holder[step]
        assert isinstance(holder, dict | list)
        if draw(st.booleans()):
            holder[way[-1]] = copy.deepcopy(draw(ODD))
        else:
            del holder[way[-1]]
    return changed


def mutated_rows(body: object, draw: Callable[..., object]) -> list[object]:
    """A few neighbouring rows of a page, mutated."""
    assert isinstance(body, list)
    start = draw(st.integers(0, max(0, len(body) - 4)))
    assert isinstance(start, int)
    rows = mutated(body[start : start + 4], draw)
    assert isinstance(rows, list)
    return rows


def check(page: Page, count: int, *, longest_id: int = 64) -> None:
    """No more came out than went in, and it can be stored, shown and sent on."""
    assert len(page.items) <= count
    for item in page.items:
        assert isinstance(item, RemoteMessage | Unreadable)
        assert len(item.remote_id) <= longest_id
        if isinstance(item, RemoteMessage):
            check_message(item)
    f"{page.next} {page.newest}".encode()


def check_message(message: RemoteMessage) -> None:
    stored = json.dumps([dict(message.extra), dict(message.emojis)], ensure_ascii=False)
    texts = [message.text, message.html, message.content_warning, message.title, stored]
    texts += [message.conversation_title, message.kind, message.visibility]
    texts += [message.remote_id, message.conversation_key, *message.conversation_ids]
    for person in (message.author, *message.participants):
        texts += check_person(person) if person else []
    for text in texts:
        text.encode()  # half surrogates cannot be
        assert "\x00" not in text
    assert len(stored) < 200_000
    assert message.remote_id
    assert 0 < len(message.conversation_key) <= 512
    assert len(message.kind) <= 64
    assert len(message.visibility) <= 24
    assert 1970 <= message.sent_at.year <= 2100
    assert message.sent_at.utcoffset() is not None
    assert message.box in BOXES
    assert not (message.replied and message.unread)


def check_person(person: RemoteAuthor) -> list[str]:
    assert person.name
    assert 0 < len(person.remote_id) <= LONGEST_ID
    return [person.remote_id, person.name, person.handle, person.avatar_url, person.url]
