"""What is done to several rows reaches each network as it has it, or stays here."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import Look
from tests.browser.screen import READ, UNREAD, row, rows, status
from tests.browser.world import Reader
from tests.processes.site import wait_until

pytestmark = pytest.mark.wide

WINDOW = 60  # seconds: half a minute to undo it, and then some


@pytest.fixture
def letters(newcomer: Reader) -> Reader:
    """Three letters of mixi, the third the newest, and a notice."""
    sim, me = newcomer.mixi, newcomer.name
    for number, name in enumerate(("mika", "kenta", "stranger"), 1):
        ago = 40 - 10 * number
        sim.message(name, me, f"letter {number}", "お元気ですか", minutes_ago=ago)
    sim.notice(me, "友人リクエスト", "<b>届いています</b>")
    newcomer.link(host=sim.host)
    return newcomer


@pytest.fixture
def talks(newcomer: Reader) -> Reader:
    """Three talks on Mastodon, the third the newest."""
    sim, me = newcomer.mastodon, newcomer.name
    for number, name in enumerate(("alice", "bob", "carol"), 1):
        text, ago = f"@{me} letter {number}", 40 - 10 * number
        sim.status(name, text, visibility="direct", minutes_ago=ago)
    newcomer.link(host=sim.host)
    return newcomer


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name="Selection")


def letters_there(reader: Reader) -> dict[str, str]:
    return {one.title: str(one.status) for one in reader.mixi.inbox(reader.name)}


def test_letters_of_mixi_are_marked_replied_together(
    page: Page, letters: Reader
) -> None:
    page.goto(letters.site.url)
    for text in ("letter 1", "letter 3", "友人リクエスト"):
        row(page, text).locator(".tick").click()
    replied = bar(page).locator("[data-verb=mark-replied]")
    expect(replied.locator("[data-count]")).to_have_text("2")
    replied.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("possible for 2 of them")
    expect(dialog).to_contain_text("Not possible: a notice cannot be replied to.")
    dialog.get_by_role("button", name="Start marking 2 messages replied").click()
    expect(dialog).to_be_hidden()
    wanted = {"letter 1": "replied", "letter 2": "unread", "letter 3": "replied"}
    wait_until(lambda: letters_there(letters) == wanted, WINDOW)
    # There it is done a moment before it is written down here.
    wait_until(lambda: letters.listed().count('title="Replied"') == 2)
    page.reload()
    expect(row(page, "letter 1").locator("[title=Replied]")).to_be_visible()
    expect(row(page, "letter 2").locator("[title=Replied]")).to_have_count(0)


def older_read(page: Page, reader: Reader) -> None:
    """Everything that is older than the second letter, here."""
    page.goto(f"{reader.site.url}/?box=messages")
    row(page, "letter 2").locator(".row-link").focus()
    page.keyboard.press("Shift+U")
    for number, wanted in ((1, READ), (2, UNREAD), (3, UNREAD)):
        expect(row(page, f"letter {number}")).to_have_class(wanted)


def test_what_is_older_is_read_on_mixi(page: Page, letters: Reader) -> None:
    older_read(page, letters)
    wanted = {"letter 1": "read", "letter 2": "unread", "letter 3": "unread"}
    wait_until(lambda: letters_there(letters) == wanted)
    page.keyboard.press("Shift+U")
    expect(status(page)).to_contain_text("Everything older is marked read already.")


def test_what_is_older_is_read_on_mastodon(page: Page, talks: Reader) -> None:
    sim = talks.mastodon
    older_read(page, talks)
    wait_until(
        lambda: (
            sorted(talk.unread for talk in sim.rows_of(talks.name))
            == [False, True, True]
        )
    )


def hidden_and_shown(page: Page, reader: Reader) -> None:
    """Two of three are hidden, are in the Hidden view alone, and are shown again."""
    listed = f"{reader.site.url}/?box=messages"
    page.goto(listed)
    for number in (1, 2):
        row(page, f"letter {number}").locator(".tick").click()
    bar(page).get_by_role("button", name="Hide here").click()
    expect(rows(page)).to_have_count(1)
    page.goto(f"{reader.site.url}/?box=hidden")
    expect(rows(page)).to_have_count(2)
    page.keyboard.press("*")
    page.keyboard.press("a")
    bar(page).get_by_role("button", name="Show again").click()
    expect(rows(page)).to_have_count(0)
    expect(status(page)).to_contain_text("2 messages shown again")
    page.goto(listed)
    expect(rows(page)).to_have_count(3)


def test_hiding_stays_here_on_mixi(page: Page, letters: Reader) -> None:
    hidden_and_shown(page, letters)
    assert set(letters_there(letters).values()) == {"unread"}
    assert letters.mixi.trash(letters.name) == []


def test_hiding_stays_here_on_mastodon(page: Page, talks: Reader) -> None:
    hidden_and_shown(page, talks)
    there = talks.mastodon.rows_of(talks.name)
    assert [talk.unread for talk in there] == [True, True, True]


def test_delete_names_each_account_and_what_happens_there(
    page: Page, letters: Reader
) -> None:
    sim, me, look = letters.sim, letters.name, Look()
    sim.direct(me, "bob", "said too much")
    sim.mention("bob", me, "not mine")
    letters.link()
    page.goto(letters.site.url)
    for text in ("letter 1", "友人リクエスト", "said too much", "not mine"):
        row(page, text).locator(".tick").click()
    delete = bar(page).get_by_role("button", name=look.say("Delete on the server…"))
    delete.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("tbody")).to_have_count(2)
    expect(dialog).to_contain_text("4 messages selected, possible for 3 of them.")
    on_mixi, on_misskey = (
        dialog.locator("tbody", has_text=t) for t in ("mixi", "note")
    )
    expect(on_mixi).to_contain_text("moved to the trash of mixi")
    expect(on_mixi).to_contain_text("deleted on mixi for good")
    expect(on_misskey).to_contain_text("your own notes: deleted for everyone")
    expect(on_misskey).to_contain_text("Not possible: written by others")
    expect(dialog).to_contain_text("2 of these messages cannot be brought back.")
    dialog.get_by_role("button", name="Hide this one here instead").click()
    expect(dialog).to_be_hidden()
    expect(row(page, "not mine")).to_have_count(0)
    expect(row(page, "said too much")).to_be_visible()
    assert len(sim.notes_of(me)) == 1
