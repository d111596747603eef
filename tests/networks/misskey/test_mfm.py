"""MFM as plain text and as HTML: what is shown, what is escaped, and how long it takes."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxhub.networks.misskey.mfm import Rendered, plain, render

PIECES = [
    *("**", "***", "~~", "<b>", "</b>", "<i>", "</i>", "<s>", "<small>", "</small>"),
    *(
        "<center>",
        "</center>",
        "<plain>",
        "</plain>",
        "$[tada ",
        "$[spin.speed=1s ",
        "]",
    ),
    *(
        "[",
        "?[",
        "](https://a.example/x)",
        "https://b.example/(y)",
        "<https://c.example>",
    ),
    *("`code`", "```\n", "\n", "> ", ">> ", "@user", "@a@b.example", "#tag", ":emoji:"),
    *("__a__", "_a_", "*a*", "&", "<", ">", '"', "'", "é漢字", " ", "text", "\\(x\\)"),
]


def shown(source: str, home: str = "") -> Rendered:
    return render(source, origin="https://misskey.example", home=home)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("**bold** ~~struck~~ <i>it</i> *x* __y__ _z_", "bold struck it x y z"),
        ("$[tada party] and $[x2 $[spin.speed=1s deep]]", "party and deep"),
        ("<small>s</small><center>c</center><plain>**p**</plain>", "sc**p**"),
        ("[label](https://a.example/x)", "label (https://a.example/x)"),
        ("?[silent](https://a.example/x_(y))", "silent (https://a.example/x_(y))"),
        ("`code` and :blobcat:", "code and :blobcat:"),
        ("```js\nlet a;\n```", "let a;"),
        ("> quoted\nafter", "> quoted\nafter"),
        ("open **bold and $[fn never closed", "open **bold and $[fn never closed"),
        ("[not a link] [x]", "[not a link] [x]"),
        ("**** ~~~~", "**** ~~~~"),
        ("first\n\nthird", "first\n\nthird"),
        ("2*3*4 snake_case_name a__b__c", "2*3*4 snake_case_name abc"),
    ],
)
def test_plain_text_has_the_words_and_no_marks(source: str, text: str) -> None:
    assert shown(source).text == text


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**a** ~~b~~", "<p><strong>a</strong> <del>b</del></p>"),
        ("one\ntwo", "<p>one<br>two</p>"),
        ("> a\n> b", "<blockquote><p>a<br>b</p></blockquote>"),
        ("```\n<b>\n```", "<pre><code>&lt;b&gt;</code></pre>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        (
            "@bob #猫",
            (
                '<p><a href="https://misskey.example/@bob">@bob</a> '
                '<a href="https://misskey.example/tags/%E7%8C%AB">#猫</a></p>'
            ),
        ),
        (
            "見て（https://a.example/x）。",
            '<p>見て（<a href="https://a.example/x">https://a.example/x</a>）。</p>',
        ),
        (
            "[a **b** @c](https://a.example/?q=1&r=2)",
            '<p><a href="https://a.example/?q=1&amp;r=2">a <strong>b</strong> @c</a></p>',
        ),
    ],
)
def test_html_is_simple_and_escaped(source: str, html: str) -> None:
    assert shown(source).html == html


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("https://a.example/x, and", "https://a.example/x"),
        ("(https://a.example/x)", "https://a.example/x"),
        ("https://a.example/x_(y)", "https://a.example/x_(y)"),
        ("<https://a.example/ä>", "https://a.example/ä"),
        ("https://a.example/?a=b&c=d.", "https://a.example/?a=b&amp;c=d"),
    ],
)
def test_address_ends_where_its_sentence_goes_on(source: str, address: str) -> None:
    assert re.findall(r'href="([^"]*)"', shown(source).html) == [address]


@pytest.mark.parametrize(
    "source",
    [
        "javascript:alert(1)",
        "[x](javascript:alert(1))",
        "[x](data:text/html,y)",
        "a@b.c",
    ],
)
def test_other_schemes_and_mail_addresses_are_no_links(source: str) -> None:
    assert "<a" not in shown(source).html


def test_mention_in_a_remote_note_means_somebody_of_that_host() -> None:
    html = shown("@bob @amy@x.example", home="far.example").html
    assert 'href="https://misskey.example/@bob@far.example"' in html
    assert 'href="https://misskey.example/@amy@x.example"' in html


def test_number_is_no_hashtag() -> None:
    assert "<a" not in shown("#1 and a#b").html


def test_text_is_bounded_and_cleaned() -> None:
    found = shown("a\x00b\ud800c\r\nd" + "x" * 100_000)
    assert found.text.startswith("abc\ndxxx")
    assert len(found.text) <= 65_536
    assert plain("**long** " + "x" * 1000, 20) == "long " + "x" * 15


def test_links_beyond_the_limit_stay_as_text() -> None:
    found = shown("@a " * 20_000)
    assert found.html.count("<a ") == 500
    assert found.text.count("@a") == 20_000


def test_deep_nesting_stays_as_typed() -> None:
    found = shown("$[x " * 30 + "deep" + "]" * 30)
    assert found.text == "$[x " * 10 + "deep" + "]" * 10
    assert shown("> " * 5_000 + "deep").text.endswith("deep")


@pytest.mark.parametrize("value", [None, 5, [], {}, True])
def test_what_is_no_text_is_empty(value: object) -> None:
    assert render(value, origin="https://misskey.example") == Rendered("", "")


class Checker(HTMLParser):
    """Fails on anything but the promised tags, properly nested, with safe addresses."""

    allowed = frozenset(
        {"p", "br", "strong", "em", "del", "small", "code", "pre", "blockquote", "a"},
    )

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.allowed
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        assert all((value or "").startswith("https://") for _, value in attrs)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_html_of_anything_is_well_formed_and_harmless(source: str) -> None:
    checker = Checker()
    found = shown(source)
    checker.feed(found.html)
    checker.close()
    assert checker.open == []
    words = re.findall(r"text|漢字", source)
    assert all(found.text.count(word) >= words.count(word) for word in words)


@pytest.mark.parametrize("piece", PIECES)
def test_work_grows_with_the_length_only(piece: str) -> None:
    source = (piece * 70_000)[:65_536]
    found = shown(source)
    assert len(found.html) < 40 * len(source)
