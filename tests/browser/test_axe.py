"""Every page by axe-core's rules for WCAG 2.2 A and AA: nothing to complain about."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looks import Look
from tests.browser.screen import find_server, row
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
    page.wait_for_load_state()  # a click may have led here: colours come with the styles
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
    "/live/",
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
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("?")
    expect(
        page.get_by_role("dialog", name=look.say("Keyboard shortcuts"))
    ).to_be_visible()
    clean(page)
    page.goto(f"{full.site.url}/?box=requests")
    page.locator(".tick").first.click()
    bar.locator("[data-verb=reject]").click()
    expect(page.get_by_role("dialog")).to_be_visible()
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


@pytest.fixture
def networks(newcomer: Reader) -> Reader:
    """An account of Mastodon and one of mixi, with what only they have."""
    sim, mixi, me = newcomer.mastodon, newcomer.mixi, newcomer.name
    mine = str(sim.status(me, "what I wrote")["id"])
    picture = str(sim.direct("carol", me, "a picture for you")["id"])
    sim.attach(picture, alt="hills in the evening")
    sim.status("bob", f"@{me} hidden words", cw="a warning", choices=["tea", "coffee"])
    sim.status("bob", "said around a quote", quote=mine)
    sim.favourite("carol", mine)
    sim.request_follow("dave", me)
    sim.announce("<p>down on Sunday</p>")
    sim.notice(me, "a_kind_of_tomorrow", by="bob")
    mixi.message("stranger", me, "知らない人から", "はじめまして")
    mixi.notice(me, "友人リクエスト", "<b>届いています</b>")
    newcomer.link(host=sim.host)
    newcomer.link(host=mixi.host)
    return newcomer


TEXTS = (
    "a picture for you",
    "a warning",
    "what I wrote",
    "知らない人から",
    "友人リクエスト",
)


def test_pages_of_mastodon_and_mixi(page: Page, networks: Reader, look: Look) -> None:
    mastodon, mixi = networks.account - 1, networks.account
    for account in (mastodon, mixi):
        for place in ("", "linked/"):
            page.goto(f"{networks.site.url}/accounts/{account}/{place}")
            clean(page)
    for text in TEXTS:
        page.goto(networks.site.url)
        row(page, text).first.locator(".row-link").click()
        expect(page.locator(".message").first).to_be_visible()
        for warning in page.locator("details.cw > summary").all():
            warning.click()
        clean(page)


def test_linking_pages_of_mastodon_and_mixi(
    page: Page, newcomer: Reader, look: Look, watch: Watch
) -> None:
    watch.expect_status(404, 422)
    find_server(page, newcomer, look, newcomer.mastodon.host)
    page.locator(
        "details > summary", has_text=look.say("Paste a token instead")
    ).click()
    clean(page)
    page.get_by_label(look.say("Access token")).fill("not-a-token")
    page.get_by_role("button", name=look.say("Link with this token")).click()
    expect(page.get_by_role("alert")).to_be_visible()
    clean(page)
    page.goto(f"{newcomer.site.url}/accounts/link/")
    section = page.get_by_role("region", name="mixi")
    expect(section).to_be_visible()
    clean(page)
    section.get_by_role("button").click()
    expect(page.get_by_text("w_message")).to_be_visible()
    clean(page)
    page.goto(f"{newcomer.site.url}/accounts/mixi/callback/?error=access_denied")
    expect(page.get_by_role("alert")).to_be_visible()
    clean(page)
