"""Bulk work: watched, paused, resumed, undone in its window, and reported on."""

import csv
import io
import re
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.looks import PHONE, Look, in_two_looks
from tests.browser.screen import place_of, reading, row, rows, status, sticking_out
from tests.browser.test_writing import Talk, begin
from tests.browser.watch import Watch
from tests.browser.world import Reader, window
from tests.processes.site import wait_until

pytestmark = pytest.mark.wide

NOTES = 12
DELETES = "api/notes/delete"
# Seconds: until the server finds what a command has stored, and a good one for each note.
LONG = 90
UNDO_SIGN = re.compile("#arrow-back-up$")
HEARD = """() => {
  window.heard = new Set();
  const status = document.getElementById("status");
  const hear = () => window.heard.add(status.textContent.replace(/\\s+/g, " ").trim());
  new MutationObserver(hear).observe(status, { childList: true, subtree: true });
}"""


# The verbs, and the field below a conversation, that something else lies over.
COVERED = """() => {
  const places = "[data-selection] [data-verb], [data-toolbar] [data-verb], .answer > *";
  return [...document.querySelectorAll(places)]
    .filter((one) => one.checkVisibility())
    .filter((one) => {
      const { left, top, right, bottom } = one.getBoundingClientRect();
      const middle = (left + right) / 2;
      const points = [[middle, top + 2], [middle, bottom - 2]];
      return !points.every((at) => one.contains(document.elementFromPoint(...at)));
    })
    .map((one) => one.dataset.verb ?? one.className);
}"""


@pytest.fixture
def writer(newcomer: Reader) -> Reader:
    """Somebody with a dozen direct notes of their own."""
    for number in range(NOTES):
        newcomer.sim.direct(newcomer.name, "bob", f"disposable {number:02}")
    newcomer.link()
    return newcomer


def left(reader: Reader) -> int:
    """How many of the notes are still on the server."""
    notes = reader.sim.notes_of(reader.name)
    return sum("disposable" in (note.text or "") for note in notes)


def bar(page: Page) -> Locator:
    return page.locator(".operation-bar")


def numbers(page: Page) -> Locator:
    return page.locator("#operation .counters")


def delete_all(page: Page, reader: Reader, look: Look) -> None:
    """Tick all that was sent, and say yes to what is asked."""
    page.goto(f"{reader.site.url}/?box=sent")
    expect(rows(page)).to_have_count(NOTES)
    page.keyboard.press("*")
    page.keyboard.press("a")
    page.keyboard.press("#")
    dialog = page.get_by_role("dialog", name=look.say("Delete on the server"))
    dialog.locator("[data-understood]").check()
    dialog.locator(".button-danger").click()
    expect(status(page).locator("[data-undo]")).to_be_visible()


def start_deleting(reader: Reader) -> None:
    """Without the time to undo it, as a script would."""
    command = ("operate", reader.name, "delete", "disposable", "--yes")
    done = reader.site.command(*command)
    assert done.returncode == 0, done.stderr


def test_bulk_run_is_watched_paused_and_resumed(page: Page, writer: Reader) -> None:
    faults = writer.sim.faults
    faults.let(DELETES, "delay", seconds=0.4)
    page.goto(writer.site.url)
    page.evaluate(HEARD)
    expect(bar(page)).to_have_count(0)
    start_deleting(writer)
    expect(bar(page)).to_contain_text(f"/ {NOTES}")
    wait_until(lambda: left(writer) <= NOTES // 2, LONG)
    # However long the steps to the button take, something is left to be paused.
    faults.clear()
    faults.let(DELETES, "held")
    expect(bar(page)).to_contain_text(re.compile(rf"[5-9] / {NOTES}|1. / {NOTES}"))
    bar(page).get_by_role("link").click()
    expect(numbers(page)).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    resume = page.get_by_role("button", name="Resume")
    expect(resume).to_be_visible()
    faults.clear()
    faults.let_go()
    expect(page.locator(".lane-state")).to_have_text("Paused")
    expect(numbers(page)).to_contain_text("Left")
    kept = left(writer)
    assert kept
    page.reload()
    expect(page.locator(".operation-sentence")).to_contain_text("Paused")
    assert left(writer) >= kept - 1  # the call in flight, at most
    resume.click()
    expect(page.locator(".moments")).to_contain_text(re.compile(r"Paused.*Resumed"))
    finished = f"{NOTES} messages deleted on the server"
    expect(page.locator(".operation-sentence")).to_contain_text(finished)
    assert left(writer) == 0


def heard(page: Page) -> list[str]:
    """All that was said since, for those who listen."""
    texts: list[str] = page.evaluate("[...window.heard]")
    return texts


def heard_of(page: Page, percent: int) -> bool:
    return f"Delete on the server: {percent} % done" in heard(page)


def fewer(reader: Reader, number: int) -> bool:
    return left(reader) < number


def test_progress_is_said_in_quarters(page: Page, writer: Reader) -> None:
    """Each quarter lasts until the page has told of it: what is over before a busy page
    asks again is never said."""
    faults = writer.sim.faults
    faults.let(DELETES, "held")
    page.goto(writer.site.url)
    page.evaluate(HEARD)
    start_deleting(writer)
    expect(bar(page)).to_contain_text(f"0 / {NOTES}")
    for percent in (25, 50, 75):
        faults.let_go()
        # One more than the quarter, which may itself be held before its answer.
        wait_until(partial(fewer, writer, NOTES - NOTES * percent // 100), LONG)
        faults.let(DELETES, "held")
        wait_until(partial(heard_of, page, percent), LONG)
    faults.let_go()
    expect(bar(page)).to_contain_text(f"{NOTES} messages deleted on the server")
    assert left(writer) == 0
    assert sum("% done" in text for text in heard(page)) == 3


@in_two_looks
def test_deletion_is_undone_on_another_page(
    page: Page, writer: Reader, look: Look
) -> None:
    delete_all(page, writer, look)
    writer.more_time()
    page.goto(f"{writer.site.url}/accounts/")
    expect(bar(page).locator("[data-countdown]")).to_contain_text(re.compile(r"\d"))
    assert sticking_out(page) == []
    page.keyboard.press("z")
    expect(status(page)).to_contain_text(look.say("Undone. Nothing was changed."))
    expect(bar(page)).to_have_count(0)
    page.goto(f"{writer.site.url}/?box=sent")
    expect(rows(page)).to_have_count(NOTES)
    assert left(writer) == NOTES
    assert not writer.sim.calls("notes/delete")


def test_undo_brings_the_rows_back_where_they_were(page: Page, writer: Reader) -> None:
    delete_all(page, writer, Look())
    expect(rows(page)).to_have_count(0)
    status(page).locator("[data-undo]").click()
    expect(rows(page)).to_have_count(NOTES)


def test_last_thing_is_undone_from_any_page(page: Page, writer: Reader) -> None:
    page.goto(f"{writer.site.url}/?box=sent")
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(rows(page)).to_have_count(NOTES - 1)
    page.goto(f"{writer.site.url}/accounts/")
    page.keyboard.press("z")
    expect(status(page)).to_contain_text("Undone. Nothing was changed.")
    page.goto(f"{writer.site.url}/?box=sent")
    expect(rows(page)).to_have_count(NOTES)
    page.goto(f"{writer.site.url}/operations/")
    hidden = page.locator("#operations li", has_text="Undone")
    expect(hidden.first.locator("use")).to_have_attribute("href", UNDO_SIGN)


def test_report_names_every_message(page: Page, writer: Reader, tmp_path: Path) -> None:
    start_deleting(writer)
    wait_until(lambda: left(writer) == 0, LONG)
    page.goto(f"{writer.site.url}/operations/")
    page.get_by_role("link", name="Delete on the server").click()
    finished = f"{NOTES} messages deleted on the server"
    expect(page.locator(".operation-sentence")).to_contain_text(finished)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the report").click()
    path = tmp_path / "report.csv"
    download.value.save_as(path)
    table = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert table[0][:3] == ["Account", "Host", "Message"]
    texts = sorted(line[3].split()[-1] for line in table[1:])
    assert texts == [f"{number:02}" for number in range(NOTES)]
    assert {line[4] for line in table[1:]} == {"Done"}


@in_two_looks
def test_bar_gives_the_page_room(page: Page, writer: Reader, look: Look) -> None:
    delete_all(page, writer, look)
    page.goto(f"{writer.site.url}/accounts/")
    expect(bar(page)).to_be_visible()
    page.keyboard.press("End")
    last = page.locator(".account-card .buttons > *").last
    last.scroll_into_view_if_needed()
    shown, foot = place_of(last), place_of(bar(page))
    assert shown["y"] + shown["height"] <= foot["y"]


def nothing_is_covered(page: Page) -> None:
    """Once what has just come is in its place."""
    wait_until(lambda: page.evaluate(COVERED) == [])


@pytest.mark.parametrize("size", ["100%", "150%"])
def test_verbs_are_reached_over_the_bar_on_a_phone(
    page: Page, writer: Reader, size: str
) -> None:
    writer.sim.fault(DELETES, "hang")  # the bar stays however long the steps take
    page.set_viewport_size({"width": PHONE, "height": 844})
    writer.sim.mention("bob", writer.name, "answer me")
    writer.wait_for("answer me")
    start_deleting(writer)
    page.goto(writer.site.url)
    page.evaluate("(s) => (document.documentElement.style.fontSize = s)", size)
    expect(bar(page)).to_be_visible()
    row(page, "answer me").locator(".tick").click()
    expect(page.locator("[data-selection]")).to_be_visible()
    nothing_is_covered(page)
    row(page, "answer me").locator(".row-link").click()
    expect(page.locator("[data-reply]")).to_be_visible()
    page.wait_for_load_state()
    page.evaluate("(s) => (document.documentElement.style.fontSize = s)", size)
    expect(bar(page)).to_be_visible()
    nothing_is_covered(page)
    page.locator("[data-reply]").click()
    send = page.locator(".composer-send button").last
    send.scroll_into_view_if_needed()
    expect(bar(page)).to_be_visible()
    foot, shown = place_of(page.locator("[data-toolbar]")), place_of(send)
    assert shown["y"] + shown["height"] <= foot["y"]


def test_undo_works_without_scripts(browser: Browser, writer: Reader) -> None:
    with window(browser, Look(), scripts=False) as context:
        writer.enter(context)
        watch = Watch(context, writer.site.url)
        page = context.new_page()
        page.goto(f"{writer.site.url}/?box=sent")
        row(page, "disposable 05").locator(".tick").click()
        bar_of_ticks = page.get_by_role("region", name="Selection")
        bar_of_ticks.get_by_role("button", name="Hide here", exact=True).click()
        expect(rows(page)).to_have_count(NOTES - 1)
        page.locator(".bar-last").get_by_role("button", name="Undo").click()
        expect(rows(page)).to_have_count(NOTES)
        watch.check()


@in_two_looks
def test_list_shows_how_far_each_account_is(
    page: Page, writer: Reader, look: Look
) -> None:
    writer.sim.person("carol", owner=True)
    for number in range(NOTES):
        writer.sim.direct("carol", "bob", f"disposable too {number:02}")
    writer.link("carol")
    faults = writer.sim.faults
    faults.let(DELETES, "delay", seconds=0.4)
    page.goto(f"{writer.site.url}/operations/")
    page.emulate_media(color_scheme="dark" if look.theme == "dark" else "light")
    start_deleting(writer)
    page.goto(f"{writer.site.url}/operations/")
    # Some are deleted, and the others are left for as long as the page is looked at.
    wait_until(lambda: left(writer) <= NOTES - 3, LONG)
    faults.clear()
    faults.let(DELETES, "held")
    lanes = page.locator(".row-lane")
    expect(lanes).to_have_count(2)
    expect(lanes.first.locator("progress")).to_have_attribute("max", str(NOTES))
    expect(lanes.first).to_contain_text(re.compile(rf"[2-9] / {NOTES}"))
    assert sticking_out(page) == []
    faults.clear()
    faults.let_go()
    # Without another visit of the page.
    expect(page.locator(".operation-row")).to_contain_text(
        look.count(
            "%(number)s message deleted on the server",
            "%(number)s messages deleted on the server",
            2 * NOTES,
        ),
        timeout=LONG * 1_000,
    )
    expect(lanes).to_have_count(0)


@in_two_looks
def test_answer_on_its_way_is_undone_in_one_place(
    page: Page, newcomer: Reader, look: Look
) -> None:
    begin(page, Talk(newcomer, "misskey"))
    page.keyboard.type("Yes")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-undo]:visible")).to_have_count(1)
    newcomer.more_time()
    page.goto(newcomer.site.url)
    expect(bar(page).locator("[data-undo]")).to_be_visible()


@pytest.mark.parametrize("how", ["click", "time"])
def test_sent_is_said_once_and_goes(page: Page, newcomer: Reader, how: str) -> None:
    page.clock.install()
    begin(page, Talk(newcomer, "misskey"))
    page.keyboard.type("Yes")
    page.keyboard.press("Control+Enter")
    page.locator(".sending [id^=now-]").click()
    wait_until(lambda: bool(newcomer.sim.notes_of(newcomer.name)))
    page.clock.run_for(2_000)
    sent = page.locator(".sending-sent")
    expect(sent).to_have_text(re.compile("Sent"))
    page.locator("[data-reply]").focus()
    if how == "click":
        page.clock.run_for(2_000)
        expect(sent).to_be_visible()
        reading(page).locator(".message").first.click()
    else:
        page.clock.run_for(12_000)
    expect(sent).to_have_count(0)
    if how == "time":
        expect(page.locator("[data-reply]")).to_be_focused()
