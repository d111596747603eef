"""Answers of the document, broken: nothing but the ProviderError family comes out."""

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
    RemoteAuthor,
    RemoteMessage,
    Target,
    Unreadable,
)
from inboxhub.networks.mixi import App, exchange, fetch_server_state, refresh
from tests.networks.mixi.host import (
    INBOX,
    NOTICES,
    OUTBOX,
    WRITES,
    Host,
    Script,
    body_of,
    client_of,
    row,
    targets,
)
from tests.networks.mixi.test_sending import draft
from tests.networks.replay import Answer

HUGE = [
    *("x" * 70_000, "\x00\ud800\u202e" * 50, "<script>alert(1)</script>", "9" * 400),
    *(10**400, -(10**400), 1.5, [[[[]]]], {"": {"": None}}, ["a"] * 500),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-13-45", "//x"),
]
ODD = st.sampled_from([None, True, False, 0, -1, 7, "", " ", "text", [], {}, *HUGE])
LISTS = {
    "inbox": (INBOX, "inbox"),
    "outbox": (OUTBOX, "outbox"),
    "notice": (NOTICES, "noticebox"),
}
STATUSES = [200, 201, 204, 301, 400, 401, 403, 404, 409, 429, 500, 503]
HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "www-authenticate", "date"]),
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(["9" * 30, "Wed, 99 Nov 2010", "OAuth error=", "-5"]),
    ),
)

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


def check(page: Page) -> None:
    """Everything can be stored, shown and sent on."""
    for item in page.items:
        assert isinstance(item, RemoteMessage | Unreadable)
        if isinstance(item, RemoteMessage):
            check_message(item)
    page.newest.encode()


def check_message(message: RemoteMessage) -> None:
    texts = [message.text, message.html, message.title, message.remote_id]
    texts += [message.conversation_key, json.dumps(message.extra, ensure_ascii=False)]
    for person in (message.author, *message.participants):
        texts += check_person(person) if person else []
    for text in texts:
        text.encode()  # half surrogates cannot be
        assert "\x00" not in text
    assert 0 < len(message.conversation_key) <= 512
    assert 0 < len(message.remote_id) <= 255
    assert 2000 <= message.sent_at.year <= 2100
    assert message.sent_at.utcoffset() is not None


def check_person(person: RemoteAuthor) -> list[str]:
    assert person.name
    assert len(person.remote_id) <= 255
    return [person.remote_id, person.name, person.handle, person.avatar_url, person.url]


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.data(), st.sampled_from(sorted(LISTS)))
def test_mutated_listing_never_stops_a_page(data: st.DataObject, name: str) -> None:
    path, file = LISTS[name]
    body = body_of(file)
    entry = body["entry"]
    assert isinstance(entry, list)
    rows = [mutated(one, data.draw) for one in entry * 3]
    good = copy.deepcopy(entry[0]) | {"id": "good"}
    client, _ = client_of({f"GET {path}": Answer(200, {"entry": [*rows, good]})})
    page = client.pull(name, "0~0")
    check(page)
    assert "good" in [item.remote_id for item in page.items]


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.data(), st.sampled_from(sorted(LISTS)))
def test_mutated_answer_raises_nothing_else(data: st.DataObject, name: str) -> None:
    path, file = LISTS[name]
    answer = Answer(200, mutated(body_of(file), data.draw))
    client, _ = client_of({f"GET {path}": answer, f"GET {path}/m1": answer})
    with suppress(ProviderError):
        check(client.pull(name, None))
    with suppress(ProviderError):
        check(Page((client.get(Target(name, "m1")),)))
    with suppress(ProviderError):
        client.missing(targets(["m1"], name))
    with suppress(ProviderError):
        client.find_sent(draft())


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.data())
def test_mutated_identity_raises_nothing_else(data: st.DataObject) -> None:
    script: dict[str, Script] = {
        f"GET {path}": Answer(200, mutated(body_of(file), data.draw))
        for path, file in (("/people/@me/@self", "me"), *LISTS.values())
    }
    client, _ = client_of(script, facts={})
    with suppress(ProviderError):
        json.dumps(client.capabilities().as_json())
        assert client.whoami().remote_id
        client.listings()


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.data(), st.sampled_from(STATUSES), HEADERS)
def test_mutated_answer_to_a_change_raises_nothing_else(
    data: st.DataObject,
    status: int,
    headers: dict[str, str],
) -> None:
    files = ["sent", "status-changed", "delete-done", "access-denied", "not-found"]
    body = mutated(body_of(data.draw(st.sampled_from(files))), data.draw)
    answer = Answer(status, body, headers)
    tray = f"{WRITES}/@inbox"
    client, _ = client_of(
        {
            f"PUT {tray}/m1": answer,
            f"DELETE {tray}/m1": answer,
            f"DELETE {tray}": answer,
            f"POST {WRITES}/@outbox": answer,
            f"GET {INBOX}": Answer(200, {"entry": [row(1)], "totalResults": 1}),
        },
    )
    for verb in (client.mark_read, client.mark_replied, client.delete):
        with suppress(ProviderError):
            assert len(verb(targets(["m1"]))) == 1
    with suppress(ProviderError):
        assert len(client.delete(targets(["m1", "m2", "m3", "m4"]))) == 4
    with suppress(ProviderError):
        assert client.send(draft())


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.data(), st.sampled_from(STATUSES), HEADERS)
def test_mutated_token_answer_raises_nothing_else(
    data: st.DataObject,
    status: int,
    headers: dict[str, str],
) -> None:
    file = data.draw(st.sampled_from(["token", "old-token", "server-state"]))
    body = mutated(body_of(file), data.draw)
    host = Host({"POST /token": Answer(status, body, headers)})
    app = App("client", "secret", "https://inboxhub.example/callback/")
    fetch_server_state(host, app).encode("ascii", "replace")
    with suppress(ProviderError):
        check_credentials(exchange(host, app, "code"))
    with suppress(ProviderError):
        check_credentials(refresh(host, {"refresh_token": "R"}, app))


def check_credentials(found: dict[str, str]) -> None:
    assert all(isinstance(value, str) for value in found.values())
    assert int(found["expires_at"]) > 0


ANSWERS = st.one_of(ODD, st.text(max_size=20), st.binary(max_size=5).map(str))


@settings(deadline=None, derandomize=True, max_examples=100)
@given(ANSWERS, st.sampled_from(STATUSES), HEADERS)
def test_anything_as_an_answer_stays_in_the_family(
    body: object,
    status: int,
    headers: dict[str, str],
) -> None:
    answer = Answer(status, body, headers)
    client, _ = client_of({f"GET {path}": answer for path, _ in LISTS.values()})
    for listing in LISTS:
        with suppress(ProviderError):
            check(client.pull(listing, None))


@pytest.mark.parametrize("text", HUGE, ids=lambda value: str(value)[:12])
def test_huge_values_are_cut_or_left_out(text: object) -> None:
    odd = row(1, title=text, body=text, sender={"id": text, "displayName": text})
    for path, listing in ((INBOX, "inbox"), (NOTICES, "notice")):
        client, _ = client_of({f"GET {path}": Answer(200, {"entry": [odd, row(2)]})})
        page = client.pull(listing, "0~0")
        check(page)
        assert len(page.items) == 2
