"""Answering and writing: what arrives at each network, once, and what a person sees."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import Look, in_two_looks
from tests.browser.screen import open_row, place_of, reading, row, sticking_out
from tests.browser.test_axe import clean
from tests.browser.watch import Watch
from tests.browser.world import Reader
from tests.processes.site import wait_until

QUESTION = "are you coming?"
ANSWER = "Yes, at seven"
CLOCK = re.compile(r"\d:\d\d")
NETWORKS = ("misskey", "mastodon", "mixi")


class Talk:
    """A question to the reader on one network, and what they wrote there since."""

    def __init__(self, reader: Reader, network: str) -> None:
        self.reader, self.network, me = reader, network, reader.name
        match network:
            case "misskey":
                reader.sim.direct("bob", me, QUESTION)
                reader.link()
            case "mastodon":
                reader.mastodon.direct("bob", me, QUESTION)
                reader.link(host=reader.mastodon.host)
            case _:
                reader.mixi.message("mika", me, "夕食", QUESTION)
                reader.link(host=reader.mixi.host)

    def arrived(self) -> list[str]:
        """The texts that the network has from the reader."""
        me = self.reader.name
        match self.network:
            case "misskey":
                return [str(note.text) for note in self.reader.sim.notes_of(me)]
            case "mastodon":
                return [s.text for s in self.reader.mastodon.statuses_of(me)]
            case _:
                return [letter.body for letter in self.reader.mixi.outbox(me)]


@pytest.fixture(params=NETWORKS)
def talk(request: pytest.FixtureRequest, newcomer: Reader) -> Talk:
    return Talk(newcomer, request.param)


@pytest.fixture
def on_misskey(newcomer: Reader) -> Talk:
    return Talk(newcomer, "misskey")


def text_of(page: Page) -> Locator:
    return page.locator("[data-composer] [data-text]")


def begin(page: Page, talk: Talk) -> None:
    """Open the conversation and its form."""
    page.goto(talk.reader.site.url)
    open_row(page, QUESTION)
    page.locator("[data-reply]").click()
    expect(text_of(page)).to_be_focused()


def send_at_once(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    now = page.locator(".sending [id^=now-]")
    now.click()
    expect(now).to_be_hidden()


@in_two_looks
def test_answer_arrives_once_on_its_network(page: Page, talk: Talk, look: Look) -> None:
    begin(page, talk)
    assert sticking_out(page) == []
    page.keyboard.type(ANSWER)
    send_at_once(page)
    expect(reading(page).locator(".message.own")).to_contain_text(ANSWER)
    wait_until(lambda: len(talk.arrived()) == 1)
    assert ANSWER in talk.arrived()[0]
    page.reload()
    expect(reading(page).locator(".message.own")).to_have_count(1)
    assert len(talk.arrived()) == 1


def test_what_is_answered_stays_in_sight(page: Page, newcomer: Reader) -> None:
    for number in range(20):
        newcomer.sim.direct("bob", newcomer.name, f"line {number}\n" * 3)
    newcomer.link()
    page.goto(newcomer.site.url)
    open_row(page, "line ")
    last = reading(page).locator(".message").last
    last.scroll_into_view_if_needed()
    page.keyboard.press("r")
    expect(text_of(page)).to_be_focused()
    form = place_of(page.locator("[data-composer]"))
    answered = place_of(last)
    assert answered["y"] + answered["height"] <= form["y"] + 1


def test_undo_gives_the_text_back_and_nothing_arrives(page: Page, talk: Talk) -> None:
    begin(page, talk)
    page.keyboard.type(ANSWER)
    page.keyboard.press("Control+Enter")
    page.locator(".sending [data-undo]").click()
    expect(text_of(page)).to_have_value(ANSWER)
    assert talk.arrived() == []


def test_draft_saves_by_itself_and_is_there_after_a_reload(
    page: Page, on_misskey: Talk, look: Look
) -> None:
    begin(page, on_misskey)
    page.keyboard.type(ANSWER)
    expect(page.locator("[data-saved]")).to_contain_text(CLOCK)
    page.goto(on_misskey.reader.site.url)
    expect(row(page, QUESTION).locator(".draft-mark")).to_be_visible()
    open_row(page, QUESTION)
    expect(text_of(page)).to_have_value(ANSWER)


def test_two_clicks_send_once(page: Page, on_misskey: Talk) -> None:
    begin(page, on_misskey)
    page.keyboard.type(ANSWER)
    page.locator("[data-send]").dblclick()
    page.locator(".sending [id^=now-]").click()
    wait_until(lambda: on_misskey.arrived() == [ANSWER])
    expect(page.locator(".sending")).to_have_count(1)
    expect(page.locator(".sending-sent")).to_be_visible()
    assert on_misskey.arrived() == [ANSWER]


def test_enter_of_an_input_method_sends_nothing(page: Page, on_misskey: Talk) -> None:
    begin(page, on_misskey)
    session = page.context.new_cdp_session(page)
    session.send(
        "Input.imeSetComposition",
        {"text": "はい", "selectionStart": 2, "selectionEnd": 2},
    )
    page.keyboard.press("Control+Enter")
    session.send("Input.insertText", {"text": "はい"})
    expect(text_of(page)).to_have_value(re.compile("はい"))
    expect(page.locator(".sending")).to_have_count(0)


def test_form_keeps_what_is_left_in_sight(page: Page, on_misskey: Talk) -> None:
    begin(page, on_misskey)
    counter = page.locator("[data-counter]")
    expect(counter).to_have_text("3,000 left")
    page.keyboard.type("👍👍")
    expect(counter).to_have_text("2,998 left")


@in_two_looks
def test_new_message_finds_its_person(page: Page, newcomer: Reader, look: Look) -> None:
    newcomer.sim.person("carol")
    newcomer.link()
    page.goto(f"{newcomer.site.url}/compose/")
    page.locator("[data-find]").fill("carol")
    page.keyboard.press("Enter")
    found = page.locator(".found-people button", has_text="Carol").first
    found.click()
    expect(page.locator(".person-chip")).to_be_visible()
    assert sticking_out(page) == []
    text_of(page).fill("hello")
    send_at_once(page)
    wait_until(lambda: [n.text for n in newcomer.sim.notes_of(newcomer.name)] != [])
    (note,) = newcomer.sim.notes_of(newcomer.name)
    assert str(note.text).endswith("hello")
    assert note.visibility == "specified"
    expect(page.locator(".sending-sent")).to_be_visible()


def composed(reader: Reader) -> str:
    """The page for a new message as it would be if it were loaded now."""
    reader.visitor.open("/compose/")
    return reader.visitor.answer.text


def test_new_message_stays_one_draft_while_it_is_typed(
    page: Page, newcomer: Reader
) -> None:
    newcomer.link()
    page.goto(f"{newcomer.site.url}/compose/")
    text_of(page).focus()
    page.keyboard.type("first")
    named = page.locator("[data-composer] [name=draft]")
    expect(named).to_have_value(re.compile(r"\d"))
    number = named.input_value()
    page.keyboard.type(", second")
    wait_until(lambda: "first, second" in composed(newcomer))
    expect(named).to_have_value(number)
    page.reload()
    expect(text_of(page)).to_have_value("first, second")
    expect(page.locator(".kept-drafts")).to_have_count(0)


def test_reaction_is_given_and_taken_back(page: Page, newcomer: Reader) -> None:
    sim, me = newcomer.sim, newcomer.name
    note = sim.find_note(str(sim.direct("bob", me, QUESTION)["id"]))
    assert note is not None
    newcomer.link()
    page.goto(newcomer.site.url)
    open_row(page, QUESTION)
    reading(page).locator("[data-react]").click()
    page.locator(".picker button[value='🎉']").click()
    given = reading(page).locator(".reaction[aria-pressed=true]")
    expect(given).to_contain_text("1")
    wait_until(lambda: [one.reaction for one in note.reactions.values()] == ["🎉"])
    given.click()
    expect(given).to_have_count(0)
    wait_until(lambda: not note.reactions)


def test_favourite_is_given_and_taken_back(page: Page, newcomer: Reader) -> None:
    sim, me = newcomer.mastodon, newcomer.name
    status = sim.find_status(str(sim.direct("bob", me, QUESTION)["id"]))
    assert status is not None
    newcomer.link(host=sim.host)
    page.goto(newcomer.site.url)
    open_row(page, QUESTION)
    star = reading(page).locator("[data-react]")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    wait_until(lambda: len(status.favourites) == 1)
    star.click()
    expect(star).to_have_attribute("aria-pressed", "false")
    wait_until(lambda: not status.favourites)


@in_two_looks
def test_follow_request_is_accepted(page: Page, newcomer: Reader, look: Look) -> None:
    sim, me = newcomer.mastodon, newcomer.name
    sim.request_follow("carol", me)
    newcomer.link(host=sim.host)
    assert len(sim.follow_requests_of(me)) == 1
    page.goto(f"{newcomer.site.url}/?box=requests")
    row(page, re.compile("Carol")).locator(".row-link").click()
    assert sticking_out(page) == []
    with page.expect_response("**/accept/"):
        reading(page).locator(".decisions [data-verb=accept]").click()
    page.goto(f"{newcomer.site.url}/?box=requests")
    expect(row(page, re.compile("Carol"))).to_have_count(0)
    wait_until(lambda: sim.follow_requests_of(me) == [], 30)


def test_draft_is_only_thrown_away_when_one_says_so(
    page: Page, on_misskey: Talk
) -> None:
    begin(page, on_misskey)
    page.keyboard.type(ANSWER)
    expect(page.locator("[data-saved]")).to_contain_text(CLOCK)
    page.locator("[data-throw]").click()
    page.locator("[data-kept]").click()
    expect(page.locator("[data-kept]")).to_have_count(0)
    expect(text_of(page)).to_have_value(ANSWER)
    page.locator("[data-throw]").click()
    page.locator("[data-composer] .button-danger").click()
    expect(text_of(page)).to_have_count(0)
    page.reload()
    expect(page.locator(".draft-mark")).to_have_count(0)


def test_picture_goes_along_with_its_description(
    page: Page, watch: Watch, on_misskey: Talk, tmp_path: Path
) -> None:
    watch.expect_status(422)
    picture = tmp_path / "square.png"
    Image.new("RGB", (64, 64), "blue").save(picture)
    begin(page, on_misskey)
    page.keyboard.type(ANSWER)
    page.locator("[data-pictures]").set_input_files(picture)
    words = page.locator(".composer-files textarea")
    expect(words).to_be_visible()
    page.locator("[data-send]").click()
    expect(words).to_be_focused()
    words.fill("a blue square")
    send_at_once(page)
    reader = on_misskey.reader
    wait_until(lambda: bool(reader.sim.notes_of(reader.name)))
    shown = reading(page).locator(".message.own .picture-text")
    expect(shown).to_contain_text("a blue square")


def test_what_one_writes_with_can_be_used_by_everyone(
    page: Page, on_misskey: Talk, look: Look
) -> None:
    begin(page, on_misskey)
    clean(page)
    page.keyboard.type(ANSWER)
    page.locator("[data-throw]").click()
    expect(page.locator("[data-kept]")).to_be_visible()
    clean(page)
    page.locator("[data-kept]").click()
    expect(page.locator("[data-kept]")).to_have_count(0)
    reading(page).locator("[data-react]").first.click()
    expect(page.locator(".picker button").first).to_be_visible()
    clean(page)
    text_of(page).focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".sending")).to_be_visible()
    clean(page)
    page.goto(f"{on_misskey.reader.site.url}/compose/")
    clean(page)
