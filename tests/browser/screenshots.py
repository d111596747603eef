"""Draws docs/screenshots from the demo world: `python -m tests.browser.screenshots`."""

import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from inboxhub.keys import ROOT
from simulators.misskey import Simulator, running
from simulators.visitor import Visitor
from tests.browser.chromium import launch
from tests.browser.looks import DESK, PHONE, Look
from tests.browser.screen import reading, row
from tests.browser.world import PASSWORD, SESSION, window
from tests.processes.site import Site, site, wait_until

FOLDER = ROOT / "docs" / "screenshots"
MOST_BYTES = 120_000
HOST = "misskey.example"
# The simulated host has no name that could be looked up: its address is painted over.
RENAME = """([from, to]) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode())
    walker.currentNode.data = walker.currentNode.data.replaceAll(from, to);
}"""


@dataclass(frozen=True, slots=True)
class Demo:
    """The site with its two linked accounts, and the session of their owner."""

    site: Site
    sim: Simulator
    session: str
    accounts: tuple[int, ...]


def inbox(page: Page, demo: Demo) -> None:
    page.goto(demo.site.url)
    if (page.viewport_size or {"width": 0})["width"] >= DESK:
        row(page, "and 2 others").or_(row(page, "and 3 others")).first.locator(
            ".row-link"
        ).click()
        reading(page).locator(".message").first.wait_for()


def conversation(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site.url}/?box=messages")
    page.locator(".row-link").nth(2).click()
    reading(page).locator(".message").first.wait_for()


def accounts(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site.url}/accounts/{demo.accounts[0]}/")


def preview(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site.url}/accounts/link/")
    page.locator("[name=address]").fill(demo.sim.host)
    page.keyboard.press("Enter")
    page.locator(".asks").wait_for()


def delete(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site.url}/?box=sent")
    page.locator(".tick").nth(0).click()
    page.locator(".tick").nth(1).click()
    page.locator("[data-selection] [data-verb=delete]").click()
    page.locator("dialog[open] .button-danger").wait_for()


SHOTS: dict[str, tuple[Look, Callable[[Page, Demo], None]]] = {
    "inbox-light-1440": (Look(DESK, "en", "light"), inbox),
    "inbox-dark-1440": (Look(DESK, "en", "dark"), inbox),
    "inbox-light-390": (Look(PHONE, "en", "light"), inbox),
    "inbox-dark-390": (Look(PHONE, "ja", "dark"), inbox),
    "conversation-ja-1440": (Look(DESK, "ja", "light"), conversation),
    "accounts-en-1440": (Look(DESK, "en", "light"), accounts),
    "preview-en-1440": (Look(DESK, "en", "light"), preview),
    "delete-en-1440": (Look(DESK, "en", "light"), delete),
}


def prepare(made: Site, sim: Simulator) -> Demo:
    """Sign up, link two accounts, wait for their histories."""
    visitor = Visitor(made.url)
    visitor.sign_up("me", PASSWORD)
    numbers = []
    for person in ("hana", "proj"):
        visitor.link(sim.host, person)
        number = int(visitor.answer.url.split("/")[4])
        numbers.append(number)
        wait_until(partial(_complete, visitor, number), 120)
    return Demo(made, sim, visitor.session.cookies[SESSION], tuple(numbers))


def _complete(visitor: Visitor, number: int) -> bool:
    visitor.open(f"/accounts/{number}/progress/")
    return "hx-get" not in visitor.answer.text


def draw(browser: Browser, demo: Demo, name: str) -> None:
    look, go = SHOTS[name]
    with window(browser, look) as context:
        _enter(context, demo)
        page = context.new_page()
        go(page, demo)
        page.wait_for_load_state("networkidle")
        page.evaluate(RENAME, [demo.sim.host, HOST])
        _save(page.screenshot(), FOLDER / f"{name}.png")


def _enter(context: BrowserContext, demo: Demo) -> None:
    context.add_cookies(
        [{"name": SESSION, "value": demo.session, "url": demo.site.url}],
    )


def _save(drawn: bytes, path: Path) -> None:
    """As few colours as it takes to stay small."""
    whole = Image.open(io.BytesIO(drawn)).convert("RGB")
    for colours in (256, 128, 64, 32):
        few = whole.quantize(colours, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
        if path.stat().st_size <= MOST_BYTES:
            return


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(world="demo", uri=f"https://{HOST}", name="Misskey Example") as sim,
        site(Path(folder), [sim.host]) as made,
        sync_playwright() as playwright,
    ):
        demo = prepare(made, sim)
        browser = launch(playwright)
        for name in SHOTS:
            draw(browser, demo, name)
        browser.close()


if __name__ == "__main__":
    main()
