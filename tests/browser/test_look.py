"""Language and theme: as the browser asks, until somebody chooses."""

from playwright.sync_api import Page, expect

from tests.browser.looks import Look
from tests.browser.world import Reader

GROUND = "getComputedStyle(document.body).backgroundColor"


def ground(page: Page) -> int:
    """How light the page's ground is, from 0 to 255."""
    colour: str = page.evaluate(GROUND)
    return int(colour.partition("(")[2].partition(",")[0])


def test_theme_follows_the_device_until_one_is_chosen(
    page: Page,
    reader: Reader,
) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(reader.site.url)
    assert ground(page) < 64
    _choose(page, reader, "Light")
    assert ground(page) > 192
    page.emulate_media(color_scheme="light")
    _choose(page, reader, "Dark")
    assert ground(page) < 64
    _choose(page, reader, "Same as the device")
    assert ground(page) > 192


def test_language_is_chosen_by_a_button(page: Page, reader: Reader) -> None:
    page.goto(reader.site.url)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    _choose(page, reader, "日本語")
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        Look(language="ja").say("Inbox")
    )


def _choose(page: Page, reader: Reader, name: str) -> None:
    page.locator("details.me > summary").click()
    # It leads to the same address: what is looked at must be the page after it, loaded.
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()
    expect(page).to_have_url(f"{reader.site.url}/")
    expect(page.locator("details.me")).not_to_have_attribute("open", "")
