"""A selection lasts: through reloads, Back, other lists, older pages and live changes."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.looks import DESK, PHONE
from tests.browser.screen import row, rows, status
from tests.browser.watch import Watch
from tests.browser.world import Reader

pytestmark = pytest.mark.wide

TICKED = ".row .tick input:checked"


@pytest.fixture
def many(newcomer: Reader) -> Reader:
    """More mentions than three pages hold, `number 1 of 160` the oldest."""
    newcomer.sim.flood(newcomer.name, 160, by="bob")
    newcomer.link()
    return newcomer


@pytest.fixture
def talks(newcomer: Reader) -> Reader:
    """Two talks: three messages of bob, one of carol."""
    sim, me = newcomer.sim, newcomer.name
    for number in range(3):
        text, ago = f"part {number}", 9 - number
        sim.note("bob", text, visibility="specified", to=[me], minutes_ago=ago)
    sim.note("carol", "one thing", visibility="specified", to=[me], minutes_ago=20)
    newcomer.link()
    return newcomer


def said(page: Page) -> Locator:
    return page.locator("[data-selected]")


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name="Selection")


def count(page: Page, verb: str) -> Locator:
    return page.locator(f"[data-selection] [data-verb={verb}] [data-count]")


def tick(page: Page, number: int) -> None:
    row(page, f"number {number} of 160").locator(".tick").click()


def mentions(page: Page, reader: Reader) -> None:
    page.goto(f"{reader.site.url}/?box=mentions")


def test_all_survives_a_reload_and_back(page: Page, many: Reader) -> None:
    mentions(page, many)
    rows(page).first.locator(".tick").click()
    page.get_by_label("Select all 160 messages in “Mentions”").check()
    tick(page, 158)
    expect(said(page)).to_contain_text("159 messages of 160 selected")
    page.reload()
    expect(said(page)).to_contain_text("159 messages of 160 selected")
    expect(page.locator(TICKED)).to_have_count(49)
    page.goto(f"{many.site.url}/accounts/")
    page.go_back()
    expect(said(page)).to_contain_text("159 messages of 160 selected")


def test_other_list_says_that_the_selection_waits(page: Page, many: Reader) -> None:
    mentions(page, many)
    tick(page, 160)
    tick(page, 157)
    expect(said(page)).to_have_text("2 rows, 2 messages")
    page.goto(f"{many.site.url}/?box=mentions&is=unread")
    expect(status(page)).to_contain_text("2 rows of “Mentions” stay selected there.")
    expect(page.locator(TICKED)).to_have_count(0)
    expect(bar(page)).to_be_hidden()
    tick(page, 150)
    expect(said(page)).to_have_text("1 row, 1 message")
    mentions(page, many)
    expect(said(page)).to_have_text("2 rows, 2 messages")
    expect(page.locator(TICKED)).to_have_count(2)


def test_rows_of_older_pages_stay_ticked_where_the_list_begins_anew(
    page: Page, many: Reader
) -> None:
    mentions(page, many)
    tick(page, 160)
    rows(page).last.scroll_into_view_if_needed()
    expect(rows(page)).to_have_count(100)
    tick(page, 70)
    expect(said(page)).to_have_text("2 rows, 2 messages")
    mentions(page, many)
    expect(rows(page)).to_have_count(50)
    expect(said(page)).to_have_text("2 rows, 2 messages")
    expect(count(page, "hide")).to_have_text("2")
    bar(page).get_by_role("button", name="Hide here").click()
    expect(status(page)).to_contain_text("2 messages hidden here")
    expect(page.locator(TICKED)).to_have_count(0)
    listed = many.listed("box=hidden")
    assert "number 160 of 160" in listed
    assert "number 70 of 160" in listed


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_bar_shows_although_no_ticked_row_is_on_the_page(
    page: Page, many: Reader, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    mentions(page, many)
    rows(page).last.scroll_into_view_if_needed()
    expect(rows(page)).to_have_count(100)
    tick(page, 70)
    expect(said(page)).to_have_text("1 row, 1 message")
    mentions(page, many)
    expect(rows(page)).to_have_count(50)
    expect(said(page)).to_have_text("1 row, 1 message")
    expect(page.locator(TICKED)).to_have_count(0)
    expect(bar(page)).to_be_visible()
    expect(page.locator(".bottom-bar")).to_be_hidden()
    bar(page).get_by_role("button", name="Clear the selection").click()
    expect(bar(page)).to_be_hidden()


def test_what_arrives_in_a_ticked_talk_is_not_swept_in(
    page: Page, talks: Reader
) -> None:
    page.goto(f"{talks.site.url}/?box=messages")
    row(page, "part 2").locator(".tick").click()
    expect(count(page, "hide")).to_have_text("3")
    talks.sim.note("bob", "part 3", visibility="specified", to=[talks.name])
    talk = row(page, "part 3")
    expect(talk.locator(".tick input")).to_be_checked()
    expect(said(page)).to_have_text("1 row, 3 messages")
    bar(page).get_by_role("button", name="Hide here").click()
    expect(status(page)).to_contain_text("3 messages hidden here")
    expect(talk).to_be_visible()
    expect(talk).to_have_attribute("data-held", "1")


def test_row_that_leaves_the_list_is_said_and_no_longer_selected(
    page: Page, talks: Reader
) -> None:
    page.goto(f"{talks.site.url}/?box=messages&is=unread")
    for text in ("part 2", "one thing"):
        row(page, text).locator(".tick").click()
    expect(said(page)).to_have_text("2 rows, 4 messages")
    read = row(page, "one thing").get_attribute("data-latest") or ""
    talks.post("/mark-read/", message=read)
    expect(status(page)).to_contain_text("1 row has left this list")
    expect(said(page)).to_have_text("1 row, 3 messages")


def test_undo_of_a_rows_own_button_stays_while_others_are_ticked(
    page: Page, talks: Reader
) -> None:
    page.goto(f"{talks.site.url}/?box=messages")
    for text in ("part 2", "one thing"):
        row(page, text).locator(".tick").click()
    expect(count(page, "hide")).to_have_text("4")
    one = row(page, "one thing")
    one.hover()
    one.get_by_role("button", name="Hide here").click()
    expect(said(page)).to_have_text("1 row, 3 messages")
    expect(count(page, "hide")).to_have_text("3")
    status(page).get_by_role("button", name="Undo").click()
    expect(row(page, "one thing")).to_be_visible()


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_opening_a_conversation_and_coming_back_keeps_the_selection(
    page: Page, talks: Reader, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{talks.site.url}/?box=messages")
    row(page, "one thing").locator(".tick").click()
    expect(said(page)).to_have_text("1 row, 1 message")
    row(page, "part 2").locator(".row-link").click(position={"x": 60, "y": 30})
    expect(page.locator("[data-reading]")).to_contain_text("part 0")
    if width == PHONE:
        page.wait_for_load_state()  # its scripts lead back to the list that it was
        page.locator("[data-reading] [data-back]").click()
        expect(page).to_have_url(f"{talks.site.url}/?box=messages")
        expect(rows(page)).to_have_count(2)
    expect(said(page)).to_have_text("1 row, 1 message")
    expect(row(page, "one thing").locator(".tick input")).to_be_checked()


def test_second_tab_has_a_selection_of_its_own(
    page: Page, talks: Reader, context: BrowserContext
) -> None:
    address = f"{talks.site.url}/?box=messages"
    page.goto(address)
    row(page, "one thing").locator(".tick").click()
    expect(said(page)).to_have_text("1 row, 1 message")
    other = context.new_page()
    other.goto(address)
    expect(other.locator(TICKED)).to_have_count(0)
    row(other, "part 2").locator(".tick").click()
    expect(said(other)).to_have_text("1 row, 3 messages")
    page.reload()
    expect(said(page)).to_have_text("1 row, 1 message")


def test_bar_says_how_many_each_verb_reaches_and_on_which_account(
    page: Page, talks: Reader
) -> None:
    talks.sim.note(talks.name, "my answer", visibility="specified", to=["carol"])
    talks.fetch("my answer")
    page.goto(f"{talks.site.url}/?box=messages")
    for text in ("part 2", "my answer"):
        row(page, text).locator(".tick").click()
    expect(said(page)).to_have_text("2 rows, 5 messages")
    reached = {"mark-read": "4", "mark-unread": "0", "hide": "5", "delete": "1"}
    for verb, number in reached.items():
        expect(count(page, verb)).to_have_text(number)
    delete = bar(page).get_by_role("button", name="Delete on the server…", exact=True)
    expect(delete).to_have_attribute("title", re.compile("– 1 of 5 messages$"))
    accounts = page.locator("[data-selected-accounts]")
    expect(accounts).to_contain_text(f"@{talks.name}")
    row(page, "my answer").locator(".tick").click()
    expect(count(page, "delete")).to_have_text("0")
    expect(delete).to_have_attribute("title", re.compile("– none of 3 messages$"))


def test_page_without_an_answer_about_the_verbs_still_does_them(
    page: Page, talks: Reader, watch: Watch
) -> None:
    watch.expect_status(503)
    page.route("**/selection/reach/", lambda route: route.fulfill(status=503))
    page.goto(f"{talks.site.url}/?box=messages")
    row(page, "part 2").locator(".tick").click()
    expect(said(page)).to_have_text("1 row, 3 messages")
    expect(count(page, "delete")).to_have_text("")
    bar(page).get_by_role("button", name="Hide here").click()
    expect(status(page)).to_contain_text("3 messages hidden here")


def test_long_press_ticks_on_a_phone(page: Page, talks: Reader) -> None:
    page.set_viewport_size({"width": PHONE, "height": 844})
    page.goto(f"{talks.site.url}/?box=messages")
    held = row(page, "part 2").locator(".row-link")
    stayed = held.evaluate(
        """(link) => !link.dispatchEvent(new PointerEvent("contextmenu",
          { bubbles: true, cancelable: true, pointerType: "touch" }))"""
    )
    assert stayed
    expect(said(page)).to_have_text("1 row, 3 messages")
    assert page.url.endswith("box=messages")
