"""Tokens, permissions and bodies at the door of the API."""

import pytest
import requests

from simulators.misskey import Simulator
from tests.simulators.misskey.scene import Scene
from tests.simulators.misskey.shapes import recorded

BODY_2025 = [
    ("020", b'{"detail": fal', "application/json"),
    ("021", b"x=1", "application/x-www-form-urlencoded"),
    ("022", b"", "application/json"),
]


@pytest.mark.parametrize(("number", "body", "content_type"), BODY_2025)
def test_broken_body_is_refused_as_recorded(
    sim: Simulator, number: str, body: bytes, content_type: str
) -> None:
    headers = {"Content-Type": content_type}
    answer = requests.post(f"{sim.url}/api/meta", data=body, headers=headers, timeout=5)
    assert answer.json() == recorded(number)["body"]
    assert answer.status_code == recorded(number)["status"]


@pytest.mark.parametrize(
    ("sim", "number", "token"),
    [
        ("2025.12", "013", "x" * 32),
        ("2025.12", "016", ""),
        ("2025.12", "015", None),
        ("2024.11", "204", "x" * 32),
        ("12.110", "306", "z" * 32),
        ("12.110", "307", None),
    ],
    indirect=["sim"],
)
def test_wrong_token_is_refused_as_recorded(
    sim: Simulator, number: str, token: str | None
) -> None:
    body = {} if token is None else {"i": token}
    answer = requests.post(f"{sim.url}/api/i", json=body, timeout=5)
    expected = recorded(number)
    assert (answer.status_code, answer.json()) == (expected["status"], expected["body"])
    headers = expected["headers"]
    assert isinstance(headers, dict)
    challenge = answer.headers.get("WWW-Authenticate")
    assert challenge == headers.get("www-authenticate")


@pytest.mark.parametrize(
    ("sim", "number", "endpoint"),
    [
        ("2025.12", "024", "notes/create"),
        ("2025.12", "026", "notes/mentions"),
        ("2025.12", "027", "i/notifications"),
        ("2025.12", "028", "chat/history"),
        ("2025.12", "108", "i/read-announcement"),
        ("2025.12", "238", "notes/thread-muting/create"),
        ("2024.11", "207", "notes/mentions"),
        ("12.110", "308", "notes/create"),
    ],
    indirect=["sim"],
)
def test_missing_permission_is_refused_as_recorded(
    sim: Simulator, number: str, endpoint: str
) -> None:
    answer = Scene(sim, sim.token("alice", [])).post(endpoint)
    expected = recorded(number)
    assert (answer.status_code, answer.json()) == (expected["status"], expected["body"])


def test_token_in_the_header_works(sim: Simulator) -> None:
    headers = {"Authorization": f"Bearer {sim.token('alice')}"}
    answer = requests.post(f"{sim.url}/api/i", json={}, headers=headers, timeout=5)
    assert answer.json()["username"] == "alice"


def test_token_that_is_no_text_is_never_answered(sim: Simulator) -> None:
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{sim.url}/api/i", json={"i": 5}, timeout=0.3)


def test_get_is_not_allowed(sim: Simulator) -> None:
    assert requests.get(f"{sim.url}/api/i", timeout=5).status_code == 405
    unknown = requests.get(f"{sim.url}/api/no/such", timeout=5)
    assert unknown.json() == recorded("019")["body"]


def test_huge_body_is_refused(alice: Scene) -> None:
    assert alice.post("notes/create", {"text": "x" * 1_100_000}).status_code == 413


def test_native_token_opens_secure_endpoints(sim: Simulator) -> None:
    token = sim.token("alice", native=True)
    assert len(token) == 16
    assert Scene(sim, token).post("i/apps").status_code == 200


def test_suspended_person_is_refused(sim: Simulator, alice: Scene) -> None:
    sim.suspend("alice")
    answer = alice.post("i")
    assert (answer.status_code, answer.json()) == (403, recorded("191")["body"])


def test_answered_calls_are_kept_without_the_token(
    sim: Simulator, alice: Scene
) -> None:
    alice.post("i/notifications", {"markAsRead": False, "limit": 3})
    (call,) = sim.calls("i/notifications")
    assert (call.body, call.status) == ({"markAsRead": False, "limit": 3}, 200)
