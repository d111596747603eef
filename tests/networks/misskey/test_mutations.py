"""Recorded answers, broken: nothing but the ProviderError family, and no page stops."""

import copy
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxhub.networks.base import Page, RemoteMessage, Target
from inboxhub.networks.errors import ProviderError
from inboxhub.networks.misskey.call import read_answer
from tests.networks.misskey.accounts import client_of
from tests.networks.mutations import (
    ANYTHING,
    HUGE,
    check,
    examples,
    mutated,
    mutated_rows,
)
from tests.networks.replay import Answer, Script, body_of, recorded_files

LISTS = {
    "mentions": ("notes/mentions", ("051", "052", "212", "232", "318")),
    "own": ("users/notes", ("060", "218", "233", "322")),
    "notifications": ("i/notifications", ("093", "209", "313")),
    "requests": ("following/requests/list", ("104",)),
}
CHATS = ("148", "152", "153", "176", "179", "325", "326")


def version_of(number: str) -> str:
    if number > "300":
        return "12.110"
    return "2024.11" if "200" < number < "226" else "2025.12"


@examples(100)
@given(st.data())
def test_mutated_listing_never_stops_a_page(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(LISTS)))
    endpoint, numbers = LISTS[name]
    number = data.draw(st.sampled_from(numbers))
    rows = mutated_rows(body_of(number), data.draw)
    script: dict[str, Script] = {endpoint: Answer(200, rows), "i": "092"}
    client, _ = client_of(script, version=version_of(number))
    check(client.pull(name, None), len(rows))


@examples(100)
@given(st.data())
def test_mutated_chats_never_stop_a_page(data: st.DataObject) -> None:
    number = data.draw(st.sampled_from(CHATS))
    rows = mutated_rows(body_of(number), data.draw)
    listing = Answer(200, rows)
    script = dict.fromkeys(CHAT_ENDPOINTS, listing)
    client, _ = client_of(script, version=version_of(number))
    first = client.pull("chat", None)
    check(first, 2 * len(rows))
    check(client.pull("chat", None, newest=first.newest), 7 * len(rows))
    if first.next is not None:
        check(client.pull("chat", first.next), len(rows))


@examples(60)
@given(st.data())
def test_mutated_note_raises_nothing_else(data: st.DataObject) -> None:
    number = data.draw(
        st.sampled_from(["065", "067", "071", "072", "083", "125", "193"])
    )
    raw = mutated(body_of(number), data.draw)
    client, _ = client_of({"notes/show": Answer(200, raw), "users/show": "018"})
    found = client.get(Target("note", "attn3j42y4y40018"))
    check(Page((found,)), 1)


@examples(60)
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


@examples(100)
@given(st.data(), st.sampled_from([200, 202, 400, 401, 403, 404, 429, 500, 503]))
def test_mutated_error_stays_in_the_family(data: st.DataObject, status: int) -> None:
    errors = [r for r in recorded_files() if r.status >= 400 and r.body is not None]
    call = data.draw(st.sampled_from(errors))
    answer = Answer(status, mutated(call.body, data.draw), call.headers)
    with suppress(ProviderError):
        read_answer(answer.response(), "misskey.example", call.endpoint)


CHAT_ENDPOINTS = (
    "chat/history",
    "chat/messages/user-timeline",
    "chat/messages/room-timeline",
    "messaging/history",
    "messaging/messages",
)


@examples(60)
@given(ANYTHING, st.sampled_from([200, 204, 301, 400, 404, 500]))
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
