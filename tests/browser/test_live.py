"""News show by themselves in a page that is open, and nothing moves that is looked at."""

import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, expect

from tests.browser.looks import Look
from tests.browser.screen import READ, UNREAD, reading, row, rows
from tests.browser.world import Reader, World, window, world
from tests.processes.site import wait_until

pytestmark = pytest.mark.wide

NOTE = "window.untouched = true"


@pytest.fixture
def open_list(page: Page, reader: Reader) -> Iterator[Page]:
    """The inbox, connected, with one message; reloading it would be noticed."""
    reader.sim.direct("bob", reader.name, "the first word")
    reader.await_streams()
    with page.expect_websocket():
        page.goto(reader.site.url)
    expect(row(page, "the first word")).to_be_visible()
    page.evaluate(NOTE)
    yield page
    assert page.evaluate("window.untouched") is True


@pytest.fixture
def long_list(page: Page, reader: Reader) -> Page:
    """More mentions than fit on the screen, seen from further down."""
    for number in range(30):
        reader.sim.note("bob", f"@{reader.name} number {number}", minutes_ago=number)
    reader.fetch("number 29")
    page.goto(f"{reader.site.url}/?box=mentions")
    row(page, "number 25").scroll_into_view_if_needed()
    page.mouse.move(5, 5)
    return page


def test_message_slides_into_an_open_list(open_list: Page, reader: Reader) -> None:
    reader.sim.chat("carol", reader.name, "here by itself")
    expect(row(open_list, "here by itself")).to_have_class(UNREAD)
    expect(rows(open_list).first).to_contain_text("here by itself")
    expect(open_list).to_have_title("(3) Inbox – InboxHub")
    expect(open_list.locator(".places")).to_have_attribute("data-unread", "3")


def test_first_message_fills_an_empty_list(page: Page, reader: Reader) -> None:
    page.goto(f"{reader.site.url}/?box=messages")
    expect(rows(page)).to_have_count(0)
    reader.sim.direct("bob", reader.name, "the very first")
    expect(row(page, "the very first")).to_be_visible()


def test_news_wait_behind_a_pill_while_somebody_reads_further_down(
    long_list: Page, reader: Reader
) -> None:
    expect(row(long_list, "number 25")).to_be_in_viewport()
    reader.sim.note("carol", f"@{reader.name} from above")
    pill = long_list.get_by_role("button", name="1 new conversation")
    expect(pill).to_be_visible()
    expect(row(long_list, "number 25")).to_be_in_viewport()
    expect(row(long_list, "from above")).to_have_count(0)
    pill.click()
    expect(rows(long_list).first).to_contain_text("from above")
    expect(row(long_list, "from above")).to_be_in_viewport()
    expect(pill).to_have_count(0)


def test_row_that_left_again_does_not_wait_behind_the_pill(
    context: BrowserContext, long_list: Page, reader: Reader
) -> None:
    expect(row(long_list, "number 25")).to_be_in_viewport()
    for who in ("carol", "alice"):
        reader.sim.note(who, f"@{reader.name} from {who} above")
    two = long_list.get_by_role("button", name="2 new conversations")
    expect(two).to_be_visible()
    other = context.new_page()
    other.goto(reader.site.url)
    row(other, "from carol above").hover()
    row(other, "from carol above").get_by_role("button", name="Hide here").click()
    expect(row(other, "from carol above")).to_have_count(0)
    pill = long_list.get_by_role("button", name="1 new conversation")
    expect(pill).to_be_visible()
    pill.click()
    expect(rows(long_list).first).to_contain_text("from alice above")
    expect(row(long_list, "from carol above")).to_have_count(0)


@pytest.mark.usefixtures("look")
def test_open_conversation_goes_on_and_is_read(open_list: Page, reader: Reader) -> None:
    row(open_list, "the first word").locator(".row-link").click()
    expect(reading(open_list)).to_contain_text("the first word")
    open_list.evaluate(NOTE)
    reader.sim.direct("bob", reader.name, "the second word")
    expect(reading(open_list)).to_contain_text("the second word")
    # Whoever leaves at once may take the mark along that is on its way.
    wait_until(lambda: "the second word" not in reader.listed("is=unread"))
    open_list.goto(reader.site.url)
    expect(row(open_list, "the second word")).to_have_class(READ)
    open_list.evaluate(NOTE)


def test_two_windows_stay_equal(
    context: BrowserContext, open_list: Page, reader: Reader
) -> None:
    other = context.new_page()
    other.goto(reader.site.url)
    told = row(open_list, "the first word")
    expect(told).to_have_class(UNREAD)
    told.hover()
    told.get_by_role("button", name="Mark read").click()
    expect(row(other, "the first word")).to_have_class(READ)
    row(other, "the first word").hover()
    row(other, "the first word").get_by_role("button", name="Hide here").click()
    expect(told).to_have_count(0)


def test_ticks_and_focus_outlive_what_arrives(open_list: Page, reader: Reader) -> None:
    tick = row(open_list, "the first word").get_by_role("checkbox")
    tick.check()
    row(open_list, "the first word").locator(".row-link").focus()
    reader.sim.direct("bob", reader.name, "a second word")
    changed = row(open_list, "a second word")
    expect(changed.locator(".row-link")).to_be_focused()
    expect(changed.get_by_role("checkbox")).to_be_checked()


def test_browser_without_sockets_looks_now_and_then(page: Page, reader: Reader) -> None:
    page.route_web_socket("**/ws/", lambda socket: socket.close())
    page.goto(reader.site.url)
    reader.sim.direct("bob", reader.name, "without a socket")
    expect(row(page, "without a socket")).to_be_visible(timeout=40_000)


def test_page_that_slept_on_a_dead_connection_catches_up(
    page: Page, reader: Reader
) -> None:
    """Nothing says that a connection has died while the computer slept."""
    awake: list[WebSocketRoute] = []
    said: list[str | bytes] = []

    def first_dies(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def say(frame: str | bytes) -> None:
            said.append(frame)
            server.send(frame)

        socket.on_message(say)
        if not awake:
            server.on_message(lambda _frame: None)
        awake.append(socket)

    page.route_web_socket("**/ws/", first_dies)
    page.clock.install()
    page.goto(reader.site.url)
    # What the page says is heard here while the page is asked for something.
    wait_until(lambda: bool(page.title() and said))
    reader.sim.direct("bob", reader.name, "said to who sleeps")
    reader.wait_for("said to who sleeps")
    page.clock.fast_forward("00:40")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(row(page, "said to who sleeps")).to_be_visible()
    expect(page.locator("#connection")).to_have_count(0)


def test_page_says_so_when_the_session_has_ended(
    open_list: Page, reader: Reader
) -> None:
    expect(open_list.locator("#connection")).to_have_count(0)
    reader.visitor.open("/")
    reader.visitor.submit(
        next(f for f in reader.visitor.page.forms if f.action.endswith("/logout/"))
    )
    expect(open_list.locator("#connection")).to_contain_text("You are signed out")


@pytest.fixture
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A site that may be killed."""
    with world(tmp_path_factory.mktemp("own"), 1) as made:
        yield made


def test_page_catches_up_after_the_server_was_killed(
    browser: Browser, own_site: World
) -> None:
    with own_site.reader() as reader:
        reader.link()
        context = window(browser, Look())
        reader.enter(context)
        page = context.new_page()
        page.goto(reader.site.url)
        page.evaluate(NOTE)
        reader.site.end(signal.SIGKILL)
        expect(page.locator("#connection")).to_contain_text("Connecting again")
        reader.sim.direct("bob", reader.name, "while nobody was there")
        reader.site.start()
        # For a minute the stream may still be the dead server's.
        expect(row(page, "while nobody was there")).to_be_visible(timeout=120_000)
        expect(page.locator("#connection")).to_have_count(0)
        assert page.evaluate("window.untouched") is True
        context.close()
