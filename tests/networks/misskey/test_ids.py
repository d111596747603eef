"""Ids of every kind, and the time in them."""

import pytest

from inboxhub.networks.misskey.ids import is_id, time_of


@pytest.mark.parametrize(
    ("identifier", "moment"),
    [
        ("attn3j42y4y40018", "2026-11-21T07:17:23.714000+00:00"),  # aidx
        ("atto3upljr", "2026-11-21T07:45:38.361000+00:00"),  # aid
        ("6b01486bd9705e454ace1f9f", "2026-11-21T07:29:47+00:00"),  # objectid
        ("819a1b2c3d4e5f0011223344", "2025-10-25T11:41:15.470000+00:00"),  # meid
        ("g19a1b2c3d4e001122334455", "2025-10-25T11:41:15.470000+00:00"),  # meidg
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "2016-07-30T23:54:10.259000+00:00"),  # ulid
    ],
)
def test_id_tells_when_it_was_made(identifier: str, moment: str) -> None:
    found = time_of(identifier)
    assert found is not None
    assert found.isoformat() == moment


@pytest.mark.parametrize("identifier", ["", "a", "zzzzzzzzzz" * 9, "A1", "ffffffff-1"])
def test_unknown_kind_of_id_has_no_time(identifier: str) -> None:
    assert time_of(identifier) is None


def test_time_beyond_the_calendar_is_none() -> None:
    assert time_of("zzzzzzzzzz") is not None
    assert time_of("7ZZZZZZZZZ0000000000000000") is None


@pytest.mark.parametrize("value", ["abc", "A1z", "0" * 64])
def test_letters_and_digits_are_an_id(value: str) -> None:
    assert is_id(value)


@pytest.mark.parametrize(
    "value",
    [None, 5, "", "a b", "a\n", "ä", "0" * 65, ["a"], {"id": "a"}, "a/b", True],
)
def test_anything_else_is_no_id(value: object) -> None:
    assert not is_id(value)
