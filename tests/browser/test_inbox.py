"""The list of all accounts' conversations: order, filters, its address, its place."""

import io
import re

import pytest
import requests
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.looks import DESK, PHONE, Look
from tests.browser.screen import open_row, place_of, reading, row, rows, sticking_out
from tests.browser.world import Reader
from tests.processes.site import wait_until


def seen(page: Page) -> list[str]:
    names: list[str] = rows(page).evaluate_all("found => found.map(row => row.id)")
    return names


@pytest.fixture
def two_accounts(newcomer: Reader) -> Reader:
    """Messages of two accounts in turn, the newest last."""
    sim, second = newcomer.sim, f"{newcomer.name}b"
    sim.person(second, owner=True)
    sim.note("bob", f"@{newcomer.name} the oldest", minutes_ago=9)
    sim.note("carol", f"@{second} the middle", minutes_ago=6)
    sim.chat("bob", newcomer.name, "the newest")
    newcomer.link(second)
    newcomer.link()
    return newcomer


def test_list_is_merged_newest_first_and_filters_live_in_the_address(
    context: BrowserContext,
    page: Page,
    two_accounts: Reader,
    look: Look,
) -> None:
    page.goto(two_accounts.site.url)
    ours = page.locator(".row", has_text="the ")
    expect(ours.nth(0)).to_contain_text("the newest")
    second = f"{two_accounts.name}b"
    where = ".chips" if look.phone else ".places"
    page.locator(where).get_by_role("link", name=second).click()
    expect(row(page, "the middle")).to_be_visible()
    expect(row(page, "the newest")).to_have_count(0)
    page.get_by_role("link", name=look.say("Unread"), exact=True).click()
    page.wait_for_url("**is=unread**")
    copied = context.new_page()
    copied.goto(page.url)
    wait_until(lambda: seen(copied) == seen(page))
    copied.close()
    page.locator(where).get_by_role("link", name=second).click()
    expect(row(page, "the newest")).to_be_visible()
    page.goto(f"{two_accounts.site.url}/?box=messages")
    expect(row(page, "the newest")).to_be_visible()
    expect(row(page, "the oldest")).to_have_count(0)
    assert sticking_out(page) == []


def test_order_follows_the_time_of_all_accounts(
    page: Page, two_accounts: Reader
) -> None:
    page.goto(two_accounts.site.url)
    texts = page.locator(".row .what").all_inner_texts()
    ours = [text for text in texts if " the " in f" {text}" and "access" not in text]
    assert [text.split()[-1] for text in ours] == ["newest", "middle", "oldest"]


def test_back_returns_to_the_same_row_at_the_same_place(
    page: Page,
    newcomer: Reader,
    look: Look,
) -> None:
    newcomer.sim.flood(newcomer.name, 120, by="bob")
    newcomer.link()
    page.goto(newcomer.site.url)
    expect(rows(page).nth(49)).to_be_attached()
    rows(page).nth(49).scroll_into_view_if_needed()
    wanted = row(page, "number 41 of 120")
    expect(wanted).to_be_attached()
    wanted.scroll_into_view_if_needed()
    before = place_of(wanted)
    wanted.locator(".row-link").click()
    expect(reading(page)).to_contain_text("number 41 of 120")
    if not look.phone:
        page.goto(f"{newcomer.site.url}/accounts/")
    page.go_back()
    expect(row(page, "number 41 of 120")).to_be_in_viewport()
    after = place_of(row(page, "number 41 of 120"))
    assert abs(before["y"] - after["y"]) <= 2


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_list_that_is_loaded_anew_stays_where_it_was(
    page: Page, newcomer: Reader, width: int
) -> None:
    newcomer.sim.flood(newcomer.name, 210, by="bob")
    newcomer.link()
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{newcomer.site.url}/?box=mentions")
    rows(page).first.locator(".tick").click()
    page.get_by_label("Select all 210 messages").check()
    wanted = row(page, "number 180 of 210")
    wanted.scroll_into_view_if_needed()
    before = place_of(wanted)
    page.keyboard.press("u")
    expect(page.locator(".row.unread")).to_have_count(0)
    expect(wanted).to_be_in_viewport()
    assert abs(before["y"] - place_of(wanted)["y"]) <= 2
    page.goto(f"{newcomer.site.url}/accounts/")
    page.go_back()
    expect(wanted).to_be_in_viewport()
    assert abs(before["y"] - place_of(wanted)["y"]) <= 2


def test_open_conversation_stays_in_a_window_that_becomes_narrow(
    page: Page, two_accounts: Reader
) -> None:
    page.goto(two_accounts.site.url)
    open_row(page, "the newest")
    page.set_viewport_size({"width": 820, "height": 1180})
    expect(reading(page)).to_be_visible()
    expect(page.locator("#list")).to_be_hidden()
    reading(page).locator("[data-back]").click()
    expect(page.locator("#list")).to_be_visible()
    expect(row(page, "the newest")).to_be_visible()


@pytest.fixture
def every_kind(newcomer: Reader) -> Reader:
    """One message of each kind, and one of each trait."""
    sim, me = newcomer.sim, newcomer.name
    note = str(sim.note(me, "what I wrote")["id"])
    poll = str(sim.note(me, "what I asked", choices=["tea", "coffee"])["id"])
    sim.direct("bob", me, "said directly")
    sim.chat("carol", me, "said in a chat")
    sim.mention("bob", me, "said openly")
    sim.reply("bob", note, "said as an answer")
    sim.note("carol", "said around a quote", quote=note)
    for who, sign in (("bob", "👍"), ("carol", "🎉")):
        sim.react(who, note, sign)
    sim.follow("bob", me)
    sim.request_follow("carol", me)
    sim.vote("bob", poll, 1)
    sim.end_poll(poll)
    sim.note("bob", f"@{me} said behind a warning", cw="about spiders")
    _picture(newcomer, f"@{me} said with a picture")
    newcomer.link()
    return newcomer


def _picture(reader: Reader, text: str) -> None:
    """A note of bob's with a picture and its description, over the host's API."""
    sim = reader.sim
    token, file = sim.token("bob"), io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "PNG")
    made = requests.post(
        f"{sim.url}/api/drive/files/create",
        data={"i": token, "comment": "a teal rectangle"},
        files={"file": ("teal.png", file.getvalue(), "image/png")},
        timeout=10,
    )
    requests.post(
        f"{sim.url}/api/notes/create",
        json={"i": token, "text": text, "fileIds": [made.json()["id"]]},
        timeout=10,
    ).raise_for_status()


# A part of the row, and what is to be read after opening it.
KINDS = (
    ("said directly", "said directly"),
    ("said in a chat", "said in a chat"),
    ("said openly", "said openly"),
    ("said as an answer", "what I wrote"),
    ("said around a quote", "what I wrote"),
    (re.compile("👍|🎉"), "👍"),
    ("said with a picture", "a teal rectangle"),
)


def test_one_of_each_kind_opens(page: Page, every_kind: Reader, look: Look) -> None:
    for line, shown in KINDS:
        page.goto(every_kind.site.url)
        row(page, line).first.locator(".row-link").click()
        expect(reading(page)).to_contain_text(shown)
        assert sticking_out(page) == []
    picture = reading(page).get_by_role("img", name="a teal rectangle")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 64)
    for words in ("follows you", "A poll has ended"):
        page.goto(f"{every_kind.site.url}/?box=notices")
        row(page, look.say(words)).locator(".row-link").click()
        expect(reading(page).locator(".message")).to_be_visible()
    page.goto(f"{every_kind.site.url}/?box=requests")
    row(page, look.say("asks to follow you")).locator(".row-link").click()
    expect(reading(page)).to_contain_text("Carol")


def test_content_warning_stays_folded_until_asked(
    page: Page,
    every_kind: Reader,
    look: Look,
) -> None:
    page.goto(every_kind.site.url)
    warned = row(page, "about spiders")
    expect(warned).not_to_contain_text("said behind a warning")
    warned.locator(".row-link").click()
    text = reading(page).get_by_text("said behind a warning")
    expect(reading(page)).to_contain_text("about spiders")
    expect(text).to_be_hidden()
    reading(page).get_by_text(look.say("Show or hide")).click()
    expect(text).to_be_visible()
