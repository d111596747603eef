"""Three networks in one list, and what their verbs really do over there."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import Look, in_two_looks
from tests.browser.screen import (
    READ,
    UNREAD,
    open_row,
    reading,
    row,
    rows,
    sticking_out,
)
from tests.browser.world import Reader
from tests.processes.site import wait_until

pytestmark = pytest.mark.wide

TRASH = "messages: moved to the trash of {host}, where they can be restored; the other person keeps theirs"
LEAVES = "the whole conversation leaves your list on {host}; others keep theirs, and it comes back with the next message"
DISMISSED = "the notice is dismissed on {host} for good; the post it is about stays"
FOR_GOOD = "notices: deleted on {host} for good, without a trash"
NO_WAY_BACK = "marked replied on {host}; that cannot be taken back there"


@pytest.fixture
def on_mastodon(newcomer: Reader) -> Reader:
    """A conversation, a mention, and somebody who liked a post."""
    sim, me = newcomer.mastodon, newcomer.name
    mine = str(sim.status(me, "what I wrote")["id"])
    sim.direct(me, "bob", "said too much")
    sim.direct("carol", me, "from Mastodon")
    sim.mention("bob", me, "named in the open")
    sim.favourite("carol", mine)
    newcomer.link(host=sim.host)
    return newcomer


@pytest.fixture
def on_mixi(newcomer: Reader) -> Reader:
    """A letter and a notice."""
    sim = newcomer.mixi
    sim.message("mika", newcomer.name, "mixiの手紙", "お元気ですか")
    sim.notice(newcomer.name, "友人リクエスト", "<b>届いています</b>")
    newcomer.link(host=sim.host)
    return newcomer


def letter(reader: Reader) -> str:
    """The letter's status there."""
    return str(reader.mixi.inbox(reader.name)[0].status)


def unread_there(reader: Reader) -> list[bool]:
    return [talk.unread for talk in reader.mastodon.rows_of(reader.name)]


def told(reader: Reader, words: str, look: Look, *, mixi: bool = False) -> str:
    host = "mixi" if mixi else reader.mastodon.host
    return look.say(words).replace("{host}", host)


def ask(page: Page, look: Look, verb: str) -> Locator:
    """Press a button of the open conversation that asks before it acts."""
    tool = page.locator(f"[data-toolbar] [data-verb={verb}]")
    tool.click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text(look.say("Cancel"))
    assert sticking_out(page) == []
    return dialog


def confirm(dialog: Locator) -> None:
    for consent in dialog.locator("[data-understood]").all():
        consent.check()
    dialog.locator(".button-primary, .button-danger").click()
    expect(dialog).to_be_hidden()


def test_three_networks_are_one_list_that_a_network_filters(
    page: Page,
    on_mastodon: Reader,
    on_mixi: Reader,
    look: Look,
) -> None:
    reader = on_mixi
    reader.sim.direct("bob", reader.name, "from Misskey")
    reader.link()
    texts = {
        "misskey": "from Misskey",
        "mastodon": "from Mastodon",
        "mixi": "mixiの手紙",
    }
    page.goto(f"{reader.site.url}/?box=messages")
    for text in texts.values():
        expect(row(page, text)).to_be_visible()
    assert sticking_out(page) == []
    for network, text in texts.items():
        page.goto(f"{reader.site.url}/?box=messages")
        places = page.locator("#chips" if look.phone else ".places")
        places.locator(f"a[href*='provider={network}']").first.click()
        expect(page).to_have_url(f"{reader.site.url}/?box=messages&provider={network}")
        expect(row(page, text)).to_be_visible()
        for other in texts.values():
            if other != text:
                expect(row(page, other)).to_have_count(0)


@in_two_looks
def test_opening_marks_a_conversation_of_mastodon_read_there(
    page: Page,
    on_mastodon: Reader,
    look: Look,
) -> None:
    assert any(unread_there(on_mastodon))
    page.goto(on_mastodon.site.url)
    expect(row(page, "from Mastodon")).to_have_class(UNREAD)
    open_row(page, "from Mastodon")
    wait_until(lambda: not any(unread_there(on_mastodon)))
    page.goto(on_mastodon.site.url)
    expect(row(page, "from Mastodon")).to_have_class(READ)


@in_two_looks
def test_opening_marks_a_letter_of_mixi_read_there(
    page: Page,
    on_mixi: Reader,
    look: Look,
) -> None:
    assert letter(on_mixi) == "unread"
    page.goto(on_mixi.site.url)
    open_row(page, "mixiの手紙")
    wait_until(lambda: letter(on_mixi) == "read")
    page.goto(on_mixi.site.url)
    expect(row(page, "mixiの手紙")).to_have_class(READ)


@in_two_looks
def test_removed_conversation_leaves_the_list_there_and_comes_back(
    page: Page,
    on_mastodon: Reader,
    look: Look,
) -> None:
    sim, me = on_mastodon.mastodon, on_mastodon.name
    before = len(sim.rows_of(me))
    page.goto(on_mastodon.site.url)
    open_row(page, "from Mastodon")
    dialog = ask(page, look, "remove")
    expect(dialog).to_contain_text(told(on_mastodon, LEAVES, look))
    assert len(sim.rows_of(me)) == before
    confirm(dialog)
    wait_until(lambda: len(sim.rows_of(me)) == before - 1)
    gone = look.say("Every message of this conversation was removed or deleted.")
    expect(reading(page)).to_contain_text(gone)
    page.goto(on_mastodon.site.url)
    expect(row(page, "from Mastodon")).to_have_count(0)
    sim.direct("carol", me, "here again")
    on_mastodon.fetch("here again")


def test_removing_one_message_says_that_its_conversation_goes(
    page: Page,
    newcomer: Reader,
) -> None:
    sim, me = newcomer.mastodon, newcomer.name
    for minutes, text in ((2, "the first of two"), (1, "the second of two")):
        words = f"@{me} {text}"
        sim.status("carol", words, visibility="direct", minutes_ago=minutes)
    newcomer.link(host=sim.host)
    page.goto(newcomer.site.url)
    open_row(page, "the second of two")
    # Being read changes what the menus offer.
    expect(page.locator(".quiet")).to_contain_text(sim.host)
    page.locator("details.menu > summary").first.click()
    page.locator("details.menu[open] [data-verb=remove]").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text(told(newcomer, LEAVES, Look()))
    expect(
        dialog.get_by_role("button", name="Start removing 2 messages")
    ).to_be_visible()
    confirm(dialog)
    expect(row(page, "of two")).to_have_count(0)
    # More than one message can be undone for half a minute.
    wait_until(lambda: sim.rows_of(me) == [], 60)


@in_two_looks
def test_dismissed_notice_is_dismissed_there(
    page: Page,
    on_mastodon: Reader,
    look: Look,
) -> None:
    sim, me = on_mastodon.mastodon, on_mastodon.name
    kinds = {notice.type for notice in sim.notifications_of(me)}
    assert "favourite" in kinds
    page.goto(f"{on_mastodon.site.url}/?box=notices")
    open_row(page, "what I wrote")
    dialog = ask(page, look, "remove")
    expect(dialog).to_contain_text(told(on_mastodon, DISMISSED, look))
    confirm(dialog)
    wait_until(
        lambda: "favourite" not in {n.type for n in sim.notifications_of(me)},
    )
    page.goto(f"{on_mastodon.site.url}/?box=notices")
    expect(rows(page)).to_have_count(0)


def test_own_post_is_deleted_there(page: Page, on_mastodon: Reader) -> None:
    sim, me = on_mastodon.mastodon, on_mastodon.name
    post = sim.statuses_of(me)[-1]
    page.goto(on_mastodon.site.url)
    open_row(page, "said too much")
    confirm(ask(page, Look(), "delete"))
    wait_until(lambda: sim.find_status(post.id) is None)
    page.goto(f"{on_mastodon.site.url}/?box=sent")
    expect(row(page, "said too much")).to_have_count(0)


@in_two_looks
def test_letter_of_mixi_goes_to_its_trash_and_the_page_says_so(
    page: Page,
    on_mixi: Reader,
    look: Look,
) -> None:
    sim, me = on_mixi.mixi, on_mixi.name
    page.goto(on_mixi.site.url)
    open_row(page, "mixiの手紙")
    dialog = ask(page, look, "delete")
    expect(dialog).to_contain_text(told(on_mixi, TRASH, look, mixi=True))
    lasting = look.say("What is deleted cannot be brought back.")
    expect(dialog).not_to_contain_text(lasting)
    confirm(dialog)
    wait_until(lambda: [one.title for one in sim.trash(me)] == ["mixiの手紙"])
    page.goto(on_mixi.site.url)
    expect(row(page, "mixiの手紙")).to_have_count(0)


def test_notice_of_mixi_is_deleted_for_good_after_saying_so(
    page: Page,
    on_mixi: Reader,
) -> None:
    sim, me, look = on_mixi.mixi, on_mixi.name, Look()
    page.goto(on_mixi.site.url)
    open_row(page, "友人リクエスト")
    dialog = ask(page, look, "delete")
    expect(dialog).to_contain_text(told(on_mixi, FOR_GOOD, look, mixi=True))
    expect(dialog).to_contain_text("What is deleted cannot be brought back.")
    confirm(dialog)
    wait_until(lambda: sim.notices(me) == [])
    assert sim.trash(me) == []


@in_two_looks
def test_letter_is_marked_replied_there(
    page: Page,
    on_mixi: Reader,
    look: Look,
) -> None:
    page.goto(on_mixi.site.url)
    open_row(page, "mixiの手紙")
    dialog = ask(page, look, "mark-replied")
    expect(dialog).to_contain_text(told(on_mixi, NO_WAY_BACK, look, mixi=True))
    assert letter(on_mixi) != "replied"
    confirm(dialog)
    wait_until(lambda: letter(on_mixi) == "replied")
    # There it is done a moment before it is written down here.
    wait_until(lambda: 'title="Replied"' in on_mixi.listed())
    page.goto(on_mixi.site.url)
    open_row(page, "mixiの手紙")
    expect(reading(page)).to_contain_text(look.say("Replied"))
    verb = page.locator("[data-toolbar] [data-verb=mark-replied]")
    expect(verb).to_have_count(0)


def test_answer_on_mixi_shows_the_letter_as_replied(
    page: Page,
    on_mixi: Reader,
) -> None:
    sim, me = on_mixi.mixi, on_mixi.name
    sim.reply(me, sim.inbox(me)[0].id, "元気です")
    on_mixi.fetch("元気です", query="box=sent")
    page.goto(on_mixi.site.url)
    open_row(page, "元気です")
    expect(reading(page)).to_contain_text("Replied")
