"""Answers of the document, broken: nothing but the ProviderError family comes out."""

import copy
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxhub.networks.base import Page, Target
from inboxhub.networks.errors import ProviderError
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
from tests.networks.mutations import (
    ANYTHING,
    HUGE,
    LONGEST_ID,
    check,
    examples,
    mutated,
)
from tests.networks.replay import Answer

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


@examples(150)
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
    check(page, 4, longest_id=LONGEST_ID)
    assert "good" in [item.remote_id for item in page.items]


@examples(150)
@given(st.data(), st.sampled_from(sorted(LISTS)))
def test_mutated_answer_raises_nothing_else(data: st.DataObject, name: str) -> None:
    path, file = LISTS[name]
    answer = Answer(200, mutated(body_of(file), data.draw))
    client, _ = client_of({f"GET {path}": answer, f"GET {path}/m1": answer})
    with suppress(ProviderError):
        check(client.pull(name, None), 1, longest_id=LONGEST_ID)
    with suppress(ProviderError):
        check(Page((client.get(Target(name, "m1")),)), 1)
    with suppress(ProviderError):
        client.missing(targets(["m1"], name))
    with suppress(ProviderError):
        client.find_sent(draft())


@examples(100)
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


@examples(200)
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
        assert client.send(draft()).remote_id


@examples(150)
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


@examples(100)
@given(ANYTHING, st.sampled_from(STATUSES), HEADERS)
def test_anything_as_an_answer_stays_in_the_family(
    body: object,
    status: int,
    headers: dict[str, str],
) -> None:
    answer = Answer(status, body, headers)
    client, _ = client_of({f"GET {path}": answer for path, _ in LISTS.values()})
    for listing in LISTS:
        with suppress(ProviderError):
            check(client.pull(listing, None), 0)


@pytest.mark.parametrize("text", HUGE, ids=lambda value: str(value)[:12])
def test_huge_values_are_cut_or_left_out(text: object) -> None:
    odd = row(1, title=text, body=text, sender={"id": text, "displayName": text})
    for path, listing in ((INBOX, "inbox"), (NOTICES, "notice")):
        client, _ = client_of({f"GET {path}": Answer(200, {"entry": [odd, row(2)]})})
        page = client.pull(listing, "0~0")
        check(page, 2)
        assert len(page.items) == 2
