"""Files are uploaded, waited for, refused; people are searched for."""

import pytest

from simulators.mastodon import Simulator
from tests.simulators.mastodon.scene import Scene
from tests.simulators.mastodon.shapes import misfits, recorded

POST, SEARCH = "POST /api/v1/statuses", "GET /api/v1/accounts/search"


def test_uploaded_file_hangs_on_a_status(sim: Simulator, alice: Scene) -> None:
    media = alice.upload("cat.png", b"bytes", description="a cat").json()
    assert (media["type"], media["description"]) == ("image", "a cat")
    status = alice.call(POST, {"status": "", "media_ids": [media["id"]]}).json()
    assert status["media_attachments"][0]["url"] == media["url"]


def test_slow_upload_is_asked_for_again(sim: Simulator, alice: Scene) -> None:
    sim.slow(10)
    answer = alice.upload("cat.png", b"bytes")
    media = answer.json()["id"]
    assert (answer.status_code, answer.json()["url"]) == (202, None)
    assert alice.call(f"GET /api/v1/media/{media}").status_code == 206
    sim.advance(11)
    assert alice.call(f"GET /api/v1/media/{media}").status_code == 200


def test_unfinished_upload_does_not_hang_on_a_status(
    sim: Simulator, alice: Scene
) -> None:
    sim.slow(10)
    media = alice.upload("cat.png", b"bytes").json()["id"]
    body: dict[str, object] = {"status": "look", "media_ids": [media]}
    answer = alice.call(POST, body)
    assert answer.status_code == 422
    assert "not finished processing" in answer.json()["error"]
    sim.finish()
    assert alice.call(POST, body).status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(0, 422), (10, 202)])
def test_file_that_the_host_fails_at_is_refused_in_the_end(
    sim: Simulator, alice: Scene, seconds: int, status: int
) -> None:
    sim.slow(seconds)
    sim.spoil_uploads()
    answer = alice.upload("cat.png", b"bytes")
    assert answer.status_code == status
    (media,) = sim.state.media
    look = alice.call(f"GET /api/v1/media/{media}")
    assert look.status_code == 422
    assert look.json() == {"error": "Error processing thumbnail for uploaded media"}


def test_file_of_an_unknown_type_is_refused(alice: Scene) -> None:
    assert alice.upload("x.exe", b"MZ", mime="application/exe").status_code == 422


@pytest.mark.parametrize(
    ("sim", "most"), [("4.6", 4), ("gotosocial", 6)], indirect=["sim"]
)
def test_only_so_many_files_hang_on_a_status(alice: Scene, most: int) -> None:
    files = [alice.upload("cat.png", b"x").json()["id"] for _ in range(most + 1)]
    assert alice.call(POST, {"status": "", "media_ids": files}).status_code >= 400
    assert alice.call(POST, {"status": "", "media_ids": files[:most]}).ok


def test_thirty_uploads_are_enough_for_half_an_hour(alice: Scene) -> None:
    answers = [alice.upload("cat.png", b"x").status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]


def test_uploaded_file_has_the_recorded_shape(alice: Scene) -> None:
    expected, answer = recorded("024"), alice.upload("cat.png", b"bytes")
    assert answer.status_code == expected["status"]
    assert misfits(expected["body"], answer.json()) == []


@pytest.mark.parametrize("sim", ["4.6", "4.1", "gotosocial"], indirect=True)
def test_search_finds_the_named_one_first(sim: Simulator, alice: Scene) -> None:
    sim.person("bobby")
    found = alice.call(SEARCH, {"q": "@bob"}).json()
    assert [one["acct"] for one in found] == ["bob", "bobby"]
    assert len(alice.call(SEARCH, {"q": "bob", "limit": "1"}).json()) == 1
    assert alice.call(SEARCH, {"q": " "}).json() == []
    assert Scene(sim).call(SEARCH, {"q": "bob"}).status_code == 401


def test_other_host_is_only_asked_if_wanted(sim: Simulator, alice: Scene) -> None:
    sim.person_elsewhere("zoe@far.example")
    query = {"q": "zoe@far.example"}
    assert alice.call(SEARCH, query).json() == []
    lookup = {"acct": "zoe@far.example"}
    assert alice.call("GET /api/v1/accounts/lookup", lookup).status_code == 404
    (zoe,) = alice.call(SEARCH, {**query, "resolve": "true"}).json()
    assert zoe["acct"] == "zoe@far.example"
    assert alice.call("GET /api/v1/accounts/lookup", lookup).json()["id"] == zoe["id"]


def test_post_finds_the_people_whom_it_names(sim: Simulator, alice: Scene) -> None:
    sim.person_elsewhere("zoe@far.example")
    answer = alice.call(POST, {"status": "@zoe@far.example @amy@far.example hi"}).json()
    assert [one["acct"] for one in answer["mentions"]] == ["zoe@far.example"]
