"""What each host says of itself, and which routes it has."""

import pytest
import requests
from urllib3.util import SKIP_HEADER

from simulators import mastodon
from simulators.mastodon import Simulator
from simulators.mastodon.profiles import PROFILES
from tests.simulators.mastodon.scene import Scene

SOFTWARE = {
    "4.6": ("mastodon", "4.6.4"),
    "4.1": ("mastodon", "4.1.2"),
    "3.5": ("mastodon", "3.5.19"),
    "gotosocial": ("gotosocial", "0.20.0-dev+57cb4fe+git-57cb4fe"),
    "sharkey": ("sharkey", "2025.4.4"),
}
OLD = {"4.1", "3.5", "gotosocial", "sharkey"}


@pytest.mark.parametrize("sim", PROFILES, indirect=True)
def test_nodeinfo_leads_to_the_software(sim: Simulator) -> None:
    links = requests.get(f"{sim.url}/.well-known/nodeinfo", timeout=5).json()["links"]
    document = requests.get(links[0]["href"], timeout=5).json()
    found = (document["software"]["name"], document["software"]["version"])
    assert found == SOFTWARE[sim.state.profile.name]


def test_domain_may_differ_from_the_address() -> None:
    with mastodon.running(uri="https://social.example", name="Social") as sim:
        answer = Scene(sim).call("GET /api/v2/instance").json()
        assert (answer["domain"], answer["title"]) == ("social.example", "Social")
        assert sim.id_of("bob@social.example") == sim.id_of("bob")
        account = Scene(sim).call(f"GET /api/v1/accounts/{sim.id_of('bob')}").json()
        assert account["url"] == f"{sim.url}/@bob"


@pytest.mark.parametrize(
    ("sim", "level"),
    [("4.6", 11), ("4.1", None), ("gotosocial", None)],
    indirect=["sim"],
)
def test_only_new_hosts_tell_their_level(sim: Simulator, level: int | None) -> None:
    versions = Scene(sim).call("GET /api/v2/instance").json().get("api_versions", {})
    assert versions.get("mastodon") == level


@pytest.mark.parametrize("sim", PROFILES, indirect=True)
@pytest.mark.parametrize(
    ("call", "lacking"),
    [
        ("GET /.well-known/oauth-authorization-server", OLD),
        ("GET /api/v2/instance", {"3.5"}),
        ("GET /api/v1/notifications/requests/merged", OLD),
        ("GET /api/v2/notifications/policy", OLD),
        ("GET /api/v1/notifications/unread_count", OLD),
        ("GET /api/v1/announcements", {"gotosocial", "sharkey"}),
        ("GET /api/v1/markers", {"sharkey"}),
        ("GET /api/v2/filters", {"3.5", "sharkey"}),
        ("GET /api/v1/conversations", set()),
    ],
)
def test_routes_are_those_of_the_version(
    sim: Simulator, alice: Scene, call: str, lacking: set[str]
) -> None:
    name = sim.state.profile.name
    expected = 200
    if name in lacking:
        expected = 401 if name == "sharkey" else 404
    assert alice.call(call).status_code == expected


@pytest.mark.parametrize("sim", ["4.6", "4.1", "gotosocial"], indirect=True)
def test_old_answer_says_that_it_is_old_on_new_hosts(sim: Simulator) -> None:
    answer = Scene(sim).call("GET /api/v1/instance")
    new = sim.state.profile.name == "4.6"
    assert ("Deprecation" in answer.headers) is new


@pytest.mark.parametrize("sim", ["4.6", "gotosocial"], indirect=True)
def test_trailing_slash_is_ignored_or_redirected(sim: Simulator, alice: Scene) -> None:
    answer = alice.call("GET /api/v1/conversations/")
    if sim.state.profile.name == "4.6":
        assert answer.status_code == 200
    else:
        assert answer.status_code == 301
        assert answer.headers["Location"] == "/api/v1/conversations"


@pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
def test_gotosocial_wants_a_user_agent(sim: Simulator) -> None:
    skip = {"User-Agent": SKIP_HEADER}
    answer = requests.get(f"{sim.url}/api/v1/instance", headers=skip, timeout=5)
    assert answer.status_code == 418


@pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
def test_gotosocial_says_which_method_is_wrong(alice: Scene) -> None:
    answer = alice.call("GET /api/v1/statuses", {"id[]": ["1"]})
    assert (answer.status_code, answer.text) == (405, "405 method not allowed")
