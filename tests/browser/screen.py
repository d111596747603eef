"""Where things are on the pages, for all journeys."""

import re

from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.looks import Look
from tests.browser.world import Reader

UNREAD = re.compile(r"\bunread\b")
READ = re.compile(r"^(?!.*\bunread\b)")


def rows(page: Page) -> Locator:
    return page.locator(".row")


def row(page: Page, text: str | re.Pattern[str]) -> Locator:
    return page.locator(".row", has_text=text)


def reading(page: Page) -> Locator:
    """The open conversation: the pane beside the list, or the page of its own."""
    return page.locator("[data-reading]")


def status(page: Page) -> Locator:
    """The one line that says what was done."""
    return page.get_by_role("status").and_(page.locator("#status"))


def place_of(part: Locator) -> FloatRect:
    """Where a visible part is. A change that arrives puts a new row in the place of the
    old one: who asks in that instant is told nothing, and asks again."""
    for _attempt in range(100):
        expect(part).to_be_visible()
        if found := part.bounding_box():
            return found
    message = f"{part} is replaced all the time"
    raise AssertionError(message)


def open_row(page: Page, text: str) -> None:
    row(page, text).locator(".row-link").click()
    expect(reading(page)).to_contain_text(text)
    # On a phone it is a page of its own: only when it is loaded do its scripts hear.
    page.wait_for_load_state()


def sticking_out(page: Page) -> list[str]:
    """What makes the page scroll sideways, named; nothing when all fits."""
    page.wait_for_load_state()  # a click may have led here: without styles nothing fits
    names: list[str] = page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth;
          if (document.scrollingElement.scrollWidth <= wide) return [];
          return [...document.body.querySelectorAll("*")]
            .filter((one) => one.getBoundingClientRect().right > wide)
            .map((one) => `${one.tagName} ${one.className}`);
        }""",
    )
    return names


def find_server(
    page: Page, reader: Reader, look: Look, address: str, *, first: bool = True
) -> None:
    """From the empty inbox, or where accounts are linked once there is one."""
    page.goto(reader.site.url if first else f"{reader.site.url}/accounts/link/")
    page.get_by_label(look.say("Your server, or your handle on it")).fill(address)
    page.get_by_role("button", name=look.say("Find my server")).click()
    question = page.get_by_role("heading", name=look.say("Is this your server?"))
    expect(question).to_be_visible()
