"""Nothing that was typed is lost: other rows, slow lines, other tabs, refused answers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser.screen import open_row, reading
from tests.browser.test_writing import ANSWER, CLOCK, QUESTION, Talk, begin, text_of
from tests.browser.watch import Watch
from tests.browser.world import Reader

pytestmark = pytest.mark.wide


@pytest.fixture
def on_misskey(newcomer: Reader) -> Talk:
    return Talk(newcomer, "misskey")


def two_questions(reader: Reader) -> None:
    """Two people ask something, each in a conversation of their own."""
    for name in ("bob", "carol"):
        reader.sim.direct(name, reader.name, f"{name} asks: {QUESTION}")
    reader.link()


def test_words_are_kept_when_another_row_is_opened_at_once(
    page: Page, newcomer: Reader
) -> None:
    two_questions(newcomer)
    page.goto(newcomer.site.url)
    open_row(page, "bob asks")
    page.locator("[data-reply]").click()
    expect(text_of(page)).to_be_focused()
    page.keyboard.type(ANSWER)
    open_row(page, "carol asks")
    expect(text_of(page)).to_have_count(0)
    open_row(page, "bob asks")
    expect(text_of(page)).to_have_value(ANSWER)


def test_words_are_kept_while_a_picture_is_on_its_way(
    page: Page, on_misskey: Talk, tmp_path: Path
) -> None:
    picture = tmp_path / "square.png"
    Image.new("RGB", (64, 64), "blue").save(picture)
    begin(page, on_misskey)
    page.keyboard.type("Yes at seven")
    going: list[Route] = []
    page.route("**/reply/", lambda route: going.append(route), times=1)
    page.locator("[data-pictures]").set_input_files(picture)
    wait_until_here(page, lambda: bool(going))
    text_of(page).focus()
    for _step in "at seven":
        page.keyboard.press("ArrowLeft")
    page.keyboard.type("indeed ")
    going[0].continue_()
    expect(page.locator(".composer-files textarea")).to_be_visible()
    expect(text_of(page)).to_be_focused()
    with page.expect_response("**/reply/"):
        page.keyboard.type("and surely ")
    expect(text_of(page)).to_have_value("Yes indeed and surely at seven")
    page.reload()
    expect(text_of(page)).to_have_value("Yes indeed and surely at seven")


def wait_until_here(page: Page, true: Callable[[], bool]) -> None:
    """As `wait_until`, while the page's own events go on."""
    for _attempt in range(200):
        if true():
            return
        page.evaluate("() => new Promise(requestAnimationFrame)")
    raise AssertionError


def test_words_are_kept_when_the_save_on_leaving_fails(
    page: Page, watch: Watch, on_misskey: Talk
) -> None:
    watch.expect_status(503)
    begin(page, on_misskey)
    page.route("**/reply/", lambda route: route.fulfill(status=503))
    page.keyboard.type(ANSWER)
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    expect(page.locator("[data-saved]")).to_contain_text("Not saved yet")
    page.unroute("**/reply/")
    expect(page.locator("[data-saved]")).to_contain_text(CLOCK)
    page.reload()
    expect(text_of(page)).to_have_value(ANSWER)


def test_refused_answer_leaves_the_one_that_is_being_written(
    page: Page, newcomer: Reader
) -> None:
    sim, me = newcomer.sim, newcomer.name
    first = sim.note("bob", QUESTION, minutes_ago=5, visibility="specified", to=[me])
    sim.direct("bob", me, "and when?", reply_to=str(first["id"]))
    sim.prohibit("casino")
    newcomer.link()
    page.goto(newcomer.site.url)
    open_row(page, "and when?")
    page.locator("[data-reply]").click()
    expect(text_of(page)).to_be_focused()
    page.keyboard.type("in the casino")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".sending")).to_be_visible()
    answer(page, QUESTION)
    page.keyboard.type("I")
    page.locator(".sending [id^=now-]").click()
    text_of(page).focus()
    expect(page.locator(".sending")).to_contain_text("This was not sent.")
    expect(text_of(page)).to_be_focused()
    page.keyboard.type(" am")
    expect(text_of(page)).to_have_value("I am")
    page.locator(".sending a").click()
    expect(text_of(page)).to_have_value("in the casino")
    answer(page, QUESTION)
    expect(text_of(page)).to_have_value("I am")


def answer(page: Page, text: str) -> None:
    """Begin, or go on with, the answer to this message."""
    message = reading(page).locator(".message", has_text=text).first
    message.locator("[data-menu] summary").click()
    message.locator("[data-reply-to]").click()
    expect(text_of(page)).to_be_focused()


def test_draft_that_another_tab_changed_shows_both_texts(
    page: Page, watch: Watch, on_misskey: Talk
) -> None:
    watch.expect_status(409)
    begin(page, on_misskey)
    page.keyboard.type("one")
    expect(page.locator("[data-saved]")).to_contain_text(CLOCK)
    other = page.context.new_page()
    other.goto(page.url)
    text_of(other).fill("one two three")
    expect(other.locator("[data-saved]")).to_contain_text(CLOCK)
    other.close()
    page.keyboard.type("!")
    expect(text_of(page)).to_have_value("one two three\n\none!")
    expect(page.locator("[data-composer] [role=alert]")).to_be_visible()
    expect(text_of(page)).to_be_focused()
    with page.expect_response("**/reply/"):
        page.keyboard.type("?")
    page.reload()
    expect(text_of(page)).to_have_value("one two three\n\none!?")
