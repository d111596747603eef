"""Recorded answers, broken: nothing but the ProviderError family, and no page stops."""

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxhub.networks.base import (
    Page,
    ProviderError,
    RemoteMessage,
    Target,
    Unreadable,
)
from inboxhub.networks.misskey.call import read_answer
from tests.networks.misskey.accounts import client_of
from tests.networks.replay import Answer, Script, body_of, recorded_files

HUGE = [
    *("x" * 70_000, "\x00\ud800\u202e" * 50, "<script>alert(1)</script>", "9" * 400),
    *(10**400, -(10**400), 1.5, [[[[]]]], {"": {"": None}}, ["a"] * 500),
    *(
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-13-45",
        "/x",
        "//x",
    ),
]
ODD = st.sampled_from([None, True, False, 0, -1, 7, "", " ", "text", [], {}, *HUGE])
LISTS = {
    "mentions": ("notes/mentions", ("051", "052", "212", "232", "318")),
    "own": ("users/notes", ("060", "218", "233", "322")),
    "notifications": ("i/notifications", ("093", "209", "313")),
    "requests": ("following/requests/list", ("104",)),
}
CHATS = ("148", "152", "153", "176", "179", "325", "326")

Step = str | int


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
        everywhere = list(places(changed))
        way = draw(st.sampled_from(everywhere))
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


def mutated_rows(number: str, draw: Callable[..., object]) -> list[object]:
    """A few neighbouring rows of a recorded page, mutated."""
    recorded = body_of(number)
    assert isinstance(recorded, list)
    start = draw(st.integers(0, max(0, len(recorded) - 4)))
    assert isinstance(start, int)
    rows = mutated(recorded[start : start + 4], draw)
    assert isinstance(rows, list)
    return rows


def check(page: Page, count: int) -> None:
    """Everything is there, and can be stored, shown and sent on."""
    assert len(page.items) <= count
    for item in page.items:
        assert isinstance(item, RemoteMessage | Unreadable)
        assert len(item.remote_id) <= 64
        if isinstance(item, RemoteMessage):
            check_message(item)


def check_message(message: RemoteMessage) -> None:
    stored = json.dumps([dict(message.extra), dict(message.emojis)], ensure_ascii=False)
    texts = [message.text, message.html, message.content_warning, message.title, stored]
    texts += [message.conversation_title, message.kind, message.visibility]
    for person in (message.author, *message.participants):
        texts += [person.name, person.handle, person.avatar_url] if person else []
    for text in texts:
        text.encode()  # half surrogates cannot be
        assert "\x00" not in text
    assert len(stored) < 200_000
    assert 0 < len(message.conversation_key) <= 512
    assert len(message.kind) <= 64
    assert len(message.visibility) <= 24
    assert message.sent_at.utcoffset() is not None
    assert message.box in {"messages", "mentions", "notices", "requests"}


def version_of(number: str) -> str:
    if number > "300":
        return "12.110"
    return "2024.11" if "200" < number < "226" else "2025.12"


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.data())
def test_mutated_listing_never_stops_a_page(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(LISTS)))
    endpoint, numbers = LISTS[name]
    number = data.draw(st.sampled_from(numbers))
    rows = mutated_rows(number, data.draw)
    script: dict[str, Script] = {endpoint: Answer(200, rows), "i": "092"}
    client, _ = client_of(script, version=version_of(number))
    check(client.pull(name, None), len(rows))


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.data())
def test_mutated_chats_never_stop_a_page(data: st.DataObject) -> None:
    number = data.draw(st.sampled_from(CHATS))
    rows = mutated_rows(number, data.draw)
    listing = Answer(200, rows)
    script = dict.fromkeys(CHAT_ENDPOINTS, listing)
    client, _ = client_of(script, version=version_of(number))
    first = client.pull("chat", None)
    check(first, 2 * len(rows))
    check(client.pull("chat", None, newest=first.newest), 7 * len(rows))
    if first.next is not None:
        check(client.pull("chat", first.next), len(rows))


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.data())
def test_mutated_note_raises_nothing_else(data: st.DataObject) -> None:
    number = data.draw(
        st.sampled_from(["065", "067", "071", "072", "083", "125", "193"])
    )
    raw = mutated(body_of(number), data.draw)
    client, _ = client_of({"notes/show": Answer(200, raw), "users/show": "018"})
    found = client.get(Target("note", "attn3j42y4y40018"))
    check(Page((found,)), 1)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.data())
def test_mutated_capabilities_raise_nothing_else(data: st.DataObject) -> None:
    script = {
        name: Answer(200, mutated(body_of(number), data.draw))
        for name, number in {
            "meta": "001",
            "i": "012",
            "i/notifications": "095",
            "following/requests/list": "104",
            "/nodeinfo/2.1": "005",
        }.items()
    }
    client, _ = client_of({**script, "endpoints": "202"}, facts={})
    with suppress(ProviderError):
        json.dumps(client.capabilities().as_json())
        client.listings()
        client.whoami()


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.data(), st.sampled_from([200, 202, 400, 401, 403, 404, 429, 500, 503]))
def test_mutated_error_stays_in_the_family(data: st.DataObject, status: int) -> None:
    errors = [r for r in recorded_files() if r.status >= 400 and r.body is not None]
    call = data.draw(st.sampled_from(errors))
    answer = Answer(status, mutated(call.body, data.draw), call.headers)
    with suppress(ProviderError):
        read_answer(answer.response(), "misskey.example", call.endpoint)


ANSWERS = st.one_of(ODD, st.text(max_size=20), st.binary(max_size=5).map(str))
CHAT_ENDPOINTS = (
    "chat/history",
    "chat/messages/user-timeline",
    "chat/messages/room-timeline",
    "messaging/history",
    "messaging/messages",
)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(ANSWERS, st.sampled_from([200, 204, 301, 400, 404, 500]))
def test_anything_as_an_answer_stays_in_the_family(body: object, status: int) -> None:
    names = [endpoint for endpoint, _ in LISTS.values()]
    script = dict.fromkeys([*names, *CHAT_ENDPOINTS, "i"], Answer(status, body))
    client, _ = client_of(script)
    for listing in (*LISTS, "chat"):
        with suppress(ProviderError):
            check(client.pull(listing, None), 2_000)


@pytest.mark.parametrize("text", HUGE, ids=lambda value: str(value)[:12])
def test_huge_text_and_name_are_cut(text: object) -> None:
    rows = copy.deepcopy(body_of("051"))
    assert isinstance(rows, list)
    for row in rows:
        row["text"] = row["cw"] = row["user"]["name"] = text
        row["reactions"] = {str(text)[:100] + str(n): n for n in range(1000)}
        row["visibleUserIds"] = [f"a{n}" for n in range(400)]
    client, _ = client_of({"notes/mentions": Answer(200, rows), "users/show": "018"})
    page = client.pull("mentions", None)
    check(page, len(rows))
    assert all(isinstance(item, RemoteMessage) for item in page.items)
