"""What is on the screen changes there as soon as it changes on its network."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import open_row, reading, row
from tests.browser.world import Reader

pytestmark = pytest.mark.wide

GONE = re.compile(r"\bgone\b")


def captured(reader: Reader, note: str, *, released: bool = False) -> None:
    """Wait until the reader's connection captures the note, or does not."""
    reader.await_streams(
        lambda streams: any(note in s.captures for s in streams) is not released
    )


def test_reactions_and_deletion_show_in_the_open_conversation(
    page: Page, reader: Reader
) -> None:
    note = str(reader.sim.direct("bob", reader.name, "look at this")["id"])
    page.goto(reader.site.url)
    open_row(page, "look at this")
    captured(reader, note)
    reader.sim.react("carol", note, "🎉")
    expect(reading(page).locator(".reactions")).to_contain_text("🎉")
    reader.sim.delete_note(note)
    expect(reading(page).locator(".message.gone")).to_contain_text("look at this")
    expect(row(page, "look at this")).to_have_class(GONE)


def test_notes_off_the_screen_are_let_go(page: Page, reader: Reader) -> None:
    note = str(reader.sim.direct("bob", reader.name, "in the list")["id"])
    page.goto(reader.site.url)
    expect(row(page, "in the list")).to_be_visible()
    captured(reader, note)
    page.goto(f"{reader.site.url}/accounts/")
    captured(reader, note, released=True)
