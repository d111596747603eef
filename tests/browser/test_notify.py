"""Notifications of the browser: asked for by a switch, one per conversation, none if read."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.screen import row
from tests.browser.world import Reader
from tests.processes.site import wait_until

pytestmark = pytest.mark.wide

# The browser's own would show nothing here; this one remembers what it was told.
RECORD = """
window.told = [];
window.Notification = class {
  static permission = "default";
  static requestPermission() { this.permission = "granted"; return Promise.resolve("granted"); }
  constructor(title, { body, tag }) {
    Object.assign(this, { title, body, tag });
    told.push(this);
    document.documentElement.dataset.told = told.length;
  }
  addEventListener() {}
  close() { document.documentElement.dataset.closed = this.tag; }
};
"""
GRANTED = 'Notification.permission = "granted";'
HIDE = """
Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
"""
# Other pages have 200 ms to say that somebody looks: a busy machine may need more. Each
# time that they had is counted.
PATIENT = """() => {
  window.decided = 0;
  const wait = window.setTimeout;
  const decide = (act) => () => {
    act();
    window.decided += 1;
  };
  window.setTimeout = (act, pause, ...more) =>
    pause === 200 ? wait(decide(act), 3_000) : wait(act, pause, ...more);
}"""


@pytest.fixture
def switched_on(context: BrowserContext, page: Page, reader: Reader) -> Page:
    """A page on the inbox that nobody sees, after the switch was used."""
    context.add_init_script(RECORD)
    page.goto(f"{reader.site.url}/accounts/")
    page.get_by_label("Tell me about new messages").check()
    context.add_init_script(GRANTED)
    reader.await_streams()
    page.goto(reader.site.url)
    page.evaluate(HIDE)
    return page


def wait_for(page: Page, number: int) -> None:
    """Wait until so many notifications were shown."""
    expect(page.locator("html")).to_have_attribute("data-told", str(number))


def told(page: Page) -> list[dict[str, object]]:
    found: list[dict[str, object]] = page.evaluate("told.map((one) => ({ ...one }))")
    return found


def decided(page: Page) -> int:
    """How often it has asked other pages since it was told to be `PATIENT`."""
    times: int = page.evaluate("window.decided")
    return times


def test_conversation_is_told_once_under_one_tag(
    switched_on: Page, reader: Reader
) -> None:
    reader.sim.direct("bob", reader.name, "can you see this")
    wait_for(switched_on, 1)
    first = told(switched_on)[0]
    assert (first["title"], first["body"]) == ("Bob", "can you see this")
    reader.sim.direct("bob", reader.name, "and this")
    wait_for(switched_on, 2)
    assert told(switched_on)[1]["tag"] == first["tag"]


def test_what_is_read_elsewhere_takes_its_notification_away(
    switched_on: Page, reader: Reader
) -> None:
    reader.sim.direct("bob", reader.name, "read on another device")
    wait_for(switched_on, 1)
    tag = str(told(switched_on)[0]["tag"])
    reader.post("/mark-read/", conversation=tag.removeprefix("conversation-"))
    expect(switched_on.locator("html")).to_have_attribute("data-closed", tag)


def test_nothing_is_told_while_a_page_is_visible(
    context: BrowserContext, switched_on: Page, reader: Reader
) -> None:
    switched_on.evaluate(PATIENT)
    visible = context.new_page()
    visible.goto(reader.site.url)
    with switched_on.expect_response("**/alerts/**"):
        reader.sim.direct("bob", reader.name, "seen anyway")
    expect(row(visible, "seen anyway")).to_be_visible()
    wait_until(lambda: decided(switched_on) > 0)
    with switched_on.expect_response("**/alerts/**"):
        reader.sim.direct("bob", reader.name, "seen as well")
    wait_until(lambda: decided(switched_on) > 1)
    assert told(switched_on) == []
    assert told(visible) == []


def test_nobody_is_asked_or_told_without_the_switch(
    context: BrowserContext, page: Page, reader: Reader
) -> None:
    context.add_init_script(RECORD)
    reader.await_streams()
    page.goto(reader.site.url)
    page.evaluate(HIDE)
    reader.sim.direct("bob", reader.name, "quietly")
    expect(row(page, "quietly")).to_be_visible()
    assert page.evaluate("Notification.permission") == "default"
    assert told(page) == []
