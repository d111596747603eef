"""Linking with a pasted token: what is told, what is refused, what is never shown."""

import pytest
from django.test import Client

from accounts.models import Account
from inboxhub.networks.misskey import PERMISSIONS
from simulators.misskey import Simulator
from tests.accounts.flows import Answer, begin, newest_try, signed_in

pytestmark = pytest.mark.django_db


def paste(browser: Client, sim: Simulator, token: str) -> Answer:
    begin(browser, sim.host)
    address = f"/accounts/link/{newest_try().pk}/token/"
    return browser.post(address, {"token": token}, follow=True)


def test_pasted_token_links_the_account(sim: Simulator) -> None:
    answer = paste(signed_in(), sim, sim.token("alice"))
    assert "Linked as" in answer.content.decode()
    assert Account.objects.get().remote_id == sim.id_of("alice")


def test_blanks_of_a_paste_do_no_harm(sim: Simulator) -> None:
    token = sim.token("alice")
    paste(signed_in(), sim, f"  {token[:10]}\n{token[10:]} ")
    assert Account.objects.get().credentials == {"token": token}


def test_token_page_explains_how_to_make_one(sim: Simulator) -> None:
    page = begin(signed_in(), sim.host).content.decode()
    assert "open Settings, then API" in page
    assert 'type="password"' in page


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("A" * 32, "AUTHENTICATION_FAILED"),
        ("not a token!", "token-malformed"),
        ("トークン", "token-malformed"),
        ("a\x00b", ""),
        ("", ""),
        ("   ", ""),
        ("A" * 300, "token-malformed"),
        ("A" * 5000, ""),
        ('{"i": 5}', "token-malformed"),
    ],
)
def test_wrong_token_is_refused_and_not_shown_again(
    sim: Simulator,
    token: str,
    code: str,
) -> None:
    answer = paste(signed_in(), sim, token)
    assert answer.status_code == 422
    assert answer.context["code"] == code
    page = answer.content.decode()
    assert '<details class="card" open>' in page
    assert len(token.strip()) < 4 or token not in page
    assert not Account.objects.exists()


def test_person_may_try_another_token_after_a_wrong_one(sim: Simulator) -> None:
    browser = signed_in()
    paste(browser, sim, "A" * 32)
    address = f"/accounts/link/{newest_try().pk}/token/"
    assert browser.post(address, {"token": sim.token("alice")}).status_code == 302
    assert Account.objects.count() == 1


def test_token_without_any_permission_is_refused_with_the_reason(
    sim: Simulator,
) -> None:
    answer = paste(signed_in(), sim, sim.token("alice", []))
    assert answer.status_code == 422
    assert "read:account" in answer.content.decode()
    assert not Account.objects.exists()


def test_missing_permissions_are_listed_after_the_check(sim: Simulator) -> None:
    names = [name for name in PERMISSIONS if name not in NOT_GIVEN]
    page = paste(signed_in(), sim, sim.token("alice", names)).content.decode()
    assert "This access token lacks permissions" in page
    assert [name for name in NOT_GIVEN if name not in page] == []
    assert "write:notes" not in page


NOT_GIVEN = ("read:notifications", "read:chat", "read:following")


def test_token_with_all_permissions_is_not_complained_about(sim: Simulator) -> None:
    page = paste(signed_in(), sim, sim.token("alice")).content.decode()
    assert "lacks permissions" not in page
    assert "own key" not in page


def test_native_token_is_linked_with_a_warning(sim: Simulator) -> None:
    token = sim.token("alice", native=True)
    page = paste(signed_in(), sim, token).content.decode()
    assert "with the account&#x27;s own key" in page.replace("'", "&#x27;")
    assert token not in page


def test_suspended_account_is_named_as_such(sim: Simulator) -> None:
    token = sim.token("taro")
    sim.suspend("taro")
    try:
        answer = paste(signed_in(), sim, token)
    finally:
        sim.suspend("taro", suspended=False)
    assert "has suspended this account" in answer.content.decode()


def test_form_of_ten_megabytes_is_refused_with_a_page(sim: Simulator) -> None:
    answer = paste(signed_in(), sim, "A" * 10_000_000)
    assert answer.status_code == 400
    assert "too large" in answer.content.decode()
    assert not Account.objects.exists()
    assert newest_try().claimed_at is None
