"""Opening marks read by a request of its own, as far as the account's policy says."""

import re

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.looks import Look
from tests.browser.screen import READ, UNREAD, open_row, row
from tests.browser.world import Reader
from tests.processes.site import wait_until


@pytest.fixture
def chatting(newcomer: Reader) -> Reader:
    newcomer.sim.chat("carol", newcomer.name, "an unread chat")
    newcomer.link()
    return newcomer


def unread_there(reader: Reader) -> bool:
    return reader.sim.chat_unread(reader.name, "carol")


def test_opening_marks_a_chat_read_here_and_on_the_server(
    page: Page,
    chatting: Reader,
    look: Look,
) -> None:
    page.goto(chatting.site.url)
    expect(row(page, "an unread chat")).to_have_class(UNREAD)
    with page.expect_request(lambda request: _line(request) == "POST /mark-read/"):
        open_row(page, "an unread chat")
    wait_until(lambda: not unread_there(chatting))
    page.goto(chatting.site.url)
    expect(row(page, "an unread chat")).to_have_class(READ)


def test_button_that_is_pressed_is_not_taken_away(page: Page, chatting: Reader) -> None:
    """Being read changes the buttons, perhaps just while one of them is clicked."""
    held: list[Route] = []
    page.route("**/mark-read/", lambda route: held.append(route))
    page.goto(chatting.site.url)
    open_row(page, "an unread chat")
    wait_until(lambda: bool(page.title() and held))
    page.locator("[data-toolbar] [data-verb=delete]").hover()
    page.mouse.down()
    with page.expect_response("**/mark-read/") as answer:
        held[0].continue_()
    answer.value.finished()
    expect(row(page, "an unread chat")).to_have_class(READ)
    page.mouse.up()
    expect(page.locator("dialog[open]")).to_be_visible()


def test_only_here_leaves_the_server_alone(page: Page, chatting: Reader) -> None:
    page.goto(f"{chatting.site.url}/accounts/{chatting.account}/")
    policy = page.locator("form", has_text="Messages").get_by_role(
        "button", name="Only here"
    )
    policy.click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    page.goto(chatting.site.url)
    open_row(page, "an unread chat")
    expect(row(page, "an unread chat")).to_have_class(READ)
    expect(page.locator(".quiet")).to_contain_text("here")
    chatting.fetch("an unread chat")
    assert unread_there(chatting)
    assert not chatting.sim.calls("chat/messages/user-timeline")


def test_looking_at_the_list_or_reloading_marks_nothing(
    page: Page,
    chatting: Reader,
) -> None:
    page.goto(chatting.site.url)
    row(page, "an unread chat").hover()
    page.mouse.wheel(0, 400)
    page.reload()
    expect(row(page, "an unread chat")).to_have_class(UNREAD)
    assert unread_there(chatting)


def test_u_brings_it_back_to_unread_and_all_counts_follow(
    page: Page,
    chatting: Reader,
) -> None:
    page.goto(chatting.site.url)
    messages = page.locator(".places").get_by_role("link", name="Messages")
    expect(messages.locator(".count")).to_contain_text("1")
    before = int(page.title().partition(")")[0].removeprefix("("))
    open_row(page, "an unread chat")
    expect(messages.locator(".count")).to_have_count(0)
    expect(page).to_have_title(_with_count(before - 1))
    wait_until(lambda: not unread_there(chatting))
    page.keyboard.press("u")
    expect(messages.locator(".count")).to_contain_text("1")
    expect(page).to_have_title(_with_count(before))
    icon = page.locator("#favicon")
    expect(icon).to_have_attribute("href", _picture(before))
    page.reload()
    expect(row(page, "an unread chat")).to_have_class(UNREAD)
    assert not unread_there(chatting)


def _line(request: Request) -> str:
    return f"{request.method} /{request.url.split('/', 3)[3]}"


def _with_count(number: int) -> re.Pattern[str]:
    return re.compile(rf"^\({number}\) " if number else r"^[^(]")


def _picture(number: int) -> re.Pattern[str]:
    return re.compile(rf"/{number}\.")
