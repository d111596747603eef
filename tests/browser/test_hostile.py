"""A host and people who mean harm: nothing runs, nothing is fetched, nothing breaks."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.looks import Look
from tests.browser.screen import place_of, rows, sticking_out
from tests.browser.watch import Watch
from tests.browser.world import Reader, World

pytestmark = pytest.mark.wide

SCRIPT = "<script>alert(1)</script>"
PICTURE = '<img src="https://evil.example/x.png" onerror="alert(2)">'
REVERSED = "\u202egnp.exe\u202c \u2066left open \u202d"
ZALGO = "Z" + "\u0336\u0321\u033f" * 200
LONG = "w" * 5000
NARROWEST = 320

NAMES = {
    "bob": f"{SCRIPT}{REVERSED}",
    "carol": f"{PICTURE}{ZALGO}:nope:{LONG}",
    "yuki@remote.example": "\u202e\u200b\u00ad",
}
TEXTS = (
    f"{SCRIPT}{PICTURE}",
    f"{REVERSED} and {ZALGO}",
    f"one word {LONG}",
    "[click me](javascript:alert(3)) javascript:alert(4) data:text/html,<b>x",
    "[look](https://evil.example/%22onmouseover=%22alert(5)) https://evil.example/x",
    '$[x2 $[spin $[position.x=-9999 "><svg onload=alert(6)>]]]' * 20,
    "<center>" * 300 + "deep",
    ":nope: :blobcat: ::: :" + "a" * 200 + ":",
    "\n" * 500 + "after many lines",
    "```html\n" + PICTURE + "\n```",
    "<plain>" + SCRIPT + "</plain> {{ 7 * 7 }} {% load x %}",
)


@pytest.fixture
def newcomer(shared: World) -> Iterator[Reader]:
    """Somebody to whom the people above have written all that."""
    with shared.reader(host_name=f"{PICTURE}{REVERSED}{LONG}") as person:
        sim = person.sim
        for acct, name in NAMES.items():
            sim.state.by_acct(acct).name = name
        sim.state.by_acct("yuki@remote.example").emojis = ("nope",)
        for number, text in enumerate(TEXTS):
            by = list(NAMES)[number % len(NAMES)]
            sim.note(by, f"@{person.name} {text}", minutes_ago=number + 1)
        sim.chat("bob", person.name, TEXTS[0] + TEXTS[3])
        sim.note("bob", f"@{person.name} {SCRIPT}", cw=PICTURE + LONG)
        mine = str(sim.note(person.name, TEXTS[0], choices=[SCRIPT, LONG])["id"])
        sim.react("carol", mine, ":nope:")
        sim.react("bob", mine, "</q>" + SCRIPT)
        sim.end_poll(mine)
        sim.notice(person.name, "app", body=PICTURE, header=SCRIPT + LONG)
        sim.notice(person.name, "</li>" + SCRIPT)
        _file(person)
        yield person


def _file(person: Reader) -> None:
    """A file that says it is a picture, and is a page with a script."""
    sim = person.sim
    token = sim.token("bob")
    made = requests.post(
        f"{sim.url}/api/drive/files/create",
        data={"i": token},
        files={"file": ("x.png", f"<html>{SCRIPT}</html>", "image/png")},
        timeout=10,
    ).json()
    with sim.state.lock:  # no honest host would take these words
        file = sim.state.files[made["id"]]
        file.comment, file.name = SCRIPT + LONG, f'"{PICTURE}.png'
    note = {"i": token, "text": f"@{person.name} see", "fileIds": [made["id"]]}
    answer = requests.post(f"{sim.url}/api/notes/create", json=note, timeout=10)
    answer.raise_for_status()


def harmless(page: Page) -> None:
    """No element of the page came out of a text, and it is as wide as its window."""
    strange = "main script, main svg[onload], main [onerror], [href^='javascript'], main center"
    expect(page.locator(strange)).to_have_count(0)
    assert sticking_out(page) == []


def test_hostile_texts_are_shown_and_do_nothing(
    page: Page,
    reader: Reader,
    look: Look,
    watch: Watch,
) -> None:
    watch.expect_status(404)  # pictures that are none
    page.goto(reader.site.url)
    expect(rows(page).nth(14)).to_be_attached()
    harmless(page)
    for shown in rows(page).all():
        assert place_of(shown)["height"] <= 100
    if look.phone:
        page.set_viewport_size({"width": NARROWEST, "height": look.height})
        harmless(page)
    unread = page.locator(".row.unread .row-link")
    for address in unread.evaluate_all("all => all.map(link => link.href)"):
        page.goto(address)
        expect(page.locator(".quiet")).not_to_be_empty()
        for fold in page.locator("details.cw > summary").all():
            fold.click()
        harmless(page)


def test_hostile_host_is_shown_and_does_nothing(
    page: Page,
    reader: Reader,
    look: Look,
    watch: Watch,
) -> None:
    watch.expect_status(404)
    for address in ("/accounts/", f"/accounts/{reader.account}/", "/accounts/link/"):
        page.goto(f"{reader.site.url}{address}")
        harmless(page)
    page.locator("[name=address]").fill(reader.sim.host)
    page.get_by_role("button", name=look.say("Find my server")).click()
    expect(
        page.get_by_role("heading", name=look.say("Is this your server?"))
    ).to_be_visible()
    harmless(page)


@pytest.mark.parametrize(
    "address",
    [
        "/?q=" + SCRIPT + PICTURE,
        "/?q=%22unclosed+in:nowhere+is:" + SCRIPT,
        "/?box=" + SCRIPT + "&account=-1&account=x&at=1.2.3&open=99999999&upto=%00",
        "/?at=0.0",
    ],
    ids=["script", "operators", "broken", "end"],
)
def test_hostile_address_is_a_list_like_any_other(
    page: Page,
    reader: Reader,
    watch: Watch,
    address: str,
) -> None:
    watch.expect_status(404)
    page.goto(f"{reader.site.url}{address}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    harmless(page)


def test_watch_would_notice(page: Page, reader: Reader, watch: Watch) -> None:
    page.goto(f"{reader.site.url}/accounts/")
    page.evaluate("fetch('https://evil.example/').catch(() => 0)")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("setTimeout(() => alert(1))")
    # It ends after what is thrown, and after the dialog, which came first.
    page.evaluate(
        "new Promise((end) => setTimeout(() => { setTimeout(end); throw Error('broken') }))"
    )
    page.goto(f"{reader.site.url}/accounts/")
    found = "\n".join(watch.problems)
    for part in ("evil.example", "style", "a dialog opened: 1", "broken"):
        assert part in found
    watch.problems.clear()
