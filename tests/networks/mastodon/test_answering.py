"""Pictures, favourites, requests, people: what is asked, and what odd answers mean."""

import pytest

from inboxhub.lib.http import FilePart
from inboxhub.networks.base import Outcome, Target
from inboxhub.networks.budget import Budgets
from inboxhub.networks.errors import NotSupported, PermanentError, TemporaryError
from inboxhub.networks.mastodon.call import Form
from inboxhub.networks.mastodon.limits import MEDIA, POST, RULES
from inboxhub.networks.writing import Upload
from tests.lib.servers import always, answer, reaching, serving
from tests.networks.clock import Clock
from tests.networks.mastodon.accounts import (
    HOST,
    MASTODON,
    NO_ROUTE,
    OK,
    TOKEN,
    Script,
    client_of,
    listing,
    mastodon,
    person,
)
from tests.networks.replay import Answer

PICTURE = Upload("cat.png", "image/png", b"\x89PNG", "a cat")
V1, V2 = "POST /api/v1/media", "POST /api/v2/media"
LOOK = "GET /api/v1/media/7"
SEARCH, LOOKUP = "GET /api/v1/accounts/search", "GET /api/v1/accounts/lookup"
CLEAR = "POST /api/v1/notifications/clear"
STORED = {"id": "7", "url": None}


def uploaded(script: Script, clock: Clock | None = None) -> tuple[str, list[str]]:
    client, host = client_of(script)
    time = clock or Clock()
    client.budgets = Budgets(time, time.pause)
    return client.upload(PICTURE), host.names


# --- Pictures -------------------------------------------------------------------------


def test_old_host_has_the_older_call() -> None:
    for missing in (NO_ROUTE, Answer(404, ""), Answer(405, "")):
        script: Script = {V2: missing, V1: mastodon("024")}
        assert uploaded(script) == ("117020576894251992", [V2, V1])


def test_host_without_either_takes_no_pictures() -> None:
    with pytest.raises(NotSupported) as caught:
        uploaded({})
    assert caught.value.code == "no-pictures"


def test_picture_is_looked_at_until_it_is_ready() -> None:
    clock = Clock()
    looks = [Answer(206, STORED), Answer(206, STORED), Answer(200, STORED)]
    script: Script = {V2: Answer(202, STORED), LOOK: looks}
    assert uploaded(script, clock) == ("7", [V2, LOOK, LOOK, LOOK])
    assert clock.waits == [0.5, 1.0, 2.0]


def test_picture_that_takes_too_long_is_given_up_for_now() -> None:
    clock = Clock()
    with pytest.raises(TemporaryError) as caught:
        uploaded({V2: Answer(202, STORED), LOOK: Answer(206, STORED)}, clock)
    assert (caught.value.code, caught.value.retry_after) == ("PROCESSING", 60.0)
    assert sum(clock.waits) < 15


@pytest.mark.parametrize(
    "script",
    [
        {V2: Answer(422, {"error": "not that"})},
        {V2: Answer(202, STORED), LOOK: Answer(422, {"error": "not that"})},
    ],
)
def test_picture_that_is_refused_is_told_in_the_words_of_the_host(
    script: Script,
) -> None:
    with pytest.raises(PermanentError) as caught:
        uploaded(script)
    assert caught.value.stored == "not that"


@pytest.mark.parametrize("body", [{}, [], None, "", {"id": "../x"}])
def test_picture_without_an_id_is_none(body: object) -> None:
    with pytest.raises(TemporaryError):
        uploaded({V2: Answer(200, body)})


def test_picture_goes_over_the_line_as_a_form() -> None:
    with serving(always(answer(b'{"id": "7"}'))) as server:
        client, _ = client_of({})
        client.http, client.host = reaching(server), server.host
        client.upload(Upload('猫"\r\nX-Evil: 1.png', "image/png", b"\x00\xffx", "猫"))
    (request,) = server.seen
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/v2/media HTTP/1.1")
    assert b"multipart/form-data; boundary=" in head
    assert f"Bearer {TOKEN}".encode() in head
    assert b"Content-Type: image/png\r\n\r\n\x00\xffx\r\n--" in body
    assert "猫".encode() in body
    assert b"\nX-Evil" not in body


def test_what_is_kept_of_a_picture_shows_no_bytes() -> None:
    part = FilePart(PICTURE.name, PICTURE.mime, PICTURE.data)
    assert "PNG" not in repr((PICTURE, Form(part)))


def test_posts_and_pictures_are_counted() -> None:
    assert {MEDIA, POST} <= set(RULES)
    client, host = client_of({V2: Answer(200, {"id": "7"})})
    clock = Clock()
    client.budgets = Budgets(clock)
    for _ in range(30):
        clock.now += 10
        client.upload(PICTURE)
    with pytest.raises(TemporaryError) as caught:
        client.upload(PICTURE)
    assert (caught.value.code, caught.value.sent) == ("budget", False)
    assert len(host.calls) == 30


# --- Favourites, requests, notices ----------------------------------------------------


@pytest.mark.parametrize("source", ["notification", "announcement", "follow_request"])
def test_only_statuses_take_favourites(source: str) -> None:
    client, host = client_of({})
    assert client.react(Target(source, "1"), "⭐") == Outcome("failed", "not-offered")
    assert host.calls == []


def test_only_requests_are_answered() -> None:
    client, host = client_of({})
    outcomes = client.accept([Target("status", "1"), Target("notification", "2")])
    assert outcomes == [Outcome("failed", "not-offered")] * 2
    assert host.calls == []


def test_request_that_may_not_be_answered_fails_and_the_next_goes_on() -> None:
    script = {
        "POST /api/v1/follow_requests/1/reject": Answer(403, {"error": "no"}),
        "POST /api/v1/follow_requests/2/reject": OK,
        "GET /api/v1/accounts/verify_credentials": Answer(200, person("9", "me")),
    }
    client, _ = client_of(script)
    targets = [Target("follow_request", one) for one in ("1", "2")]
    assert client.reject(targets) == [Outcome("failed", "not-allowed"), Outcome("done")]


def test_host_that_clears_nothing_says_so() -> None:
    for missing in (NO_ROUTE, Answer(404, ""), Answer(405, "")):
        client, _ = client_of({CLEAR: missing})
        with pytest.raises(NotSupported):
            client.clear_notices()


# --- People ---------------------------------------------------------------------------


def test_only_whole_handles_are_asked_about_elsewhere() -> None:
    client, host = client_of({SEARCH: listing(person("1", "ann"))})
    for text in ("ann", "@ann@far.example", "Ann B", "https://far.example/@ann"):
        client.find_people(text)
    asked = [dict(call.query) for call in host.called(SEARCH)]
    assert [(query["q"], query["resolve"]) for query in asked] == [
        ("ann", "false"),
        ("ann@far.example", "true"),
        ("Ann B", "false"),
        ("ann@far.example", "true"),
    ]


def test_exact_one_is_first_and_i_am_none_of_them() -> None:
    rows = [person("1", "annabel"), person(MASTODON.id, "me"), person("2", "Ann")]
    client, _ = client_of({SEARCH: listing(*rows, "nonsense", {"id": "3"})})
    found = [one.handle for one in client.find_people("ann")]
    assert found == [f"@Ann@{HOST}", f"@annabel@{HOST}"]


def test_few_are_found() -> None:
    rows = [person(str(number), f"ann{number}") for number in range(100)]
    client, _ = client_of({SEARCH: listing(*rows)})
    assert len(client.find_people("ann")) == 8


def test_host_without_a_search_looks_names_up() -> None:
    client, host = client_of(
        {SEARCH: NO_ROUTE, LOOKUP: Answer(200, person("1", "ann"))}
    )
    assert [one.remote_id for one in client.find_people("@ann")] == ["1"]
    assert host.called(LOOKUP)[0].query == [("acct", "ann")]
    assert client.find_people("Ann B") == ()


def test_nobody_is_found() -> None:
    client, _ = client_of({SEARCH: listing()})
    assert client.find_people("ann") == ()
    assert client.find_people("x" * 10_000) == ()
