"""Faults of a sick host, and bodies that no document knows."""

import pytest
import requests

from simulators.mastodon import Simulator
from tests.simulators.mastodon.scene import Scene

ROWS = "GET /api/v1/conversations"


def test_sick_host_answers_with_a_page_until_it_recovers(
    sim: Simulator, alice: Scene
) -> None:
    sim.fell_ill()
    answer = alice.call(ROWS)
    assert answer.status_code == 502
    assert "<h1>" in answer.text
    sim.recovered()
    assert alice.call(ROWS).status_code == 200


def test_null_stands_where_an_object_is_due(sim: Simulator, alice: Scene) -> None:
    sim.follow("alice", "bob")
    sim.direct("bob", "alice", "hello")
    sim.fault("api/v1/conversations", "nulls")
    (row,) = alice.call(ROWS).json()
    assert row["last_status"] is None
    assert row["unread"] is True


def test_huge_body_is_ten_megabytes(sim: Simulator, alice: Scene) -> None:
    sim.fault("api/v1/conversations", "huge")
    assert len(alice.call(ROWS).content) > 10_000_000


def test_slow_bytes_arrive_whole(sim: Simulator, alice: Scene) -> None:
    whole = alice.call("GET /api/v1/instance").content
    sim.fault("api/v1/instance", "drip", seconds=0.001)
    assert alice.call("GET /api/v1/instance").content == whole


def test_next_page_never_ends(sim: Simulator, alice: Scene) -> None:
    sim.fault("api/v1/conversations", "next")
    url, seen = f"{sim.url}/api/v1/conversations?limit=2", set()
    headers = {"Authorization": f"Bearer {alice.token}"}
    for _ in range(5):
        url = requests.get(url, headers=headers, timeout=5).links["next"]["url"]
        seen.add(url)
    assert len(seen) == 5
    assert "limit=2" in url


def test_next_page_may_lie_on_another_host(sim: Simulator, alice: Scene) -> None:
    elsewhere = "https://elsewhere.example/api/v1/conversations?max_id=1"
    sim.fault("api/v1/conversations", "next", header=elsewhere)
    assert alice.call(ROWS).links["next"]["url"] == elsewhere


def test_status_may_have_no_page(sim: Simulator, alice: Scene) -> None:
    status = sim.status("erin@remote.example", "@alice hello", url="")["id"]
    found = alice.call(f"GET /api/v1/statuses/{status}").json()
    assert found["url"] is None
    assert found["uri"].startswith("https://remote.example/")


def test_markup_of_other_hosts_is_passed_on(sim: Simulator, alice: Scene) -> None:
    hostile = "<p onclick=alert(1)><script>alert(2)</script>"
    status = sim.status("erin@remote.example", "@alice", html=hostile)["id"]
    assert alice.call(f"GET /api/v1/statuses/{status}").json()["content"] == hostile


@pytest.mark.parametrize("sim", ["sharkey"], indirect=True)
def test_sharkey_calls_every_refusal_unauthorized(sim: Simulator, alice: Scene) -> None:
    assert alice.call("GET /api/v1/statuses/1").status_code == 401
    assert alice.call("GET /api/v1/accounts/verify_credentials").status_code == 200


def test_dead_app_takes_its_tokens_along(sim: Simulator, alice: Scene) -> None:
    sim.vacuum_apps()
    assert alice.call(ROWS).status_code == 401


def test_revoked_and_disabled_people_are_refused(sim: Simulator, alice: Scene) -> None:
    sim.disable("alice")
    assert alice.call(ROWS).status_code == 403
    sim.disable("alice", disabled=False)
    sim.revoke("alice")
    assert alice.call(ROWS).status_code == 401


def test_row_may_name_nobody(sim: Simulator, alice: Scene) -> None:
    sim.follow("alice", "bob")
    sim.direct("bob", "alice", "hello")
    sim.desert_row(sim.rows_of("alice")[0].id)
    (row,) = alice.call(ROWS).json()
    assert row["accounts"] == []
    assert requests.get(f"{sim.url}/_sim/?me=alice", timeout=5).status_code == 200


@pytest.mark.parametrize(
    ("kind", "ready", "url", "preview"),
    [
        ("image", True, True, True),
        ("image", False, False, False),
        ("audio", True, True, False),
        ("unknown", True, True, False),
    ],
)
def test_attachment_may_lack_its_addresses(
    sim: Simulator, alice: Scene, kind: str, ready: bool, url: bool, preview: bool
) -> None:
    status = str(sim.mention("bob", "alice", "look")["id"])
    sim.attach(status, alt="hills", kind=kind, ready=ready)
    found = alice.call(f"GET /api/v1/statuses/{status}").json()
    (media,) = found["media_attachments"]
    assert media["description"] == "hills"
    assert (media["url"] is not None, media["preview_url"] is not None) == (
        url,
        preview,
    )


def test_unknown_visibility_is_not_public(sim: Simulator, alice: Scene) -> None:
    text = "@alice among friends"
    status = sim.status("bob", text, visibility="mutuals_only")["id"]
    call = f"GET /api/v1/statuses/{status}"
    assert alice.call(call).json()["visibility"] == "mutuals_only"
    assert Scene(sim).call(call).status_code == 404


@pytest.mark.parametrize("sim", ["gotosocial"], indirect=True)
def test_gotosocial_may_answer_with_two_documents(alice: Scene) -> None:
    answer = alice.call("GET /api/v1/markers", {"timeline[]": "banana"})
    assert answer.status_code == 400
    assert answer.text.endswith("}{}")
