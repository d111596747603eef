"""Everything by keys; never in a field, never while an input method converts."""

import re

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.screen import READ, UNREAD, open_row, reading, row, rows, status
from tests.browser.world import Reader


@pytest.fixture
def three(newcomer: Reader) -> Reader:
    """Three unread mentions: first, second, third from the top."""
    for number, name in enumerate(("first", "second", "third")):
        text = f"@{newcomer.name} the {name} one"
        newcomer.sim.note("bob", text, minutes_ago=number)
    newcomer.link()
    return newcomer


@pytest.fixture
def at_list(page: Page, three: Reader) -> Page:
    page.goto(f"{three.site.url}/?box=mentions")
    expect(rows(page)).to_have_count(3)
    return page


def focused(page: Page, text: str) -> None:
    expect(row(page, text).locator(".row-link")).to_be_focused()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_j_and_k_move_and_enter_opens(at_list: Page) -> None:
    press(at_list, "j", "j")
    focused(at_list, "the second one")
    press(at_list, "k")
    focused(at_list, "the first one")
    press(at_list, "k")
    focused(at_list, "the first one")
    press(at_list, "j", "Enter")
    expect(reading(at_list)).to_contain_text("the second one")
    press(at_list, "j", "o")
    expect(reading(at_list)).to_contain_text("the third one")
    expect(row(at_list, "the second one")).to_have_class(READ)
    expect(row(at_list, "the third one")).to_have_class(READ)
    expect(row(at_list, "the first one")).to_have_class(UNREAD)


def test_list_is_one_tab_stop(at_list: Page) -> None:
    press(at_list, "j", "j", "Shift+Tab", "Shift+Tab")
    expect(
        row(at_list, "the second one")
        .locator("a, input")
        .and_(at_list.locator(":focus"))
    ).to_have_count(0)
    expect(at_list.locator(".row :focus")).to_have_count(0)


def test_u_and_e_act_on_the_focused_row_and_z_undoes(at_list: Page) -> None:
    press(at_list, "j", "j", "u")
    expect(row(at_list, "the second one")).to_have_class(READ)
    expect(row(at_list, "the first one")).to_have_class(UNREAD)
    focused(at_list, "the second one")
    press(at_list, "u")
    expect(row(at_list, "the second one")).to_have_class(UNREAD)
    press(at_list, "e")
    expect(row(at_list, "the second one")).to_have_count(0)
    focused(at_list, "the third one")
    expect(status(at_list)).to_contain_text("Undo")
    press(at_list, "z")
    expect(row(at_list, "the second one")).to_be_visible()


def test_focus_goes_to_what_an_emptied_list_says(at_list: Page) -> None:
    press(at_list, "j")
    for text in ("the first one", "the second one", "the third one"):
        focused(at_list, text)
        press(at_list, "e")
    nothing = at_list.locator("#list .empty")
    expect(nothing).to_contain_text("Nothing here")
    expect(nothing).to_be_focused()
    press(at_list, "z")
    expect(row(at_list, "the third one")).to_be_visible()


def test_x_ticks_and_verbs_take_all_ticked_rows(at_list: Page) -> None:
    press(at_list, "j", "x", "j", "x")
    bar = at_list.get_by_role("region", name="Selection")
    expect(bar).to_contain_text("2 rows, 2 messages")
    press(at_list, "Escape")
    expect(at_list.locator(".tick input:checked")).to_have_count(0)
    press(at_list, "*", "a")
    expect(at_list.locator(".tick input:checked")).to_have_count(3)
    press(at_list, "*", "n")
    expect(at_list.locator(".tick input:checked")).to_have_count(0)
    press(at_list, "x", "k", "x", "u")
    expect(row(at_list, "the first one")).to_have_class(READ)
    expect(row(at_list, "the second one")).to_have_class(READ)
    expect(row(at_list, "the third one")).to_have_class(UNREAD)


def test_z_takes_back_what_was_done_last(at_list: Page, three: Reader) -> None:
    three.sim.direct("bob", three.name, "are you coming?")
    at_list.goto(three.site.url)
    open_row(at_list, "are you coming?")
    press(at_list, "r")
    expect(at_list.locator("[data-composer] [data-text]")).to_be_focused()
    at_list.keyboard.type("Yes, at seven")
    press(at_list, "Control+Enter")
    sending = at_list.locator(".sending [data-undo]")
    expect(sending).to_be_visible()
    three.more_time()
    row(at_list, "the second one").locator(".row-link").focus()
    press(at_list, "e")
    expect(status(at_list)).to_contain_text("Undo")
    expect(row(at_list, "the second one")).to_have_count(0)
    press(at_list, "z")
    expect(row(at_list, "the second one")).to_be_visible()
    expect(sending).to_be_visible()


def test_u_marks_ticked_rows_unread_when_all_of_them_are_read(at_list: Page) -> None:
    press(at_list, "*", "a", "u")
    expect(at_list.locator(".row:not(.unread)")).to_have_count(3)
    expect(at_list.locator(".tick input:checked")).to_have_count(0)
    press(at_list, "*", "a", "u")
    expect(at_list.locator(".row.unread")).to_have_count(3)
    expect(at_list.locator(".tick input:checked")).to_have_count(0)
    row(at_list, "the second one").locator(".row-link").focus()
    press(at_list, "u")
    expect(row(at_list, "the second one")).to_have_class(READ)
    press(at_list, "*", "a", "u")
    expect(at_list.locator(".row:not(.unread)")).to_have_count(3)


def test_second_star_counts_with_a_shift_of_its_own(at_list: Page) -> None:
    press(at_list, "Shift+Digit8", "Shift+Digit8")
    expect(at_list.locator(".tick input:checked")).to_have_count(3)


def test_keys_without_a_row_say_that_nothing_is_selected(at_list: Page) -> None:
    press(at_list, "u")
    expect(status(at_list)).to_contain_text("Nothing is selected.")
    expect(at_list.locator(".row.unread")).to_have_count(3)


def test_number_sign_asks_first_and_escape_leaves_it(at_list: Page) -> None:
    press(at_list, "j", "#")
    dialog = at_list.get_by_role("dialog", name="Delete on the server")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    press(at_list, "Escape")
    expect(dialog).to_be_hidden()
    focused(at_list, "the first one")
    expect(rows(at_list)).to_have_count(3)


def test_question_mark_lists_the_keys(at_list: Page) -> None:
    press(at_list, "j", "?")
    dialog = at_list.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    press(at_list, "j", "x", "Escape")
    expect(dialog).to_be_hidden()
    focused(at_list, "the first one")
    expect(at_list.locator(".tick input:checked")).to_have_count(0)


PLACES = {
    "g i": r"/$",
    "g d": r"/\?box=messages$",
    "g n": r"/\?box=notices$",
    "g s": r"/\?box=sent$",
    "g a": r"/accounts/$",
    "1": r"/\?(box=mentions&)?account=\d+$",
    "]": r"/\?box=notices$",
    "[": r"/\?box=messages$",
}


def test_keys_lead_to_places(at_list: Page) -> None:
    mentions = at_list.url
    for keys, address in PLACES.items():
        at_list.goto(mentions)
        press(at_list, *keys.split())
        expect(at_list).to_have_url(re.compile(address))


def test_single_keys_can_be_switched_off(at_list: Page) -> None:
    press(at_list, "?")
    at_list.get_by_role("checkbox", name="Single keys").uncheck()
    press(at_list, "Escape", "j", "x", "u")
    expect(at_list.locator(".row :focus")).to_have_count(0)
    expect(at_list.locator(".tick input:checked")).to_have_count(0)
    at_list.reload()
    press(at_list, "j")
    expect(at_list.locator(".row :focus")).to_have_count(0)


def test_search_field_keeps_all_keys_for_itself(at_list: Page) -> None:
    press(at_list, "j", "/")
    field = at_list.get_by_role("searchbox")
    expect(field).to_be_focused()
    at_list.keyboard.type("jkoxue#z?gi[]1")
    expect(field).to_have_value("jkoxue#z?gi[]1")
    expect(at_list.get_by_role("dialog")).to_have_count(0)
    expect(at_list.locator(".row.unread")).to_have_count(3)
    expect(at_list.locator(".tick input:checked")).to_have_count(0)
    press(at_list, "Escape")
    expect(field).not_to_be_focused()


def convert(session: CDPSession, text: str) -> None:
    """Let an input method show a text that is not decided yet."""
    session.send(
        "Input.imeSetComposition",
        {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
    )


def press_converting(session: CDPSession, key: str) -> None:
    """Press a key that belongs to the input method: browsers call it 229."""
    for kind in ("rawKeyDown", "keyUp"):
        session.send(
            "Input.dispatchKeyEvent",
            {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": 229},
        )


def test_keys_of_an_input_method_are_left_to_it(at_list: Page) -> None:
    address = at_list.url
    session = at_list.context.new_cdp_session(at_list)
    press(at_list, "/")
    field = at_list.get_by_role("searchbox")
    convert(session, "にほん")
    press_converting(session, "Escape")
    press_converting(session, "Enter")
    expect(field).to_be_focused()
    assert at_list.url == address
    session.send("Input.insertText", {"text": "日本"})
    expect(field).to_have_value("日本")
    press(at_list, "Enter")
    expect(at_list).to_have_url(re.compile("q=%E6%97%A5%E6%9C%AC"))


NOT_FOR_THE_PAGE = (
    "{key: 'j', isComposing: true}",
    "{key: 'Process', code: 'KeyJ', keyCode: 229}",
    "{key: 'j', ctrlKey: true}",
    "{key: 'j', metaKey: true}",
)


def test_key_that_is_not_for_the_page_moves_nothing(at_list: Page) -> None:
    for event in NOT_FOR_THE_PAGE:
        at_list.evaluate(
            f"document.body.dispatchEvent(new KeyboardEvent('keydown', "
            f"Object.assign({event}, {{bubbles: true, cancelable: true}})))",
        )
    expect(at_list.locator(".row :focus")).to_have_count(0)
    press(at_list, "j")
    focused(at_list, "the first one")


def test_key_right_after_a_conversion_is_not_for_the_page(at_list: Page) -> None:
    # Both are made before either is told, so that no moment passes between them.
    at_list.evaluate(
        "[new CompositionEvent('compositionend', {bubbles: true}),"
        " new KeyboardEvent('keydown', {key: 'j', bubbles: true})]"
        ".forEach((event) => document.body.dispatchEvent(event))",
    )
    expect(at_list.locator(".row :focus")).to_have_count(0)
