"""A text is as long as its host counts it."""

import pytest

from inboxhub.networks.capabilities import Writing
from inboxhub.networks.length import length

PLAIN = Writing(max_text=500)
MASTODON = Writing(
    max_text=500,
    counts_signs=True,
    counts_warning=True,
    per_address=23,
    short_names=True,
    names="all",
)


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("", 0),
        ("  hello \n", 5),
        ("こんにちは", 5),
        ("が", 1),
        ("e\u0301", 1),
        ("👍🏽", 1),
        ("👩‍👩‍👧‍👦 and 🏳️‍🌈", 7),
        ("🇯🇵🇫🇷", 2),
        ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", 1),
        ("한", 1),
        ("1️⃣", 1),
        ("a\nb", 3),
        ("https://example.com", 23),
        ("see http://a.io/x, ok", 31),
        ("https://example.com/" + "a" * 200 + ".", 24),
        ("https://example.com/?q=1#top https://example.org", 47),
        ("https://localhost/x", 19),
        ("ftp://example.com/" + "a" * 30, 48),
        ("@bob@far.example hi", 7),
        ("(@bob@far.example)", 6),
        ("a@b.example", 11),
        ("https://far.example/@bob@near.example", 23),
        ("@bob", 4),
    ],
)
def test_mastodon_counts_what_a_reader_sees(text: str, signs: int) -> None:
    assert length(MASTODON, text) == signs


@pytest.mark.parametrize(
    ("text", "points"),
    [("👍🏽", 2), ("https://example.com", 19), ("@bob@far.example", 16), (" hi\n", 2)],
)
def test_others_count_code_points(text: str, points: int) -> None:
    assert length(PLAIN, text) == points


def test_warning_counts_where_the_host_says_so() -> None:
    assert length(MASTODON, "hi", warning=" spoiler ") == 9
    assert length(PLAIN, "hi", warning="spoiler") == 2


@pytest.mark.parametrize(
    ("text", "signs"),
    [("hi", 12), ("@bob hi", 12), ("@Bob @ann@far.example hi", 12), ("", 9)],
)
def test_names_count_that_are_put_in_front(text: str, signs: int) -> None:
    names = ["@bob", "@ann@far.example"]
    assert length(MASTODON, text, names=names) == signs
