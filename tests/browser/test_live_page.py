"""The Live page as a person sees it: posts come in, and stand still while one reads."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import Look
from tests.browser.screen import sticking_out
from tests.browser.test_axe import clean
from tests.browser.watch import Watch
from tests.browser.world import Reader

pytestmark = pytest.mark.wide


@pytest.fixture
def live(page: Page, reader: Reader) -> Page:
    """The local timeline of the reader's account, connected."""
    reader.await_streams()
    page.goto(f"{reader.site.url}/live/?account={reader.account}&channel=local")
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "live")
    page.mouse.move(5, 5)
    return page


def cards(page: Page) -> Locator:
    return page.locator("[data-feed] > article")


def card(page: Page, text: str) -> Locator:
    return page.locator("[data-feed] > article", has_text=text)


@pytest.mark.usefixtures("look")
def test_posts_come_in_at_the_top_and_change_in_place(
    live: Page, reader: Reader, look: Look
) -> None:
    reader.sim.note("bob", "the first post")
    expect(card(live, "the first post")).to_be_visible()
    note = str(reader.sim.note("carol", "the second post")["id"])
    expect(cards(live).first).to_contain_text("the second post")
    reader.await_streams(lambda streams: any(note in one.captures for one in streams))
    reader.sim.react("bob", note, "🎉")
    expect(card(live, "the second post")).to_contain_text("🎉")
    reader.sim.delete_note(note)
    expect(card(live, "the second post")).to_have_class(re.compile(r"\bgone\b"))
    words = look.say("Deleted by its author")
    expect(card(live, "the second post")).to_contain_text(words)
    assert not sticking_out(live)
    clean(live)


def test_posts_wait_while_somebody_reads(live: Page, reader: Reader) -> None:
    reader.sim.note("bob", "being read")
    card(live, "being read").hover()
    reader.sim.note("carol", "came meanwhile")
    pill = live.get_by_role("button", name="1 waiting")
    expect(pill).to_be_visible()
    expect(card(live, "came meanwhile")).to_have_count(0)
    live.mouse.move(5, 5)
    expect(cards(live).first).to_contain_text("came meanwhile")
    expect(pill).to_be_hidden()


def test_keyboard_walks_through_posts_and_shows_what_waits(
    live: Page, reader: Reader
) -> None:
    reader.sim.note("bob", "the older post")
    expect(card(live, "the older post")).to_be_visible()
    reader.sim.note("bob", "the newer post")
    expect(card(live, "the newer post")).to_be_visible()
    live.keyboard.press("j")
    live.keyboard.press("j")
    expect(card(live, "the older post")).to_be_focused()
    reader.sim.note("carol", "came meanwhile")
    expect(live.get_by_role("button", name="1 waiting")).to_be_visible()
    live.keyboard.press(".")
    expect(cards(live).first).to_contain_text("came meanwhile")
    expect(cards(live).first).to_be_focused()


def test_pause_holds_everything_until_it_is_ended(live: Page, reader: Reader) -> None:
    live.get_by_role("button", name="Pause").click()
    live.mouse.move(5, 5)
    expect(live.locator("[data-live-state]")).to_have_text("Paused")
    for number in range(3):
        reader.sim.note("bob", f"held {number}")
    expect(live.get_by_role("button", name="3 waiting")).to_be_visible()
    expect(cards(live)).to_have_count(0)
    live.get_by_role("button", name="Go on").click()
    expect(cards(live)).to_have_count(3)
    expect(cards(live).first).to_contain_text("held 2")


def test_live_is_reached_by_keyboard_and_left_at_once(
    page: Page, reader: Reader
) -> None:
    page.goto(reader.site.url)
    page.keyboard.press("g")
    page.keyboard.press("l")
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "live")
    reader.await_streams(
        lambda streams: any("homeTimeline" in s.channels.values() for s in streams)
    )
    page.goto(reader.site.url)
    reader.await_streams(
        lambda streams: all("homeTimeline" not in s.channels.values() for s in streams)
    )


def test_server_without_an_account_can_be_looked_at(
    page: Page, newcomer: Reader
) -> None:
    page.goto(f"{newcomer.site.url}/live/")
    page.get_by_label("A Misskey server where you have no account").fill(
        newcomer.sim.host
    )
    page.get_by_role("button", name="Look").click()
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "live")
    newcomer.sim.note("bob", "to whom it may concern")
    expect(card(page, "to whom it may concern")).to_be_visible()


def test_page_says_why_nothing_will_come(page: Page, newcomer: Reader) -> None:
    page.goto(f"{newcomer.site.url}/live/?host=192.168.0.1")
    trouble = page.locator("[data-live-trouble]")
    expect(trouble).to_contain_text("192.168.0.1 is no server that InboxHub may call.")
    expect(page.locator("[data-live-empty]")).to_be_hidden()
    expect(page.locator("[data-live-pause]")).to_be_hidden()
    page.goto(f"{newcomer.site.url}/live/?host=nobody-is-here.example")
    expect(trouble).to_contain_text("does not answer. InboxHub keeps trying.")
    page.goto(f"{newcomer.site.url}/live/?host={newcomer.sim.host}")
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "live")
    expect(trouble).to_be_hidden()
    expect(page.locator("[data-live-empty]")).to_be_visible()


def test_link_from_elsewhere_connects_to_no_server_by_itself(
    page: Page, newcomer: Reader, watch: Watch
) -> None:
    watch.allowed = (newcomer.sim.url,)
    page.goto(f"{newcomer.sim.url}/_sim/")
    address = f"{newcomer.site.url}/live/?host={newcomer.sim.host}"
    with page.expect_navigation(url=address):
        page.evaluate("address => { location.href = address; }", address)
    start = page.get_by_role("button", name="Connect to")
    expect(start).to_be_visible()
    assert not newcomer.sim.connections("-")
    start.click()
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "live")


def test_mastodon_home_comes_in(page: Page, reader: Reader) -> None:
    account = reader.link(host=reader.mastodon.host)
    reader.mastodon.person("dave")
    reader.mastodon.follow(reader.name, "dave")
    page.goto(f"{reader.site.url}/live/?account={account}")
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "live")
    page.mouse.move(5, 5)
    told = str(reader.mastodon.status("dave", "from the other network")["id"])
    expect(card(page, "from the other network")).to_be_visible()
    reader.mastodon.edit_status(told, "from another network")
    expect(card(page, "from another network")).to_be_visible()
    reader.mastodon.delete_status(told)
    expect(card(page, "from another network")).to_have_class(re.compile(r"\bgone\b"))
