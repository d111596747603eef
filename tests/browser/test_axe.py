"""Every page by axe-core's rules for WCAG 2.2 A and AA: nothing to complain about."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looks import Look
from tests.browser.screen import row
from tests.browser.watch import Watch
from tests.browser.world import Reader, window
from tests.processes.site import wait_until

AXE = Path(__file__).with_name("axe") / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
OPTIONS = json.dumps({"runOnly": RULES, "resultTypes": ["violations"]})


def complaints(page: Page) -> list[str]:
    """One line for each element that breaks a rule."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate(f"axe.run(document, {OPTIONS})")
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def clean(page: Page) -> None:
    expect(page.get_by_role("main")).to_be_visible()
    found = complaints(page)
    assert not found, f"{page.url}\n" + "\n".join(found)


@pytest.fixture
def full(newcomer: Reader) -> Reader:
    """Something on every page."""
    sim, me = newcomer.sim, newcomer.name
    mine = str(sim.note(me, "what I wrote")["id"])
    sim.direct("bob", me, "said directly")
    sim.direct(me, "bob", "answered directly")
    sim.chat("carol", me, "said in a chat")
    sim.mention("bob", me, "said **openly** https://misskey.example/x :blobcat:")
    sim.reply("bob", mine, "said as an answer")
    sim.note("carol", "said around a quote", quote=mine)
    sim.note("bob", f"@{me} hidden words", cw="a warning")
    sim.react("bob", mine, "🎉")
    sim.follow("carol", me)
    sim.request_follow("bob", me)
    newcomer.link()
    return newcomer


def test_rules_find_what_is_wrong(page: Page, reader: Reader) -> None:
    page.goto(f"{reader.site.url}/accounts/link/")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert [line.partition(":")[0] for line in complaints(page)] == ["html-has-lang"]


def test_signed_out_pages(browser: Browser, look: Look, reader: Reader) -> None:
    with window(browser, look) as context:
        watch = Watch(context, reader.site.url)
        watch.expect_status(404)
        page = context.new_page()
        for path in ("login", "signup"):
            page.goto(f"{reader.site.url}/accounts/{path}/")
            clean(page)
        watch.check()


PLACES = (
    "/",
    "/?box=messages&is=unread",
    "/?box=requests",
    "/?box=sent",
    "/?box=hidden",
    "/?q=said",
    "/?q=nothing-like-this",
    "/operations/",
    "/accounts/",
    "/accounts/{account}/",
    "/accounts/{account}/unlink/",
    "/accounts/{account}/renew/",
    "/accounts/{account}/linked/",
    "/accounts/link/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/nothing/here/",
)


def test_pages(page: Page, full: Reader, look: Look, watch: Watch) -> None:
    watch.expect_status(404)
    for place in PLACES:
        page.goto(full.site.url + place.format(account=full.account))
        clean(page)


def test_open_conversations(page: Page, full: Reader, look: Look) -> None:
    for text in ("answered directly", "said in a chat", "said as an answer", "🎉"):
        page.goto(full.site.url)
        row(page, text).locator(".row-link").click()
        expect(page.locator(".message").first).to_be_visible()
        clean(page)
    page.goto(full.site.url)
    row(page, "a warning").locator(".row-link").click()
    page.locator("details.cw > summary").click()
    page.locator("details.menu > summary").first.click()
    clean(page)


def test_dialogs_and_selection(page: Page, full: Reader, look: Look) -> None:
    page.goto(full.site.url)
    for box in page.locator(".tick").all()[:3]:
        box.click()
    clean(page)
    bar = page.get_by_role("region", name=look.say("Selection"))
    bar.get_by_role("button", name=look.say("Delete on the server…")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    clean(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(
        page.get_by_role("dialog", name=look.say("Keyboard shortcuts"))
    ).to_be_visible()
    clean(page)


def test_linking_pages(page: Page, reader: Reader, look: Look, watch: Watch) -> None:
    watch.expect_status(400, 404, 422)
    page.goto(f"{reader.site.url}/accounts/link/")
    page.locator("[name=address]").fill("10.0.0.1")
    page.get_by_role("button", name=look.say("Find my server")).click()
    expect(page.get_by_role("alert")).to_be_visible()
    clean(page)
    page.locator("[name=address]").fill(reader.sim.host)
    page.get_by_role("button", name=look.say("Find my server")).click()
    question = page.get_by_role("heading", name=look.say("Is this your server?"))
    expect(question).to_be_visible()
    clean(page)
    page.get_by_role(
        "button", name=look.say("I have approved, but was not sent back")
    ).click()
    expect(page.get_by_role("alert")).to_be_visible()
    clean(page)


def test_banner(page: Page, reader: Reader, look: Look) -> None:
    reader.sim.revoke(reader.name)
    reader.post(f"/accounts/{reader.account}/sync/")
    wait_until(lambda: "refused our key" in reader.listed())
    page.goto(f"{reader.site.url}/?box=mentions")
    clean(page)
