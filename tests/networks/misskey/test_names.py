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
# As the hosts find names (Misskey: mfm-js, `mention`), but for links to people.
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
        ("字\u3000https://a.example/@carol", "字\u3000https://a.example/@carol"),
        (
            "see https://a.example/u/@carol@b.example",
            "see https://a.example/u/@carol@b.example",
        ),
        ("https://a.example/?u=@carol", "https://a.example/?u=@|carol"),
        ("https://a.example/@@carol", "https://a.example/@@|carol"),
        ("https://a.example/@b.@carol", "https://a.example/@b.@|carol"),
        ("https://a.example/~/@carol", "https://a.example/~/@|carol"),
        ("https://@carol", "https://@|carol"),
        ("[c](https://a.example/@carol)", "[c](https://a.example/@|carol)"),
        # Old hosts begin anew right behind a name.
        ("@bob@misskey.example@carol", "@|bob@|misskey.example@|carol"),
        ("@bob@misskey.example@c@b.example", "@|bob@|misskey.example@|c@|b.example"),
        ("@bob@字", "@bob@字"),
        # What hosts read first decides what is left of a link or of code.
        ("#https://@carol@b.example", "#https://@|carol@|b.example"),
        ("#字https://b.example/@carol", "#字https://b.example/@|carol"),
        ("#\u00a0https://b.example/@carol", "#\u00a0https://b.example/@|carol"),
        (":https://@carol@b.example", ":https://@|carol@|b.example"),
        (":https://b.example/@carol", ":https://b.example/@|carol"),
        ("$[https://b.example/@carol", "$[https://b.example/@|carol"),
        ("@https://b.example/@carol", "@|https://b.example/@|carol"),
        ("<plain>`</plain> @carol `", "<plain>`</plain> @|carol `"),
        (r"\(`\) @carol `", r"\(`\) @|carol `"),
        ("https://a.example/、@carol", "https://a.example/、@|carol"),
        ("https://a.example/(@carol)", "https://a.example/(@|carol)"),
        ("`@carol`", "`@|carol`"),
        ("`@carol\n`", "`@|carol\n`"),
        ("``@carol``", "``@|carol``"),
    ],
)
def test_only_allowed_names_stay_names(text: str, shown: str) -> None:
    assert guarded(text, {"bob"}, DOMAIN).replace(BREAK, "|") == shown


@examples(300)
@given(st.text(alphabet="@ab.-_ \n字(1`<>\\#:/", max_size=30))
def test_no_name_is_left_that_is_not_allowed(text: str) -> None:
    assert not NAME.search(guarded(text, (), DOMAIN))


@examples(300)
@given(st.text(alphabet="@ab.- \n字`h:/", max_size=30))
def test_guarding_hides_nothing_and_is_seen_through(text: str) -> None:
    whole = guarded(text, (), DOMAIN)
    assert whole.replace(BREAK, "") == text
    assert core(whole) == core(text)
    assert core(with_names(whole, ["ann@other.example"], DOMAIN)) == core(text)


@pytest.mark.parametrize("text", ["`@ann`", "https://a.example/@ann", "a@ann"])
def test_name_that_is_read_as_none_is_put_in_front(text: str) -> None:
    assert guarded(text, {"ann"}, DOMAIN) == text
    assert with_names(text, ["ann"], DOMAIN) == f"@ann {text}"


def test_long_text_is_read_quickly() -> None:
    assert guarded(" https://" + "a/" * 30_000, (), DOMAIN).endswith("a/")
    assert BREAK in guarded("@" * 30_000 + "a.-" * 20_000, (), DOMAIN)


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
