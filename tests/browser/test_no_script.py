"""Without JavaScript: sign in, browse, open, mark, hide, delete."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.looks import Look
from tests.browser.screen import READ, UNREAD, reading, row, rows, status
from tests.browser.watch import Watch
from tests.browser.world import PASSWORD, Reader, window
from tests.processes.site import wait_until


@pytest.fixture
def context(browser: Browser, look: Look) -> Iterator[BrowserContext]:
    """A window without scripts, in which nobody has signed in."""
    with window(browser, look, scripts=False) as opened:
        yield opened


@pytest.fixture
def page(context: BrowserContext, reader: Reader, look: Look, watch: Watch) -> Page:
    """The inbox after signing in by the form."""
    opened = context.new_page()
    opened.goto(reader.site.url)
    opened.locator("[name=login]").fill(reader.name)
    opened.locator("[name=password]").fill(PASSWORD)
    opened.get_by_role("button", name=look.say("Sign in")).click()
    expect(opened).to_have_url(f"{reader.site.url}/")
    return opened


def test_marking_and_hiding_work(page: Page, reader: Reader, look: Look) -> None:
    for number in (1, 2, 3):
        text = f"@{reader.name} plain {number}"
        reader.sim.note("bob", text, minutes_ago=number)
    reader.fetch("plain 1", "plain 3")
    inbox = f"{reader.site.url}/?box=mentions"
    page.goto(inbox)
    row(page, "plain 1").locator(".row-link").click()
    expect(reading(page)).to_contain_text("plain 1")
    page.goto(inbox)
    expect(row(page, "plain 1")).to_have_class(UNREAD)  # no request of its own
    row(page, "plain 1").locator(".tick").click()
    row(page, "plain 2").locator(".tick").click()
    bar = page.get_by_role("region", name=look.say("Selection"))
    bar.get_by_role("button", name=look.say("Mark read"), exact=True).click()
    expect(page).to_have_url(inbox)
    expect(row(page, "plain 1")).to_have_class(READ)
    expect(row(page, "plain 2")).to_have_class(READ)
    expect(row(page, "plain 3")).to_have_class(UNREAD)
    row(page, "plain 3").locator(".tick").click()
    bar.get_by_role("button", name=look.say("Hide here"), exact=True).click()
    expect(rows(page)).to_have_count(2)
    expect(status(page)).not_to_be_empty()


def test_deleting_asks_on_a_page_of_its_own(
    page: Page,
    reader: Reader,
    look: Look,
) -> None:
    note = str(reader.sim.direct(reader.name, "bob", "said too much")["id"])
    reader.fetch("said too much")
    page.goto(reader.site.url)
    row(page, "said too much").locator(".row-link").click()
    delete = look.say("Delete on the server…")
    page.locator("[data-toolbar]").get_by_role("button", name=delete).click()
    heading = page.get_by_role("heading", name=look.say("Delete on the server"), level=1)
    expect(heading).to_be_visible()
    effect = "your own notes: deleted for everyone; copies on other servers may stay"
    expect(page.get_by_role("main")).to_contain_text(look.say(effect))
    assert reader.sim.find_note(note) is not None
    words = look.count("Delete %(number)s message", "Delete %(number)s messages", 1)
    page.get_by_role("button", name=words).click()
    wait_until(lambda: reader.sim.find_note(note) is None)
    page.goto(reader.site.url)
    expect(row(page, "said too much")).to_have_count(0)


def test_older_rows_are_a_link_away(page: Page, reader: Reader, look: Look) -> None:
    reader.sim.flood(reader.name, 60, by="bob")
    reader.fetch("number 1 of 60", query='q="number 1 of 60"')
    page.goto(f"{reader.site.url}/?box=mentions")
    expect(rows(page)).to_have_count(50)
    page.get_by_role("link", name=look.say("Older")).click()
    expect(rows(page)).to_have_count(10)
    expect(row(page, "number 1 of 60")).to_be_visible()
