"""Ids of several kinds of hosts: opaque, in order by one rule."""

from itertools import pairwise

import pytest

from inboxhub.networks.mastodon.ids import id_of, newer, newest_of

SNOWFLAKES = ["9", "10", "117020566092212359", "117020593780198542", "9" * 24]
ULIDS = ["01M7YFA21RMX59E96YDN5SGGV2", "01M7YFA4MKDQZ9ZKMTK8JYDE3J"]
FLAKES = ["AYtCGtvhTYtKIi3Kzo", "AYtCGtvhTYtKIi3Kzp"]


@pytest.mark.parametrize("ids", [SNOWFLAKES, ULIDS, FLAKES])
def test_ids_of_one_host_are_in_the_order_of_their_time(ids: list[str]) -> None:
    assert newest_of(ids) == newest_of(reversed(ids)) == ids[-1]
    for one, later in pairwise(ids):
        assert newer(later, one)
        assert not newer(one, later)


@pytest.mark.parametrize("one", [*SNOWFLAKES, *ULIDS, *FLAKES, "0", "a-b_c"])
def test_id_stays_as_it_is(one: str) -> None:
    assert id_of(one) == one


def test_whole_number_is_an_id_to_its_last_digit() -> None:
    assert id_of(2**63 + 1) == "9223372036854775809"


@pytest.mark.parametrize(
    "odd", ["", "a/b", "a b", "..", "é", "x" * 65, -1, 1.5, True, None, [], 10**400]
)
def test_what_is_no_id_is_none(odd: object) -> None:
    assert id_of(odd) == ""


def test_nothing_is_older_than_everything() -> None:
    assert newer("1", "")
    assert not newer("", "1")
    assert newest_of([]) == ""
