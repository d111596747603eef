"""MiAuth: what a person allows is what the program gets, once."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from simulators.misskey import Simulator
from tests.simulators.misskey.scene import Scene
from tests.simulators.misskey.shapes import misfits, recorded

SESSION = "11111111-2222-4333-8444-555555555555"
CALLBACK = "http://localhost:8000/back?state=a%20b&session=old"


def page_url(sim: Simulator, **query: str) -> str:
    return f"{sim.url}/miauth/{SESSION}?{urlencode(query)}"


def decide(sim: Simulator, decision: str, **form: str) -> requests.Response:
    """Press a button of the page for alice."""
    answers = {"user": "alice", "decision": decision, **form}
    url = f"{sim.url}/miauth/{SESSION}"
    return requests.post(url, data=answers, allow_redirects=False, timeout=5)


def check(sim: Simulator, session: str = SESSION) -> dict[str, object]:
    answer = requests.post(f"{sim.url}/api/miauth/{session}/check", json={}, timeout=5)
    assert answer.status_code == 200
    body = answer.json()
    assert isinstance(body, dict)
    return body


def test_page_names_the_app_and_its_permissions(sim: Simulator) -> None:
    query = {"name": "Inbox <b>", "permission": "read:account,no:such"}
    page = requests.get(page_url(sim, **query), timeout=5).text
    assert "Inbox &lt;b&gt;" in page
    assert "read:account" in page
    assert "no:such" not in page


def test_page_speaks_japanese_to_japanese_browsers(sim: Simulator) -> None:
    headers = {"Accept-Language": "ja,en;q=0.5"}
    page = requests.get(page_url(sim), headers=headers, timeout=5).text
    assert "許可する" in page


def test_page_marks_the_wanted_person(sim: Simulator) -> None:
    page = requests.get(page_url(sim, user="hana"), timeout=5).text
    assert 'value="hana" checked' in page


def test_allowing_leads_back_with_the_session(sim: Simulator) -> None:
    answer = decide(sim, "allow", callback=CALLBACK, permission="read:account")
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query == {"state": ["a b"], "session": [SESSION]}


def test_check_gives_the_token_once(sim: Simulator) -> None:
    assert check(sim) == {"ok": False}
    decide(sim, "allow", permission="read:account")
    first = check(sim)
    assert misfits(recorded("007")["body"], first) == []
    assert check(sim) == {"ok": False}
    answer = requests.post(f"{sim.url}/api/i", json={"i": first["token"]}, timeout=5)
    assert answer.json()["username"] == "alice"


def test_token_opens_only_what_was_allowed(sim: Simulator) -> None:
    decide(sim, "allow", permission="read:notifications")
    scene = Scene(sim, str(check(sim)["token"]))
    assert scene.post("i/notifications").status_code == 200
    assert scene.post("i").status_code == 403


def test_misspelt_permission_grants_nothing(sim: Simulator) -> None:
    sim.approve(page_url(sim, permisson="read:account"), "alice")
    scene = Scene(sim, str(check(sim)["token"]))
    assert scene.post("i").json() == recorded("025")["body"]


def test_denying_tells_nobody(sim: Simulator) -> None:
    answer = decide(sim, "deny", callback=CALLBACK)
    assert answer.status_code == 200
    assert "Location" not in answer.headers
    assert check(sim) == {"ok": False}


@pytest.mark.parametrize("callback", ["javascript:alert(1)", "data:text/html,x"])
def test_dangerous_callback_is_not_followed(sim: Simulator, callback: str) -> None:
    assert decide(sim, "allow", callback=callback).status_code == 200


def test_duplicate_checks_can_be_switched_on(sim: Simulator) -> None:
    sim.duplicate_checks(1)
    decide(sim, "allow")
    assert check(sim)["token"] == check(sim)["token"]
    assert check(sim) == {"ok": False}


def test_approval_is_announced_to_the_person(sim: Simulator) -> None:
    decide(sim, "allow")
    assert [row.type for row in sim.notifications_of("alice")] == ["createToken"]


def test_revoking_on_the_settings_page_ends_the_token(sim: Simulator) -> None:
    scene = Scene(sim, sim.token("alice"))
    url = f"{sim.url}/settings/apps"
    requests.post(url, data={"token": scene.token[:10]}, timeout=5)
    assert scene.post("i").json() == recorded("136")["body"]
