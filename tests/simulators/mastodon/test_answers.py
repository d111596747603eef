"""The simulator's answers have the recorded answers' keys, types and status."""

from collections.abc import Iterator

import pytest

from simulators import mastodon
from tests.simulators.mastodon.scene import Scene, furnish
from tests.simulators.mastodon.shapes import misfits, recorded

Body = dict[str, object]
Case = tuple[str, str, Body]
DM: Body = {"status": "@bob ilu ;3", "visibility": "direct"}
RULE: Body = {
    "title": "t",
    "context": ["home"],
    "keywords_attributes": [{"keyword": "spam"}],
}
ANSWERS_NEW: list[Case] = [
    ("001", "GET /api/v1/accounts/verify_credentials", {}),
    ("002", "GET /api/v1/accounts/lookup", {"acct": "kljadklajsdk"}),
    ("003", "GET /api/v1/accounts/lookup", {"acct": "bob"}),
    ("005", "GET /api/v1/apps/verify_credentials", {}),
    ("006", "GET /.well-known/oauth-authorization-server", {}),
    ("009", "POST /api/v1/statuses", DM),
    ("010", "GET /api/v1/conversations/", {}),
    ("011", "POST /api/v1/conversations/$row/read", {}),
    ("013", "DELETE /api/v1/statuses/$reply", {}),
    ("014", "POST /api/v1/statuses/$hello/favourite", {}),
    ("021", "GET /api/v2/instance/", {}),
    ("022", "GET /api/v1/instance/", {}),
    ("028", "PATCH /api/v2/notifications/policy", {"for_bots": "filter"}),
    ("029", "GET /api/v2/notifications/policy", {}),
    ("030", "GET /api/v1/notifications/requests/merged", {}),
    ("031", "GET /api/v1/notifications/requests", {}),
    ("033", "GET /api/v1/notifications/requests/$request", {}),
    ("034", "POST /api/v1/notifications/requests/$request/accept", {}),
    ("037", "GET /api/v1/notifications", {"types[]": "mention"}),
    ("038", "GET /api/v1/notifications/$notice", {}),
    ("039", "GET /api/v1/notifications/unread_count", {}),
    ("042", "POST /api/v1/notifications/$notice/dismiss", {}),
    ("043", "GET /api/v1/notifications", {"types[]": "quote"}),
    ("052", "GET /api/v1/statuses/$mine/history", {}),
    ("053", "PUT /api/v1/statuses/$mine", {"status": "edited"}),
    ("054", "GET /api/v1/statuses/$hello", {}),
    ("056", "GET /api/v1/statuses/$mine/source", {}),
    ("057", "GET /api/v1/statuses/0", {}),
    ("058", "POST /api/v1/statuses", {**DM, "spoiler_text": "cw"}),
    ("059", "POST /api/v1/statuses", {"status": "look", "quoted_status_id": "$mine"}),
    ("062", "POST /api/v1/statuses", {"status": "@bob", "in_reply_to_id": "$hello"}),
    ("071", "POST /api/v2/filters", {"title": "t", "context": ["home"]}),
    ("080", "POST /api/v1/follow_requests/$dave/authorize", {}),
    ("090", "POST /api/v1/markers", {"home": {"last_read_id": "5"}}),
    ("092", "POST /api/v1/notifications/clear", {}),
    ("111", "POST /api/v1/statuses", {"status": ""}),
    ("113", "POST /api/v2/filters", RULE),
]
ANSWERS_OLD: list[Case] = [
    ("227", "GET /api/v1/follow_requests", {}),
    ("228", "POST /api/v1/follow_requests/$dave/authorize", {}),
    ("229", "GET /api/v1/instance/", {}),
    ("233", "POST /api/v1/statuses", {"status": "Toot!"}),
    ("242", "GET /api/v1/notifications", {"types[]": ["follow", "mention"]}),
    ("243", "GET /api/v1/notifications/$notice", {}),
    ("245", "GET /api/v1/statuses/0", {}),
]
GTS_DM: Body = {"status": "@bob <b>hi</b> #tag", "visibility": "direct"}
ANSWERS_GOTOSOCIAL: list[Case] = [
    ("001", "GET /.well-known/nodeinfo", {}),
    ("002", "GET /nodeinfo/2.0", {}),
    ("003", "GET /api/v1/instance", {}),
    ("004", "GET /api/v2/instance", {}),
    ("005", "GET /.well-known/oauth-authorization-server", {}),
    ("007", "GET /api/v1/nothing/here", {}),
    ("008", "POST /api/v1/apps", {"client_name": "x", "website": "https://x.example"}),
    ("010", "POST /api/v1/apps", {"client_name": "x"}),
    ("009", "POST /api/v1/apps", {"client_name": "x", "redirect_uris": ["a", "b"]}),
    ("011", "POST /api/v1/apps", {"redirect_uris": "http://127.0.0.1:9/cb"}),
    ("012", "POST /api/v1/apps", {"client_name": "x", "redirect_uris": "not a uri"}),
    ("013", "POST /api/v1/apps", {"client_name": "x", "scopes": "read write banana"}),
    ("030", "POST /api/v1/statuses", GTS_DM),
    ("034", "POST /api/v1/statuses", {"status": "to nobody", "visibility": "direct"}),
    ("038", "GET /api/v1/statuses/$dm", {}),
    ("039", "GET /api/v1/statuses/$reply/context", {}),
    ("040", "GET /api/v1/statuses/$reply/source", {}),
    ("041", "POST /api/v1/statuses/$dm/favourite", {}),
    ("046", "GET /api/v1/timelines/direct", {}),
    ("047", "GET /api/v1/conversations", {}),
    ("057", "POST /api/v1/conversations/$row/read", {}),
    ("059", "POST /api/v1/conversations/$row/unread", {}),
    ("060", "POST /api/v1/conversations/01AAAAAAAAAAAAAAAAAAAAAAAA/read", {}),
    ("061", "DELETE /api/v1/conversations/$row", {}),
    ("063", "DELETE /api/v1/conversations/01AAAAAAAAAAAAAAAAAAAAAAAA", {}),
    ("066", "DELETE /api/v1/statuses/$reply", {}),
    ("070", "GET /api/v1/notifications", {"types[]": "mention", "limit": "4"}),
    ("074", "GET /api/v1/notifications/01AAAAAAAAAAAAAAAAAAAAAAAA", {}),
    ("075", "POST /api/v1/notifications/$notice/dismiss", {}),
    ("077", "GET /api/v1/notifications/unread_count", {}),
    ("078", "GET /api/v1/notifications/requests", {}),
    ("079", "GET /api/v2/notifications/policy", {}),
    ("080", "GET /api/v2/notifications", {}),
    ("081", "GET /api/v1/markers", {"timeline[]": "notifications"}),
    ("082", "POST /api/v1/markers", {"notifications": {"last_read_id": "5"}}),
    ("085", "GET /api/v1/streaming/user", {}),
]


@pytest.fixture
def furnished(request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A host where people already did one of everything."""
    with mastodon.running(profile=request.param, limits=False) as sim:
        yield furnish(sim)


def check(scene: Scene, case: Case, server: str) -> None:
    number, call, params = case
    answer, expected = scene.call(call, params), recorded(number, server)
    assert answer.status_code == expected["status"]
    assert misfits(expected["body"], answer.json()) == []


def named(cases: list[Case]) -> list[str]:
    return [f"{number} {call}" for number, call, _params in cases]


@pytest.mark.parametrize("furnished", ["4.6"], indirect=True)
@pytest.mark.parametrize("case", ANSWERS_NEW, ids=named(ANSWERS_NEW))
def test_new_answer_has_the_recorded_shape(furnished: Scene, case: Case) -> None:
    check(furnished, case, "mastodon")


@pytest.mark.parametrize("furnished", ["4.1"], indirect=True)
@pytest.mark.parametrize("case", ANSWERS_OLD, ids=named(ANSWERS_OLD))
def test_old_answer_has_the_recorded_shape(furnished: Scene, case: Case) -> None:
    check(furnished, case, "mastodon")


@pytest.mark.parametrize("furnished", ["gotosocial"], indirect=True)
@pytest.mark.parametrize("case", ANSWERS_GOTOSOCIAL, ids=named(ANSWERS_GOTOSOCIAL))
def test_gotosocial_answer_has_the_recorded_shape(furnished: Scene, case: Case) -> None:
    check(furnished, case, "gotosocial")


@pytest.mark.parametrize("furnished", ["gotosocial"], indirect=True)
@pytest.mark.parametrize("number", ["022", "023", "024", "025", "026"])
def test_gotosocial_refuses_strangers_as_recorded(
    furnished: Scene, number: str
) -> None:
    expected = recorded(number, "gotosocial")
    furnished.token = "" if number != "023" else "garbage"
    calls = {
        "024": "GET /api/v1/notifications",
        "025": "POST /api/v1/conversations/x/read",
        "026": "DELETE /api/v1/conversations/x",
    }
    answer = furnished.call(calls.get(number, "GET /api/v1/conversations"))
    assert (answer.status_code, answer.json()) == (expected["status"], expected["body"])


@pytest.mark.parametrize("furnished", ["4.6"], indirect=True)
def test_stranger_is_refused_as_recorded(furnished: Scene) -> None:
    expected = recorded("070")
    furnished.token = ""
    answer = furnished.call("GET /api/v1/timelines/home")
    assert (answer.status_code, answer.json()) == (401, expected["body"])
    headers = expected["headers"]
    assert isinstance(headers, dict)
    assert answer.headers["WWW-Authenticate"] == headers["www-authenticate"]
