"""Remote texts as HTML: what may stand in a page, what is only text, emoji as pictures."""

import pytest

from messaging.models import Message
from messaging.templatetags.rich import (
    MOST_EMOJI,
    language,
    plain,
    rich,
    rich_html,
    web_address,
    with_emoji,
)

EMOJIS = {
    "cat": "https://misskey.example/cat.webp",
    "cat@far.example": "https://far.example/c.webp",
}


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>one<br>two</p>", "<p>one<br>two</p>"),
        ("<b>bold", "<b>bold</b>"),
        ("</b></p>text", "text"),
        ("<b><i>x</b></i>", "<b><i>x</i></b>"),
        ("<script>alert(1)</script>after", "after"),
        ("<style>p{}</style>after", "after"),
        ("<p onclick='x' style='y' class='z'>t</p>", "<p>t</p>"),
        ("<svg onload=x><p>t</p></svg>", "<p>t</p>"),
        ("<img src=x onerror=y>t", "t"),
        ("<!-- c --><p>t</p>", "<p>t</p>"),
        ("a &lt;b&gt; &amp;amp;", "a &lt;b&gt; &amp;amp;"),
        ('<p lang="ja&quot;&gt;">t</p>', '<p lang="ja&quot;&gt;">t</p>'),
    ],
)
def test_html_is_written_anew_from_known_parts(html: str, shown: str) -> None:
    assert rich_html(html, {}, 1) == shown


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JAVASCRIPT:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "//host.example",
        "/path",
        "https:",
        "http://[",
        7,
        None,
    ],
)
def test_address_that_a_browser_may_not_follow_is_none(address: object) -> None:
    assert web_address(address) == ""


def test_link_opens_elsewhere_and_tells_nothing() -> None:
    html = rich_html('<a href="https://x.example/?a=1&amp;b=2">x</a>', {}, 1)
    assert 'href="https://x.example/?a=1&amp;b=2"' in html
    assert 'rel="nofollow noopener noreferrer"' in html
    assert 'target="_blank"' in html


def test_plain_text_keeps_lines_and_links_addresses() -> None:
    html = plain("see https://x.example/<b>\nnext", {}, 1)
    assert 'href="https://x.example/' in html
    assert "<br>next" in html
    assert "<b>" not in html


def test_message_without_html_falls_back_to_its_text() -> None:
    message = Message(owner_id=1, text="<i>one</i>\ntwo")
    assert rich(message) == "&lt;i&gt;one&lt;/i&gt;<br>two"


@pytest.mark.parametrize(
    ("text", "pictures"),
    [
        (":cat:", 1),
        (":cat::cat:", 2),
        (":cat@far.example:", 1),
        (":dog:", 0),
        ("12:30:45", 0),
        (":ca t:", 0),
        (':"><script>:', 0),
        (":" + "a" * 129 + ":", 0),
        (":cat:" * 300, 200),
    ],
)
def test_emoji_is_a_picture_where_its_address_is_known(
    text: str, pictures: int
) -> None:
    html = with_emoji(text, EMOJIS, 1)
    assert html.count("<img ") == pictures
    assert "<script>" not in html


def test_emoji_in_code_stays_code() -> None:
    assert rich_html("<code>:cat:</code>", EMOJIS, 1) == "<code>:cat:</code>"


@pytest.mark.parametrize(
    ("told", "text", "expected"),
    [
        ("en", "ひらがな", "en"),
        ("", "カタカナ", "ja"),
        ("", "漢字", ""),
        ("", "words", ""),
    ],
)
def test_text_with_kana_is_japanese(told: str, text: str, expected: str) -> None:
    assert language(Message(lang=told, text=text)) == expected


@pytest.mark.parametrize("line", [":cat:\n", ":cat:<br>", "<b>:cat:</b>", ":cat: "])
def test_text_of_nothing_but_emoji_shows_some_of_them(line: str) -> None:
    write = plain if line.endswith("\n") else rich_html
    shown = write(line * 5000, EMOJIS, 1)
    assert shown.count("<img") == MOST_EMOJI
    assert shown.count(":cat:") > 5000
