"""The People API: oneself, friends, and the pictures and pages that it names."""

import io

import requests
from PIL import Image

from simulators.mixi import Simulator
from tests.simulators.mixi.scene import Scene


def test_self_is_one_object_with_the_four_members(
    sim: Simulator, sakura: Scene
) -> None:
    answer = sakura.call("GET", "people/@me/@self").json()
    entry = answer.pop("entry")
    assert answer == {"startIndex": 0, "itemsPerPage": 1, "totalResults": 1}
    assert set(entry) == {"id", "displayName", "thumbnailUrl", "profileUrl"}
    assert (entry["id"], entry["displayName"]) == (sim.id_of("sakura"), "さくら")
    assert len(entry["id"]) == 13


def test_friends_come_in_pages(sim: Simulator, sakura: Scene) -> None:
    query = {"count": "2", "startIndex": "2"}
    answer = sakura.call("GET", "people/@me/@friends", params=query).json()
    assert [row["id"] for row in answer["entry"]] == [sim.id_of("ren")]
    assert (answer["totalResults"], answer["itemsPerPage"]) == (3, 2)


def test_picture_and_page_of_a_person_exist(sakura: Scene) -> None:
    entry = sakura.call("GET", "people/@me/@self").json()["entry"]
    picture = requests.get(entry["thumbnailUrl"], timeout=5)
    with Image.open(io.BytesIO(picture.content)) as drawn:
        assert drawn.format == "JPEG"
    assert "さくら" in requests.get(entry["profileUrl"], timeout=5).text


def test_new_name_is_told(sim: Simulator, sakura: Scene) -> None:
    sim.rename("sakura", "🌸")
    entry = sakura.call("GET", "people/@me/@self").json()["entry"]
    assert entry["displayName"] == "🌸"
