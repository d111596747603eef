"""Ticking several rows, ranges with Shift, and verbs for all of them."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import Look
from tests.browser.screen import READ, UNREAD, row, rows, status
from tests.browser.world import Reader


@pytest.fixture
def six(newcomer: Reader) -> Reader:
    for number in range(1, 7):
        text = f"@{newcomer.name} row {number} of six"
        newcomer.sim.note("bob", text, minutes_ago=number)
    newcomer.link()
    return newcomer


def tick(page: Page, number: int) -> Locator:
    return row(page, f"row {number} of six").locator(".tick")


def bar(page: Page, look: Look) -> Locator:
    return page.get_by_role("region", name=look.say("Selection"))


def act(page: Page, look: Look, verb: str) -> None:
    bar(page, look).get_by_role("button", name=look.say(verb), exact=True).click()


def test_ticked_rows_are_marked_read_hidden_and_shown_again(
    page: Page,
    six: Reader,
    look: Look,
) -> None:
    page.goto(f"{six.site.url}/?box=mentions")
    tick(page, 1).click()
    tick(page, 2).click()
    tick(page, 4).click(modifiers=["Shift"])
    expect(bar(page, look)).to_contain_text(look.say("# selected").replace("#", "4"))
    act(page, look, "Mark read")
    for number in range(1, 7):
        wanted = READ if number <= 4 else UNREAD
        expect(row(page, f"row {number} of six")).to_have_class(wanted)
    expect(page.locator(".tick input:checked")).to_have_count(0)
    for number in (1, 2, 3):
        tick(page, number).click()
    act(page, look, "Hide here")
    expect(rows(page)).to_have_count(3)
    hidden = look.count(
        "%(number)s message hidden here", "%(number)s messages hidden here", 3
    )
    expect(status(page)).to_contain_text(hidden)
    page.goto(f"{six.site.url}/?box=hidden")
    expect(rows(page)).to_have_count(3)
    for number in (1, 2):
        tick(page, number).click()
    act(page, look, "Show again")
    expect(rows(page)).to_have_count(1)
    page.goto(f"{six.site.url}/?box=mentions")
    expect(rows(page)).to_have_count(5)
    expect(row(page, "row 3 of six")).to_have_count(0)


def test_undo_brings_hidden_rows_back(page: Page, six: Reader) -> None:
    look = Look()
    page.goto(f"{six.site.url}/?box=mentions")
    for number in (2, 3):
        tick(page, number).click()
    act(page, look, "Hide here")
    expect(rows(page)).to_have_count(4)
    status(page).get_by_role("button", name=look.say("Undo")).click()
    expect(rows(page)).to_have_count(6)


def test_ticks_are_cleared_by_the_bar(page: Page, six: Reader) -> None:
    look = Look()
    page.goto(f"{six.site.url}/?box=mentions")
    tick(page, 5).click()
    expect(bar(page, look)).to_be_visible()
    bar(page, look).get_by_role("button", name=look.say("Clear the selection")).click()
    expect(page.locator(".tick input:checked")).to_have_count(0)
    expect(bar(page, look)).to_be_hidden()
