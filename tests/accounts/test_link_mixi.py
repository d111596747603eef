"""Linking mixi accounts: one place, the operator's key, tokens that end."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Account, PendingLink
from simulators.mixi import Simulator
from tests.accounts.flows import (
    LINK,
    Answer,
    approval_page,
    approve,
    begin,
    come_back,
    newest_try,
    signed_in,
)
from tests.factories import make_account, make_user

pytestmark = pytest.mark.django_db

BACK = "http://testserver/accounts/mixi/callback/"


def begin_mixi(browser: Client) -> Answer:
    """Press the button of mixi's own section."""
    return browser.post(LINK, {"provider": "mixi"}, follow=True)


def link(browser: Client, mixi: Simulator, person: str = "sakura") -> Account:
    answer = come_back(browser, approve(mixi, begin_mixi(browser), person))
    assert answer.status_code == 302
    return Account.objects.get(pk=int(answer["Location"].split("/")[2]))


def refused(answer: Answer) -> str:
    assert answer.status_code == 422
    assert not Account.objects.exists()
    code: str = answer.context["code"]
    return code


# --- Without the operator's key -------------------------------------------------------


def test_page_explains_what_the_operator_has_to_set() -> None:
    page = signed_in().get(LINK).content.decode()
    assert "<code>MIXI_CLIENT_ID</code>" in page
    assert "<code>MIXI_CLIENT_SECRET</code>" in page
    assert f'value="{BACK}"' in page
    assert "Link an account on mixi" not in page


@pytest.mark.parametrize("missing", ["MIXI_CLIENT_ID", "MIXI_CLIENT_SECRET"])
@pytest.mark.parametrize(
    "form",
    [{"provider": "mixi"}, {"address": "mixi.jp"}, {"address": "@me@mixi.jp"}],
)
def test_without_a_key_nothing_is_called_and_nothing_begins(
    mixi_host: Simulator,
    settings: Settings,
    missing: str,
    form: dict[str, str],
) -> None:
    setattr(settings, missing, "")
    answer = signed_in().post(LINK, form)
    assert refused(answer) == "not-set-up"
    page = answer.content.decode()
    assert "has to set MIXI_CLIENT_ID and MIXI_CLIENT_SECRET" in page
    assert BACK in page
    assert not PendingLink.objects.exists()
    assert mixi_host.calls() == []


def test_without_a_key_signing_in_again_says_so() -> None:
    account = make_account(make_user("me"), provider="mixi", host="api.mixi.example")
    answer = signed_in("me").post(f"/accounts/{account.pk}/renew/")
    assert answer.status_code == 422
    assert "MIXI_CLIENT_ID" in answer.content.decode()


# --- With it --------------------------------------------------------------------------


def test_section_leads_to_the_preview(mixi_host: Simulator) -> None:
    browser = signed_in()
    assert "Link an account on mixi" in browser.get(LINK).content.decode()
    page = begin_mixi(browser).content.decode()
    assert "Continue to mixi to approve" in page
    for scope in ("r_profile", "r_message", "w_message"):
        assert f"<code>{scope}</code>" in page
    assert "Send messages" in page
    assert "tick the box for always agreeing" in page
    assert "Paste a token" not in page
    assert newest_try().host == mixi_host.host


@pytest.mark.parametrize("typed", ["mixi.jp", "https://mixi.jp/home.pl", "@me@mixi.jp"])
def test_typing_mixi_leads_there_too(mixi_host: Simulator, typed: str) -> None:
    page = begin(signed_in(), typed).content.decode()
    assert "Continue to mixi to approve" in page


def test_typing_the_host_of_the_api_leads_there_too(mixi_host: Simulator) -> None:
    begin(signed_in(), mixi_host.host)
    assert newest_try().provider == "mixi"
    assert {call.path for call in mixi_host.calls()} == {"token"}


def test_approval_is_asked_with_mixis_own_value(mixi_host: Simulator) -> None:
    preview = begin_mixi(signed_in())
    asked = parse_qs(urlsplit(approval_page(preview)).query)
    assert asked["state"] == [newest_try().state]
    assert asked["redirect_uri"] == [BACK]
    assert asked["server_state"] == [newest_try().details["server_state"]]
    assert mixi_host.client.secret not in preview.content.decode()


def test_link_goes_on_without_mixis_own_value(mixi_host: Simulator) -> None:
    mixi_host.fault("2/token", "status", times=1)
    browser = signed_in()
    preview = begin_mixi(browser)
    assert "server_state" not in approval_page(preview)
    assert come_back(browser, approve(mixi_host, preview, "ren")).status_code == 302


def test_approval_links_the_account(mixi_host: Simulator) -> None:
    browser = signed_in("me")
    account = link(browser, mixi_host)
    assert account.owner == make_user("me")
    assert (account.provider, account.host) == ("mixi", mixi_host.host)
    assert account.remote_id == mixi_host.id_of("sakura")
    assert account.handle == "さくら"
    assert set(account.credentials) == {
        *("token", "refresh_token", "scheme", "expires_at", "scope"),
    }
    assert not account.able.warnings
    page = browser.get(f"/accounts/{account.pk}/linked/").content.decode()
    assert "Did you not tick the box" in page
    assert "@mixi.jp" not in page


def test_two_accounts_of_one_person_stay_apart(mixi_host: Simulator) -> None:
    browser = signed_in()
    assert link(browser, mixi_host, "sakura") != link(browser, mixi_host, "ren")
    assert Account.objects.count() == 2


def test_linking_again_renews_the_row(mixi_host: Simulator) -> None:
    browser = signed_in()
    first = link(browser, mixi_host)
    assert link(browser, mixi_host) == first
    assert Account.objects.get().credentials != first.credentials


def test_sign_in_again_wants_the_same_account(mixi_host: Simulator) -> None:
    browser = signed_in()
    account = link(browser, mixi_host)
    again = browser.post(f"/accounts/{account.pk}/renew/", follow=True)
    answer = come_back(browser, approve(mixi_host, again, "ren"))
    assert answer.context["code"] == "other-account"
    assert "You approved as 蓮" in answer.content.decode()
    assert Account.objects.get().credentials == account.credentials


def test_person_who_refuses_links_nothing(mixi_host: Simulator) -> None:
    browser = signed_in()
    callback = mixi_host.refuse(approval_page(begin_mixi(browser)))
    answer = come_back(browser, callback)
    assert refused(answer) == "denied"
    page = answer.content.decode()
    assert "refused on mixi" in page
    again = browser.post(LINK, {"address": mixi_host.host}, follow=True)
    assert f'name="address" value="{mixi_host.host}"' in page
    assert come_back(browser, approve(mixi_host, again, "ren")).status_code == 302


def test_approval_works_once(mixi_host: Simulator) -> None:
    browser = signed_in()
    callback = approve(mixi_host, begin_mixi(browser), "sakura")
    assert come_back(browser, callback).status_code == 302
    assert come_back(browser, callback).context["code"] == "used"
    exchanges = [call for call in mixi_host.calls("token") if call.status == 200]
    assert len(exchanges) == 2  # mixi's own value, and the code


def test_approval_that_came_too_late_for_mixi_says_so(mixi_host: Simulator) -> None:
    browser = signed_in()
    callback = approve(mixi_host, begin_mixi(browser), "sakura")
    mixi_host.advance(200)
    assert refused(come_back(browser, callback)) == "code-stale"


def test_key_that_mixi_refuses_is_the_operators_matter(mixi_host: Simulator) -> None:
    browser = signed_in()
    callback = approve(mixi_host, begin_mixi(browser), "sakura")
    mixi_host.refuse_client()
    answer = come_back(browser, callback)
    assert refused(answer) == "operator-key"
    assert "MIXI_CLIENT_SECRET" in answer.content.decode()


def test_profile_that_may_not_be_read_links_nothing(mixi_host: Simulator) -> None:
    mixi_host.silences(withheld="r_profile")
    browser = signed_in()
    answer = come_back(browser, approve(mixi_host, begin_mixi(browser), "sakura"))
    assert refused(answer) == "insufficient_scope"
    assert "r_profile" in answer.content.decode()


def test_fewer_permissions_are_named(mixi_host: Simulator) -> None:
    mixi_host.silences(withheld="w_message")
    browser = signed_in()
    account = link(browser, mixi_host)
    page = browser.get(f"/accounts/{account.pk}/linked/").content.decode()
    assert "<code>w_message</code>" in page
    assert "<code>r_message</code>" not in page


@pytest.mark.parametrize("kind", ["status", "cut", "truncate", "body"])
@pytest.mark.parametrize("where", ["2/token", "2/people/*"])
def test_trouble_on_the_way_links_nothing(
    mixi_host: Simulator,
    where: str,
    kind: str,
) -> None:
    browser = signed_in()
    callback = approve(mixi_host, begin_mixi(browser), "sakura")
    mixi_host.fault(where, kind)
    answer = come_back(browser, callback)
    assert refused(answer)
    assert "Nothing was linked" in answer.content.decode()


def test_two_users_may_link_the_same_account(mixi_host: Simulator) -> None:
    ann = link(signed_in("ann"), mixi_host)
    bob = link(signed_in("bob"), mixi_host)
    assert ann.pk != bob.pk
    assert ann.credentials["token"] != bob.credentials["token"]


def test_token_of_a_person_is_nothing_to_paste(mixi_host: Simulator) -> None:
    browser = signed_in()
    begin_mixi(browser)
    address = f"/accounts/link/{newest_try().pk}/token/"
    assert browser.post(address, {"token": "x" * 30}).status_code == 404


def test_addresses_may_end_in_a_slash(mixi_host: Simulator, settings: Settings) -> None:
    settings.MIXI_API_URL = mixi_host.api_url + "/"
    link(signed_in(), mixi_host)
    assert not any("//" in call.path for call in mixi_host.calls())
