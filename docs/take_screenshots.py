"""Takes the pictures of docs/screenshots from a site with the demo's world.

`.venv/bin/python docs/take_screenshots.py` after `make install`; needs Chromium.
"""

import sys
import tempfile
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from simulators.misskey import running  # noqa: E402  the path comes first
from simulators.visitor import Visitor  # noqa: E402
from tests.processes.site import Site, site  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
NAME, PASSWORD = "demo", "inbox-of-everything"
HOSTS = {
    "misskey.example": ("2025.12", ("hana", "proj")),
    "old.misskey.example": ("12.110", ("taro",)),
}
WIDE, NARROW = (1440, 900), (390, 844)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
COLOURS = 128


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with ExitStack() as stack:
        hosts = [
            stack.enter_context(
                running(profile=profile, world="demo", uri=f"https://{domain}"),
            )
            for domain, (profile, _people) in HOSTS.items()
        ]
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        made = stack.enter_context(site(folder, [host.host for host in hosts]))
        visitor = Visitor(made.url)
        visitor.sign_up(NAME, PASSWORD)
        for host, (_profile, people) in zip(hosts, HOSTS.values(), strict=True):
            for person in people:
                visitor.link(host.host, person)
        made.command("sync", "--user", NAME)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=FLAGS,
        )
        take_all(browser, made, hosts[0].host)


def take_all(browser: Browser, made: Site, host: str) -> None:
    for theme in ("light", "dark"):
        for name, size in (("1440", WIDE), ("390", NARROW)):
            page = signed_in(browser, made, theme, "en-GB", size)
            if size == WIDE:
                page.goto(f"{made.url}/?box=messages")
                page.locator(".row a[data-open-row]").nth(2).click()
                page.locator("#reading .message").first.wait_for()
            save(page, f"inbox-{theme}-{name}")
    japanese = signed_in(browser, made, "light", "ja-JP", WIDE)
    japanese.goto(f"{made.url}/?box=mentions")
    japanese.locator(".row a[data-open-row]").nth(2).click()
    japanese.locator("#reading .message").first.wait_for()
    save(japanese, "mentions-ja-1440")
    japanese.goto(f"{made.url}/accounts/")
    save(japanese, "accounts-ja-1440")
    english = signed_in(browser, made, "light", "en-GB", WIDE)
    english.goto(f"{made.url}/accounts/link/")
    english.fill("[name=address]", host)
    english.keyboard.press("Enter")
    english.locator("a.button-primary").wait_for()
    save(english, "link-en-1440")


def signed_in(
    browser: Browser,
    made: Site,
    theme: str,
    locale: str,
    size: tuple[int, int],
) -> Page:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if theme == "dark" else "light",
        locale=locale,
        timezone_id="Asia/Tokyo",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{made.url}/accounts/login/")
    page.fill("[name=login]", NAME)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{made.url}/")
    # Once more: the sentence about the sign-in is said, and gone.
    page.goto(made.url)
    return page


def save(page: Page, name: str) -> None:
    """With few colours: a picture of text needs no more, and is a third as large."""
    page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
