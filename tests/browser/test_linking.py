"""Linking an account by clicking through the host's page, and refusing to."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import Look
from tests.browser.screen import find_server
from tests.browser.watch import Watch
from tests.browser.world import Reader


def full_width(text: str) -> str:
    """The letters as a Japanese keyboard may give them."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def go_to_host(page: Page, reader: Reader, look: Look) -> None:
    host = reader.sim.host
    words = look.say("Continue to %(host)s to approve", host=host)
    page.get_by_role("link", name=words).click()
    page.wait_for_url(f"{reader.sim.url}/miauth/**")
    page.locator(f"input[value={reader.name}]").check()


def test_account_is_linked_by_a_handle_in_full_width_letters(
    page: Page,
    newcomer: Reader,
    look: Look,
    watch: Watch,
) -> None:
    watch.allowed = (newcomer.sim.url,)
    for number in range(20):
        words = f"@{newcomer.name} written before {number}"
        newcomer.sim.note("bob", words, minutes_ago=20 - number)
    find_server(page, newcomer, look, full_width(newcomer.handle))
    card = page.get_by_role("region", name="Misskey Example")
    expect(card).to_contain_text("2025.12")
    expect(card).to_contain_text("read:account")
    go_to_host(page, newcomer, look)
    page.locator("button[value=allow]").click()
    linked = look.say("Linked as <bdi>%(handle)s</bdi>", handle=newcomer.handle)
    expect(page.get_by_role("heading", name=linked)).to_be_visible()
    # The twenty, and the host's own notice that a token was made.
    expect(page.locator("#link-progress")).to_contain_text("21")
    page.get_by_role("link", name=look.say("Open inbox")).click()
    written = page.locator(".row", has_text="written before")
    expect(written).to_have_count(20)
    expect(written.first).to_contain_text("written before 19")


def test_refusal_on_the_host_links_nothing_and_a_new_try_works(
    page: Page,
    newcomer: Reader,
    look: Look,
    watch: Watch,
) -> None:
    watch.allowed = (newcomer.sim.url,)
    find_server(page, newcomer, look, newcomer.sim.host)
    go_to_host(page, newcomer, look)
    page.locator("button[value=deny]").click()
    page.goto(f"{newcomer.site.url}/accounts/")
    nothing = (
        "No account is linked yet. Link one, and its messages appear in the inbox."
    )
    expect(page.get_by_text(look.say(nothing))).to_be_visible()
    find_server(page, newcomer, look, newcomer.sim.host)
    go_to_host(page, newcomer, look)
    page.locator("button[value=allow]").click()
    page.wait_for_url("**/linked/**")
    page.goto(f"{newcomer.site.url}/accounts/")
    expect(page.locator(".account-card")).to_have_count(1)


def test_asking_before_approving_says_so_and_keeps_the_try(
    page: Page,
    newcomer: Reader,
    watch: Watch,
) -> None:
    look = Look()
    watch.allowed = (newcomer.sim.url,)
    watch.expect_status(422, 400)
    find_server(page, newcomer, look, newcomer.sim.host)
    preview = page.url
    page.get_by_role(
        "button", name=look.say("I have approved, but was not sent back")
    ).click()
    expect(page.get_by_role("alert")).to_contain_text(newcomer.sim.host)
    page.goto(preview)
    go_to_host(page, newcomer, look)
    page.locator("button[value=allow]").click()
    page.wait_for_url("**/linked/**")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nowhere.invalid", "There is no server named nowhere.invalid"),
        ("10.0.0.1", "10.0.0.1 is not a public address"),
        ("@@", "This is no name of a server"),
    ],
)
def test_wrong_address_is_answered_with_what_to_do(
    page: Page,
    newcomer: Reader,
    watch: Watch,
    address: str,
    words: str,
) -> None:
    watch.expect_status(422)
    page.goto(f"{newcomer.site.url}/accounts/link/")
    page.locator("[name=address]").fill(address)
    page.get_by_role("button", name="Find my server").click()
    expect(page.get_by_role("alert")).to_contain_text(words)
    expect(page.locator("[name=address]")).to_have_value(address)
