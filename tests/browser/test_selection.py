"""Ticking rows one by one, in ranges, by page and by list; and verbs for all of them."""

from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.looks import DESK, PHONE, Look
from tests.browser.screen import READ, UNREAD, open_row, row, rows, status, sticking_out
from tests.browser.world import Reader
from tests.processes.site import wait_until

TICKED = ".row .tick input:checked"


@pytest.fixture
def six(newcomer: Reader) -> Reader:
    for number in range(1, 7):
        text = f"@{newcomer.name} row {number} of six"
        newcomer.sim.note("bob", text, minutes_ago=number)
    newcomer.link()
    return newcomer


@pytest.fixture
def many(newcomer: Reader) -> Reader:
    """More mentions than three pages hold, `number 1 of 160` the oldest."""
    newcomer.sim.flood(newcomer.name, 160, by="bob")
    newcomer.link()
    return newcomer


def tick(page: Page, number: int) -> Locator:
    return row(page, f"row {number} of six").locator(".tick")


def bar(page: Page, look: Look) -> Locator:
    return page.get_by_role("region", name=look.say("Selection"))


def act(page: Page, look: Look, verb: str) -> None:
    bar(page, look).get_by_role("button", name=look.say(verb), exact=True).click()


def mentions(page: Page, reader: Reader) -> None:
    page.goto(f"{reader.site.url}/?box=mentions")


def select_all(page: Page) -> None:
    """All of the list, as it is offered after the first tick."""
    rows(page).first.locator(".tick").click()
    page.get_by_label("Select all 160 messages in “Mentions”").check()


def said(page: Page) -> Locator:
    return page.locator("[data-selected]")


def unread_there(reader: Reader) -> int:
    """As the list without scripts has it."""
    return reader.listed("box=mentions&is=unread").count("data-row=")


def test_ticked_rows_are_marked_read_hidden_and_shown_again(
    page: Page,
    six: Reader,
    look: Look,
) -> None:
    mentions(page, six)
    tick(page, 1).click()
    tick(page, 2).click()
    tick(page, 4).click(modifiers=["Shift"])
    expect(said(page)).to_contain_text("4")
    act(page, look, "Mark read")
    for number in range(1, 7):
        wanted = READ if number <= 4 else UNREAD
        expect(row(page, f"row {number} of six")).to_have_class(wanted)
    expect(page.locator(TICKED)).to_have_count(0)
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
    mentions(page, six)
    expect(rows(page)).to_have_count(5)
    expect(row(page, "row 3 of six")).to_have_count(0)


def test_undo_brings_hidden_rows_back(page: Page, six: Reader) -> None:
    look = Look()
    mentions(page, six)
    for number in (2, 3):
        tick(page, number).click()
    act(page, look, "Hide here")
    expect(rows(page)).to_have_count(4)
    status(page).get_by_role("button", name=look.say("Undo")).click()
    expect(rows(page)).to_have_count(6)


def test_list_without_rows_says_so_until_undo(page: Page, six: Reader) -> None:
    mentions(page, six)
    page.keyboard.press("*")
    page.keyboard.press("a")
    act(page, Look(), "Hide here")
    expect(page.locator("#list .empty")).to_be_visible()
    expect(page.locator(".day")).to_have_count(0)
    status(page).get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(6)
    expect(page.locator(".day").first).to_be_visible()
    tick(page, 1).click()
    expect(said(page)).to_have_text("1 row, 1 message")


def test_first_rows_of_an_empty_list_can_be_ticked(page: Page, reader: Reader) -> None:
    mentions(page, reader)
    expect(page.locator("#list .empty")).to_be_visible()
    reader.sim.mention("bob", reader.name, "the first of all")
    row(page, "the first of all").locator(".tick").click()
    expect(said(page)).to_have_text("1 row, 1 message")
    act(page, Look(), "Hide here")
    expect(page.locator("#list .empty")).to_be_visible()


def test_ticks_are_cleared_by_the_bar(page: Page, six: Reader) -> None:
    look = Look()
    mentions(page, six)
    tick(page, 5).click()
    expect(bar(page, look)).to_be_visible()
    bar(page, look).get_by_role("button", name=look.say("Clear the selection")).click()
    expect(page.locator(TICKED)).to_have_count(0)
    expect(bar(page, look)).to_be_hidden()


def test_bar_counts_rows_messages_and_accounts(page: Page, newcomer: Reader) -> None:
    sim, me = newcomer.sim, newcomer.name
    for number in range(3):
        text, ago = f"part {number}", 9 - number
        sim.note("bob", text, visibility="specified", to=[me], minutes_ago=ago)
    sim.note("alice", "one thing", visibility="specified", to=[me])
    newcomer.link()
    sim.person("second", owner=True)
    sim.note("bob", "to the second", visibility="specified", to=["second"])
    newcomer.link("second")
    page.goto(f"{newcomer.site.url}/?box=messages")
    row(page, "part 2").locator(".tick").click()
    expect(said(page)).to_have_text("1 row, 3 messages")
    row(page, "one thing").locator(".tick").click()
    expect(said(page)).to_have_text("2 rows, 4 messages")
    row(page, "to the second").locator(".tick").click()
    expect(said(page)).to_have_text("3 rows, 5 messages on 2 accounts")


def test_page_is_ticked_in_the_head_and_by_keys(page: Page, six: Reader) -> None:
    mentions(page, six)
    whole = page.get_by_label("Select all on this page")
    whole.first.check()
    expect(page.locator(TICKED)).to_have_count(6)
    whole.last.uncheck()
    expect(page.locator(TICKED)).to_have_count(0)
    page.keyboard.press("*")
    page.keyboard.press("a")
    expect(said(page)).to_have_text("6 rows, 6 messages")
    page.keyboard.press("Escape")
    expect(page.locator(TICKED)).to_have_count(0)
    page.keyboard.press("j")
    for _ in range(2):
        page.keyboard.press("Shift+J")
    expect(said(page)).to_have_text("3 rows, 3 messages")
    page.keyboard.press("x")
    expect(said(page)).to_have_text("2 rows, 2 messages")


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_all_of_a_list_without_two_and_without_what_arrives(
    page: Page, many: Reader, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    mentions(page, many)
    select_all(page)
    expect(said(page)).to_contain_text("All 160 messages selected (up to ")
    expect(page.locator(TICKED)).to_have_count(50)
    for number in (159, 157):
        row(page, f"number {number} of 160").locator(".tick").click()
    expect(said(page)).to_contain_text("158 messages of 160 selected")
    rows(page).last.scroll_into_view_if_needed()
    expect(rows(page)).to_have_count(100)
    expect(page.locator(TICKED)).to_have_count(98)
    for number in range(5):
        many.sim.mention("bob", many.name, f"arrives {number}")
    page.evaluate("document.getElementById('list').scrollTop = 0; scrollTo(0, 0)")
    wait_until(lambda: unread_there(many) > 0)
    many.wait_for("arrives 4", query="box=mentions")
    expect(said(page)).to_contain_text("158 messages of 160 selected")
    assert not sticking_out(page)
    act(page, Look(), "Mark read")
    expect(status(page)).to_contain_text("158 messages marked read")
    expect(page.locator(TICKED)).to_have_count(0)
    assert unread_there(many) == 7


def test_row_that_arrived_later_cannot_be_ticked_among_all(
    page: Page, many: Reader
) -> None:
    mentions(page, many)
    select_all(page)
    expect(said(page)).to_contain_text("All 160")
    many.sim.mention("bob", many.name, "arrives later")
    late = row(page, "arrives later")
    expect(late.locator(".tick input")).not_to_be_checked()
    late.locator(".tick").click()
    expect(late.locator(".tick input")).not_to_be_checked()
    expect(status(page)).to_contain_text("This one came after you selected all.")


def test_all_is_chosen_and_cleared_by_keys(page: Page, many: Reader) -> None:
    mentions(page, many)
    page.keyboard.press("*")
    page.keyboard.press("*")
    expect(said(page)).to_contain_text("All 160 messages selected")
    page.keyboard.press("#")
    dialog = page.get_by_role("dialog", name="Delete on the server")
    words = "160 messages selected. It is possible for none of them."
    expect(dialog).to_contain_text(words)
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator(TICKED)).to_have_count(0)
    expect(bar(page, Look())).to_be_hidden()


def test_preview_keeps_its_button_in_sight_on_a_phone(
    page: Page, newcomer: Reader
) -> None:
    page.set_viewport_size({"width": PHONE, "height": 640})
    newcomer.sim.direct(newcomer.name, "bob", "said too much")
    newcomer.sim.mention("bob", newcomer.name, "not mine")
    newcomer.link()
    page.goto(newcomer.site.url)
    for text in ("said too much", "not mine"):
        row(page, text).locator(".tick").click()
    act(page, Look(), "Delete on the server…")
    start = page.get_by_role("button", name="Start deleting 1 message")
    expect(start).to_be_in_viewport(ratio=1)
    assert not sticking_out(page)
    start.click()
    expect(page.get_by_role("dialog")).to_be_visible()  # the consent is missing
    page.get_by_label("I understand that 1 message cannot be brought back").check()
    start.click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(row(page, "said too much")).to_have_count(0)
    expect(page.locator(TICKED)).to_have_count(0)


def test_everything_older_is_marked_read(page: Page, six: Reader) -> None:
    mentions(page, six)
    row(page, "row 3 of six").locator(".row-link").focus()
    page.keyboard.press("Shift+U")
    for number in range(1, 7):
        wanted = UNREAD if number <= 3 else READ
        expect(row(page, f"row {number} of six")).to_have_class(wanted)
    open_row(page, "row 1 of six")
    # Being read changes what the menus offer.
    expect(page.locator(".quiet")).not_to_be_empty()
    menu = page.locator("[data-reading] details.menu").first
    menu.locator("summary").click()
    menu.get_by_role("button", name="Mark everything older in Mentions as read").click()
    for number in range(2, 7):
        expect(row(page, f"row {number} of six")).to_have_class(READ)


def test_menu_stays_open_while_its_conversation_is_marked_read(
    page: Page, six: Reader
) -> None:
    mentions(page, six)
    held: list[Route] = []
    page.route("**/mark-read/", lambda route: held.append(route))
    with page.expect_request("**/mark-read/"):
        open_row(page, "row 2 of six")
    menu = page.locator("[data-reading] details.menu").first
    menu.locator("summary").click()
    wait_until(lambda: bool(held))
    held[0].continue_()
    expect(menu.get_by_role("button", name="Mark unread (only here)")).to_be_visible()
    expect(menu.locator("summary")).to_be_focused()


def test_each_click_says_by_a_key_which_it_is(page: Page, six: Reader) -> None:
    mentions(page, six)
    keys = []
    for number in (1, 2):
        tick(page, number).click()
        with page.expect_request("**/hide/") as asked:
            act(page, Look(), "Hide here")
        keys += parse_qs(asked.value.post_data or "")["key"]
        expect(row(page, f"row {number} of six")).to_have_count(0)
    assert len(set(keys)) == len(keys) == 2


@pytest.fixture
def sent_and_received(newcomer: Reader) -> Reader:
    """A note of one's own to bob, and mentions by carol."""
    newcomer.sim.direct(newcomer.name, "bob", "said too much")
    for number in (1, 2):
        newcomer.sim.mention("carol", newcomer.name, f"not mine, {number}")
    newcomer.link()
    return newcomer


def test_confirming_for_something_else_keeps_the_selection(
    page: Page, sent_and_received: Reader
) -> None:
    page.goto(sent_and_received.site.url)
    for number in (1, 2):
        row(page, f"not mine, {number}").locator(".tick").click()
    open_row(page, "said too much")
    toolbar = page.locator("[data-toolbar]")
    toolbar.get_by_role("button", name="Delete on the server…").click()
    page.get_by_label("I understand that 1 message cannot be brought back").check()
    page.get_by_role("button", name="Start deleting 1 message").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(status(page)).to_contain_text("Undo")
    expect(page.locator(TICKED)).to_have_count(2)
    expect(said(page)).to_have_text("2 rows, 2 messages")


def test_selection_is_cleared_when_its_verb_leads_to_a_page_of_its_own(
    page: Page, newcomer: Reader
) -> None:
    newcomer.sim.flood("bob", 201, by=newcomer.name, chat=True)
    newcomer.sim.mention("carol", newcomer.name, "not mine")
    newcomer.link()
    page.goto(newcomer.site.url)
    for text in ("not mine", "number 201 of 201"):
        row(page, text).locator(".tick").click()
    expect(said(page)).to_have_text("2 rows, 202 messages")
    act(page, Look(), "Delete on the server…")
    understood = "I understand that 201 messages cannot be brought back"
    page.get_by_label(understood).check()
    page.get_by_role("button", name="Start deleting 201 messages").click()
    page.wait_for_url("**/operations/*/")
    page.goto(newcomer.site.url)
    expect(row(page, "not mine")).to_be_visible()
    expect(page.locator(".list-head")).to_be_visible()
    expect(page.locator(TICKED)).to_have_count(0)
    expect(bar(page, Look())).to_be_hidden()
