"""Draws docs/screenshots from the demo world: `python -m tests.browser.screenshots`."""

import io
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from inboxhub.keys import ROOT
from simulators import mastodon, misskey, mixi
from simulators.visitor import Visitor
from tests.browser.chromium import launch
from tests.browser.looks import DESK, PHONE, Look
from tests.browser.screen import reading, row
from tests.browser.world import MIXI_KEY, PASSWORD, SESSION, enter, free_ports, window
from tests.processes.site import Site, site, wait_until

FOLDER = ROOT / "docs" / "screenshots"
MOST_BYTES = 120_000
Simulator = misskey.Simulator | mastodon.Simulator | mixi.Simulator
MIXI = "mixi.example"
# By name: the program and version, and who of its people is linked.
HOSTS = {
    "misskey.example": ("misskey", "2025.12", ("hana", "proj")),
    "mastodon.example": ("mastodon", "4.6", ("yuki", "kai")),
    MIXI: ("mixi", "", ("sakura",)),
    "old.misskey.example": ("misskey", "12.110", ("taro",)),
}
# Simulated hosts have no names that could be looked up: addresses are painted over.
RENAME = """(names) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode())
    for (const [address, name] of names)
      walker.currentNode.data = walker.currentNode.data.replaceAll(address, name);
}"""


@dataclass(frozen=True, slots=True)
class Demo:
    """The site, the hosts by name, and the session of who has linked them."""

    site: Site
    hosts: dict[str, Simulator]
    session: str
    accounts: dict[str, int]


def inbox(page: Page, demo: Demo) -> None:
    if page.evaluate("innerWidth") != DESK:
        page.goto(demo.site.url)
        return
    page.goto(f"{demo.site.url}/?box=messages")
    _open(page, row(page, "City Museum").first)


def conversation(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site.url}/?box=messages&provider=mastodon")
    _open(page, row(page, "源次").first)


def _open(page: Page, chosen: Locator) -> None:
    chosen.locator(".row-link").click()
    reading(page).locator(".message").first.wait_for()
    page.mouse.move(0, 0)


def accounts(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site.url}/accounts/{demo.accounts['yuki']}/")


def link(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site.url}/accounts/link/")


def preview(page: Page, demo: Demo) -> None:
    link(page, demo)
    page.locator("[name=address]").fill(demo.hosts["misskey.example"].host)
    page.keyboard.press("Enter")
    page.locator(".asks").wait_for()


def letter(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site.url}/?box=messages&provider=mixi")
    _open(page, row(page, "みか").first)


def delete(page: Page, demo: Demo) -> None:
    """What will happen on each network, before anything does."""
    page.goto(f"{demo.site.url}/?box=sent")
    for network in ("mixi", "mastodon", "misskey"):
        of_it = page.locator(".row", has=page.locator(f".network.{network}"))
        of_it.first.locator(".tick").click()
    page.locator("[data-selection] [data-verb=delete]").click()
    page.locator("dialog[open] .button-danger").wait_for()


SHOTS: dict[str, tuple[Look, Callable[[Page, Demo], None]]] = {
    "inbox-light-1440": (Look(DESK, "en", "light"), inbox),
    "inbox-dark-1440": (Look(DESK, "en", "dark"), inbox),
    "inbox-light-390": (Look(PHONE, "en", "light"), inbox),
    "inbox-dark-390": (Look(PHONE, "ja", "dark"), inbox),
    "conversation-ja-1440": (Look(DESK, "ja", "light"), conversation),
    "letter-ja-1440": (Look(DESK, "ja", "light"), letter),
    "accounts-en-1440": (Look(DESK, "en", "light"), accounts),
    "link-ja-390": (Look(PHONE, "ja", "light"), link),
    "preview-en-1440": (Look(DESK, "en", "light"), preview),
    "delete-en-1440": (Look(DESK, "en", "light"), delete),
}


def prepare(made: Site, hosts: dict[str, Simulator]) -> Demo:
    """Sign up, link the accounts, wait for their histories."""
    visitor = Visitor(made.url)
    visitor.sign_up("me", PASSWORD)
    accounts: dict[str, int] = {}
    for name, (_program, _version, people) in HOSTS.items():
        for person in people:
            visitor.link(hosts[name].host, person)
            number = accounts[person] = int(visitor.answer.url.split("/")[4])
            wait_until(partial(_complete, visitor, number), 120)
    return Demo(made, hosts, visitor.session.cookies[SESSION], accounts)


def _complete(visitor: Visitor, number: int) -> bool:
    visitor.open(f"/accounts/{number}/progress/")
    return "hx-get" not in visitor.answer.text


def draw(browser: Browser, demo: Demo, name: str) -> None:
    look, go = SHOTS[name]
    names = [[sim.host, host] for host, sim in demo.hosts.items()]
    with window(browser, look) as context:
        enter(context, demo.site.url, demo.session)
        page = context.new_page()
        go(page, demo)
        page.wait_for_load_state("networkidle")
        page.evaluate(RENAME, names)
        _save(page.screenshot(), FOLDER / f"{name}.png")


def _save(drawn: bytes, path: Path) -> None:
    """With all colours if that is small enough, otherwise with as many as fit."""
    picture = Image.open(io.BytesIO(drawn)).convert("RGB")
    picture.save(path, optimize=True)
    for colours in (256, 128, 64):
        if path.stat().st_size <= MOST_BYTES:
            return
        # Rounds of k-means keep large grounds and thin account bars what they are.
        few = picture.quantize(colours, kmeans=5, dither=Image.Dither.NONE)
        few.save(path, optimize=True)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ExitStack() as started:
        port = next(free_ports())
        hosts: dict[str, Simulator] = {
            name: started.enter_context(_started(name, program, version))
            for name, (program, version, _people) in HOSTS.items()
            if name != MIXI
        }
        folder = Path(started.enter_context(tempfile.TemporaryDirectory()))
        there = f"127.0.0.1:{port}"
        addresses = [there, *(sim.host for sim in hosts.values())]
        variables = mixi.settings_of(there, *MIXI_KEY)
        made = started.enter_context(site(folder, addresses, variables))
        hosts[MIXI] = started.enter_context(_mixi(made, port))
        demo = prepare(made, hosts)
        with launch(started.enter_context(sync_playwright())) as browser:
            for name in SHOTS:
                draw(browser, demo, name)


def _started(
    name: str, program: str, version: str
) -> AbstractContextManager[misskey.Simulator | mastodon.Simulator]:
    if program == "mastodon":
        return mastodon.running(profile=version, world="demo", name=name, uri=name)
    return misskey.running(profile=version, world="demo")


def _mixi(made: Site, port: int) -> AbstractContextManager[mixi.Simulator]:
    key, secret = MIXI_KEY
    back = f"{made.url}/accounts/mixi/callback/"
    return mixi.running(
        world="demo", port=port, client_id=key, client_secret=secret, redirect_uri=back
    )


if __name__ == "__main__":
    main()
