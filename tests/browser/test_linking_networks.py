"""Linking accounts of Mastodon and mixi by their own pages, and refusing to there."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import Look
from tests.browser.screen import find_server, row, sticking_out
from tests.browser.watch import Watch
from tests.browser.world import Reader

pytestmark = pytest.mark.wide

SOME_HOURS = "Did you not tick the box for always agreeing? Then mixi ends the access after some hours; sign in again now, and tick it."


@pytest.fixture(autouse=True)
def _pictures_may_lack(watch: Watch) -> None:
    """A host's icon can be missing any time; it is no fault of the page's."""
    watch.expect_status(404)


def go_to_mastodon(page: Page, reader: Reader, look: Look, person: str) -> None:
    host = reader.mastodon.host
    words = look.say("Continue to %(host)s to approve", host=host)
    page.get_by_role("link", name=words).click()
    page.wait_for_url(f"{reader.mastodon.url}/oauth/authorize**")
    page.locator(f"input[value={person}]").check()


def choose_mixi(page: Page, reader: Reader, look: Look) -> None:
    page.goto(f"{reader.site.url}/accounts/link/")
    section = page.get_by_role("region", name="mixi")
    words = look.say("Link an account on %(network)s", network="mixi")
    section.get_by_role("button", name=words).click()
    expect(page.get_by_role("region", name="mixi")).to_contain_text("w_message")


def go_to_mixi(page: Page, reader: Reader, look: Look) -> None:
    words = look.say("Continue to %(host)s to approve", host="mixi")
    page.get_by_role("link", name=words).click()
    page.wait_for_url(f"{reader.mixi.authorize_url}**")
    page.locator(f"input[value={reader.name}]").check()


def decide(page: Page, decision: str) -> None:
    page.locator(f"button[value={decision}]").click()


def linked_as(page: Page, look: Look, handle: str) -> None:
    words = look.say("Linked as <bdi>%(handle)s</bdi>", handle=handle)
    expect(page.get_by_role("heading", name=words)).to_be_visible()


def nothing_is_linked(page: Page, reader: Reader, network: str) -> None:
    words = f"The approval was refused on {network}. Nothing was linked"
    expect(page.get_by_role("alert")).to_contain_text(words)
    page.goto(f"{reader.site.url}/accounts/")
    expect(page.locator(".account-card")).to_have_count(0)


def test_mastodon_account_is_linked_by_its_host(
    page: Page,
    newcomer: Reader,
    look: Look,
    watch: Watch,
) -> None:
    sim, me = newcomer.mastodon, newcomer.name
    watch.allowed = (sim.url,)
    sim.direct("bob", me, "waiting on Mastodon")
    find_server(page, newcomer, look, f"@{me}@{sim.host}")
    card = page.get_by_role("region", name="Mastodon Example")
    expect(card).to_contain_text("mastodon 4.6")
    for scope in ("read", "write:conversations", "write:notifications"):
        expect(card.get_by_text(scope, exact=True)).to_be_visible()
    assert sticking_out(page) == []
    go_to_mastodon(page, newcomer, look, me)
    decide(page, "allow")
    linked_as(page, look, f"@{me}@{sim.host}")
    page.get_by_role("link", name=look.say("Open inbox")).click()
    expect(row(page, "waiting on Mastodon")).to_be_visible()


def test_mixi_account_is_linked_without_naming_a_server(
    page: Page,
    newcomer: Reader,
    look: Look,
    watch: Watch,
) -> None:
    sim, me = newcomer.mixi, newcomer.name
    watch.allowed = (sim.url,)
    sim.message("mika", me, "mixiの手紙", "待っていました")
    choose_mixi(page, newcomer, look)
    assert sticking_out(page) == []
    go_to_mixi(page, newcomer, look)
    page.locator("input[name=always]").check()
    decide(page, "allow")
    linked_as(page, look, me)
    expect(page.get_by_role("main")).to_contain_text(look.say(SOME_HOURS))
    page.get_by_role("link", name=look.say("Open inbox")).click()
    expect(row(page, "mixiの手紙")).to_be_visible()


def test_refusal_on_mastodon_links_nothing(
    page: Page,
    newcomer: Reader,
    watch: Watch,
) -> None:
    watch.allowed = (newcomer.mastodon.url,)
    watch.expect_status(422)
    find_server(page, newcomer, Look(), newcomer.mastodon.host)
    go_to_mastodon(page, newcomer, Look(), newcomer.name)
    decide(page, "deny")
    nothing_is_linked(page, newcomer, newcomer.mastodon.host)


def test_refusal_on_mixi_links_nothing(
    page: Page,
    newcomer: Reader,
    watch: Watch,
) -> None:
    watch.allowed = (newcomer.mixi.url,)
    watch.expect_status(422)
    choose_mixi(page, newcomer, Look())
    go_to_mixi(page, newcomer, Look())
    decide(page, "deny")
    nothing_is_linked(page, newcomer, "mixi")


def test_second_account_of_a_host_is_another_card(
    page: Page,
    newcomer: Reader,
    watch: Watch,
) -> None:
    sim = newcomer.mastodon
    watch.allowed = (sim.url,)
    newcomer.link(host=sim.host)
    find_server(page, newcomer, Look(), sim.host, first=False)
    go_to_mastodon(page, newcomer, Look(), "kai")
    decide(page, "allow")
    linked_as(page, Look(), f"@kai@{sim.host}")
    page.goto(f"{newcomer.site.url}/accounts/")
    cards = page.locator(".account-card")
    expect(cards).to_have_count(2)
    expect(cards.nth(0)).to_contain_text(f"@{newcomer.name}@{sim.host}")


@pytest.mark.parametrize("shown", [True, False])
def test_host_without_its_icon_gets_a_plain_sign(
    page: Page,
    newcomer: Reader,
    shown: bool,
) -> None:
    if not shown:
        newcomer.sim.fault("static-assets/*", status=404)
    find_server(page, newcomer, Look(), newcomer.sim.host)
    sign = page.locator(".host-icon")
    expect(sign).to_be_visible()
    expect(sign.locator("img")).to_have_count(int(shown))
