"""Recorded answers, broken: nothing but the ProviderError family, and no page stops."""

import copy
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxhub.networks.base import Page, Target
from inboxhub.networks.errors import ProviderError
from inboxhub.networks.mastodon.call import read_answer
from inboxhub.networks.mastodon.facts import Facts
from inboxhub.networks.writing import Draft, Upload
from tests.networks.mastodon.accounts import (
    ALICE,
    GOTOSOCIAL,
    HOST,
    MASTODON,
    NOW,
    Script,
    client_of,
)
from tests.networks.mutations import (
    ANYTHING,
    HUGE,
    check,
    examples,
    mutated,
    mutated_rows,
)
from tests.networks.replay import Answer, recorded, recorded_files

API = "GET /api/v1/"
LISTS = {
    "conversations": ("conversations", ("010", "124", "255"), ("047", "068")),
    "notifications": ("notifications", ("032", "037", "197"), ("069", "071")),
    "own": (f"accounts/{MASTODON.id}/statuses", (), ("044",)),
    "follow-requests": ("follow_requests", ("079", "227"), ()),
    "filtered": ("notifications/requests", ("031",), ()),
}
NUMBERS = [
    (name, network, number)
    for name, (_where, *numbers) in LISTS.items()
    for network, of_network in zip(("mastodon", "gotosocial"), numbers, strict=True)
    for number in of_network
]
CONTEXT = recorded("039", "gotosocial").body
TARGETS = [
    Target("direct", "1", "1002"),
    Target("status", "2", "status:2", notification_id="5"),
    Target("notification", "3"),
    Target("follow_request", "4"),
    Target("notification_request", "6"),
    Target("announcement", "7"),
]


@examples(80)
@given(st.data())
def test_mutated_listing_never_stops_a_page(data: st.DataObject) -> None:
    name, network, number = data.draw(st.sampled_from(NUMBERS))
    broken = mutated_rows(recorded(number, network).body, data.draw)
    where = LISTS[name][0]
    markers = Answer(200, mutated({"notifications": {"last_read_id": "5"}}, data.draw))
    script = {f"{API}markers": markers, f"{API}{where}": Answer(200, broken)}
    client, _ = client_of(script)
    with suppress(ProviderError):  # a page that is no list any more
        page = client.pull(
            name, None, newest=data.draw(st.sampled_from(["", "5", "a b"]))
        )
        check(page, 4)
        if page.next:
            check(client.pull(name, page.next), 100)


@examples(40)
@given(st.data())
def test_mutated_status_and_thread_raise_nothing_else(data: st.DataObject) -> None:
    call = data.draw(
        st.sampled_from(
            [("054", "mastodon"), ("059", "mastodon"), ("038", "gotosocial")]
        )
    )
    status = mutated(recorded(*call).body, data.draw)
    script = {
        f"{API}statuses/1": Answer(200, status),
        f"{API}statuses/1/context": Answer(200, mutated(CONTEXT, data.draw)),
    }
    client, _ = client_of(script, GOTOSOCIAL, me=ALICE)
    target = Target("status", "1")
    check(Page((client.get(target),)), 1)
    check(Page(client.thread(target)), 10)


@examples(40)
@given(st.data())
def test_mutated_capabilities_raise_nothing_else(data: st.DataObject) -> None:
    bodies = {
        f"{API}accounts/verify_credentials": recorded("008", "mastodon"),
        "GET /api/v2/instance": recorded("021", "mastodon"),
        f"{API}apps/verify_credentials": recorded("005", "mastodon"),
        "GET /.well-known/nodeinfo": recorded("001", "gotosocial"),
        f"{API}conversations": recorded("010", "mastodon"),
    }
    script = {
        name: Answer(200, mutated(call.body, data.draw))
        for name, call in bodies.items()
    }
    client, _ = client_of(script, Facts(), unknown=True)
    with suppress(ProviderError):
        json.dumps(client.capabilities().as_json()).encode()
        client.listings()
        client.whoami()


@examples(100)
@given(
    st.data(),
    st.sampled_from([200, 202, 400, 401, 403, 404, 409, 410, 422, 429, 500, 503]),
)
def test_mutated_error_stays_in_the_family(data: st.DataObject, status: int) -> None:
    errors = [r for r in recorded_files("gotosocial") if r.status >= 400 and r.body]
    call = data.draw(st.sampled_from(errors))
    headers = {
        name: data.draw(st.sampled_from([value, "", "x" * 9000, "-1", "9" * 99, "0"]))
        for name, value in call.headers.items()
    }
    answer = Answer(status, mutated(call.body, data.draw), headers)
    with suppress(ProviderError):
        read_answer(answer.response(), HOST)


NAMES = [
    *(f"{API}{where}" for where, *_numbers in LISTS.values()),
    *(f"{API}{name}" for name in ("announcements", "markers", "statuses")),
    *(
        f"{API}accounts/verify_credentials",
        "GET /api/v2/instance",
        "POST /api/v1/markers",
    ),
    *(f"{API}statuses/{n}" for n in ("1", "2")),
    *(f"{API}statuses/{n}/context" for n in ("1", "2")),
    *(f"{API}notifications/3", f"{API}notifications/requests/6"),
    *(f"POST /api/v1/notifications/{n}/dismiss" for n in ("3", "5")),
    *(f"DELETE /api/v1/statuses/{n}" for n in ("1", "2")),
]
LINKS = [
    "",
    '<https://h/x?max_id=1>; rel="next"',
    "<" * 99,
    '<>; rel="next"',
    "\xff" * 50,
]


@examples(80)
@given(
    ANYTHING,
    st.sampled_from([200, 204, 301, 400, 401, 403, 404, 409, 429, 500, 501]),
    st.sampled_from(LINKS),
)
def test_anything_as_an_answer_stays_in_the_family(
    body: object, status: int, link: str
) -> None:
    script: Script = dict.fromkeys(NAMES, Answer(status, body, {"link": link}))
    client, _ = client_of(script)
    for name in (*LISTS, "announcements"):
        with suppress(ProviderError):
            check(client.pull(name, None), 2_000)
    for target in TARGETS:
        with suppress(ProviderError):
            check(Page((client.get(target),)), 1)
        with suppress(ProviderError):
            check(Page(client.thread(target)), 100)
    own = [Target("direct", "1", "1002", outgoing=True), *TARGETS]
    for verb in (client.mark_read, client.mark_unread, client.remove, client.delete):
        with suppress(ProviderError):
            assert len(verb(own)) == len(own)
    for answer in (client.accept, client.reject):
        with suppress(ProviderError):
            assert len(answer(TARGETS)) == len(TARGETS)
    with suppress(ProviderError):
        assert client.missing(own) <= set(own)


WRITTEN = [
    *(f"{API}statuses/1", f"{API}accounts/{MASTODON.id}/statuses"),
    *(f"{API}accounts/search", f"{API}accounts/lookup", f"{API}media/7"),
    *(f"POST /api/v{number}/media" for number in (1, 2)),
    *("POST /api/v1/statuses", "POST /api/v1/notifications/clear"),
    *(f"POST /api/v1/statuses/1/{verb}" for verb in ("favourite", "unfavourite")),
]


@examples(80)
@given(
    st.data(), st.sampled_from([200, 202, 206, 301, 401, 403, 404, 409, 422, 429, 500])
)
def test_any_answer_to_what_is_written_stays_in_the_family(
    data: st.DataObject, status: int
) -> None:
    whole = recorded("030", "gotosocial").body
    told = data.draw(st.one_of(ANYTHING, st.just(mutated(whole, data.draw))))
    script: Script = dict.fromkeys(WRITTEN, Answer(status, told))
    client, _ = client_of({**script, f"{API}statuses/1": Answer(200, {"id": "1"})})
    client.budgets.pause = lambda _seconds: None
    draft = Draft("key", NOW, "hello", answers=Target("direct", "1"))
    public = Draft("key", NOW, "hello", visibility="public")
    for one in (draft, public):
        with suppress(ProviderError):
            assert client.send(one).remote_id
        with suppress(ProviderError):
            assert all(sent.remote_id for sent in client.find_sent(one))
    with suppress(ProviderError):
        assert all(client.sent_before(draft))
    with suppress(ProviderError):
        assert client.upload(Upload("a", "image/png", b"x"))
    with suppress(ProviderError):
        assert len(client.find_people("ann")) <= 8
    for verb in (client.react, client.unreact):
        with suppress(ProviderError):
            assert verb(TARGETS[0], "").state in {"done", "gone", "failed"}
    with suppress(ProviderError):
        client.clear_notices()


@pytest.mark.parametrize("text", HUGE, ids=lambda value: str(value)[:12])
def test_huge_texts_are_cut(text: object) -> None:
    rows = copy.deepcopy(recorded("069", "gotosocial").body)
    assert isinstance(rows, list)
    for row in rows:
        for raw in (row, row.get("status", row)):
            raw["account"]["display_name"] = raw["content"] = raw["spoiler_text"] = text
            raw["account"]["emojis"] = [
                {"shortcode": f"a{n}", "url": "https://h/x"} for n in range(999)
            ]
            raw["mentions"] = [{"id": str(n)} for n in range(999)]
    script = {
        f"{API}notifications": Answer(200, rows),
        f"{API}markers": Answer(200, {}),
    }
    client, _ = client_of(script, GOTOSOCIAL)
    check(client.pull("notifications", None), len(rows))
