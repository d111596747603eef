"""Whom one can write to on mixi: the friends, found by their names."""

import pytest

from inboxhub.networks.errors import TemporaryError
from tests.networks.mixi.host import Call, client_of
from tests.networks.replay import Answer

FRIENDS = "GET /people/@me/@friends"


def person(name: str, identifier: str = "") -> dict[str, object]:
    return {"id": identifier or name, "displayName": name}


def answer(*people: object) -> Answer:
    return Answer(200, {"entry": [*people], "totalResults": len(people)})


def found(text: str, *people: object) -> list[str]:
    client, _ = client_of({FRIENDS: answer(*people)})
    return [one.name for one in client.find_people(text)]


def test_friend_is_found_by_a_part_of_the_name_whatever_its_width() -> None:
    assert found("ﾐｶ", person("ミカ"), person("蓮")) == ["ミカ"]
    assert found("MIKA", person("Mika S."), person("Ren")) == ["Mika S."]


def test_names_that_begin_so_come_first_and_all_are_few() -> None:
    people = [person(f"by ren {n}") for n in range(20)]
    names = found("ren", *people, person("Ren"))
    assert names[0] == "Ren"
    assert len(names) == 10


def test_friend_is_found_by_the_whole_id() -> None:
    assert found("6syksi5ctrp", person("ミカ", "6syksi5ctrp")) == ["ミカ"]


def test_who_has_no_id_cannot_be_written_to() -> None:
    odd = [{"displayName": "ミカ"}, None, "ミカ", {"id": 7, "displayName": "ミカ"}]
    assert found("ミカ", *odd) == []


def test_friends_are_asked_for_until_the_last() -> None:
    everybody = [person(f"p{n}") for n in range(7)]

    def part(call: Call) -> Answer:
        start = int(call.query["startIndex"])
        rows = everybody[start : start + 3]
        return Answer(200, {"entry": rows, "totalResults": len(everybody)})

    client, host = client_of({FRIENDS: part})
    assert [one.name for one in client.find_people("p6")] == ["p6"]
    assert len(host.calls) == 3


def test_answer_without_a_list_is_no_answer() -> None:
    client, _ = client_of({FRIENDS: Answer(200, {"entry": None})})
    with pytest.raises(TemporaryError):
        client.find_people("p")
