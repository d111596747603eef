"""Names in texts: which ones address somebody, and how the others are kept from it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.misskey.names import (
    BREAK,
    acct_of,
    core,
    guarded,
    is_away,
    named,
    with_names,
)
from tests.networks.mutations import examples

DOMAIN = "misskey.example"
# As the hosts find names, but for addresses and code (Misskey: mfm-js, `mention`).
NAME = re.compile(r"(?:(?<=[^A-Za-z0-9])|^)@[A-Za-z0-9_]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@bob hi", "@bob hi"),
        ("@BOB@Misskey.example. hi", "@BOB@Misskey.example. hi"),
        ("@bob.", "@bob."),
        ("@carol hi", "@|carol hi"),
        ("@bob@other.example", "@|bob@|other.example"),
        ("(@carol)", "(@|carol)"),
        ("字@carol", "字@|carol"),
        ("@bob@carol", "@|bob@|carol"),
        ("@bob.carol", "@|bob.carol"),
        ("mail@carol.example", "mail@carol.example"),
        ("@ carol, 3@4", "@ carol, 3@4"),
        ("https://a.example/@carol/1", "https://a.example/@carol/1"),
        ("https://a.example/、@carol", "https://a.example/、@|carol"),
        ("https://a.example/(@carol)", "https://a.example/(@|carol)"),
        ("`@carol`", "`@carol`"),
        ("`@carol\n`", "`@|carol\n`"),
        ("``@carol``", "``@carol``"),
    ],
)
def test_only_allowed_names_stay_names(text: str, shown: str) -> None:
    assert guarded(text, {"bob"}, DOMAIN).replace(BREAK, "|") == shown


@examples(300)
@given(st.text(alphabet="@ab.-_ \n字(1", max_size=30))
def test_no_name_is_left_that_is_not_allowed(text: str) -> None:
    assert not NAME.search(guarded(text, (), DOMAIN))


@examples(300)
@given(st.text(alphabet="@ab.- \n字`h:/", max_size=30))
def test_guarding_hides_nothing_and_is_seen_through(text: str) -> None:
    whole = guarded(text, (), DOMAIN)
    assert whole.replace(BREAK, "") == text
    assert core(whole) == core(text)
    assert core(with_names(whole, ["ann@other.example"], DOMAIN)) == core(text)


def test_names_are_put_in_front_once() -> None:
    text = "so @Ann@Other.example says"
    assert named(text, DOMAIN) == {"ann@other.example"}
    assert with_names(text, ["ann@other.example"], DOMAIN) == text
    assert with_names("", ["Ann@other.example", "bob"], DOMAIN) == (
        "@Ann@other.example @bob"
    )


def test_people_of_the_host_are_named_without_it() -> None:
    here = RemoteAuthor("a1", "@bob@Misskey.Example", "Bob")
    there = RemoteAuthor("a2", "@Ann@other.example", "Ann")
    assert (acct_of(here, DOMAIN), is_away(here, DOMAIN)) == ("bob", False)
    assert (acct_of(there, DOMAIN), is_away(there, DOMAIN)) == (
        "Ann@other.example",
        True,
    )
