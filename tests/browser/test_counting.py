"""The page counts what is left of a text as the server does."""

import pytest
from playwright.sync_api import Page, expect

from inboxhub.networks.capabilities import Writing
from inboxhub.networks.length import length
from tests.browser.test_writing import Talk, begin, text_of
from tests.browser.world import Reader
from tests.processes.site import wait_until

pytestmark = pytest.mark.wide

MASTODON = Writing(
    max_text=500,
    counts_signs=True,
    counts_warning=True,
    per_address=23,
    short_names=True,
)
TEXTS = (
    "hello",
    "  こんにちは。\n",
    "👩‍👩‍👧‍👦 👍🏽 🇯🇵🇫🇷 が e\u0301 1️⃣",
    "see https://example.com/a/very/long/address/indeed?with=parts#there, and http://a.io",
    "@bob hi @somebody@far.example and (@other@far.example)",
    "https://far.example/@bob@near.example",
    "https://example.com/日本語",
)


def left(page: Page, text: str, number: int) -> None:
    text_of(page).fill(text)
    words = f"{number:,} left" if number >= 0 else f"{-number} too many"
    expect(page.locator("[data-counter]")).to_have_text(words)


def kept(reader: Reader, page: Page) -> str:
    """What the page would be if it were loaded now."""
    reader.visitor.open(page.url)
    return reader.visitor.answer.text


def test_page_counts_as_mastodon_does(page: Page, newcomer: Reader) -> None:
    begin(page, Talk(newcomer, "mastodon"))
    for text in TEXTS:
        left(page, text, 500 - length(MASTODON, text, names=["@bob"]))
    warning = page.locator("[name=content_warning]")
    page.locator(".composer-warning summary").click()
    warning.fill("spoiler")
    left(page, "hello", 500 - length(MASTODON, "@bob hello", warning="spoiler"))
    expect(page.locator("[data-saved][data-draft]")).to_contain_text("Saved")
    # Perhaps it told of an earlier text: it saves whenever nothing is typed for a moment.
    last = ('value="spoiler"', "hello</textarea>")
    wait_until(lambda: all(part in kept(newcomer, page) for part in last))
    page.reload()
    expect(page.locator("[data-counter]")).to_have_text("483 left")


def test_page_counts_as_misskey_does(page: Page, newcomer: Reader) -> None:
    begin(page, Talk(newcomer, "misskey"))
    for text in TEXTS:
        left(page, text, 3_000 - length(Writing(), text))
    left(page, "x" * 3_001, -1)
