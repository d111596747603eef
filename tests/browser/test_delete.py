"""Deleting on the server: asked first, done for real, and never what is not one's own."""

import signal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import Look, in_two_looks
from tests.browser.screen import open_row, reading, row, status
from tests.browser.world import Reader
from tests.processes.site import wait_until


@pytest.fixture
def regretted(newcomer: Reader) -> Reader:
    """A direct note of one's own, in a conversation of its own."""
    newcomer.sim.direct(newcomer.name, "bob", "said too much")
    newcomer.link()
    return newcomer


def note_of(reader: Reader) -> str:
    return reader.sim.notes_of(reader.name)[-1].id


def dialog(page: Page, look: Look) -> Locator:
    return page.get_by_role("dialog", name=look.say("Delete on the server"))


def ask(page: Page, look: Look) -> None:
    name = look.say("Delete on the server…")
    page.locator("[data-toolbar]").get_by_role("button", name=name).click()
    expect(dialog(page, look)).to_be_visible()


def button_for(page: Page, look: Look, number: int) -> Locator:
    one, many = (
        "Start deleting %(number)s message",
        "Start deleting %(number)s messages",
    )
    name = look.count(one, many, number)
    return dialog(page, look).get_by_role("button", name=name)


def start(page: Page, look: Look) -> None:
    """Agree to what is lost, and press the button for one message."""
    dialog(page, look).locator("[data-understood]").check()
    button_for(page, look, 1).click()


@in_two_looks
def test_own_note_is_deleted_on_the_server_after_asking(
    page: Page,
    regretted: Reader,
    look: Look,
) -> None:
    note = note_of(regretted)
    page.goto(regretted.site.url)
    open_row(page, "said too much")
    ask(page, look)
    effect = "your own notes: deleted for everyone; copies on other servers may stay"
    expect(dialog(page, look)).to_contain_text(look.say(effect))
    lasting = look.say("What is deleted cannot be brought back.")
    expect(dialog(page, look)).to_contain_text(lasting)
    assert regretted.sim.find_note(note) is not None
    start(page, look)
    expect(dialog(page, look)).to_be_hidden()
    expect(status(page)).to_contain_text("1")
    expect(row(page, "said too much")).to_have_count(0)
    wait_until(lambda: regretted.sim.find_note(note) is None)
    page.goto(regretted.site.url)
    expect(row(page, "said too much")).to_have_count(0)


def test_cancel_deletes_nothing(page: Page, regretted: Reader) -> None:
    look, note = Look(), note_of(regretted)
    page.goto(regretted.site.url)
    open_row(page, "said too much")
    ask(page, look)
    dialog(page, look).get_by_role("button", name="Cancel").click()
    expect(dialog(page, look)).to_be_hidden()
    expect(reading(page)).to_contain_text("said too much")
    assert regretted.sim.find_note(note) is not None
    assert not regretted.sim.calls("notes/delete")


def test_delete_survives_a_kill_right_after_the_click(
    page: Page,
    regretted: Reader,
) -> None:
    look, note, site = Look(), note_of(regretted), regretted.site
    regretted.sim.fault("api/notes/delete", "hang")
    page.goto(site.url)
    open_row(page, "said too much")
    ask(page, look)
    with page.expect_response("**/delete/"):
        start(page, look)
    page.goto("about:blank")
    site.end(signal.SIGKILL)
    regretted.sim.faults.clear()
    assert regretted.sim.find_note(note) is not None
    site.start()
    wait_until(lambda: regretted.sim.find_note(note) is None, 60)
    page.goto(site.url)
    expect(row(page, "said too much")).to_have_count(0)


@in_two_looks
def test_message_of_others_cannot_be_deleted_and_is_hidden_instead(
    page: Page,
    newcomer: Reader,
    look: Look,
) -> None:
    note = str(newcomer.sim.mention("bob", newcomer.name, "not mine to delete")["id"])
    newcomer.link()
    page.goto(newcomer.site.url)
    open_row(page, "not mine to delete")
    ask(page, look)
    reason = look.say("written by others; only they can delete it")
    expect(dialog(page, look)).to_contain_text(reason)
    expect(dialog(page, look).locator(".button-danger")).to_have_count(0)
    one, many = "Hide this one here instead", "Hide these %(shown)s here instead"
    hide = look.count(one, many, 1)
    dialog(page, look).get_by_role("button", name=hide).click()
    expect(dialog(page, look)).to_be_hidden()
    expect(status(page)).to_contain_text(look.say("Undo"))
    expect(row(page, "not mine to delete")).to_have_count(0)
    page.goto(newcomer.site.url)
    expect(row(page, "not mine to delete")).to_have_count(0)
    page.goto(f"{newcomer.site.url}/?box=hidden")
    expect(row(page, "not mine to delete")).to_be_visible()
    assert newcomer.sim.find_note(note) is not None


def test_conversation_of_both_says_how_many_can_be_deleted(
    page: Page,
    newcomer: Reader,
) -> None:
    look, me = Look(), newcomer.name
    for minutes, by, to, text in (
        (2, me, "bob", "said too much"),
        (1, "bob", me, "an answer of bob"),
    ):
        newcomer.sim.note(
            by, text, visibility="specified", to=[to], minutes_ago=minutes
        )
    newcomer.link()
    page.goto(newcomer.site.url)
    open_row(page, "an answer of bob")
    ask(page, look)
    expect(dialog(page, look)).to_contain_text("2 messages selected")
    expect(button_for(page, look, 1)).to_be_visible()
