"""Pages, pictures, nodeinfo and the JSON door for playing the other side."""

import io

import pytest
import requests
from PIL import Image

from simulators import misskey
from simulators.misskey import Simulator
from simulators.misskey.profiles import PROFILES
from tests.simulators.misskey.shapes import misfits, recorded


def get(sim: Simulator, path: str, **headers: str) -> requests.Response:
    return requests.get(f"{sim.url}{path}", headers=headers, timeout=5)


def test_nodeinfo_is_found_and_has_the_recorded_shape(sim: Simulator) -> None:
    links = get(sim, "/.well-known/nodeinfo").json()["links"]
    answer = requests.get(links[0]["href"], timeout=5)
    expected = recorded("005")
    headers = expected["headers"]
    assert isinstance(headers, dict)
    assert answer.headers["Content-Type"] == headers["content-type"]
    assert misfits(expected["body"], answer.json()) == []


@pytest.mark.parametrize(
    "path",
    [
        "/identicon/bob",
        "/files/face-hana.webp",
        "/files/harbour-2.webp",
        "/emoji/blobcat.webp",
        "/emoji/snow@remote.example.webp",
        "/static-assets/icon.webp",
    ],
)
def test_pictures_are_real_and_always_the_same(sim: Simulator, path: str) -> None:
    first, second = get(sim, path), get(sim, path)
    assert first.content == second.content
    with Image.open(io.BytesIO(first.content)) as picture:
        assert picture.format == "WEBP"
        assert picture.width >= 96


@pytest.mark.parametrize("path", ["/emoji/nothing.webp", "/files/nothing", "/notes/x"])
def test_what_is_not_there_is_404(sim: Simulator, path: str) -> None:
    assert get(sim, path).status_code == 404


def test_note_page_escapes_and_keeps_private_notes(sim: Simulator) -> None:
    public = sim.note("bob", "<script>alert(1)</script>")["id"]
    private = sim.direct("bob", "alice", "secret")["id"]
    assert "&lt;script&gt;" in get(sim, f"/notes/{public}").text
    assert "secret" not in get(sim, f"/notes/{private}").text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/@bob",
        "/chat/user/x",
        "/my/messaging/bob",
        "/my/notifications",
        "/api-doc",
    ],
)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_links_to_the_host_lead_to_a_page(
    sim: Simulator, path: str, language: str
) -> None:
    answer = get(sim, path, **{"Accept-Language": language})
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.text


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_page_of_the_other_side_shows_the_people(profile: str, language: str) -> None:
    with misskey.running(profile=profile, world="demo") as sim:
        page = get(sim, "/_sim/?me=taro", **{"Accept-Language": language})
        assert page.status_code == 200
        assert "@taro" in page.text
        assert "<script>alert(1)" not in page.text


def test_form_of_the_other_side_writes(sim: Simulator) -> None:
    form = {"verb": "direct", "by": "bob", "me": "alice", "text": "hello"}
    answer = requests.post(f"{sim.url}/_sim/", data=form, timeout=5)
    assert answer.status_code == 200
    (note,) = sim.notes_of("bob")
    assert (note.text, note.visibility) == ("hello", "specified")


def test_json_door_plays_and_tells_the_state(sim: Simulator) -> None:
    url = f"{sim.url}/_sim/api/chat"
    body = {"by": "bob", "to": "alice", "text": "hello"}
    message = requests.post(url, json=body, timeout=5).json()["id"]
    state = get(sim, "/_sim/state?user=alice").json()
    assert state["people"]["alice"]["unreadChats"] == 1
    (chat,) = state["details"][0]["chats"]
    assert chat == {"with": "bob", "read": False, "messages": [message]}


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("no-such-action", {}),
        ("_user", {"acct": "bob"}),
        ("chat", {"by": "nobody", "to": "alice", "text": "x"}),
        ("chat", {"wrong": 1}),
        ("fault", {"where": "*", "kind": "nonsense"}),
    ],
)
def test_json_door_refuses_what_it_does_not_know(
    sim: Simulator, action: str, body: dict[str, object]
) -> None:
    answer = requests.post(f"{sim.url}/_sim/api/{action}", json=body, timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_token_and_approval_over_json(sim: Simulator) -> None:
    body: dict[str, object] = {"user": "alice", "permissions": ["read:account"]}
    answer = requests.post(f"{sim.url}/_sim/api/token", json=body, timeout=5)
    token = answer.json()["token"]
    me = requests.post(f"{sim.url}/api/i", json={"i": token}, timeout=5)
    assert me.json()["username"] == "alice"
    body = {"user": "alice", "session": "s1", "permission": "read:account"}
    requests.post(f"{sim.url}/_sim/api/approve", json=body, timeout=5)
    checked = requests.post(f"{sim.url}/api/miauth/s1/check", json={}, timeout=5)
    assert checked.json()["ok"] is True
