"""Names in texts: whom a text addresses, and how wide an answer may be."""

import pytest

from inboxhub.networks.base import RemoteAuthor
from inboxhub.networks.mastodon.addressing import (
    addressed,
    has_address,
    leading,
    people_in,
    strangers,
    visibility_of,
    without_leading,
)
from inboxhub.networks.values import Viewer, mapping_of
from tests.networks.replay import recorded

VIEWER = Viewer("1", "https://social.example", "example")


def person(number: int, acct: str) -> RemoteAuthor:
    handle = f"@{acct}" if "@" in acct else f"@{acct}@example"
    return RemoteAuthor(str(number), handle, acct)


BOB, ERIN = person(2, "bob"), person(3, "erin@far.example")
OTHER_BOB = person(4, "Bob@far.example")


@pytest.mark.parametrize(
    ("text", "people", "whole"),
    [
        ("hi", [BOB], "@bob hi"),
        ("hi", [BOB, ERIN], "@bob @erin@far.example hi"),
        ("hi", [BOB, OTHER_BOB], "@bob@example @Bob@far.example hi"),
        ("@bob hi", [BOB], "@bob hi"),
        ("@BOB@Example hi", [BOB], "@BOB@Example hi"),
        ("@bob@social.example hi", [BOB], "@bob@social.example hi"),
        ("@erin@far.example @bob: hi", [BOB, ERIN], "@erin@far.example @bob: hi"),
        ("@erin hi", [ERIN], "@erin@far.example @erin hi"),
        ("hi @bob", [BOB], "@bob hi @bob"),
        ("@bobby hi", [BOB], "@bob @bobby hi"),
        ("\n hi", [BOB], "@bob hi"),
        ("", [BOB], "@bob "),
        ("hi", [], "hi"),
    ],
)
def test_text_begins_with_everybody_once(
    text: str, people: list[RemoteAuthor], whole: str
) -> None:
    assert addressed(text, people, VIEWER) == whole


@pytest.mark.parametrize(
    "handle",
    [
        "@bob",
        "bob@example",
        "@bob@example @eve@evil.example",
        "@bob@ex\nample",
        "",
        "@@",
    ],
)
def test_handle_that_is_none_is_not_written(handle: str) -> None:
    person = RemoteAuthor("2", handle, "Bob")
    assert not has_address(person)
    assert addressed("hi", [person, ERIN], VIEWER) == "@erin@far.example hi"
    assert strangers("@bob", [person], VIEWER) == ("bob",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hi", ()),
        ("@bob and @bob@example and @BOB", ()),
        ("@erin@far.example", ()),
        ("see https://far.example/@carol and mail carol@far.example", ()),
        ("@carol", ("carol",)),
        ("ask @carol, @dave@far.example.", ("carol", "dave@far.example")),
        ("@erin is not her of far.example", ("erin",)),
        ("@bob@far.example is another", ("bob@far.example",)),
        ("です@carol", ("carol",)),
        ("(@carol)/@dave", ("carol", "dave")),
        ("@@carol", ("carol",)),
        ("@carol@例え.jp", ("carol@例え.jp",)),
        ("at 5@ 10, @ home, @-x", ()),
        # Hosts look into links, too; only what follows a slash there names nobody.
        ("https://far.example/@carol", ()),
        ("(https://far.example/users/@carol@evil.example)", ()),
        ("見て https://a.example/a、@m@evil.example さん", ("m@evil.example",)),
        ("(https://a.example/(@m@evil.example)", ("m@evil.example",)),
        ("https://a.example/?u=@m@evil.example", ("m@evil.example",)),
        ("https://a.example/?u=/@m@evil.example", ("m@evil.example",)),
        ("https://a.example/@@m@evil.example", ("m@evil.example",)),
        ("https://a.example/@carol.@m@evil.example", ("m@evil.example",)),
        ("見てhttps://a.example/@m@evil.example", ("m@evil.example",)),
        # Signs that belong to a name for hosts, and end a known one for nobody.
        ("@\u017fam@evil.example", ("\u017fam@evil.example",)),
        ("@bob\u017fam@evil.example", ("bob\u017fam@evil.example",)),
        ("@bob@example\u0301.evil.example", ("bob@exampleー.evil.example",)),
        ("@bob@example\u203f.evil.example", ("bob@exampleー.evil.example",)),
        ("@bob@.evil.example", ("bob@.evil.example",)),
    ],
)
def test_others_in_a_text_are_seen(text: str, found: tuple[str, ...]) -> None:
    assert strangers(text, [BOB, ERIN], VIEWER) == found


@pytest.mark.parametrize(
    ("text", "names", "rest"),
    [
        ("@a @b@c.example hi @d", ("a", "b@c.example"), " hi @d"),
        ("@a, hi", ("a",), ", hi"),
        ("@a", ("a",), ""),
        ("hi @a", (), "hi @a"),
        ("@a-b/c", (), "@a-b/c"),
        ("", (), ""),
    ],
)
def test_names_in_front_are_told_from_the_rest(
    text: str, names: tuple[str, ...], rest: str
) -> None:
    assert (leading(text), without_leading(text)) == (names, rest)


def test_long_text_of_names_is_read_quickly() -> None:
    assert len(leading("@a " * 20_000)) == 20_000
    assert strangers("@" * 60_000 + "a.-" * 20_000, [BOB], VIEWER)
    assert not strangers("https://a" * 10_000, [BOB], VIEWER)
    assert not strangers(" https://" + "a/" * 30_000, [BOB], VIEWER)
    assert strangers("@bob@" + "." * 60_000, [BOB], VIEWER) == ()


@pytest.mark.parametrize("number", ["030", "034", "035"])
def test_people_of_a_recorded_status_are_author_and_named(number: str) -> None:
    status = mapping_of(recorded(number, "gotosocial").body)
    viewer = Viewer("01BJCFW9932VGV2DAQYYPJSX1H", "http://localhost:8085", "example")
    handles = [one.handle for one in people_in(status, viewer)]
    assert (
        handles
        == {
            "030": ["@bob@example", "@alice@example"],
            "034": ["@carol@example"],
            "035": ["@carol@example", "@alice@example", "@dave@example"],
        }[number]
    )


@pytest.mark.parametrize(
    ("told", "wanted", "mine", "given"),
    [
        ("public", "", False, "public"),
        ("public", "unlisted", False, "unlisted"),
        ("unlisted", "public", False, "unlisted"),
        ("private", "", False, "direct"),
        ("private", "", True, "private"),
        ("private", "private", False, "private"),
        ("private", "public", False, "private"),
        ("direct", "public", True, "direct"),
        ("limited", "public", False, "direct"),
        ("local", "", True, "direct"),
        (None, "public", False, "direct"),
        (7, "", False, "direct"),
        ("public", "everybody", False, "direct"),
    ],
)
def test_answer_is_never_wider(
    told: object, wanted: str, mine: bool, given: str
) -> None:
    assert visibility_of(wanted, {"visibility": told}, mine=mine) == given
