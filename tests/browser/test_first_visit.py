"""The very first visit: the owner comes in, and nobody after."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looks import Look
from tests.browser.watch import Watch
from tests.browser.world import PASSWORD, window
from tests.processes.site import Site, site


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation that nobody has opened yet."""
    with site(tmp_path_factory.mktemp("fresh"), []) as made:
        yield made


def test_owner_signs_up_and_a_second_visitor_cannot(
    browser: Browser,
    fresh: Site,
    look: Look,
) -> None:
    with window(browser, look) as owner:
        watch = Watch(owner, fresh.url)
        page = owner.new_page()
        _sign_up(page, fresh, look)
        expect(page).to_have_url(f"{fresh.url}/")
        heading = page.get_by_role("heading", name=look.say("Link your first account"))
        expect(heading).to_be_visible()
        expect(
            page.get_by_label(look.say("Your server, or your handle on it"))
        ).to_be_focused()
        watch.check()
    with window(browser, look) as stranger:
        watch = Watch(stranger, fresh.url)
        page = stranger.new_page()
        page.goto(f"{fresh.url}/accounts/signup/")
        closed = page.get_by_role("heading", name=look.say("Sign-up is closed"))
        expect(closed).to_be_visible()
        page.get_by_role("link", name=look.say("Sign in")).click()
        _enter(page, look, "owner", PASSWORD)
        expect(page).to_have_url(f"{fresh.url}/")
        watch.check()


def _sign_up(page: Page, fresh: Site, look: Look) -> None:
    page.goto(fresh.url)
    page.locator("[name=username]").fill("owner")
    page.locator("[name=password1]").fill(PASSWORD)
    page.get_by_role("button", name=look.say("Create the user")).click()


def _enter(page: Page, look: Look, name: str, password: str) -> None:
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name=look.say("Sign in")).click()
