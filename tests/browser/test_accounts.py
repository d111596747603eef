"""The accounts page: how they are, checking now, signing in again, unlinking."""

from playwright.sync_api import Page, expect

from tests.browser.looks import Look
from tests.browser.screen import row, status, sticking_out
from tests.browser.watch import Watch
from tests.browser.world import Reader
from tests.processes.site import wait_until


def accounts_page(page: Page, reader: Reader) -> None:
    page.goto(f"{reader.site.url}/accounts/")
    expect(page.locator(".account-card")).to_contain_text(reader.handle)


def test_sync_now_brings_a_new_message(page: Page, reader: Reader, look: Look) -> None:
    reader.sim.mention("bob", reader.name, "came just now")
    accounts_page(page, reader)
    assert sticking_out(page) == []
    page.get_by_role("button", name=look.say("Sync now")).click()
    said = look.say("Checking %(handle)s now.", handle=reader.handle)
    expect(status(page)).to_contain_text(said)
    reader.wait_for("came just now")
    page.goto(reader.site.url)
    expect(row(page, "came just now")).to_be_visible()


def test_account_says_what_it_can_do_and_why_not(
    page: Page,
    reader: Reader,
    look: Look,
) -> None:
    accounts_page(page, reader)
    page.get_by_role("link", name=look.say("Details")).click()
    abilities = page.get_by_role("region", name=look.say("What this account can do"))
    expect(abilities).to_contain_text("misskey 2025.12")
    words = look.say("{host} can only mark all notices read at once")
    expect(abilities).to_contain_text(words.replace("{host}", reader.sim.host))
    docs = abilities.get_by_role(
        "link", name=look.say("API documentation of this server")
    )
    expect(docs).to_have_attribute("href", f"{reader.sim.url}/api-doc")
    assert sticking_out(page) == []


def test_revoked_access_asks_to_sign_in_again_and_goes_on(
    page: Page,
    reader: Reader,
    look: Look,
    watch: Watch,
) -> None:
    watch.allowed = (reader.sim.url,)
    again = look.say("Sign in again")
    reader.sim.revoke(reader.name)
    reader.post(f"/accounts/{reader.account}/sync/")
    wait_until(lambda: "refused our key" in reader.listed())
    reader.sim.mention("bob", reader.name, "sent while we were out")
    page.goto(reader.site.url)
    banner = page.get_by_role("region", name=look.say("Attention"))
    banner.get_by_role("link", name=again).click()
    page.get_by_role("main").get_by_role("button", name=again).click()
    words = look.say("Continue to %(host)s to approve", host=reader.sim.host)
    page.get_by_role("link", name=words).click()
    page.locator(f"input[value={reader.name}]").check()
    page.locator("button[value=allow]").click()
    page.wait_for_url("**/linked/**")
    expect(page.get_by_role("main")).to_contain_text(
        look.say(
            "This account was linked already. Its access was renewed, and nothing was lost."
        ),
    )
    reader.wait_for("sent while we were out")
    page.goto(reader.site.url)
    expect(banner).to_have_count(0)
    expect(row(page, "sent while we were out")).to_be_visible()
    accounts_page(page, reader)
    expect(page.locator(".account-card")).to_have_count(1)


def test_approving_as_somebody_else_renews_nothing(
    page: Page,
    reader: Reader,
    watch: Watch,
) -> None:
    watch.allowed = (reader.sim.url,)
    watch.expect_status(400, 403, 409, 422)
    page.goto(f"{reader.site.url}/accounts/{reader.account}/renew/")
    page.get_by_role("main").get_by_role("button", name="Sign in again").click()
    page.get_by_role("link", name="Continue to").click()
    page.locator("input[value=alice]").check()
    page.locator("button[value=allow]").click()
    page.wait_for_url(f"{reader.site.url}/**")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("You approved as @alice@")
    expect(page.get_by_role("button", name="Start again")).to_be_visible()


def test_host_that_is_down_is_no_reason_to_sign_in_again(
    page: Page,
    reader: Reader,
) -> None:
    reader.sim.fault("api/*", status=503)
    page.goto(f"{reader.site.url}/accounts/{reader.account}/")
    page.get_by_role("button", name="Sync now").click()
    wait_until(lambda: bool(reader.sim.faults.struck))
    page.goto(reader.site.url)
    expect(page.get_by_role("region", name="Attention")).to_have_count(0)


def unlink(page: Page, reader: Reader, look: Look, choice: str) -> None:
    page.goto(f"{reader.site.url}/accounts/{reader.account}/")
    page.get_by_role("link", name=look.say("Unlink…")).click()
    page.get_by_role("radio", name=look.say(choice)).check()
    page.get_by_role("button", name=look.say("Unlink"), exact=True).click()
    expect(page).to_have_url(f"{reader.site.url}/accounts/")


def test_unlinked_account_keeps_its_messages_read_only(
    page: Page,
    newcomer: Reader,
    look: Look,
) -> None:
    newcomer.sim.mention("bob", newcomer.name, "to be kept")
    newcomer.link()
    unlink(page, newcomer, look, "Keep them, read-only")
    card = page.locator(".account-card")
    expect(card).to_have_count(1)
    expect(card.get_by_role("button", name=look.say("Sync now"))).to_have_count(0)
    page.goto(newcomer.site.url)
    row(page, "to be kept").locator(".row-link").click()
    expect(page.locator("[data-reading]")).to_contain_text("to be kept")


def test_unlinked_account_can_be_erased(page: Page, newcomer: Reader) -> None:
    look = Look()
    newcomer.sim.mention("bob", newcomer.name, "to be erased")
    newcomer.link()
    unlink(page, newcomer, look, "Erase them from InboxHub")
    wait_until(lambda: "to be erased" not in newcomer.listed())
    page.goto(newcomer.site.url)
    heading = page.get_by_role("heading", name=look.say("Link your first account"))
    wait_until(lambda: "account-card" not in _accounts(newcomer))
    page.reload()
    expect(heading).to_be_visible()


def _accounts(reader: Reader) -> str:
    reader.visitor.open("/accounts/")
    return reader.visitor.answer.text
