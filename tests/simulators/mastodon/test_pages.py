"""Pages for people: the other side, posts, apps; and the other side as JSON."""

import pytest
import requests

from simulators import mastodon
from simulators.mastodon import Simulator
from simulators.mastodon.profiles import PROFILES
from tests.simulators.mastodon.scene import Scene


def get(sim: Simulator, path: str, language: str = "en") -> requests.Response:
    headers = {"Accept-Language": language}
    return requests.get(f"{sim.url}{path}", headers=headers, timeout=5)


@pytest.mark.parametrize("path", ["/", "/@bob", "/oauth/authorized_applications"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_links_to_the_host_lead_to_a_page(
    sim: Simulator, path: str, language: str
) -> None:
    answer = get(sim, path, language)
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.text


def test_page_of_a_post_escapes_and_keeps_private_ones(
    sim: Simulator, alice: Scene
) -> None:
    public = sim.status("bob", "<script>alert(1)</script>")["id"]
    private = sim.direct("bob", "alice", "secret")["id"]
    url = alice.call(f"GET /api/v1/statuses/{public}").json()["url"]
    assert "&lt;script&gt;" in requests.get(url, timeout=5).text
    assert "secret" not in get(sim, f"/@bob/{private}").text
    assert get(sim, "/@bob/1").status_code == 404


def test_pictures_are_drawn(sim: Simulator, alice: Scene) -> None:
    me = alice.call("GET /api/v1/accounts/verify_credentials").json()
    emoji = alice.call("GET /api/v1/custom_emojis").json()[0]
    for url in (me["avatar"], me["header"], emoji["url"], f"{sim.url}/favicon.ico"):
        answer = requests.get(url, timeout=5)
        assert answer.headers["Content-Type"] == "image/webp"


def test_token_is_revoked_by_a_button(sim: Simulator, alice: Scene) -> None:
    url = f"{sim.url}/oauth/authorized_applications"
    requests.post(url, data={"token": alice.token[:10]}, timeout=5)
    answer = alice.call("GET /api/v1/accounts/verify_credentials")
    assert answer.status_code == 401


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_page_of_the_other_side_shows_the_people(profile: str, language: str) -> None:
    with mastodon.running(profile=profile, world="demo") as sim:
        page = get(sim, "/_sim/?me=kai", language)
        assert page.status_code == 200
        assert "@kai" in page.text
        assert "<script>alert(1)" not in page.text


FORMS = [
    ({"verb": "direct", "by": "bob", "text": "hello"}, "mention"),
    ({"verb": "late", "by": "bob", "text": "hello"}, "mention"),
    ({"verb": "suspicious", "by": "bob", "text": "hello"}, "mention"),
    ({"verb": "follow", "by": "bob"}, "follow"),
    ({"verb": "request", "by": "bob"}, "follow_request"),
    ({"verb": "favourite", "by": "bob", "status": "$mine"}, "favourite"),
    ({"verb": "reblog", "by": "bob", "status": "$mine"}, "reblog"),
    ({"verb": "quote", "by": "bob", "status": "$mine"}, "quote"),
    ({"verb": "reply", "by": "bob", "status": "$mine"}, "mention"),
    ({"verb": "notice", "by": "bob", "kind": "something_new"}, "something_new"),
]


@pytest.mark.parametrize(("form", "kind"), FORMS, ids=[row[0]["verb"] for row in FORMS])
def test_form_of_the_other_side_acts(
    sim: Simulator, alice: Scene, form: dict[str, str], kind: str
) -> None:
    alice.name("mine", sim.status("alice", "hello"))
    sent = {key: str(alice.fill(value)) for key, value in form.items()}
    answer = requests.post(f"{sim.url}/_sim/", data={"me": "alice", **sent}, timeout=5)
    assert f"✓ {form['verb']}" in answer.text
    assert [row.type for row in sim.notifications_of("alice")] == [kind]


@pytest.mark.parametrize(
    "verb",
    ["vacuum", "narrow", "wide", "slow", "quick", "limits", "revoke", "disable"],
)
def test_switches_of_the_other_side_work(sim: Simulator, verb: str) -> None:
    form = {"me": "alice", "verb": verb, "on": "0"}
    answer = requests.post(f"{sim.url}/_sim/", data=form, timeout=5)
    assert f"✓ {verb}" in answer.text


def test_json_door_plays_and_tells_the_state(sim: Simulator) -> None:
    body = {"by": "bob", "to": "alice", "text": "hello"}
    sim.follow("alice", "bob")
    answer = requests.post(f"{sim.url}/_sim/api/direct", json=body, timeout=5).json()
    state = get(sim, "/_sim/state?user=alice").json()
    assert state["people"]["alice"]["unreadConversations"] == 1
    (row,) = state["details"][0]["conversations"]
    assert (row["with"], row["statuses"]) == (["bob"], [answer["id"]])


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("no-such-action", {}),
        ("_user", {"acct": "bob"}),
        ("direct", {"by": "nobody", "to": "alice", "text": "x"}),
        ("direct", {"wrong": 1}),
        ("fault", {"where": "*", "kind": "nonsense"}),
        ("approve", {"url": "http://x/oauth/authorize", "acct": "alice"}),
    ],
)
def test_json_door_refuses_what_it_does_not_know(
    sim: Simulator, action: str, body: dict[str, object]
) -> None:
    answer = requests.post(f"{sim.url}/_sim/api/{action}", json=body, timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_calls_are_remembered_without_secrets(sim: Simulator, alice: Scene) -> None:
    alice.call("GET /api/v1/notifications", {"limit": "3"})
    requests.post(
        f"{sim.url}/oauth/token",
        data={"client_id": "x", "client_secret": "very secret", "code": "c0de"},
        timeout=5,
    )
    (call,) = sim.calls("GET /api/v1/notifications")
    assert (call.params, call.status, call.user) == ({"limit": "3"}, 200, "alice")
    shown = get(sim, "/_sim/calls").text
    assert "very secret" not in shown
    assert "c0de" not in shown
    assert alice.token not in shown
