"""Linking again and signing in again: one row, nothing lost, nobody else's touched."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from accounts import linking
from accounts.models import Account
from inboxhub.lib import doorbell
from messaging.models import Message
from messaging.sync import lease
from simulators.misskey import Simulator
from tests.accounts.flows import approve, begin, come_back, link, newest_try, signed_in
from tests.factories import make_message, make_user

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def refuse(account: Account) -> None:
    """What the engine writes when the host refuses the token."""
    account.status = Account.Status.SIGN_IN_NEEDED
    account.last_error = "refused"
    account.error_count = 3
    account.next_pull_at = LONG_AGO
    account.save()


def test_linking_again_renews_the_same_row(sim: Simulator) -> None:
    browser = signed_in()
    first = link(browser, sim)
    answer = come_back(browser, approve(sim, begin(browser, sim.host)))
    assert answer["Location"] == f"/accounts/{first.pk}/linked/?renewed=1"
    again = Account.objects.get()
    assert again.credentials != first.credentials
    assert (again.colour, again.linked_at) == (first.colour, first.linked_at)
    page = browser.get(answer["Location"]).content.decode()
    assert f"Renewed: <bdi>@alice@{sim.host}</bdi>" in page


def test_sign_in_again_goes_on_where_the_account_stopped(sim: Simulator) -> None:
    browser = signed_in()
    account = link(browser, sim)
    message = make_message(account=account)
    sim.revoke("alice")
    refuse(account)
    preview = browser.post(f"/accounts/{account.pk}/renew/", follow=True)
    answer = come_back(browser, sim.approve(preview.context["approve_url"], "alice"))
    assert answer.status_code == 302
    account.refresh_from_db()
    assert account.status == Account.Status.ACTIVE
    assert (account.last_error, account.error_count) == ("", 0)
    assert account.next_pull_at is not None
    assert account.next_pull_at > LONG_AGO
    assert Message.objects.get() == message


def test_sign_in_again_asks_before_it_begins(sim: Simulator) -> None:
    browser = signed_in()
    account = link(browser, sim)
    page = browser.get(f"/accounts/{account.pk}/renew/").content.decode()
    assert f"Sign in again as <bdi>@alice@{sim.host}</bdi>" in page
    assert newest_try().account is None


def test_approval_by_another_person_does_not_renew(sim: Simulator) -> None:
    browser = signed_in()
    account = link(browser, sim, "alice")
    refuse(account)
    before = account.credentials
    preview = browser.post(f"/accounts/{account.pk}/renew/", follow=True)
    answer = come_back(browser, sim.approve(preview.context["approve_url"], "hana"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"You approved as @hana@{sim.host}" in page
    assert f'action="/accounts/{account.pk}/renew/"' in page
    account = Account.objects.get()
    assert account.credentials == before
    assert account.status == Account.Status.SIGN_IN_NEEDED


def test_token_of_another_person_does_not_renew(sim: Simulator) -> None:
    browser = signed_in()
    account = link(browser, sim, "alice")
    browser.post(f"/accounts/{account.pk}/renew/")
    address = f"/accounts/link/{newest_try().pk}/token/"
    answer = browser.post(address, {"token": sim.token("hana")})
    assert answer.context["code"] == "other-account"
    assert Account.objects.get().credentials == account.credentials


def test_answer_of_another_domain_than_was_shown_is_refused(sim: Simulator) -> None:
    browser = signed_in()
    callback = approve(sim, begin(browser, sim.host))
    shown, sim.state.uri = sim.state.uri, "https://elsewhere.example"
    try:
        answer = come_back(browser, callback)
    finally:
        sim.state.uri = shown
    assert answer.context["code"] == "other-domain"
    assert not Account.objects.exists()


@pytest.mark.parametrize("way", ["approval", "token"])
def test_answer_that_names_somebody_of_another_host_is_refused(
    sim: Simulator,
    way: str,
) -> None:
    browser = signed_in()
    callback = approve(sim, begin(browser, sim.host))
    alice = sim.state.by_acct("alice")
    token = sim.token("alice")
    alice.host = "elsewhere.example"
    try:
        if way == "approval":
            answer = come_back(browser, callback)
        else:
            address = f"/accounts/link/{newest_try().pk}/token/"
            answer = browser.post(address, {"token": token})
    finally:
        alice.host = None
    assert answer.status_code == 422
    assert "names an account of elsewhere.example" in answer.content.decode()
    assert not Account.objects.exists()


def test_two_users_link_the_same_remote_account_fully_apart(sim: Simulator) -> None:
    ann = link(signed_in("ann"), sim)
    bob = link(signed_in("bob"), sim)
    assert ann.pk != bob.pk
    assert ann.credentials != bob.credentials
    refuse(bob)
    link(signed_in("ann"), sim)
    bob.refresh_from_db()
    assert bob.status == Account.Status.SIGN_IN_NEEDED
    assert Account.objects.count() == 2


def test_unlinked_account_comes_back_with_its_messages(sim: Simulator) -> None:
    browser = signed_in()
    account = link(browser, sim)
    make_message(account=account)
    linking.forget(account)
    assert Account.objects.get().credentials == {}
    assert link(browser, sim) == account
    assert Account.objects.get().status == Account.Status.ACTIVE
    assert Message.objects.count() == 1


def test_account_that_is_being_erased_is_not_brought_back(sim: Simulator) -> None:
    browser = signed_in()
    account = link(browser, sim)
    account.status = Account.Status.ERASING
    account.save()
    assert browser.get(f"/accounts/{account.pk}/renew/").status_code == 404
    answer = come_back(browser, approve(sim, begin(browser, sim.host)))
    assert answer.context["code"] == "being-erased"
    assert Account.objects.get().status == Account.Status.ERASING


def test_worker_with_the_old_token_can_write_no_more(sim: Simulator) -> None:
    """Its refusal would otherwise put "sign in again" on the fresh link."""
    browser = signed_in()
    account = link(browser, sim)
    held = lease.take(account.pk)
    assert held is not None
    link(browser, sim)
    with pytest.raises(lease.LeaseLost):
        held.renew()
    assert lease.take(account.pk) is not None


def test_forgotten_account_is_taken_from_its_worker(sim: Simulator) -> None:
    account = link(signed_in(), sim)
    held = lease.take(account.pk)
    assert held is not None
    linking.forget(account)
    with pytest.raises(lease.LeaseLost):
        held.renew()


@pytest.mark.django_db(transaction=True)
def test_bell_rings_once_the_link_is_stored(sim: Simulator) -> None:
    rung: list[tuple[int, bool]] = []

    def listen(account_id: int) -> None:
        rung.append((account_id, connection.in_atomic_block))

    doorbell.listen(listen)
    try:
        account = link(signed_in(), sim)
    finally:
        doorbell.stop_listening(listen)
    assert rung == [(account.pk, False)]


@pytest.mark.django_db(transaction=True)
def test_same_account_linked_twice_at_once_is_one_row(sim: Simulator) -> None:
    user = make_user()
    tokens = [sim.token("alice") for _ in range(3)]
    together = threading.Barrier(3, timeout=20)

    def paste(token: str) -> None:
        together.wait()
        linking.complete(user, "misskey", sim.host, {"token": token})
        connection.close()

    tabs = [threading.Thread(target=paste, args=[token]) for token in tokens]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(timeout=60)
    assert Account.objects.get().credentials["token"] in tokens
