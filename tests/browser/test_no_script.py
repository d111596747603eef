"""Without JavaScript: sign in, browse, open, mark, hide, delete."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.looks import Look, in_two_looks
from tests.browser.screen import READ, UNREAD, reading, row, rows, status
from tests.browser.watch import Watch
from tests.browser.world import PASSWORD, Reader, window
from tests.processes.site import wait_until

pytestmark = pytest.mark.wide


@pytest.fixture
def context(browser: Browser, look: Look) -> Iterator[BrowserContext]:
    """A window without scripts, in which nobody has signed in."""
    with window(browser, look, scripts=False) as opened:
        yield opened


@pytest.fixture
def page(
    context: BrowserContext,
    newcomer: Reader,
    look: Look,
    watch: Watch,
) -> Page:
    """The inbox after signing in by the form."""
    opened = context.new_page()
    opened.goto(newcomer.site.url)
    opened.locator("[name=login]").fill(newcomer.name)
    opened.locator("[name=password]").fill(PASSWORD)
    opened.get_by_role("button", name=look.say("Sign in")).click()
    expect(opened).to_have_url(f"{newcomer.site.url}/")
    return opened


def test_marking_and_hiding_work(page: Page, newcomer: Reader, look: Look) -> None:
    for number in (1, 2, 3):
        text = f"@{newcomer.name} plain {number}"
        newcomer.sim.note("bob", text, minutes_ago=number)
    newcomer.link()
    inbox = f"{newcomer.site.url}/?box=mentions"
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


def test_all_of_a_list_is_chosen_by_a_box_of_its_form(
    page: Page, newcomer: Reader, look: Look
) -> None:
    newcomer.sim.flood(newcomer.name, 60, by="bob")
    newcomer.link()
    inbox = f"{newcomer.site.url}/?box=mentions"
    page.goto(inbox)
    expect(rows(page)).to_have_count(50)
    rows(page).first.locator(".tick").click()
    page.locator("[data-whole]").check()
    bar = page.get_by_role("region", name=look.say("Selection"))
    bar.get_by_role("button", name=look.say("Mark read"), exact=True).click()
    expect(status(page)).to_contain_text("60")
    page.goto(f"{inbox}&is=unread")
    expect(rows(page)).to_have_count(0)


@in_two_looks
def test_deleting_asks_on_a_page_of_its_own(
    page: Page,
    newcomer: Reader,
    look: Look,
) -> None:
    note = str(newcomer.sim.direct(newcomer.name, "bob", "said too much")["id"])
    newcomer.link()
    page.goto(newcomer.site.url)
    row(page, "said too much").locator(".row-link").click()
    delete = look.say("Delete on the server…")
    page.locator("[data-toolbar]").get_by_role("button", name=delete).click()
    heading = page.get_by_role(
        "heading", name=look.say("Delete on the server"), level=1
    )
    expect(heading).to_be_visible()
    effect = "your own notes: deleted for everyone; copies on other servers may stay"
    expect(page.get_by_role("main")).to_contain_text(look.say(effect))
    assert newcomer.sim.find_note(note) is not None
    page.locator("[data-understood]").check()
    page.locator("main .button-danger").click()
    wait_until(lambda: newcomer.sim.find_note(note) is None)
    page.goto(newcomer.site.url)
    expect(row(page, "said too much")).to_have_count(0)


def test_older_rows_are_a_link_away(page: Page, newcomer: Reader, look: Look) -> None:
    newcomer.sim.flood(newcomer.name, 60, by="bob")
    newcomer.link()
    page.goto(f"{newcomer.site.url}/?box=mentions")
    expect(rows(page)).to_have_count(50)
    page.get_by_role("link", name=look.say("Older")).click()
    expect(rows(page)).to_have_count(10)
    expect(row(page, "number 1 of 60")).to_be_visible()
