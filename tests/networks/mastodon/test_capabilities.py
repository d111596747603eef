"""What hosts can do, by what they answer and by what they are."""

import json
from collections.abc import Mapping

import pytest

from inboxhub.networks.capabilities import NEW, Ability, Capabilities
from inboxhub.networks.errors import CredentialsError, TemporaryError
from inboxhub.networks.mastodon.facts import Facts
from tests.networks.mastodon.accounts import (
    ALICE,
    GOTOSOCIAL,
    HOST,
    NO_ROUTE,
    TOKEN,
    UNAUTHORIZED,
    Host,
    Script,
    client_of,
    gotosocial,
    listing,
    mastodon,
    person,
)
from tests.networks.replay import Answer

ME = "GET /api/v1/accounts/verify_credentials"
V1, V2 = "GET /api/v1/instance", "GET /api/v2/instance"
APP = "GET /api/v1/apps/verify_credentials"
NODEINFO, NODE = "GET /.well-known/nodeinfo", "GET /nodeinfo/2.0"
FORBIDDEN = Answer(403, {"error": "このアクションは認証されたスコープの範囲外です"})
MARKERS = "GET /api/v1/markers"
ROWS, NOTICES = "GET /api/v1/conversations", "GET /api/v1/notifications"
FOLLOWS, FILTERED = "GET /api/v1/follow_requests", "GET /api/v1/notifications/requests"
ANNOUNCEMENTS = "GET /api/v1/announcements"

LISTINGS: Script = {
    **dict.fromkeys((ROWS, NOTICES, FOLLOWS, FILTERED, ANNOUNCEMENTS), listing()),
    MARKERS: Answer(200, {}),
}
TODAY: Script = {
    **LISTINGS,
    V2: mastodon("021"),
    ME: mastodon("008"),
    APP: mastodon("005"),
}


def node(name: str) -> Script:
    links = {"links": [{"href": f"https://{HOST}/nodeinfo/2.0"}]}
    info = {"software": {"name": name, "version": "1.0"}}
    return {NODEINFO: Answer(200, links), NODE: Answer(200, info)}


def instance(version: str, **more: object) -> Answer:
    return Answer(200, {"uri": HOST, "version": version, "title": "A host", **more})


def capabilities(script: Script, **credentials: str) -> tuple[Capabilities, Host]:
    client, host = client_of(script, Facts(), credentials=credentials, unknown=True)
    return client.capabilities(), host


def reach(
    found: Capabilities, verb: str, source: str, *, own: bool = False
) -> tuple[str, str]:
    ability = found.ability(verb, source, own=own)
    return ability.reach, ability.effect or ability.reason


def test_mastodon_of_today_can_do_all() -> None:
    found, host = capabilities(TODAY)
    assert (found.software, found.version, found.max_text) == ("mastodon", "4.6.4", 500)
    assert found.domain == "localhost:3000"
    assert set(found.boxes.values()) == {""}
    assert found.warnings == ()
    assert {name.split()[0] for name in host.names} == {"GET"}
    assert reach(found, "mark-read", "direct") == ("server", "read-conversation")
    assert reach(found, "mark-read", "status") == ("server", "read-older")
    assert reach(found, "mark-read", "notification") == ("server", "read-older")
    assert reach(found, "mark-unread", "direct") == ("server", "unread-conversation")
    assert reach(found, "mark-unread", "notification") == (
        "here",
        "no-mark-unread-notices",
    )
    assert reach(found, "remove", "direct") == ("server", "remove-conversation")
    assert reach(found, "remove", "direct", own=True) == (
        "server",
        "remove-conversation",
    )
    assert reach(found, "remove", "notification") == ("server", "dismiss-notice")
    assert reach(found, "delete", "status", own=True) == ("server", "delete-status")
    assert reach(found, "delete", "direct") == ("nowhere", "not-yours")
    assert reach(found, "delete", "notification") == ("nowhere", "remove-instead")
    assert reach(found, "hide", "announcement") == ("here", "hide-here")
    assert reach(found, "delete", "follow_request") == ("nowhere", "answer-request")


POLICY = "GET /api/v2/notifications/policy"


@pytest.mark.parametrize(
    ("rule", "warnings"),
    [
        ("accept", ()),
        ("filter", ("private-filtered",)),
        ("drop", ("private-dropped",)),
        ("dance", ()),
        (7, ()),
    ],
)
def test_what_becomes_of_strangers_is_told(rule: object, warnings: object) -> None:
    policy = {"for_private_mentions": rule}
    found, _ = capabilities({**TODAY, POLICY: Answer(200, policy)})
    assert found.warnings == warnings


def test_recorded_policy_holds_strangers_back() -> None:
    found, _ = capabilities({**TODAY, POLICY: mastodon("029")})
    assert found.warnings == ("private-filtered",)


@pytest.mark.parametrize("answer", [Answer(403, {}), Answer(500, ""), Answer(200, [])])
def test_policy_that_nobody_tells_is_none(answer: Answer) -> None:
    found, _ = capabilities({**TODAY, POLICY: answer})
    assert found.warnings == ()


def test_what_was_found_comes_back_as_stored() -> None:
    found, _ = capabilities(TODAY)
    stored = json.loads(json.dumps(found.as_json()))
    assert Capabilities.from_json(stored).abilities == found.abilities
    facts = Facts.from_json(stored["facts"])
    assert (facts.level, facts.unreading, facts.bulk) == (11, True, True)
    assert facts == Facts.from_json(found.facts)
    assert facts.id


def test_gotosocial_lacks_what_it_lacks() -> None:
    script = {
        **LISTINGS,
        FILTERED: gotosocial("078"),
        ANNOUNCEMENTS: gotosocial("007"),
        V2: gotosocial("004"),
        ME: Answer(200, person(ALICE, "alice")),
        **node("gotosocial"),
    }
    found, _ = capabilities(script)
    assert (found.software, found.max_text) == ("gotosocial", 5000)
    assert reach(found, "mark-read", "direct") == ("server", "read-conversation")
    assert reach(found, "mark-unread", "direct") == ("here", "no-mark-unread")
    assert reach(found, "remove", "notification") == ("nowhere", "no-dismiss")
    assert found.warnings == ("shared-limit",)
    facts = Facts.from_json(found.facts)
    assert (facts.shared, facts.bulk, facts.gives("filtered")) == (True, False, False)
    assert (facts.guarding, facts.clearing) == (False, True)
    assert (found.written(NEW).files, found.written(NEW).max_text) == (6, 5000)


@pytest.mark.parametrize(
    ("version", "level", "software", "wanted"),
    [
        ("4.1.2", 0, "mastodon", "here"),
        ("4.2.0", 0, "mastodon", "server"),
        ("4.3.0", 2, "mastodon", "server"),
        ("4.2.10+hometown-1.1.1", 0, "hometown", "server"),
        ("3.5.3 (compatible; Pleroma 2.9)", 0, "pleroma", "here"),
        ("2.7.2 (compatible; Akkoma 3.13)", 0, "", "here"),
        ("nightly", 11, "mastodon", "server"),
        ("٤.٢", 0, "mastodon", "here"),
    ],
)
def test_marking_unread_is_mastodons_since_4_2(
    version: str, level: int, software: str, wanted: str
) -> None:
    answer = instance(version, api_versions={"mastodon": level})
    known = node(software) if software else {}
    found, _ = capabilities({**TODAY, V2: answer, **known})
    assert reach(found, "mark-unread", "direct")[0] == wanted


@pytest.mark.parametrize(
    ("software", "read", "remove", "dismiss"),
    [
        ("mastodon", True, True, True),
        ("akkoma", True, True, True),
        ("iceshrimp.net", True, False, True),
        ("pixelfed", False, False, False),
        ("sharkey", False, False, False),
        ("takahe", False, False, True),
        ("something-new", True, True, True),
    ],
)
def test_known_software_is_known_to_lack_calls(
    software: str, read: bool, remove: bool, dismiss: bool
) -> None:
    found, _ = capabilities({**TODAY, **node(software)})
    reaches = [
        reach(found, "mark-read", "direct")[0],
        reach(found, "remove", "direct")[0],
        reach(found, "remove", "status")[0],
    ]
    wanted = zip((read, remove, dismiss), ("here", "nowhere", "nowhere"), strict=True)
    assert reaches == ["server" if can else otherwise for can, otherwise in wanted]


BARE = Answer(404, "<html>")
TABLE: dict[str, tuple[Script, str]] = {
    # conversations read, unread, removed; notices read, dismissed; people let in
    "akkoma": ({FILTERED: NO_ROUTE}, "server here server server server -"),
    "pleroma": ({FILTERED: NO_ROUTE}, "server here server server server -"),
    "pixelfed": (
        {FILTERED: BARE, MARKERS: BARE, ANNOUNCEMENTS: BARE},
        "here here nowhere here nowhere -",
    ),
    "takahe": (
        {FILTERED: NO_ROUTE, MARKERS: NO_ROUTE},
        "here here nowhere here server -",
    ),
    "iceshrimp.net": ({FILTERED: NO_ROUTE}, "server here nowhere server server -"),
    "sharkey": (
        dict.fromkeys((FILTERED, MARKERS, FOLLOWS), UNAUTHORIZED),
        "here here nowhere here nowhere -",
    ),
    "mastodon": ({}, "server server server server server filtered"),
}


@pytest.mark.parametrize("software", TABLE)
def test_known_software_offers_what_it_has_and_says_what_it_lacks(
    software: str,
) -> None:
    lacking, wanted = TABLE[software]
    found, _ = capabilities({**TODAY, **lacking, **node(software)})
    asked = [
        ("mark-read", "direct"),
        ("mark-unread", "direct"),
        ("remove", "direct"),
        ("mark-read", "notification"),
        ("remove", "notification"),
    ]
    reaches = [reach(found, *one)[0] for one in asked]
    facts = Facts.from_json(found.facts)
    reaches.append("filtered" if facts.gives("filtered") else "-")
    assert " ".join(reaches) == wanted
    assert reach(found, "delete", "status", own=True) == ("server", "delete-status")
    assert all(reach(found, *one)[1] for one in asked)
    assert found.software == software


def test_scopes_of_pixelfed_cover_what_it_has() -> None:
    found, _ = capabilities(
        {**TODAY, **node("pixelfed")}, scope="read write follow push"
    )
    assert found.warnings == ()


def test_old_host_has_the_first_instance_answer_only() -> None:
    for missing in (
        NO_ROUTE,
        Answer(404, "<html>"),
        Answer(404, None),
        Answer(200, {}),
    ):
        found, _ = capabilities({**TODAY, V2: missing, V1: mastodon("299")})
        assert found.version == "2.8.0"


def test_host_that_shows_itself_to_its_people_only_is_asked_with_the_token() -> None:
    found, host = capabilities({**TODAY, V2: [UNAUTHORIZED, mastodon("021")]})
    first, second = host.called(V2)
    assert "Authorization" not in first.headers
    assert second.headers["Authorization"] == f"Bearer {TOKEN}"
    assert found.version == "4.6.4"


@pytest.mark.parametrize("body", [{}, [], "text", {"version": 5}])
def test_host_of_another_kind_is_none(body: object) -> None:
    with pytest.raises(TemporaryError) as caught:
        capabilities({**TODAY, V2: Answer(200, body), V1: NO_ROUTE})
    assert caught.value.code in {"not-mastodon", "not-json"}


def test_handles_end_with_the_domain_that_the_host_gives() -> None:
    split = instance("4.4.0", domain="people.example", account_domain="people.example")
    client, _ = client_of({ME: mastodon("008"), V2: split})
    identity = client.whoami()
    assert identity.handle.endswith("@people.example")
    assert identity.domain == "people.example"


def test_granted_scopes_decide_what_is_offered() -> None:
    found, host = capabilities(TODAY, scope="read write:statuses")
    assert reach(found, "mark-read", "direct") == (
        "here",
        "no-permission-conversations",
    )
    assert reach(found, "remove", "direct") == (
        "nowhere",
        "no-permission-conversations",
    )
    assert reach(found, "remove", "notification") == (
        "nowhere",
        "no-permission-dismiss",
    )
    assert reach(found, "delete", "direct", own=True) == ("server", "delete-status")
    assert reach(found, "react", "direct") == ("nowhere", "no-permission-favourites")
    assert reach(found, "accept", "follow_request") == (
        "nowhere",
        "no-permission-follows",
    )
    assert reach(found, "reject", "notification_request") == (
        "nowhere",
        "no-permission-senders",
    )
    assert reach(found, "clear-notices", "notification") == (
        "nowhere",
        "no-permission-dismiss",
    )
    assert found.written("direct").visibilities == ("direct",)
    assert (found.written("direct").files, found.written("direct").mimes) == (0, ())
    assert found.warnings == (
        *("no-permission-conversations", "no-permission-dismiss"),
        *("no-permission-favourites", "no-permission-media", "no-permission-follows"),
    )
    assert APP not in host.names


def test_pasted_token_may_do_what_its_app_may() -> None:
    app = Answer(200, {"name": "x", "scopes": ["read"]})
    found, _ = capabilities({**TODAY, APP: app})
    assert reach(found, "delete", "status", own=True) == (
        "nowhere",
        "no-permission-delete",
    )
    unknown, _ = capabilities({**TODAY, APP: NO_ROUTE})
    assert reach(unknown, "delete", "status", own=True) == ("server", "delete-status")


def test_listing_that_the_token_may_not_see_turns_its_box_off() -> None:
    found, _ = capabilities(
        {**TODAY, NOTICES: FORBIDDEN, FOLLOWS: FORBIDDEN, FILTERED: FORBIDDEN}
    )
    assert found.boxes["notices"] == found.boxes["mentions"] == "no-permission-notices"
    assert found.boxes["requests"] == "no-permission-requests"
    assert found.boxes["messages"] == ""
    assert reach(found, "remove", "notification") == ("nowhere", "no-dismiss")


def test_host_that_answers_401_for_all_it_lacks_is_not_signed_out() -> None:
    lacking = dict.fromkeys((FOLLOWS, FILTERED, ANNOUNCEMENTS, MARKERS), UNAUTHORIZED)
    found, _ = capabilities({**TODAY, **lacking, **node("sharkey")})
    facts = Facts.from_json(found.facts)
    assert not facts.gives("filtered")
    assert reach(found, "mark-read", "notification") == ("here", "no-markers")


def test_host_without_conversations_says_so() -> None:
    found, _ = capabilities({**TODAY, ROWS: NO_ROUTE})
    assert "no-conversations" in found.warnings
    assert reach(found, "mark-read", "direct") == ("here", "no-conversations")


def test_trouble_while_asking_is_no_lack() -> None:
    with pytest.raises(TemporaryError):
        capabilities({**TODAY, FILTERED: Answer(502, "<html>")})


def test_dead_token_is_told() -> None:
    with pytest.raises(CredentialsError):
        capabilities({**TODAY, ME: mastodon("070")})


@pytest.mark.parametrize(
    ("count", "seconds"), [(1, 1), (30, 30), (31, 1801), (1000, 59410)]
)
def test_preview_tells_how_long_deletes_take(count: int, seconds: int) -> None:
    found, _ = capabilities(TODAY)
    own = found.ability("delete", "status", own=True)
    assert own.duration(count) == seconds


def test_ten_thousand_deletes_take_a_week() -> None:
    found, _ = capabilities(TODAY)
    days = found.ability("delete", "status", own=True).duration(10_000) / 86_400
    assert 6.5 < days < 7.5


def test_abilities_cover_every_source_of_every_verb() -> None:
    found, _ = capabilities(TODAY)
    tables = {k: v for k, v in found.abilities.items() if k != "clear-notices"}
    sources = {source for table in tables.values() for source in table}
    assert all(set(table) == sources for table in tables.values())
    assert set(found.abilities["clear-notices"]) == {"notification"}
    assert all(
        ability.effect or ability.reason
        for table in found.abilities.values()
        for ability in table.values()
    )
    assert isinstance(found.abilities["delete"]["status:own"], Ability)


def test_client_without_facts_finds_them_once() -> None:
    client, host = client_of(TODAY, Facts(), unknown=True)
    client.listings()
    client.pull("conversations", None)
    assert len(host.called(V2)) == 1


@pytest.mark.parametrize("stored", [{}, {"scopes": 5, "missing": [], "level": "x"}])
def test_stored_facts_of_another_release_are_read(stored: Mapping[str, object]) -> None:
    facts = Facts.from_json(stored)
    assert facts.gives("conversations")
    assert facts.may("write:statuses")


# --- Taking the token back ------------------------------------------------------------


def test_token_is_taken_back_with_the_apps_credentials() -> None:
    name = "POST /oauth/revoke"
    app = {"client_id": "id", "client_secret": "secret"}
    client, host = client_of({name: Answer(200, {})}, credentials=app)
    assert client.revoke()
    assert host.calls[0].body == {**app, "token": TOKEN}
    assert TOKEN not in host.calls[0].url


def test_token_that_cannot_be_taken_back_is_told() -> None:
    assert not client_of({})[0].revoke()
    app = {"client_id": "id", "client_secret": "secret"}
    assert not client_of({}, GOTOSOCIAL, credentials=app)[0].revoke()
