"""Text that strangers send, as we store, compare and list it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxhub.lib.text import fold, tidy


def test_control_characters_go_but_lines_and_tabs_stay() -> None:
    assert tidy("a\x00b\x1b[31m\x85c\x7f\td\ne") == "ab[31mc\td\ne"


def test_line_ends_become_line_feeds() -> None:
    assert tidy("a\r\nb\rc") == "a\nb\nc"


def test_lone_surrogate_becomes_the_replacement_character() -> None:
    assert tidy("a\ud800b").encode() == "a\ufffdb".encode()


def test_emoji_and_direction_marks_stay() -> None:
    text = "👩‍👩‍👧 \u202eabc\u202c אבג"
    assert tidy(text) == text


def test_long_text_is_cut_with_a_mark() -> None:
    assert tidy("x" * 70_000) == "x" * 65_535 + "…"


def test_text_of_exactly_the_limit_is_whole() -> None:
    assert tidy("x" * 10, 10) == "x" * 10


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ﾄｳｷｮｳ", "トウキョウ"),
        ("Ｈｅｌｌｏ", "hello"),
        ("STRASSE", "straße"),
        ("ﬁn", "FIN"),
    ],
)
def test_width_case_and_ligatures_do_not_count(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text(st.characters(codec=None), max_size=200), st.integers(1, 50))
def test_any_text_can_be_stored(text: str, limit: int) -> None:
    tidied = tidy(text, limit)
    assert len(tidied) <= limit
    assert "\x00" not in tidied
    assert tidy(tidied, limit) == tidied
    tidied.encode()
