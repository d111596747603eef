"""Several requests of two networks are answered at once, from the bar."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import Look, in_two_looks
from tests.browser.screen import row, rows, status, sticking_out
from tests.browser.world import Reader
from tests.processes.site import wait_until

pytestmark = pytest.mark.wide

WINDOW = 60  # seconds: half a minute to undo it, and then some


def asked(newcomer: Reader) -> None:
    """Three follow requests on two networks, and somebody who is held back."""
    sim, me = newcomer.mastodon, newcomer.name
    sim.request_follow("carol", me)
    sim.request_follow("dave", me)
    sim.person("erin")
    sim.policy(me, for_not_following="filter")
    sim.mention("erin", me, "held back")
    newcomer.sim.request_follow("bob", me)
    newcomer.link()
    newcomer.link(host=sim.host)


def choose(page: Page, look: Look, names: str, verb: str, button: str) -> None:
    for box in row(page, re.compile(names, re.IGNORECASE)).locator(".tick").all():
        box.click()
    bar = page.get_by_role("region", name=look.say("Selection"))
    bar.locator(f"[data-verb={verb}]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[data-cancel]")).to_be_focused()
    assert sticking_out(page) == []
    consents = dialog.locator("[data-understood]").all()
    for consent in consents:
        consent.check()
    start = dialog.get_by_role("button", name=button)
    looks = "button-danger" if consents else "button-primary"
    expect(start).to_have_class(re.compile(looks))
    start.click()
    expect(dialog).to_be_hidden()


@in_two_looks
def test_requests_are_accepted_and_rejected_together(
    page: Page, newcomer: Reader, look: Look
) -> None:
    asked(newcomer)
    sim, me = newcomer.mastodon, newcomer.name
    page.goto(f"{newcomer.site.url}/?box=requests")
    expect(rows(page)).to_have_count(4)
    rows(page).first.locator(".tick").click()
    page.keyboard.press("#")
    expect(status(page)).to_contain_text(look.say("This cannot be done in this list."))
    rows(page).first.locator(".tick").click()
    accepted = look.count("Accept %(number)s request", "Accept %(number)s requests", 2)
    choose(page, look, "Bob|Carol", "accept", accepted)
    expect(rows(page)).to_have_count(2)
    rejected = look.count("Reject %(number)s request", "Reject %(number)s requests", 2)
    choose(page, look, "Dave|Erin", "reject", rejected)
    expect(rows(page)).to_have_count(0)
    expect(status(page).locator("[data-undo]")).to_be_visible()
    status(page).locator("[data-undo]").click()
    expect(rows(page)).to_have_count(2)
    wait_until(lambda: sim.follow_requests_of(me) == ["dave"], WINDOW)
    wait_until(lambda: not newcomer.sim.state.follow_requests, WINDOW)
    assert len(sim.requests_of(me)) == 1
