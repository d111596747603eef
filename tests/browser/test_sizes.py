"""Large letters, narrow windows, colours that the system forces, and less movement."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import PHONE
from tests.browser.screen import open_row, place_of, row, rows, sticking_out
from tests.browser.world import Reader

pytestmark = pytest.mark.wide

PLACES = ("/", "/?box=requests", "/compose/", "/operations/", "/accounts/", "/live/")
NARROWEST = 320
SQUEEZED = """() => [...document.querySelectorAll("body *")]
  .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((one) => one.checkVisibility())
  .filter((one) => {
    const { lineHeight, fontSize } = getComputedStyle(one);
    return parseFloat(lineHeight) < parseFloat(fontSize) * 0.99;
  })
  .map((one) => `${one.tagName} ${one.className}`)"""
MOVING = """() => [...document.querySelectorAll("body *")]
  .filter((one) => {
    const { animationName, animationDuration, transitionDuration } = getComputedStyle(one);
    const moves = animationName !== "none" && parseFloat(animationDuration) > 0.01;
    return moves || parseFloat(transitionDuration) > 0.01;
  })
  .map((one) => `${one.tagName} ${one.className}`)"""


@pytest.fixture
def full(newcomer: Reader) -> Reader:
    """Something on every page, and more accounts than a phone is wide."""
    sim, me = newcomer.sim, newcomer.name
    sim.direct("bob", me, "said directly")
    sim.mention("carol", me, "said openly")
    sim.request_follow("bob", me)
    newcomer.link()
    for name in ("a_second_account", "a_third_account"):
        sim.person(name, owner=True)
        newcomer.link(name)
    message = newcomer.listed("box=mentions").partition('data-latest="')[2]
    newcomer.post("/mark-read/", message=message.partition('"')[0])
    return newcomer


@pytest.mark.parametrize(("width", "size"), [(NARROWEST, "100%"), (PHONE, "200%")])
def test_everything_fits(page: Page, full: Reader, width: int, size: str) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    for place in PLACES:
        page.goto(full.site.url + place)
        page.evaluate("(s) => (document.documentElement.style.fontSize = s)", size)
        if place == "/":
            rows(page).first.locator(".tick").click()
            bar = page.get_by_role("region", name="Selection")
            expect(bar).to_be_in_viewport(ratio=1)
        assert sticking_out(page) == [], place
        assert page.evaluate(SQUEEZED) == [], place


def test_bar_of_the_phone_lets_the_last_row_be_seen(page: Page, full: Reader) -> None:
    page.set_viewport_size({"width": PHONE, "height": 500})
    full.sim.flood(full.name, 8, by="bob")
    full.wait_for("number 8 of 8")
    page.goto(full.site.url)
    rows(page).first.locator(".tick").click()
    selection = page.get_by_role("region", name="Selection")
    # With all that it will say: it must not grow any more.
    expect(selection.locator("[data-verb=hide] [data-count]")).not_to_be_empty()
    page.evaluate("scrollTo(0, document.scrollingElement.scrollHeight)")
    bar, last = place_of(selection), place_of(rows(page).last)
    assert last["y"] + last["height"] <= bar["y"]


def outlined(page: Page, place: str) -> bool:
    style: str = page.locator(place).first.evaluate(
        "(one) => getComputedStyle(one).outlineStyle"
    )
    return style != "none"


def test_forced_colours_show_where_one_is(page: Page, full: Reader) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(full.site.url)
    open_row(page, "said directly")
    row(page, "said openly").locator(".tick").click()
    for place in (
        *(".places [aria-current]", ".segments [aria-current]"),
        *(".row[data-open]", ".row:has(.tick :checked)"),
    ):
        assert outlined(page, place), place
    ticked = row(page, "said openly")
    ticked.hover()
    tools = ticked.locator(".row-tools").evaluate(
        "(one) => getComputedStyle(one).backgroundImage"
    )
    assert tools == "none"


def test_nothing_moves_where_less_movement_is_wanted(page: Page, full: Reader) -> None:
    page.emulate_media(reduced_motion="reduce")
    for place in PLACES:
        page.goto(full.site.url + place)
        assert page.evaluate(MOVING) == [], place
