"""Thousands of messages of five accounts on three networks, deleted through everything.

Found by a search, previewed, begun, paused, gone on; the server is killed twice, and a
token ends in the middle. Afterwards the hosts hold exactly what was not chosen.
"""

import csv
import signal
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from io import StringIO

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looks import Look
from tests.browser.world import Reader, window, world
from tests.processes.site import wait_until

LETTERS, CHATS, STATUSES = 900, 60, 12
KEPT = 5
WORD = "sweepable"
LONG = 300.0  # seconds

pytestmark = pytest.mark.wide


class Hosts:
    """What one person has on five accounts, and what is left of it there."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.me = reader, reader.name
        self.second = f"{reader.name}b"
        self.misskey, self.mastodon = reader.sim, reader.mastodon
        self.mixi = reader.mixi
        self.chosen: list[str] = []
        self.kept: list[str] = []
        self.misskey.person(self.second, owner=True)
        self.mastodon.person(self.second, owner=True)

    def fill(self) -> None:
        for name in (self.me, self.second):
            self._write(CHATS, partial(self.misskey.chat, name, "bob"))
            self._write(STATUSES, partial(self.mastodon.direct, name, "bob"))
        self._write(LETTERS, self._letter)

    def _letter(self, title: str) -> dict[str, object]:
        copies = self.mixi.message("mika", self.me, title, "本文")
        return {"id": copies["inbox"]}

    def _write(self, number: int, write: Callable[[str], Mapping[str, object]]) -> None:
        self.chosen += [str(write(f"{WORD} {n}")["id"]) for n in range(number)]
        self.kept += [str(write(f"kept {n}")["id"]) for n in range(KEPT)]

    def link(self) -> None:
        for host, name in self.accounts():
            self.reader.link(name, host=host)

    def accounts(self) -> list[tuple[str, str]]:
        return [
            *((self.misskey.host, name) for name in (self.me, self.second)),
            *((self.mastodon.host, name) for name in (self.me, self.second)),
            (self.mixi.host, self.me),
        ]

    def there(self, message: str) -> bool:
        """Whether one of the hosts still has it, mixi's trash left aside."""
        letters = {letter.id for letter in self.mixi.inbox(self.me)}
        found = self.misskey.find_chat(message) or self.mastodon.find_status(message)
        return found is not None or message in letters


@pytest.fixture
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    """In an installation of its own, since it will be killed."""
    with world(tmp_path_factory.mktemp("sweep"), 2) as made, made.reader() as reader:
        found = Hosts(reader)
        found.fill()
        found.link()
        yield found


@pytest.fixture
def page(browser: Browser, hosts: Hosts) -> Iterator[Page]:
    opened = window(browser, Look())
    hosts.reader.enter(opened)
    yield opened.new_page()
    opened.close()


def killed(hosts: Hosts) -> None:
    hosts.reader.site.end(signal.SIGKILL)
    hosts.reader.site.start()


def done(page: Page, address: str) -> int:
    """How many the operation's page says are done."""
    page.goto(address)
    return int(page.locator(".counters dd").first.inner_text().replace(",", ""))


def reaches(
    page: Page, hosts: Hosts, address: str, enough: Callable[[int], bool]
) -> None:
    wait_until(lambda: enough(done(page, address)), LONG)


def test_what_was_chosen_and_only_that_is_deleted_through_two_kills(
    page: Page, hosts: Hosts
) -> None:
    chosen = len(hosts.chosen)
    site = hosts.reader.site.url
    page.goto(f"{site}/?q={WORD}")
    page.locator(".row .tick input").first.check()
    page.locator("[data-whole]").check()
    expect(page.locator("[data-selected]")).to_contain_text(f"{chosen:,}")
    page.locator("[data-selection] [data-verb=delete]").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text(f"{chosen:,}")
    for box in dialog.locator("input[type=checkbox]").all():
        box.check()
    dialog.locator(".button-danger").click()
    page.wait_for_url("**/operations/*/")
    address = page.url
    reaches(page, hosts, address, lambda number: number > 0)
    page.locator("form[action$='/pause/'] button").first.click()
    expect(page.locator("form[action$='/resume/'] button").first).to_be_visible()
    killed(hosts)
    page.goto(address)
    page.locator("form[action$='/resume/'] button").first.click()
    # Whoever leaves at once may take the click along that is on its way.
    expect(page.locator("form[action$='/pause/'] button").first).to_be_visible()
    before = done(page, address)
    reaches(page, hosts, address, lambda number: number > before)
    hosts.misskey.revoke(hosts.second)
    killed(hosts)
    page.goto(address)
    expect(page.locator(".lane-sign-in-needed")).to_be_visible(timeout=60_000)
    hosts.reader.visitor.link(hosts.misskey.host, hosts.second)
    reaches(page, hosts, address, lambda number: number >= chosen)
    assert [message for message in hosts.chosen if hosts.there(message)] == []
    assert [message for message in hosts.kept if not hosts.there(message)] == []
    with page.expect_download() as loading:
        page.locator("a[href$='report.csv']").first.click()
    report = loading.value.path().read_text(encoding="utf-8-sig")
    lines = list(csv.reader(StringIO(report)))
    assert len(lines) == chosen + 1
