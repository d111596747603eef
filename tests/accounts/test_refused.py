"""What must not link: used, late, foreign and forged ways back. Nothing is half linked."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts import linking
from accounts.clients import outgoing
from accounts.linking import LinkRefused
from accounts.models import Account, PendingLink
from inboxhub.lib.logs import redact
from simulators.misskey import Simulator
from tests.accounts.flows import (
    Answer,
    approval_page,
    approve,
    begin,
    come_back,
    link,
    newest_try,
    signed_in,
)
from tests.factories import make_user

# An id that belongs to nothing; the same in every process that runs these tests.
NOBODYS = "5f0c1e4b-8d8e-4c1f-9d1a-0a4de0b7a111"

pytestmark = pytest.mark.django_db

START_AGAIN = "Start again"


def code_of(answer: Answer) -> str:
    """The code for help of a page that says why nothing was linked."""
    assert answer.status_code == 422
    code: str = answer.context["code"]
    return code


def test_callback_works_once(sim: Simulator) -> None:
    browser = signed_in()
    callback = approve(sim, begin(browser, sim.host))
    come_back(browser, callback)
    second = come_back(browser, callback)
    assert code_of(second) == "used"
    assert START_AGAIN in second.content.decode()
    assert Account.objects.count() == 1


def test_approval_after_ten_minutes_is_too_late(sim: Simulator) -> None:
    browser = signed_in()
    callback = approve(sim, begin(browser, sim.host))
    PendingLink.objects.update(created_at=timezone.now() - timedelta(minutes=10))
    assert code_of(come_back(browser, callback)) == "too-late"
    assert not Account.objects.exists()


def test_preview_after_ten_minutes_says_so(sim: Simulator) -> None:
    browser = signed_in()
    begin(browser, sim.host)
    PendingLink.objects.update(created_at=timezone.now() - timedelta(minutes=10))
    answer = browser.get(f"/accounts/link/{newest_try().pk}/")
    assert code_of(answer) == "too-late"


def test_session_id_of_an_open_try_is_no_log_line(sim: Simulator) -> None:
    """Who reads it there could fetch the token as soon as the person approves."""
    browser = signed_in()
    begin(browser, sim.host)
    address = f"/accounts/misskey/{newest_try().pk}/"
    assert browser.post(address).status_code == 422
    assert redact(f"Unprocessable Entity: {address}").endswith("/misskey/[secret]/")


def test_callback_of_another_user_links_nothing(sim: Simulator) -> None:
    """Neither to the one who opens it nor to the one who began."""
    callback = approve(sim, begin(signed_in("ann"), sim.host))
    assert code_of(come_back(signed_in("eve"), callback)) == "not-yours"
    assert not Account.objects.exists()


def test_callback_in_another_browser_of_the_user_links_nothing(sim: Simulator) -> None:
    callback = approve(sim, begin(signed_in("ann"), sim.host))
    assert code_of(come_back(signed_in("ann"), callback)) == "not-yours"
    assert not Account.objects.exists()


def test_callback_after_another_user_signed_in_here_links_nothing(
    sim: Simulator,
) -> None:
    browser = signed_in("ann")
    callback = approve(sim, begin(browser, sim.host))
    browser.logout()
    browser.force_login(make_user("eve"))
    assert code_of(come_back(browser, callback)) == "not-yours"
    assert not Account.objects.exists()


def test_claim_is_only_for_its_user_network_and_secret(sim: Simulator) -> None:
    """Also without the session's check in front of it."""
    begin(signed_in("ann"), sim.host)
    pending = newest_try()
    ann, eve = make_user("ann"), make_user("eve")
    for user, provider, pk, state in (
        (eve, "misskey", pending.pk, pending.state),
        (ann, "mastodon", pending.pk, pending.state),
        (ann, "misskey", uuid4(), pending.state),
        (ann, "misskey", pending.pk, "x" * 43),
        (ann, "misskey", pending.pk, ""),
    ):
        with pytest.raises(LinkRefused) as refusal:
            linking.claim(user, provider, pk, state)
        assert refusal.value.code == "not-yours"
    assert linking.claim(ann, "misskey", pending.pk, pending.state) == pending


def test_refused_callback_leaves_the_try_of_its_owner_open(sim: Simulator) -> None:
    ann = signed_in("ann")
    callback = approve(sim, begin(ann, sim.host))
    come_back(signed_in("eve"), callback)
    assert come_back(ann, callback).status_code == 302


def test_callback_with_a_state_of_another_try_links_nothing(sim: Simulator) -> None:
    browser = signed_in()
    first = approve(sim, begin(browser, sim.host), "alice")
    second = approve(sim, begin(browser, sim.host), "hana")
    crossed = first.split("&session=")[0] + "&session=" + second.split("&session=")[1]
    assert code_of(come_back(browser, crossed)) == "not-yours"
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?session=",
        "?session=1&state=1",
        f"?session={NOBODYS}",
        f"?session={NOBODYS}&state={'x' * 43}",
        f"?session={NOBODYS}&state={'x' * 9000}",
        f"?session={NOBODYS}&state=%00",
    ],
)
def test_callback_without_a_start_links_nothing(query: str) -> None:
    answer = signed_in().get(f"/accounts/misskey/callback/{query}")
    assert code_of(answer) == "not-yours"


def test_callback_that_the_host_never_sent_links_nothing(sim: Simulator) -> None:
    """The person denied, or typed the callback: the host answers `ok` false."""
    browser = signed_in()
    begin(browser, sim.host)
    pending = newest_try()
    query = {"session": str(pending.pk), "state": pending.state}
    answer = browser.get("/accounts/misskey/callback/", query)
    assert code_of(answer) == "miauth-not-approved"
    assert not Account.objects.exists()


def test_pressing_the_button_too_early_costs_nothing(sim: Simulator) -> None:
    browser = signed_in()
    preview = begin(browser, sim.host)
    button = f"/accounts/misskey/{newest_try().pk}/"
    early = browser.post(button)
    assert code_of(early) == "miauth-not-approved"
    assert f'href="/accounts/link/{newest_try().pk}/"' in early.content.decode()
    sim.approve(approval_page(preview), "alice")
    assert browser.post(button).status_code == 302
    assert Account.objects.count() == 1


def test_button_of_another_user_does_nothing(sim: Simulator) -> None:
    approve(sim, begin(signed_in("ann"), sim.host))
    answer = signed_in("eve").post(f"/accounts/misskey/{newest_try().pk}/")
    assert code_of(answer) == "not-yours"
    assert newest_try().claimed_at is None


def test_preview_of_another_user_shows_nothing_of_it(sim: Simulator) -> None:
    begin(signed_in("ann"), sim.host)
    address = f"/accounts/link/{newest_try().pk}/"
    eve = signed_in("eve")
    for answer in (eve.get(address), eve.post(f"{address}token/", {"token": "x"})):
        assert code_of(answer) == "not-yours"
        assert sim.host not in answer.content.decode()


def test_stranger_finds_neither_the_linked_page_nor_the_renewal(sim: Simulator) -> None:
    account = link(signed_in("ann"), sim)
    eve = signed_in("eve")
    assert eve.get(f"/accounts/{account.pk}/linked/").status_code == 404
    assert eve.get(f"/accounts/{account.pk}/renew/").status_code == 404
    assert eve.post(f"/accounts/{account.pk}/renew/").status_code == 404
    assert PendingLink.objects.count() == 1


@pytest.mark.parametrize(
    "fault",
    [
        ("status", 503, "html"),
        ("status", 403, "html"),
        ("body", 503, "html"),
        ("body", 503, "json"),
        ("body", 503, "null"),
        ("cut", 503, "html"),
        ("truncate", 503, "html"),
        ("limit", 503, "html"),
    ],
)
def test_trouble_while_fetching_the_token_leaves_the_try_open(
    sim: Simulator,
    fault: tuple[str, int, str],
) -> None:
    browser = signed_in()
    begin(browser, sim.host)
    kind, status, body = fault
    sim.fault("api/miauth/*", kind, times=1, status=status, body=body)
    answer = browser.post(f"/accounts/misskey/{newest_try().pk}/")
    assert answer.status_code == 422
    assert "Nothing was linked" in answer.content.decode()
    assert not Account.objects.exists()
    assert newest_try().claimed_at is None


@pytest.mark.parametrize("endpoint", ["i", "meta", "endpoints"])
@pytest.mark.parametrize(
    "fault",
    [
        ("status", 503, "html"),
        ("status", 403, "html"),
        ("body", 503, "html"),
        ("body", 503, "list"),
        ("cut", 503, "html"),
        ("truncate", 503, "html"),
        ("mangle", 503, "html"),
    ],
)
def test_trouble_after_the_token_links_nothing_or_all(
    sim: Simulator,
    endpoint: str,
    fault: tuple[str, int, str],
) -> None:
    browser = signed_in()
    callback = approve(sim, begin(browser, sim.host))
    kind, status, body = fault
    sim.fault(f"api/{endpoint}", kind, status=status, body=body)
    answer = come_back(browser, callback)
    assert answer.status_code in (302, 422)
    account = Account.objects.first()
    assert (account is not None) == (answer.status_code == 302)
    if account is not None:
        assert account.credentials["token"]
        assert account.able.version


def test_host_that_hangs_is_given_up(
    sim: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outgoing(), "_deadline", 0.3)
    browser = signed_in()
    begin(browser, sim.host)
    sim.fault("api/miauth/*", "hang")
    answer = browser.post(f"/accounts/misskey/{newest_try().pk}/")
    assert "Nothing was linked" in answer.content.decode()
    assert newest_try().claimed_at is None


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("head", "/accounts/misskey/callback/"),
        ("post", "/accounts/misskey/callback/"),
        ("get", f"/accounts/misskey/{NOBODYS}/"),
        ("get", f"/accounts/link/{NOBODYS}/token/"),
        ("post", f"/accounts/link/{NOBODYS}/"),
        ("post", "/accounts/1/linked/"),
        ("put", "/accounts/link/"),
        ("delete", "/accounts/1/renew/"),
    ],
)
def test_each_address_takes_its_own_method_only(method: str, address: str) -> None:
    assert getattr(signed_in(), method)(address).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_of_parallel_callbacks_one_links(sim: Simulator) -> None:
    """The host would give the token to each of them."""
    browser = signed_in("ann")
    sim.duplicate_checks(8)
    callback = approve(sim, begin(browser, sim.host))
    statuses: list[int] = []
    together = threading.Barrier(4, timeout=20)

    def open_it() -> None:
        tab = signed_in("ann")
        tab.cookies = browser.cookies
        together.wait()
        statuses.append(come_back(tab, callback).status_code)
        connection.close()

    tabs = [threading.Thread(target=open_it) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(timeout=60)
    assert sorted(statuses) == [302, 422, 422, 422]
    assert Account.objects.count() == 1
