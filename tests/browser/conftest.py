"""Fixtures: one Chromium and one installation for all; a window of its own per test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.chromium import launch
from tests.browser.looks import EVERYDAY, LOOKS, Look
from tests.browser.watch import Watch
from tests.browser.world import PATIENCE, Reader, World, window, world

ASKED = "shared"


# By package: Playwright's loop in this thread would forbid all other tests the database.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE * 1_000)
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One installation, with two readers for each of the tests that will ask."""
    asking = [test for test in request.session.items if ASKED in _fixtures(test)]
    readers = 2 * len(asking)
    with world(tmp_path_factory.mktemp("site"), readers) as made:
        yield made


def _fixtures(test: pytest.Item) -> list[str]:
    return test.fixturenames if isinstance(test, pytest.Function) else []


@pytest.fixture(
    params=[
        pytest.param(
            look, marks=() if look in EVERYDAY else pytest.mark.wide, id=str(look)
        )
        for look in LOOKS
    ],
)
def look(request: pytest.FixtureRequest) -> Look:
    chosen: Look = request.param
    return chosen


@pytest.fixture
def newcomer(shared: World) -> Iterator[Reader]:
    """Somebody who is signed in and has linked nothing yet."""
    with shared.reader() as person:
        yield person


@pytest.fixture
def reader(newcomer: Reader) -> Reader:
    """Somebody with one linked account that has no messages yet."""
    newcomer.link()
    return newcomer


@pytest.fixture
def context(
    request: pytest.FixtureRequest, browser: Browser, newcomer: Reader
) -> Iterator[BrowserContext]:
    """The newcomer's window; with `look` among a test's fixtures, looking so."""
    wanted = "look" in request.fixturenames
    chosen: Look = request.getfixturevalue("look") if wanted else Look()
    opened = window(browser, chosen)
    newcomer.enter(opened)
    yield opened
    opened.close()


@pytest.fixture
def watch(context: BrowserContext, newcomer: Reader) -> Iterator[Watch]:
    """Fails the test for whatever the browser complained about."""
    watching = Watch(context, newcomer.site.url)
    yield watching
    watching.check()


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Page:
    return context.new_page()
